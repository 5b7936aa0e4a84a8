import { describe, expect, test } from 'vitest'
import type { Touch } from '../touch.ts'
import { parseInfluxql } from './parser.ts'
import { needsPost, touchesOf } from './touches.ts'

function statementOf(text: string) {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  expect(parsed.statements).toHaveLength(1)
  return parsed.statements[0]!
}

/** A touch as a word: `r:db.rp.m`, `w:…`, `list`, `manage:db what`, with `~` for what is undefined. */
function word(touch: Touch): string {
  if (touch.action === 'list-databases') return 'list'
  const database = touch.database ?? '~'
  if (touch.action === 'manage') return `manage:${database} ${touch.what}`
  return `${touch.action[0]}:${database}.${touch.retentionPolicy ?? '~'}.${touch.measurement ?? '~'}`
}

const words = (text: string) => touchesOf(statementOf(text)).map(word).join(', ')

describe('where the privileges of InfluxDB have holes', () => {
  test.each([
    [
      'a continuous query reads its sources',
      'CREATE CONTINUOUS QUERY q ON a BEGIN SELECT mean(x) INTO b..y FROM secret..m GROUP BY time(1m) END',
      'manage:a create continuous query, r:secret.~.m, w:b.~.y',
    ],
    ['SHOW reads what it names beside ON', 'SHOW TAG KEYS ON a FROM secret..m', 'r:a.~.m, r:secret.~.m'],
    ['so with values', 'SHOW TAG VALUES ON a FROM secret..m WITH KEY = k', 'r:a.~.m, r:secret.~.m'],
    ['so with fields', 'SHOW FIELD KEYS ON a FROM secret../x/', 'r:a.~.~, r:secret.~.~'],
    ['so with counts', 'SHOW SERIES EXACT CARDINALITY ON a FROM secret.rp.m', 'r:a.~.m, r:secret.rp.m'],
    ['so with measurements', 'SHOW MEASUREMENTS ON a WITH MEASUREMENT = secret..m', 'r:a.~.m, r:secret.~.m'],
    ['queries are everybody’s', 'SHOW QUERIES', 'manage:~ show queries'],
    ['continuous queries too', 'SHOW CONTINUOUS QUERIES', 'manage:~ show continuous queries'],
    ['a policy goes with its points', 'DROP RETENTION POLICY p ON a', 'manage:a drop retention policy'],
    ['INTO under another name', 'SELECT * INTO b.rp.:MEASUREMENT FROM a..m', 'r:a.~.m, w:b.rp.~'],
    ['EXPLAIN ANALYZE runs', 'EXPLAIN ANALYZE SELECT * INTO b..x FROM a..m', 'r:a.~.m, w:b.~.x'],
  ])('%s', (_, text, touches) => {
    expect(words(text)).toBe(touches)
  })
})

describe('a touch', () => {
  test.each([
    ['SELECT * FROM a, a, (SELECT * FROM a)', 'r:~.~.a'],
    ['SELECT * FROM a, A', 'r:~.~.a, r:~.~.A'],
    ['SELECT * INTO a FROM a', 'r:~.~.a, w:~.~.a'],
    ['SHOW TAG KEYS FROM rp.m', 'r:~.rp.m'],
    ['SHOW TAG KEYS ON a FROM rp.m, n', 'r:a.rp.m, r:a.~.n'],
    ['SHOW MEASUREMENTS ON a.rp', 'r:a.rp.~'],
    ['SHOW MEASUREMENTS ON a.rp WITH MEASUREMENT = m', 'r:a.rp.m'],
    ['SHOW MEASUREMENTS ON a.rp WITH MEASUREMENT = b.q.m', 'r:a.rp.m, r:b.q.m'],
    ['DELETE FROM a, a', 'w:~.~.a'],
    ['DELETE WHERE x = 1', 'w:~.~.~'],
    ['GRANT ALL TO u', 'manage:~ grant'],
    ['KILL QUERY 1', 'manage:~ kill query'],
    ['DROP MEASUREMENT m', 'manage:~ drop measurement'],
  ])('%s: %s', (text, touches) => {
    expect(words(text)).toBe(touches)
  })
})

describe('POST is for', () => {
  test.each([
    'SELECT * INTO x FROM m',
    'EXPLAIN ANALYZE SELECT * INTO x FROM m',
    'DELETE FROM m',
    'DROP SERIES FROM m',
    'DROP MEASUREMENT m',
    'CREATE DATABASE d',
    'ALTER RETENTION POLICY p ON d DEFAULT',
    "CREATE USER u WITH PASSWORD 'p'",
    "SET PASSWORD FOR u = 'p'",
    'GRANT ALL TO u',
    'REVOKE ALL FROM u',
    'KILL QUERY 1',
    'DROP SHARD 1',
  ])('%s', text => {
    expect(needsPost(statementOf(text))).toBe(true)
  })

  test.each([
    'SELECT * FROM m',
    'EXPLAIN SELECT * FROM m',
    'SHOW DATABASES',
    'SHOW TAG KEYS',
    'SHOW USERS',
    'SHOW GRANTS FOR u',
  ])('not for %s', text => {
    expect(needsPost(statementOf(text))).toBe(false)
  })
})
