import { describe, expect, test } from 'vitest'
import { INFLUXQL_VECTORS } from '../../../test/vectors/influxql.ts'
import { type Defaults, takesDatabaseOfRequest, withDefaults } from './defaults.ts'
import { parseInfluxql } from './parser.ts'
import { printStatements } from './print.ts'
import { touchesOf } from './touches.ts'

function statementsOf(text: string) {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  return parsed.statements
}

const fill = (text: string, defaults: Defaults) =>
  printStatements(statementsOf(text).map(one => withDefaults(one, defaults)))

const DATABASE = { database: 'my db', retentionPolicy: undefined }
const BOTH = { database: 'mine', retentionPolicy: 'rp' }
const NEITHER = { database: undefined, retentionPolicy: undefined }

describe('the database of the request is put in', () => {
  test.each([
    ['SELECT * FROM m', 'SELECT * FROM "my db"..m'],
    ['SELECT * FROM p.m', 'SELECT * FROM "my db".p.m'],
    ['SELECT * FROM a..m, b.p.n, /x/', 'SELECT * FROM a..m, b.p.n, "my db"../x/'],
    ['SELECT * FROM (SELECT * FROM (SELECT * FROM m))', 'SELECT * FROM (SELECT * FROM (SELECT * FROM "my db"..m))'],
    ['SELECT * INTO x FROM m', 'SELECT * INTO "my db"..x FROM "my db"..m'],
    ['SELECT * INTO p.:MEASUREMENT FROM m', 'SELECT * INTO "my db".p.:MEASUREMENT FROM "my db"..m'],
    ['EXPLAIN SELECT * FROM m', 'EXPLAIN SELECT * FROM "my db"..m'],
    ['SHOW MEASUREMENTS', 'SHOW MEASUREMENTS ON "my db"'],
    ['SHOW TAG KEYS FROM m', 'SHOW TAG KEYS ON "my db" FROM m'],
    ['SHOW TAG KEYS ON a FROM m', 'SHOW TAG KEYS ON a FROM m'],
    ['SHOW SERIES FROM a..m', 'SHOW SERIES ON "my db" FROM a..m'],
    ['SHOW RETENTION POLICIES', 'SHOW RETENTION POLICIES ON "my db"'],
    [
      'CREATE CONTINUOUS QUERY q ON a BEGIN SELECT x INTO y FROM m END',
      'CREATE CONTINUOUS QUERY q ON a BEGIN SELECT x INTO "my db"..y FROM "my db"..m END',
    ],
    ['DELETE FROM m', 'DELETE FROM m'],
    ['DROP SERIES FROM m', 'DROP SERIES FROM m'],
    ['DROP MEASUREMENT m', 'DROP MEASUREMENT m'],
    ['SHOW DATABASES; DROP DATABASE a', 'SHOW DATABASES; DROP DATABASE a'],
  ])('%s', (text, printed) => {
    expect(fill(text, DATABASE)).toBe(printed)
  })
})

describe('so is its retention policy, for every measurement without one', () => {
  test.each([
    ['SELECT * FROM m', 'SELECT * FROM mine.rp.m'],
    ['SELECT * FROM a..m, p.n', 'SELECT * FROM a.rp.m, mine.p.n'],
    ['SELECT * INTO a..:MEASUREMENT FROM m', 'SELECT * INTO a.rp.:MEASUREMENT FROM mine.rp.m'],
    ['SHOW TAG KEYS FROM m, a..n', 'SHOW TAG KEYS ON mine FROM rp.m, a.rp.n'],
    ['SHOW TAG KEYS', 'SHOW TAG KEYS ON mine'],
  ])('%s', (text, printed) => {
    expect(fill(text, BOTH)).toBe(printed)
  })
})

test('without a default, a continuous query works on its own database, and nothing else is put in', () => {
  const text = 'CREATE CONTINUOUS QUERY q ON a BEGIN SELECT x INTO y FROM m END; SELECT * FROM m; SHOW TAG KEYS'
  expect(fill(text, NEITHER)).toBe(
    'CREATE CONTINUOUS QUERY q ON a BEGIN SELECT x INTO a..y FROM a..m END; SELECT * FROM m; SHOW TAG KEYS',
  )
})

test.each(['', 'a\rb', 'a\u0000b', '\ud800'])('a default that no text can say is our own mistake: %j', database => {
  expect(() => fill('SELECT * FROM m', { ...NEITHER, database })).toThrow(RangeError)
  expect(() => fill('SELECT * FROM m', { ...DATABASE, retentionPolicy: database })).toThrow(RangeError)
})

test('what is filled names every database, says the same twice, and is read like what it is', () => {
  for (const vector of INFLUXQL_VECTORS) {
    if ('refused' in vector) continue
    for (const statement of statementsOf(vector.text)) {
      const filled = withDefaults(statement, BOTH)
      expect(withDefaults(filled, { database: 'other', retentionPolicy: 'another' })).toEqual(filled)
      expect(statementsOf(printStatements([filled]))).toEqual([filled])
      if (takesDatabaseOfRequest(statement)) continue
      for (const touch of touchesOf(filled)) {
        if (touch.action === 'read' || touch.action === 'write') expect(touch.database).toBeDefined()
      }
    }
  }
})

test('filling changes no touch that was named, and adds none', () => {
  for (const vector of INFLUXQL_VECTORS) {
    if ('refused' in vector) continue
    for (const statement of statementsOf(vector.text)) {
      const before = touchesOf(statement).map(touch =>
        touch.action === 'read' || touch.action === 'write'
          ? {
              ...touch,
              database: touch.database ?? (takesDatabaseOfRequest(statement) ? undefined : DATABASE.database),
            }
          : touch,
      )
      expect(touchesOf(withDefaults(statement, DATABASE))).toEqual(before)
    }
  }
})

test.each([
  ['DELETE FROM m', true],
  ['DROP SERIES FROM m', true],
  ['DROP MEASUREMENT m', true],
  ['SELECT * FROM m', false],
  ['DROP DATABASE a', false],
])('%s takes the database of the request: %s', (text, takes) => {
  expect(takesDatabaseOfRequest(statementsOf(text)[0]!)).toBe(takes)
})
