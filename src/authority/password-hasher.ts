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
const COST = { N: 32768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 }
const PARAMETERS = `scrypt:${COST.N}:${COST.r}:${COST.p}`
const HASH_BYTES = 32
const AT_ONCE = 2
const MAX_WAITING = 64

/** Compared against when there is nobody to compare with, so that the answer takes the same time. */
const NOBODY: PasswordHash = { salt: 'bm9ib2R5', parameters: PARAMETERS, hash: '' }

export function createPasswordHasher(): PasswordHasher {
  const inTurn = limiter(AT_ONCE, MAX_WAITING)
  return {
    async hash(password) {
      const salt = randomBytes(16)
      const hash = await inTurn(() => derive(password, salt))
      return { salt: salt.toString('base64'), parameters: PARAMETERS, hash: hash.toString('base64') }
    },
    async matches(password, stored = NOBODY) {
      if (stored.parameters !== PARAMETERS)
        throw new AppError('internal error', 'this password was stored in an unknown way')
      const hash = await inTurn(() => derive(password, Buffer.from(stored.salt, 'base64')))
      const expected = Buffer.from(stored.hash, 'base64')
      return expected.length === hash.length && timingSafeEqual(expected, hash)
    },
  }
}

function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password, salt, HASH_BYTES, COST, (failure, key) => (failure === null ? resolve(key) : reject(failure))),
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
