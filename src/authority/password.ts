import { AppError } from '../domain/errors.ts'
import type { UserId } from '../domain/id.ts'
import type { PasswordHash } from '../store/passwords.ts'
import type { Act } from './act.ts'
import type { Caller } from './caller.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Throttle } from './throttle.ts'

/** What somebody presents to prove who he is. */
export interface Credentials {
  readonly user: string
  readonly password: string
  /** The address he comes from, for the throttle. */
  readonly address: string
}

const MIN_BYTES = 8
const MAX_BYTES = 72

/** @throws AppError `invalid` unless the password has 8 to 72 bytes of UTF-8 */
export function requireGoodPassword(password: string): void {
  const bytes = Buffer.byteLength(password)
  if (bytes >= MIN_BYTES && bytes <= MAX_BYTES) return
  throw new AppError('invalid', 'passwords must be between 8 and 72 characters long')
}

export async function hashOf(hasher: PasswordHasher, password: string): Promise<PasswordHash> {
  requireGoodPassword(password)
  return hasher.hash(password)
}

/**
 * Checks a password against what is stored, slowed down for whoever fails often.
 *
 * @param stored undefined if there is no such user or he has no password; takes as long as a wrong one
 * @throws AppError `too many requests`
 */
export async function verifyPassword(
  hasher: PasswordHasher,
  throttle: Throttle,
  { user, password, address }: Credentials,
  stored: PasswordHash | undefined,
): Promise<boolean> {
  throttle.check(user, address)
  const good = await hasher.matches(password, stored)
  if (good) throttle.succeeded(user, address)
  else throttle.failed(user, address)
  return good
}

/** Ends a user's sessions, but for the one that asks for it. */
export async function endOtherSessions(act: Act, userId: UserId, caller: Caller | undefined): Promise<void> {
  const own = caller?.ref.kind === 'session' ? caller.ref.digest : undefined
  for (const digest of await act.sessions.removeOfUser(userId, own)) await act.changes.note('session', digest)
}
