import { beforeEach, describe, expect, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { createThrottle, type Throttle } from './throttle.ts'

let nowMs: number
let throttle: Throttle

beforeEach(() => {
  nowMs = 1_000_000
  throttle = createThrottle(() => nowMs)
})

/** Seconds to wait; 0 if there is nothing to wait for. */
function wait(user: string, address: string): number {
  try {
    throttle.check(user, address)
    return 0
  } catch (cause) {
    expect(cause).toBeInstanceOf(AppError)
    expect((cause as AppError).code).toBe('too many requests')
    return (cause as AppError).retryAfterSeconds ?? Number.NaN
  }
}

function fail(user: string, address: string, times: number): void {
  for (let i = 0; i < times; i++) throttle.failed(user, address)
}

describe('somebody who guesses', () => {
  test('may fail five times, and waits twice as long after each further failure, a minute at most', () => {
    fail('ann', 'here', 5)
    expect(wait('ann', 'here')).toBe(0)
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      throttle.failed('ann', 'here')
      expect(wait('ann', 'here')).toBe(seconds)
    }
  })

  test('gets one attempt for each wait, not as many as arrive together', () => {
    fail('ann', 'here', 10)
    nowMs += 16_000
    expect([1, 2, 3].map(() => wait('ann', 'here'))).toEqual([0, 16, 16])
  })

  test('is slowed down by address, whatever names he tries', () => {
    for (let i = 0; i < 21; i++) throttle.failed(`user ${i}`, 'here')
    expect(wait('nobody yet', 'here')).toBe(1)
    expect(wait('nobody yet', 'there')).toBe(0)
  })

  test('is slowed down by user, wherever he comes from', () => {
    for (let i = 0; i < 51; i++) throttle.failed('ann', `address ${i}`)
    expect(wait('ann', 'elsewhere')).toBe(1)
    expect(wait('bob', 'elsewhere')).toBe(0)
  })

  test('is forgotten after a quarter of an hour', () => {
    fail('ann', 'here', 30)
    nowMs += 15 * 60_000 + 1
    throttle.failed('ann', 'here')
    expect(wait('ann', 'here')).toBe(0)
  })
})

describe('somebody who knows the password', () => {
  const isWelcome = (user: string, address: string) => throttle.succeeded(user, address)

  test('is let in from where he was let in before, whatever others try elsewhere', () => {
    isWelcome('ann', 'home')
    for (let i = 0; i < 60; i++) throttle.failed('ann', `address ${i}`)
    expect(wait('ann', 'elsewhere')).toBeGreaterThan(0)
    expect(wait('ann', 'home')).toBe(0)
  })

  test('is not let in faster for it when he fails himself', () => {
    isWelcome('ann', 'home')
    fail('ann', 'home', 6)
    expect(wait('ann', 'home')).toBe(1)
  })

  test('does not open an address to guesses at others', () => {
    isWelcome('mallory', 'here')
    for (let i = 0; i < 30; i++) throttle.failed(`user ${i}`, 'here')
    isWelcome('mallory', 'here')
    expect(wait('ann', 'here')).toBe(60)
  })

  test('leaves no wait behind that his own attempt has begun', () => {
    for (let i = 0; i < 25; i++) throttle.failed(`user ${i}`, 'here')
    nowMs += 60_000
    expect(wait('ann', 'here')).toBe(0)
    isWelcome('ann', 'here')
    expect(wait('bob', 'here')).toBe(0)
  })
})

test('names with spaces are not taken for an address and a name', () => {
  fail('b c', 'a', 6)
  expect(wait('c', 'a b')).toBe(0)
})

test('the memory that a flood takes is bounded in entries and in bytes', () => {
  // As it comes from a header: one piece, that nothing else shares.
  const name = (i: number) => Buffer.alloc(12_000, `${i} `).toString('latin1')
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 15_000; i++) throttle.failed(name(i), `address ${i}`)
  // Some 12 MB with digests for keys; names for keys would be 120 MB at least.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(60 << 20)
  expect(wait('1', 'address 1')).toBe(0)
})
