import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinear } from '../../../test/linear-time.ts'
import { INFLUXQL_VECTORS } from '../../../test/vectors/influxql.ts'
import { MAX_DEPTH, MAX_SOURCES } from './cursor.ts'
import { MAX_STATEMENTS, MAX_TEXT_LENGTH, parseInfluxql } from './parser.ts'
import { printStatements } from './print.ts'
import { touchesOf } from './touches.ts'

const isRefused = (text: string) => 'undecidable' in parseInfluxql(text)

/** The first statement of a text. */
function parse(text: string) {
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) throw new Error(parsed.undecidable)
  return parsed.statements[0]!
}

describe('a tree', () => {
  test('holds what a SELECT says', () => {
    const text = "SELECT mean(a.b::float) AS c INTO db.rp.t FROM x..m WHERE d = 'e' GROUP BY time(1m) fill(-1) LIMIT 5"
    expect(parse(text)).toEqual({
      kind: 'select',
      select: {
        fields: [
          {
            value: {
              kind: 'call',
              name: 'mean',
              arguments: [{ kind: 'column', segments: ['a', 'b'], type: 'float' }],
            },
            alias: 'c',
          },
        ],
        target: { database: 'db', retentionPolicy: 'rp', name: 't' },
        sources: [{ kind: 'measurement', database: 'x', retentionPolicy: undefined, name: 'm' }],
        where: {
          kind: 'chain',
          first: { kind: 'column', segments: ['d'], type: undefined },
          rest: [{ operator: '=', operand: { kind: 'string', value: 'e' } }],
        },
        groupBy: [{ kind: 'call', name: 'time', arguments: [{ kind: 'duration', digits: '1m' }] }],
        fill: { kind: 'signed', sign: '-', operand: { kind: 'integer', digits: '1' } },
        order: undefined,
        limit: { kind: 'integer', digits: '5' },
        offset: undefined,
        seriesLimit: undefined,
        seriesOffset: undefined,
        timeZone: undefined,
      },
    })
  })

  test('is the same for spellings that mean the same', () => {
    const one = parse("SELECT mean(x) FROM db..m WHERE a != 'b' GROUP BY time(5u) fill(none) ORDER BY time DESC")
    const other = 'select MEAN("x") from "db".."m" where "a" <> \'b\' group by TIME(5µ) FILL(NONE) order by desc'
    expect(parse(other)).toEqual(one)
  })
})

describe('depth', () => {
  const nested: readonly (readonly [string, (depth: number) => string])[] = [
    ['brackets', n => `SELECT ${'('.repeat(n)}a${')'.repeat(n)} FROM m`],
    ['calls', n => `SELECT ${'f('.repeat(n)}a${')'.repeat(n)} FROM m`],
    ['signed brackets', n => `SELECT ${'-('.repeat(n)}a${')'.repeat(n)} FROM m`],
    ['sub-queries', n => `SELECT a FROM ${'(SELECT a FROM '.repeat(n)}m${')'.repeat(n)}`],
    ['conditions', n => `SELECT a FROM m WHERE ${'(a = 1 AND '.repeat(n)}b = 2${')'.repeat(n)}`],
    [
      'continuous queries',
      n => `CREATE CONTINUOUS QUERY q ON d BEGIN SELECT ${'f('.repeat(n)}a${')'.repeat(n)} INTO t FROM m END`,
    ],
  ]
  test.each(nested)('of %s is bounded', (_, text) => {
    expect(isRefused(text(MAX_DEPTH))).toBe(false)
    expect(parseInfluxql(text(MAX_DEPTH + 1))).toEqual({ undecidable: 'brackets stand too deep in each other' })
    expect(isRefused(text(20_000))).toBe(true)
    expect(isRefused(text(20_000).replaceAll(')', ''))).toBe(true)
  })

  test('is that of brackets, not of lists and chains, which may be long', () => {
    const chain = parseInfluxql(`SELECT a FROM m WHERE ${'a = 1 AND '.repeat(20_000)} b = 2`)
    const list = parseInfluxql(`SELECT a FROM ${'(SELECT a FROM m), '.repeat(MAX_SOURCES - 1)} n`)
    for (const parsed of [chain, list]) {
      if ('undecidable' in parsed) throw new Error(parsed.undecidable)
      expect(parseInfluxql(printStatements(parsed.statements))).toEqual(parsed)
    }
  })
})

test('a text may be as long as the limit, and no longer', () => {
  const padded = (length: number) => `SELECT a FROM m${' '.repeat(length - 15)}`
  expect(isRefused(padded(MAX_TEXT_LENGTH))).toBe(false)
  expect(parseInfluxql(padded(MAX_TEXT_LENGTH + 1))).toEqual({ undecidable: 'the query is too long' })
})

test('a text may hold as many statements and measurements as the limits, and no more', () => {
  expect(isRefused('SHOW DATABASES;'.repeat(MAX_STATEMENTS))).toBe(false)
  expect(parseInfluxql('SHOW DATABASES;'.repeat(MAX_STATEMENTS + 1))).toEqual({
    undecidable: 'there are too many statements',
  })
  for (const source of ['m', '/x/', '(SELECT a FROM m)']) {
    const list = (count: number) => `SELECT a FROM ${`${source}, `.repeat(count - 1)} m`
    expect(isRefused(list(MAX_SOURCES))).toBe(false)
    expect(parseInfluxql(list(MAX_SOURCES + 1))).toEqual({ undecidable: 'there are too many measurements' })
  }
})

test.each(['SELECT "\ud800" FROM m', "SELECT a FROM m WHERE b = '\udc00'", 'SELECT a FROM m -- \ud800'])(
  'half a character is refused: %j',
  text => {
    expect(parseInfluxql(text)).toEqual({ undecidable: 'the query has characters that no query has' })
  },
)

