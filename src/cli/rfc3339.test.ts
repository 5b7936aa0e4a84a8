// Times to the nanosecond.
import { expect, test } from 'vitest'
import { parseRfc3339, printNanoseconds } from './rfc3339.ts'

test.each([
  ['1970-01-01T00:00:00Z', 0n],
  ['2024-01-01T10:00:00.25Z', 1_704_103_200_250_000_000n],
  ['2024-01-01T12:00:00.000000001+02:00', 1_704_103_200_000_000_001n],
  ['2024-01-01T04:30:00-05:30', 1_704_103_200_000_000_000n],
  ['1969-12-31T23:59:59.5Z', -500_000_000n],
  ['2024-02-29T00:00:00Z', 1_709_164_800_000_000_000n],
])('%s', (text, expected) => {
  expect(parseRfc3339(text)).toBe(expected)
})

test.each([
  '2023-02-29T00:00:00Z',
  '2024-13-01T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T00:00:00',
  '2024-01-01',
  '2024-01-01T00:00:00+24:00',
  'yesterday',
  '',
])('%j is no time', text => {
  expect(parseRfc3339(text)).toBe(undefined)
})

test('times are printed with nine digits, in UTC', () => {
  for (const text of [
    '2024-01-01T10:00:00.250000000Z',
    '1969-12-31T23:59:59.500000000Z',
    '1970-01-01T00:00:00.000000000Z',
  ]) {
    expect(printNanoseconds(parseRfc3339(text)!)).toBe(text)
  }
})
