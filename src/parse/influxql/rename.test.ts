import { describe, expect, test } from 'vitest'
import { withDefaults } from './defaults.ts'
import { parseInfluxql } from './parser.ts'
import { printStatement } from './print.ts'
import { type Names, type Renaming, rename } from './rename.ts'
import type { Statement } from './syntax.ts'
import { touchesOf } from './touches.ts'

function statementOf(text: string): Statement {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  return parsed.statements[0]!
}

/** The text after renaming, with `mine` as the request's database. */
function renamed(text: string, renaming: Renaming): string {
  const found = rename(withDefaults(statementOf(text), { database: 'mine', retentionPolicy: undefined }), renaming)
  return 'undecidable' in found ? `undecidable: ${found.undecidable}` : printStatement(found)
}

const marked: Renaming = ({ database, retentionPolicy }) => ({
  database: `up_${database}`,
  retentionPolicy: retentionPolicy && `of_${retentionPolicy}`,
})
const unnamed: Renaming = () => ({ database: undefined, retentionPolicy: undefined })

describe('rename', () => {
  test.each([
    ['SELECT f FROM m', 'SELECT f FROM up_mine..m'],
    ['SELECT f FROM a.b.m, /x/', 'SELECT f FROM up_a.of_b.m, up_mine../x/'],
    ['SELECT f FROM rp.m', 'SELECT f FROM up_mine.of_rp.m'],
    ['SELECT f FROM (SELECT f FROM (SELECT f FROM a..m))', 'SELECT f FROM (SELECT f FROM (SELECT f FROM up_a..m))'],
    ['SELECT f INTO b.r.n FROM m', 'SELECT f INTO up_b.of_r.n FROM up_mine..m'],
    ['SELECT f INTO b.r.:MEASUREMENT FROM m', 'SELECT f INTO up_b.of_r.:MEASUREMENT FROM up_mine..m'],
    ['EXPLAIN ANALYZE SELECT f FROM a..m', 'EXPLAIN ANALYZE SELECT f FROM up_a..m'],
    ['SHOW MEASUREMENTS', 'SHOW MEASUREMENTS ON up_mine'],
    ['SHOW MEASUREMENTS ON a.b', 'SHOW MEASUREMENTS ON up_a.of_b'],
    ['SHOW MEASUREMENTS WITH MEASUREMENT = r.m', 'SHOW MEASUREMENTS ON up_mine WITH MEASUREMENT = of_r.m'],
    ['SHOW TAG KEYS ON a FROM r.m', 'SHOW TAG KEYS ON up_a FROM of_r.m'],
    ['SHOW TAG KEYS ON a FROM b.r.m', 'SHOW TAG KEYS ON up_a FROM up_b.of_r.m'],
    ['SHOW RETENTION POLICIES ON a', 'SHOW RETENTION POLICIES ON up_a'],
    ["DELETE FROM m WHERE t = 'x'", "DELETE FROM m WHERE t = 'x'"],
    ['DROP SERIES FROM m', 'DROP SERIES FROM m'],
  ])('gives %s its other names', (text, expected) => {
    expect(renamed(text, marked)).toBe(expected)
  })

  test('leaves names out where there are none any more', () => {
    expect(renamed('SELECT f FROM a.b.m, (SELECT f FROM n)', unnamed)).toBe('SELECT f FROM m, (SELECT f FROM n)')
    expect(renamed('SHOW TAG VALUES ON a FROM a.b.m WITH KEY = k', unnamed)).toBe('SHOW TAG VALUES FROM m WITH KEY = k')
  })

  test('renames nothing but owners: a measurement, column or string may be called like a database', () => {
    expect(renamed(`SELECT mine AS mine FROM mine..mine WHERE mine = 'mine' GROUP BY mine`, marked)).toBe(
      `SELECT mine AS mine FROM up_mine..mine WHERE mine = 'mine' GROUP BY mine`,
    )
  })

  test('quotes what must be quoted, so that no name is more than a name', () => {
    const hostile: Renaming = () => ({ database: 'a".."b; DROP', retentionPolicy: "r'\\" })
    expect(renamed('SELECT f FROM m', hostile)).toBe(String.raw`SELECT f FROM "a\"..\"b; DROP"."r'\\".m`)
  })

  test('leaves the statement that it was given as it was', () => {
    const statement = statementOf('SELECT f INTO b..n FROM a..m, (SELECT f FROM a..m)')
    const before = structuredClone(statement)
    rename(statement, marked)
    expect(statement).toEqual(before)
  })

  test('asks for the names of each owner, and of nothing else', () => {
    const asked: Names[] = []
    renamed('SELECT f INTO t.r.n FROM a..m, (SELECT f FROM rp.m)', names => {
      asked.push(names)
      return names
    })
    expect(asked).toEqual([
      { database: 't', retentionPolicy: 'r' },
      { database: 'a', retentionPolicy: undefined },
      { database: 'mine', retentionPolicy: 'rp' },
    ])
  })

  test.each([
    'SELECT f INTO t.r.n FROM a..m, b.c./x/, (SELECT f FROM rp.m)',
    'SHOW MEASUREMENTS ON a.b',
    'SHOW MEASUREMENTS ON a WITH MEASUREMENT = b.c.m',
    'SHOW TAG KEYS ON a FROM r.m, s.m, m',
    'SHOW TAG VALUES ON a FROM b..m, c.r.m WITH KEY = k',
    'SHOW FIELD KEYS FROM m',
  ])('asks for nothing that %s is not said to touch', text => {
    const statement = withDefaults(statementOf(text), { database: 'mine', retentionPolicy: 'policy' })
    const touched = touchesOf(statement).map(touch => 'measurement' in touch && [touch.database, touch.retentionPolicy])
    rename(statement, names => {
      expect(touched).toContainEqual([names.database, names.retentionPolicy])
      return { database: 'one', retentionPolicy: undefined }
    })
    expect.hasAssertions()
  })

  test.each([
    'CREATE DATABASE a',
    'DROP DATABASE a',
    'DROP MEASUREMENT m',
    'SHOW DATABASES',
    'SHOW QUERIES',
    'CREATE CONTINUOUS QUERY c ON a BEGIN SELECT f INTO n FROM m END',
    "CREATE USER u WITH PASSWORD 'p'",
    'GRANT READ ON a TO u',
  ])('does not know how to rename %s', text => {
    expect(renamed(text, marked)).toBe('undecidable: the statement is not about measurements')
  })

  test('does not make one SHOW of what is in several databases', () => {
    const apart: Renaming = ({ retentionPolicy }) => ({
      database: retentionPolicy ?? 'plain',
      retentionPolicy: undefined,
    })
    expect(renamed('SHOW TAG KEYS ON a FROM r.m, s.m', apart)).toBe('undecidable: SHOW would ask several databases')
    expect(renamed('SHOW TAG KEYS ON a FROM r.m', apart)).toBe('SHOW TAG KEYS ON r FROM m')
    expect(renamed('SHOW MEASUREMENTS ON a.r WITH MEASUREMENT = s.m', marked)).toContain('undecidable: ON and')
  })

  test.each(['', 'a\rb', 'a\u0000', '\ud800'])('fails for the new name %j, which no text could say', name => {
    expect(() => renamed('SELECT f FROM m', () => ({ database: name, retentionPolicy: undefined }))).toThrow(RangeError)
  })
})
