import { beforeEach, describe, expect, test, vi } from 'vitest'
import type { Change, Freshness } from '../authority/freshness.ts'
import type { Caller } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'
import { type Running, type Stream, watchRunning } from './running.ts'

const CALLER = {
  ref: { kind: 'authorization', id: 'token' },
  userId: 'user',
  orgId: 'org',
  expiresAtMs: undefined,
} as unknown as Caller

let tell: (changes: readonly Change[]) => void
let generation: number
let renewals: number
let now: number
let running: Running
let allowed: boolean | Error
let judged: number
let cuts: number

beforeEach(() => {
  vi.useFakeTimers()
  generation = renewals = now = judged = cuts = 0
  allowed = true
  const freshness: Freshness = {
    renew() {
      renewals++
      return undefined
    },
    generation: () => generation,
    listen: listener => {
      tell = listener
    },
  }
  running = watchRunning({ freshness, nowMs: () => now, onCut: () => {} })
})

const stream = (fields: Partial<Stream> = {}): Stream => ({
  caller: CALLER,
  since: running.mark(),
  stillAllowed: async () => {
    judged++
    if (allowed instanceof Error) throw allowed
    return allowed
  },
  cut: () => cuts++,
  ...fields,
})
const change = (kind: Change['kind'], id: string): Change[] => [{ seq: 1, kind, id }]
const settle = () => vi.advanceTimersByTimeAsync(0)

describe('a running stream', () => {
  test.each([
    ['authorization', 'token'],
    ['user', 'user'],
    ['org', 'org'],
    ['secret', 'any'],
  ] as const)('is judged anew when a change names its %s, and cut if it would not be let in', async (kind, id) => {
    running.watch(stream())
    tell(change(kind, id))
    await settle()
    expect([judged, cuts]).toEqual([1, 0])
    allowed = false
    tell(change(kind, id))
    await settle()
    tell(change(kind, id))
    await settle()
    expect([judged, cuts]).toEqual([2, 1])
  })

  test.each([
    ['authorization', 'another'],
    ['user', 'another'],
    ['org', 'another'],
    ['bucket', 'token'],
    ['session', 'user'],
  ] as const)('is left alone by another %s', async (kind, id) => {
    allowed = false
    running.watch(stream())
    tell(change(kind, id))
    await settle()
    expect([judged, cuts]).toEqual([0, 0])
  })

  test('is cut when its token expires', async () => {
    now = 1000
    running.watch(stream({ caller: { ...CALLER, expiresAtMs: 1100 } }))
    await vi.advanceTimersByTimeAsync(50)
    expect(cuts).toBe(0)
    now = 1100
    await vi.advanceTimersByTimeAsync(50)
    expect(cuts).toBe(1)
  })

  test('is judged at once if something changed after its caller was verified', async () => {
    allowed = false
    const since = running.mark()
    generation++
    running.watch(stream({ since }))
    await settle()
    expect(cuts).toBe(1)
  })

  test('goes on while the store does not answer, and is judged when it does', async () => {
    allowed = new AppError('unavailable', 'the store did not answer')
    running.watch(stream())
    tell(change('authorization', 'token'))
    await vi.advanceTimersByTimeAsync(200)
    expect(cuts).toBe(0)
    expect(judged).toBeGreaterThan(2)
    allowed = false
    await vi.advanceTimersByTimeAsync(50)
    expect(cuts).toBe(1)
  })

  test('is cut if its verdict cannot be had for another reason', async () => {
    allowed = new AppError('too many requests', 'somebody guesses')
    running.watch(stream())
    tell(change('authorization', 'token'))
    await settle()
    expect(cuts).toBe(1)
  })

  test('is not touched after it ended, and nothing is asked when none runs', async () => {
    allowed = false
    const end = running.watch(stream())
    await vi.advanceTimersByTimeAsync(100)
    expect(renewals).toBe(2)
    end()
    tell(change('authorization', 'token'))
    await vi.advanceTimersByTimeAsync(1000)
    expect([judged, cuts, renewals, vi.getTimerCount()]).toEqual([0, 0, 2, 0])
  })
})
