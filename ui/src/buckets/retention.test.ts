import { expect, test } from 'vitest'
import { amountOf, isShorter, retentionOf, retentionWords } from './retention.ts'

test.each([
  [0, 'Forever'],
  [3600, '1 hour'],
  [86_400, '1 day'],
  [30 * 86_400, '30 days'],
  [90_000, '1 day 1 hour'],
  [3661, '1 hour 1 minute 1 second'],
])('%d seconds are %s', (seconds, words) => {
  expect(retentionWords(seconds)).toBe(words)
})

test('what is written by hand is read, or refused in words', () => {
  expect(retentionOf(' 36 ', 'hours')).toBe(129_600)
  expect(retentionOf('2', 'days')).toBe(172_800)
  expect(retentionOf('0', 'days')).toMatch(/at least 1 hour/)
  expect(retentionOf('1.5', 'hours')).toMatch(/whole number/)
  expect(retentionOf('', 'hours')).toMatch(/whole number/)
  expect(retentionOf('999999999', 'days')).toMatch(/too long/)
})

test('a duration is written back as it was', () => {
  for (const seconds of [3600, 129_600, 86_400, 172_800]) {
    const { amount, unit } = amountOf(seconds)
    expect(retentionOf(amount, unit)).toBe(seconds)
  }
})

test('shorter is what forgets data that was kept', () => {
  expect(isShorter(0, 3600)).toBe(true)
  expect(isShorter(7200, 3600)).toBe(true)
  expect(isShorter(3600, 7200)).toBe(false)
  expect(isShorter(3600, 0)).toBe(false)
  expect(isShorter(0, 0)).toBe(false)
})
