import { expect, test } from 'vitest'
import { aligned } from './aligned-table.ts'

const PLAIN = { width: 80, header: true, colours: false }
const lines = (rows: string[][], options = PLAIN) => aligned(rows, options).split('\n').slice(0, -1)

test('columns line up, two spaces apart, without spaces at the end', () => {
  expect(
    lines([
      ['ID', 'Name', 'Org'],
      ['12345', 'x', ''],
      ['1', 'longer', 'acme'],
    ]),
  ).toEqual(['ID     Name    Org', '12345  x', '1      longer  acme'])
})

test('wide and combining characters do not shift the columns', () => {
  expect(
    lines([
      ['字😀', 'x'],
      ['e\u0301', 'y'],
      ['abcd', 'z'],
    ]),
  ).toEqual(['字😀  x', 'e\u0301     y', 'abcd  z'])
})

test('the last column is cut to the width of the terminal, and no other', () => {
  const token = `slc_${'x'.repeat(49)}`
  const rows = [
    ['ID', 'Token', 'Permissions'],
    ['1', token, '[read:orgs/a/buckets write:orgs/a/buckets]'],
  ]
  expect(lines(rows, { ...PLAIN, width: 80 })[1]).toBe(`1   ${token}  [read:orgs/a/buckets…`)
  // Too narrow for the columns before it: they stay whole all the same.
  expect(lines(rows, { ...PLAIN, width: 40 })[1]).toBe(`1   ${token}  [read:orgs/…`)
  expect(lines(rows, { ...PLAIN, width: 200 })[1]).toBe(`1   ${token}  [read:orgs/a/buckets write:orgs/a/buckets]`)
  expect(lines([['x', '字'.repeat(20)]], { ...PLAIN, width: 20 })[0]).toBe(`x  ${'字'.repeat(8)}…`)
})

test('a terminal that does not know its width gets everything', () => {
  expect(lines([['1', 'x'.repeat(300)]], { ...PLAIN, width: 0 })).toEqual([`1  ${'x'.repeat(300)}`])
})

test('a header is bold, a row is not, and without colours nothing is', () => {
  const rows = [['ID'], ['1']]
  expect(aligned(rows, { ...PLAIN, colours: true })).toBe('\u001b[1mID\u001b[0m\n1\n')
  expect(aligned(rows, { ...PLAIN, colours: true, header: false })).toBe('ID\n1\n')
  expect(aligned(rows, PLAIN)).toBe('ID\n1\n')
})

test('a value cannot move the cursor, change colours, turn the text round or end the line', () => {
  const text = aligned([['a\u001b[31m\u0007\r\n\tb\u202e\u2028c', 'd']], PLAIN)
  expect(text).toBe('a [31m    b  c  d\n')
})

test('nothing at all is nothing', () => {
  expect(aligned([], PLAIN)).toBe('')
})

test('there may be as many rows as there are', () => {
  expect(
    aligned(
      Array.from({ length: 200_000 }, () => ['a', 'b']),
      PLAIN,
    ),
  ).toHaveLength(200_000 * 5)
})
