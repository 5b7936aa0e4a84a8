import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinearIn } from '../../test/linear-time.ts'
import { spoilt } from '../../test/spoilt.ts'
import { tryRequestVectors } from '../../test/vectors/try-requests.ts'
import { parseSql } from './sql.ts'
import { MAX_SQL_LENGTH } from './sql-tokens.ts'

const isRefused = (text: string) => 'undecidable' in parseSql(text)

/** A query, with the tables that it reads in the order of the text. */
interface Written {
  readonly text: string
  readonly tables: readonly string[]
}

const written = (parts: TemplateStringsArray, ...inner: readonly Written[]): Written => ({
  text: parts.reduce((all, part, at) => all + inner[at - 1]!.text + part),
  tables: inner.flatMap(({ tables }) => tables),
})

const table = fc.constantFrom('a', 'b', 'cpu', 'iox.a', '"C d"', 'iox."x""y"', 'B').map(text => {
  const last = text.replace(/^iox\./, '')
  const name = last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last.toLowerCase()
  return { text, tables: [name] }
})
const operand = fc
  .constantFrom(
    '1',
    "'FROM x'",
    'v',
    'm.v',
    '$1',
    'count(*)',
    '"from y"',
    'extract(hour FROM time)',
    'time',
    '/* FROM z */ 2',
  )
  .map(text => ({ text, tables: [] }))

const { query } = fc.letrec<{ query: Written; value: Written; source: Written; operand: Written }>(tie => ({
  operand,
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    operand,
    fc.tuple(tie('value'), tie('value')).map(([one, other]) => written`${one} + ${other}`),
    tie('value').map(one => written`(${one})`),
    tie('value').map(one => written`coalesce(${one}, 1)`),
    tie('query').map(one => written`(${one})`),
    fc.tuple(tie('operand'), tie('query')).map(([one, other]) => written`${one} IN (${other})`),
  ),
  source: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    table,
    table.map(one => written`${one} AS x`),
    tie('query').map(one => written`(${one}) y`),
    fc.tuple(tie('source'), table).map(([one, other]) => written`${one}, ${other}`),
    fc.tuple(tie('source'), table, tie('value')).map(all => written`${all[0]} LEFT JOIN ${all[1]} ON ${all[2]}`),
  ),
  query: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    tie('source').map(one => written`SELECT * FROM ${one}`),
    fc.tuple(tie('value'), tie('source')).map(all => written`select ${all[0]} AS n FROM ${all[1]}`),
    fc.tuple(tie('source'), tie('value')).map(all => written`SELECT 1 FROM ${all[0]} WHERE ${all[1]} ORDER BY 1`),
    fc.tuple(tie('query'), tie('source')).map(all => written`WITH t AS (${all[0]}) SELECT * FROM t, ${all[1]}`),
    fc.tuple(tie('source'), tie('query')).map(all => written`SELECT * FROM ${all[0]} UNION ALL (${all[1]})`),
  ),
}))

const noise = fc.constantFrom(
  ...[
    'SELECT',
    'FROM',
    'JOIN',
    'secret',
    'system.queries',
    ',',
    '(',
    ')',
    '"',
    "'",
    '--',
    '/*',
    '*/',
    '\n',
    ';',
    '.',
    '$$',
  ],
  ...[
    'IS',
    'DISTINCT',
    'TABLE',
    'AS',
    'WITH',
    'IN',
    'UNION',
    'ON',
    'LEFT',
    'E',
    '\\',
    'GROUP',
    'BY',
    'x',
    '1',
    '[',
    ']',
    '|>',
  ],
)

/** Words of a query without comments, strings, quoted names, and what FROM stands in without naming a table. */
const wordsOf = (text: string) =>
  text
    .replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*.*?\*\//gs, ' # ')
    .toLowerCase()
    .replaceAll(/extract *\([^()]*\)|distinct\s+from/g, ' ')
    .match(/[a-z_0-9]+|[^\s]/g) ?? []

