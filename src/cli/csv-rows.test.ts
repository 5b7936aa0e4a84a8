// How CSV is taken apart: one case a line, then a property.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvOptions, type CsvRow, csvRows } from './csv-rows.ts'

async function rowsOf(text: string, options: CsvOptions = {}, pieceLength = text.length || 1): Promise<CsvRow[]> {
  async function* pieces() {
    for (let at = 0; at < text.length; at += pieceLength) yield text.slice(at, at + pieceLength)
  }
  const rows: CsvRow[] = []
  for await (const some of csvRows(pieces(), options)) rows.push(...some)
  return rows
}
const cellsOf = async (text: string, options?: CsvOptions) => (await rowsOf(text, options)).map(({ cells }) => cells)

test.each([
  [
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\r\nc,\r\n',
    [
      ['a', 'b'],
      ['c', ''],
    ],
  ],
  [',\n', [['', '']]],
  ['a\n\nb', [['a'], [''], ['b']]],
  ['"a,b",c', [['a,b', 'c']]],
  ['"a ""quoted"" word",', [['a "quoted" word', '']]],
  ['"two\nlines",c\nd', [['two\nlines', 'c'], ['d']]],
  ['5" pipe,"x"y', [['5" pipe', 'xy']]],
  ['"",""', [['', '']]],
])('%j', async (text, expected) => {
  expect(await cellsOf(text)).toEqual(expected)
})

test('the first line may name another separator', async () => {
  expect(await cellsOf('sep=;\na;b,c\n', { sepLine: true })).toEqual([['a', 'b,c']])
  expect(await cellsOf('sep=;\n')).toEqual([['sep=;']])
})

test('rows know their line and their text', async () => {
  expect(await rowsOf('a\n"b\nc",d\ne')).toEqual([
    { cells: ['a'], line: 1, text: 'a' },
    { cells: ['b\nc', 'd'], line: 2, text: '"b\nc",d' },
    { cells: ['e'], line: 4, text: 'e' },
  ])
})

test('a quote that is not closed is said, and does not swallow everything', async () => {
  await expect(rowsOf('a\n"b\nc\n')).rejects.toThrow('line 2: a quote is not closed')
  await expect(rowsOf(`"${'b\n'.repeat(100)}`, { maxLength: 50 })).rejects.toThrow('line 1: row too long')
  await expect(rowsOf('b'.repeat(100), { maxLength: 50 }, 10)).rejects.toThrow('row too long')
})

test('what was written by the rules is read back, in pieces of any length', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', 'é', '😀') })
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(rows, fc.integer({ min: 1, max: 9 }), async (written, pieceLength) => {
      const text = written.map(row => `${row.map(one => `"${one.replaceAll('"', '""')}"`).join(',')}\n`).join('')
      expect((await rowsOf(text, {}, pieceLength)).map(({ cells }) => cells)).toEqual(written)
    }),
  )
})
