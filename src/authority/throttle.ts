import { AppError } from '../domain/errors.ts'
import { digestOf } from '../domain/token.ts'

/** Slows down whoever guesses passwords, by user and by address. */
export interface Throttle {
  /**
   * Begins an attempt; `failed` or `succeeded` says how it ended.
   *
   * @throws AppError `too many requests` while somebody has to wait
   */
  check(user: string, address: string): void
  failed(user: string, address: string): void
  succeeded(user: string, address: string): void
}

interface Failures {
  count: number
  /** How long the last of them made others wait. */
  waitMs: number
  untilMs: number
  lastMs: number
}

/** Failures that cost nothing, then each doubles the wait. A user is shared by all addresses, so he gets more. */
const FREE = { pair: 5, address: 20, user: 50 } as const
const MAX_WAIT_MS = 60_000
const FORGET_AFTER_MS = 15 * 60_000
/** Bounds the memory that a flood of made-up users can take. */
const MAX_KEYS = 10_000

type Scope = keyof typeof FREE

/** @param nowMs epoch milliseconds or any other clock that goes forward */
export function createThrottle(nowMs: () => number): Throttle {
  const failures = new Map<string, Failures>()
  /** Users and addresses that got in: where a user comes from is not closed to him by what others try elsewhere. */
  const welcome = new Map<string, true>()

  function note(scope: Scope, key: string): void {
    const now = nowMs()
    const known = failures.get(key)
    const count = known === undefined || now - known.lastMs > FORGET_AFTER_MS ? 1 : known.count + 1
    const over = count - FREE[scope]
    const waitMs = over <= 0 ? 0 : Math.min(MAX_WAIT_MS, 1000 * 2 ** Math.min(over - 1, 10))
    renew(failures, key, { count, waitMs, untilMs: now + waitMs, lastMs: now })
  }

  return {
    check(user, address) {
      const now = nowMs()
      const keys = keysOf(user, address)
      const scopes: readonly Scope[] = welcome.has(keys.pair) ? ['pair'] : ['pair', 'address', 'user']
      const known = scopes.map(scope => failures.get(keys[scope])).filter(found => found !== undefined)
      const untilMs = Math.max(0, ...known.map(found => found.untilMs))
      if (untilMs <= now) {
        // The wait buys one attempt, not as many as arrive together.
        for (const found of known) found.untilMs = now + found.waitMs
        return
      }
      const retryAfterSeconds = Math.ceil((untilMs - now) / 1000)
      throw new AppError('too many requests', `too many failed attempts; try again in ${retryAfterSeconds} s`, {
        retryAfterSeconds,
      })
    },
    failed(user, address) {
      const keys = keysOf(user, address)
      for (const scope of ['pair', 'address', 'user'] as const) note(scope, keys[scope])
    },
    succeeded(user, address) {
      const { pair, ...shared } = keysOf(user, address)
      failures.delete(pair)
      // Undoes what `check` did; to a welcome one it did nothing, who must not open to others what is closed to them.
      for (const key of welcome.has(pair) ? [] : Object.values(shared)) {
        const known = failures.get(key)
        if (known !== undefined) known.untilMs = 0
      }
      renew(welcome, pair, true)
    },
  }
}

/** As digests, so that long names take no more memory than short ones. */
function keysOf(user: string, address: string): Record<Scope, string> {
  return {
    pair: digestOf(JSON.stringify([user, address])),
    address: digestOf(`address ${address}`),
    user: digestOf(`user ${user}`),
  }
}

/** Puts a key last, and drops the first if there are too many. */
function renew<Value>(keys: Map<string, Value>, key: string, value: Value): void {
  keys.delete(key)
  keys.set(key, value)
  if (keys.size > MAX_KEYS) keys.delete(keys.keys().next().value as string)
}
