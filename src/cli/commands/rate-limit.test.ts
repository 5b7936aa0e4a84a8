// Rates as people write them, and what they mean for when a batch goes out.
import { describe, expect, test } from 'vitest'
import { createPacer, parseRate } from './rate-limit.ts'

test.each([
  ['5 MB / 5 min', (5 * 1024 * 1024) / 300_000],
  ['5MB/5min', (5 * 1024 * 1024) / 300_000],
  ['1MB/s', (1024 * 1024) / 1000],
  ['10 kB sec', 10.24],
  ['500B/2m', 500 / 120_000],
])('%s', (text, expected) => {
  expect(parseRate(text)).toBeCloseTo(expected, 10)
})

test('nothing is no limit', () => {
  expect(parseRate(undefined)).toBe(undefined)
  expect(parseRate('')).toBe(undefined)
})

test.each(['fast', '5', '5MB', '5MB/h', '0MB/s', '-1MB/s', 'MB/s', '5GB/s', '5MB/0s'])('%s is no rate', text => {
  expect(() => parseRate(text)).toThrow(`--rate-limit: "${text}" is no rate`)
})

describe('a pace', () => {
  test('holds on average: who sent much waits', () => {
    const pacer = createPacer(1)
    expect([0, 0, 500, 5000].map(nowMs => pacer.delayFor(1000, nowMs))).toEqual([0, 1000, 1500, 0])
  })

  test('makes batches small, so that they go out at least every ten seconds', () => {
    expect(createPacer(1).maxBytes(500_000)).toBe(10_000)
    expect(createPacer(1_000_000).maxBytes(500_000)).toBe(500_000)
  })

  test('without a limit is none', () => {
    const pacer = createPacer(undefined)
    expect(pacer.maxBytes(500_000)).toBe(500_000)
    expect(pacer.delayFor(1e12, 0)).toBe(0)
    expect(pacer.delayFor(1e12, 0)).toBe(0)
  })
})
