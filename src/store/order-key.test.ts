import fc from 'fast-check'
import { expect, test } from 'vitest'
import { orderKey } from './order-key.ts'

const ordered = (...texts: string[]) =>
  texts.toSorted((a, b) => (orderKey(a) < orderKey(b) ? -1 : orderKey(a) > orderKey(b) ? 1 : 0))

test('digits are numbers, whatever stands before and behind them', () => {
  expect(ordered('t10', 't2', 't1')).toEqual(['t1', 't2', 't10'])
  expect(ordered('v1.10', 'v1.9', 'v1.9 b', 'v01.2')).toEqual(['v01.2', 'v1.9', 'v1.9 b', 'v1.10'])
  expect(ordered('9'.repeat(40), `1${'0'.repeat(40)}`)).toEqual(['9'.repeat(40), `1${'0'.repeat(40)}`])
})

test('case and accents do not matter', () => {
  expect(ordered('b', 'A', 'C', '')).toEqual(['', 'A', 'b', 'C'])
  expect(orderKey('Ärger')).toBe(orderKey('arger'))
  expect(orderKey('STRASSE')).toBe(orderKey('straße'))
})

test('words and numbers are in the order of English', () => {
  const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
  const words = fc
    .array(fc.constantFrom('a', 'B', 'z', 'É', '7', '12', '007', ' '), { maxLength: 6 })
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(words, words, (a, b) => {
      const [x, y] = [orderKey(a), orderKey(b)]
      expect(Math.sign(x < y ? -1 : x > y ? 1 : 0), JSON.stringify([a, b])).toBe(Math.sign(compare(a, b)))
    }),
  )
})

test('a key is not much longer than its text', () => {
  expect(orderKey('1a'.repeat(2048)).length).toBeLessThanOrEqual(3 * 4096)
})