test('a reason quotes nothing of the text', () => {
  for (const { text } of INFLUXQL_VECTORS) {
    const parsed = parseInfluxql(`${text} xsecretx`)
    if ('undecidable' in parsed) expect(parsed.undecidable).not.toContain('xsecretx')
  }
})

describe('whatever the text is', () => {
  const texts = INFLUXQL_VECTORS.map(one => one.text)
  const pieces = texts.flatMap(text => text.match(/\s+|\w+|"[^"]*"|'[^']*'|\S/g) ?? [])
  const odd = [
    '',
    '.',
    '..',
    '"',
    "'",
    '""',
    '/',
    '/*',
    '*/',
    '--',
    '\n',
    '\r',
    ';',
    '::',
    ':MEASUREMENT',
    '$',
    '\\',
    '1.',
    '(',
    ')',
    '\u0000',
    'µ',
    '\ud800',
  ]
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...pieces) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  )
  /** A text of the vectors with pieces put in, taken out or exchanged. */
  const mutated = fc
    .tuple(fc.constantFrom(...texts), fc.array(fc.tuple(fc.nat(), fc.nat(2), piece), { minLength: 1, maxLength: 3 }))
    .map(([text, changes]) => {
      const parts = text.match(/\s+|\w+|"[^"]*"|'[^']*'|\S/g) ?? []
      for (const [at, removed, added] of changes) parts.splice(at % (parts.length + 1), removed, added)
      return parts.join('')
    })
  const anything = fc.oneof(
    mutated,
    fc.array(piece, { maxLength: 25 }).map(parts => parts.join(' ')),
    fc.string({ unit: 'binary' }),
  )

  test('it is read or refused, and what is printed is read like what came', () => {
    fc.assert(
      fc.property(anything, text => {
        const parsed = parseInfluxql(text)
        if ('undecidable' in parsed) return
        const printed = printStatements(parsed.statements)
        const again = parseInfluxql(printed)
        expect(again).toEqual(parsed)
        if ('statements' in again) expect(printStatements(again.statements)).toBe(printed)
      }),
      { numRuns: 4000 },
    )
  })

  test('a name of a database that is touched stands in it', () => {
    fc.assert(
      fc.property(mutated, text => {
        const parsed = parseInfluxql(text)
        if ('undecidable' in parsed) return
        for (const touch of parsed.statements.flatMap(touchesOf)) {
          if ('database' in touch && touch.database !== undefined && /^\w+$/.test(touch.database)) {
            expect(text).toContain(touch.database)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('text in a comment, a string or a quoted name changes no touch but its own', () => {
    const evil = fc.constantFrom(
      '; DROP DATABASE x',
      'FROM secret..m',
      ') FROM secret..m',
      '/x/',
      '--',
      "\\'",
      ', secret..m',
      'INTO secret..x',
    )
    fc.assert(
      fc.property(evil, evil, (one, other) => {
        const quoted = (one + other).replaceAll(/['"\\]/g, found => `\\${found}`)
        const plain = parse('SELECT a FROM mine.rp.m WHERE b = 1')
        for (const text of [
          `SELECT a FROM mine.rp.m WHERE b = '${quoted}'`,
          `SELECT "${quoted}" AS "${quoted}" FROM mine.rp.m WHERE b = 1`,
          `SELECT a /* ${one}${other} */ FROM mine.rp.m WHERE b = 1`,
          `SELECT a FROM mine.rp.m -- ${one}${other}\nWHERE b = 1`,
          `SELECT a FROM mine.rp.m WHERE b =~ /${(one + other).replaceAll('/', '\\/')}/`,
        ]) {
          const parsed = parseInfluxql(text)
          expect(parsed).toHaveProperty('statements')
          expect('statements' in parsed && parsed.statements.map(touchesOf)).toEqual([touchesOf(plain)])
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('time grows with the length only', () => {
  const long = {
    'a list of fields': (n: number) => `SELECT ${'a, '.repeat(n / 3)}b FROM m`,
    'a chain': (n: number) => `SELECT a FROM m WHERE ${'a = 1 OR '.repeat(n / 9)}b = 2`,
    'sub-queries side by side': (n: number) =>
      `SELECT a FROM ${`(SELECT a FROM m${' '.repeat(60)}), `.repeat(n / 79)}m`,
    statements: (n: number) => `SHOW DATABASES;${' '.repeat(285)}`.repeat(n / 300),
    'deep brackets again and again': (n: number) =>
      `SELECT ${`${'('.repeat(60)}a${')'.repeat(60)},`.repeat(n / 122)}b FROM m`,
    'a comment before each optional clause': (n: number) => `SELECT a FROM m/*${'x'.repeat(n)}*/`,
    'comments everywhere': (n: number) => `SELECT a FROM m WHERE ${'a/*x*/+'.repeat(n / 7)}b = 1`,
    'a long name': (n: number) => `SELECT a FROM "${'x'.repeat(n)}"`,
    'open brackets': (n: number) => `SELECT ${'('.repeat(n)}`,
    'names with points': (n: number) => `SELECT ${'a.b.c,'.repeat(n / 6)}d FROM m`,
    spaces: (n: number) => `SELECT a${' '.repeat(n)}FROM m`,
    'digits of a limit': (n: number) => `SELECT a FROM m LIMIT ${'0'.repeat(n)}1`,
  }

  test.each(Object.entries(long))('%s', (_, textOf) => {
    const prepare = (size: number) => {
      const text = textOf(size)
      return () => {
        const parsed = parseInfluxql(text)
        if ('statements' in parsed) printStatements(parsed.statements)
      }
    }
    expect(isLinear(prepare, 30_000)).toBe(true)
  })
})
