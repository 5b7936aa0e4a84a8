import { AppError } from '../domain/errors.ts'

/** Slows down whoever guesses passwords, by user and by address. */
export interface Throttle {
  /** @throws AppError `too many requests` while somebody has to wait */
  check(user: string, address: string): void
  failed(user: string, address: string): void
  succeeded(user: string, address: string): void
}

interface Failures {
  count: number
  untilMs: number
  lastMs: number
}

/** Failures that cost nothing, then each doubles the wait. A user is shared by all addresses, so he gets more. */
const FREE = { pair: 5, address: 20, user: 50 } as const
const MAX_WAIT_MS = 60_000
const FORGET_AFTER_MS = 15 * 60_000
/** Bounds the memory that a flood of made-up users can take. */
const MAX_KEYS = 10_000

/** @param nowMs epoch milliseconds or any other clock that goes forward */
export function createThrottle(nowMs: () => number): Throttle {
  const failures = new Map<string, Failures>()
  const keys = (user: string, address: string): [string, number][] => [
    [`pair ${address} ${user}`, FREE.pair],
    [`address ${address}`, FREE.address],
    [`user ${user}`, FREE.user],
  ]

  function note(key: string, free: number): void {
    const now = nowMs()
    const known = failures.get(key)
    const count = known === undefined || now - known.lastMs > FORGET_AFTER_MS ? 1 : known.count + 1
    const waitMs = count <= free ? 0 : Math.min(MAX_WAIT_MS, 1000 * 2 ** Math.min(count - free - 1, 10))
    failures.delete(key)
    failures.set(key, { count, untilMs: now + waitMs, lastMs: now })
    if (failures.size > MAX_KEYS) failures.delete(failures.keys().next().value as string)
  }

  return {
    check(user, address) {
      const now = nowMs()
      const untilMs = Math.max(...keys(user, address).map(([key]) => failures.get(key)?.untilMs ?? 0))
      if (untilMs <= now) return
      const retryAfterSeconds = Math.ceil((untilMs - now) / 1000)
      throw new AppError('too many requests', `too many failed attempts; try again in ${retryAfterSeconds} s`, {
        retryAfterSeconds,
      })
    },
    failed(user, address) {
      for (const [key, free] of keys(user, address)) note(key, free)
    },
    succeeded(user, address) {
      failures.delete(`pair ${address} ${user}`)
    },
  }
}
