import { describe, expect, test } from 'vitest'
import { parseDuration, parseSeconds, printSeconds } from './duration.ts'

const NS = { us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9, d: 86_400e9, w: 604_800e9 }

describe('a duration', () => {
  function reads(text: string, nanoseconds: number) {
    expect(parseDuration(text), text).toBe(nanoseconds)
  }

  test('is a number with a unit, or several', () => {
    for (const [unit, nanoseconds] of Object.entries(NS)) reads(`3${unit}`, 3 * nanoseconds)
    reads('7ns', 7)
    reads('1w2d3h4m5s', NS.w + 2 * NS.d + 3 * NS.h + 4 * NS.m + 5 * NS.s)
    reads('1h1h', 2 * NS.h)
    reads('90m', 90 * NS.m)
  })

  test('may have either sign for micro', () => {
    reads('5\u00b5s', 5000)
    reads('5\u03bcs', 5000)
  })

  test('may have fractions, to the nanosecond', () => {
    reads('1.5h', 1.5 * NS.h)
    reads('1.1h', 3960 * NS.s)
    reads('0.1s', 100 * NS.ms)
  })

  test('of nothing is nothing', () => {
    reads('', 0)
    reads('0', 0)
    reads('0s', 0)
  })

  function refuses(text: string, message: string) {
    expect(() => parseDuration(text), text).toThrow(new Error(message))
  }

  test('is refused in the words that scripts know', () => {
    refuses('5', 'duration is missing a unit: 5')
    refuses('abc', 'invalid duration abc')
    refuses('-1d', 'must be greater than 0')
    const units =
      'duration must be week(w), day(d), hour(h), min(m), sec(s), millisec(ms), microsec(us), or nanosec(ns)'
    refuses('7y', units)
    refuses('1h7y', units)
    for (const text of ['1h ', ' 1h', '1 h', '1h-2m', 'h', '1.h', '.5h', '1H', '1h5', 'NaN', '1_000s']) {
      refuses(text, `invalid duration ${text}`)
    }
  })

  test('is refused where servers cannot count so far', () => {
    reads('15000w', 15_000 * NS.w)
    refuses('16000w', 'invalid duration 16000w: too long')
    refuses(`${'9'.repeat(400)}w`, `invalid duration ${'9'.repeat(400)}w: too long`)
  })

  test('is refused in fractions of a second where seconds are wanted', () => {
    expect(parseSeconds('1d')).toBe(86_400)
    expect(parseSeconds('1.1h')).toBe(3960)
    expect(() => parseSeconds('1500ms')).toThrow('duration "1500ms" is too precise, must be divisible by 1s')
  })
})

test('seconds are printed in hours, minutes and seconds', () => {
  const cases: [number, string][] = [
    [604_800, '168h0m0s'],
    [86_400, '24h0m0s'],
    [5400, '1h30m0s'],
    [2400, '40m0s'],
    [60, '1m0s'],
    [59, '59s'],
    [3661, '1h1m1s'],
    [0, '0s'],
  ]
  for (const [seconds, text] of cases) expect(printSeconds(seconds)).toBe(text)
})

test('what is printed reads the same', () => {
  for (let seconds = 0; seconds < 1e8; seconds = seconds * 3 + 7) {
    expect(parseSeconds(printSeconds(seconds))).toBe(seconds)
  }
})