describe('a query in SQL', () => {
  tryRequestVectors('sql', parseSql, ['names its tables', 'is refused'])

  test('names all its tables, however they are nested', () => {
    fc.assert(
      fc.property(query, ({ text, tables }) => {
        const found = parseSql(text)
        if ('undecidable' in found) expect(found).toEqual({ undecidable: 'the query is nested too deeply' })
        else expect([...found.tables]).toEqual([...new Set(tables)])
      }),
      { numRuns: 1000 },
    )
  })

  test('that is accepted names whatever follows FROM, JOIN and TABLE outside functions', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        fc.oneof(
          spoilt(query, noise, 4),
          fc.array(noise, { maxLength: 12 }).map(all => `SELECT ${all.join(' ')}`),
        ),
        text => {
          const found = parseSql(text)
          if ('undecidable' in found) return
          accepted++
          const words = wordsOf(text)
          const defined = new Set(['t', ...words.filter((_, at) => words[at + 1] === 'as' && words[at + 2] === '(')])
          words.forEach((word, at) => {
            const [next, point, name] = [words[at + 1] ?? '', words[at + 2], words[at + 3]]
            if (!['from', 'join', 'table'].includes(word) || !/^[a-z]/.test(next) || defined.has(next)) return
            if (point === '.' && name === '#') return
            expect(found.tables).toContain(point === '.' ? name : next)
          })
          expect(words.join('')).not.toMatch(/system\.queries/)
        },
      ),
      { numRuns: 3000 },
    )
    expect(accepted, 'enough were accepted to mean something').toBeGreaterThan(100)
  })

  test('says nothing else about itself when spaces, line ends and comments are put between its tokens', () => {
    fc.assert(
      fc.property(query, fc.constantFrom('\n', '\t', ' /* ; */ ', ' -- FROM q\n', '\r\n'), ({ text }, space) => {
        expect(parseSql(text.replaceAll(' AS ', `${space}AS${space}`).replaceAll(' + ', `${space}+${space}`))).toEqual(
          parseSql(text),
        )
      }),
    )
  })

  test('is read or refused, whatever it is, but nothing is thrown', () => {
    const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))
    const soup = fc.array(fc.oneof(noise, fc.string({ maxLength: 3 }), character), { maxLength: 30 })
    fc.assert(
      fc.property(soup, fc.boolean(), (pieces, isQuery) => {
        parseSql((isQuery ? 'SELECT ' : '') + pieces.join(' '))
        parseSql(pieces.join(''))
      }),
      { numRuns: 3000 },
    )
  })

  test.each([
    ['parentheses', (size: number) => `SELECT ${'('.repeat(size)}`],
    ['brackets', (size: number) => `SELECT a${'['.repeat(size)}`],
    ['queries', (size: number) => 'SELECT * FROM (SELECT * FROM '.repeat(size)],
    ['tables', (size: number) => `SELECT * FROM ${'('.repeat(size)}`],
    ['functions', (size: number) => `SELECT ${'f('.repeat(size)}`],
    ['definitions', (size: number) => 'WITH a AS ('.repeat(size)],
  ])('is refused with %s in any depth, and does not exhaust the stack', (_, text) => {
    for (const size of [51, 100_000]) expect(isRefused(text(size))).toBe(true)
  })

  test.each<[string, (size: number) => string]>([
    ['columns', size => `SELECT ${'a, '.repeat(size)}b FROM m`],
    ['tables', size => `SELECT * FROM ${Array.from({ length: size }, (_, at) => `t${at}`).join(', ')}`],
    ['joins', size => `SELECT * FROM a ${'JOIN b ON a.x = b.x '.repeat(size / 4)}`],
    ['unions', size => `SELECT 1 ${'UNION SELECT 1 '.repeat(size / 4)}`],
    [
      'definitions',
      size => `WITH ${Array.from({ length: size / 8 }, (_, at) => `t${at} AS (SELECT 1)`).join(', ')} SELECT 1`,
    ],
    ['a string', size => `SELECT '${"a''".repeat(size * 2)}'`],
    ['an open string', size => `SELECT '${"''".repeat(size * 2)}`],
    ['an open name', size => `SELECT ${'"'.repeat(size * 4 + 1)}`],
    ['comments', size => `SELECT ${'/**/'.repeat(size)}1`],
    ['open comments', size => `SELECT ${'/* '.repeat(size)}`],
    ['line comments', size => `SELECT ${'--\n'.repeat(size)}1`],
    ['spaces', size => `SELECT${' '.repeat(size * 8)}1`],
    ['points', size => `SELECT a${'.a'.repeat(size)}`],
    ['digits', size => `SELECT ${'1'.repeat(size * 4)}`],
    ['minus signs', size => `SELECT ${'- '.repeat(size)}1`],
  ])('takes time that grows no faster than %s', (_, text) => {
    // Eight times as much is as long as a text may be.
    expect(isLinearIn(text, parseSql, 3000)).toBe(true)
  })

  test('is as long as a query may be, and no longer', () => {
    const text = `SELECT 1${' '.repeat(MAX_SQL_LENGTH - 8)}`
    expect(parseSql(text)).toEqual({ tables: [], listsTables: false })
    expect(parseSql(`${text} `)).toEqual({ undecidable: expect.stringContaining(String(MAX_SQL_LENGTH)) })
  })
})
