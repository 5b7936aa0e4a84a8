import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import type { PasswordHash } from '../store/passwords.ts'

/** Hashes people's passwords, slowly on purpose and not too many at once. */
export interface PasswordHasher {
  /** @throws AppError `too many requests` if too many are waiting */
  hash(password: string): Promise<PasswordHash>
  /** Takes as long for an unknown user (`undefined`) as for a wrong password. */
  matches(password: string, stored: PasswordHash | undefined): Promise<boolean>
}

/** 32 MiB and some 80 ms a hash. */
const USUAL_COST = 32768
const BLOCK_SIZE = 8
const MAX_MEMORY_BYTES = 64 * 1024 * 1024
const HASH_BYTES = 32
const AT_ONCE = 2
const MAX_WAITING = 64

/** @param cost scrypt's N, a power of two; a lower one is for tests that make thousands of passwords */
export function createPasswordHasher(cost = USUAL_COST): PasswordHasher {
  const inTurn = limiter(AT_ONCE, MAX_WAITING)
  const parameters = `scrypt:${cost}:${BLOCK_SIZE}:1`
  /** Compared against when there is nobody to compare with, so that the answer takes the same time. */
  const nobody: PasswordHash = { salt: 'bm9ib2R5', parameters, hash: '' }
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const hash = await inTurn(() => derive(password, salt, cost))
      return { salt: salt.toString('base64'), parameters, hash: hash.toString('base64') }
    },
    async matches(password, stored = nobody) {
      if (stored.parameters !== parameters)
        throw new AppError('internal error', 'this password was stored in an unknown way')
      const hash = await inTurn(() => derive(password, Buffer.from(stored.salt, 'base64'), cost))
      const expected = Buffer.from(stored.hash, 'base64')
      return expected.length === hash.length && timingSafeEqual(expected, hash)
    },
  }
}

function derive(password: string, salt: Uint8Array, N: number): Promise<Buffer> {
  const options = { N, r: BLOCK_SIZE, p: 1, maxmem: MAX_MEMORY_BYTES }
  return new Promise((resolve, reject) =>
    scrypt(password, salt, HASH_BYTES, options, (failure, key) => (failure === null ? resolve(key) : reject(failure))),
  )
}

/** Runs at most so many at once; lets so many wait; refuses the rest. */
function limiter(atOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async work => {
    if (running >= atOnce) {
      if (waiting.length >= maxWaiting) {
        throw new AppError('too many requests', 'too many passwords are being checked; try again', {
          retryAfterSeconds: 2,
        })
      }
      await new Promise<void>(resolve => waiting.push(resolve))
    }
    running++
    try {
      return await work()
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}
