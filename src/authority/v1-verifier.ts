import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AuthorizationId } from '../domain/id.ts'
import type { AuthorizationStanding } from '../store/standings.ts'
import type { Store } from '../store/store.ts'
import { type Credentials, verifyPassword } from './password.ts'
import type { PasswordHasher } from './password-hasher.ts'
import type { Throttle } from './throttle.ts'

/** What a user name and password of a 1.x client stand for: undefined if the password is wrong or there is none. */
export type V1Verifier = (credentials: Credentials) => Promise<AuthorizationStanding | undefined | 'no-such-user'>

const MAX_REMEMBERED = 10_000

/**
 * Checks passwords of v1 authorizations. A 1.x client sends its password with each request, so one that was found right is
 * remembered as a fast hash under a key that only this process knows; it counts as long as the stored slow hash, which is
 * read each time, is the one it was checked against.
 */
export function createV1Verifier(store: Store, hasher: PasswordHasher, throttle: Throttle): V1Verifier {
  const key = randomBytes(32)
  const remembered = new Map<AuthorizationId, { readonly slow: string; readonly fast: Buffer }>()
  const fastHash = (password: string) => createHmac('sha256', key).update(password).digest()

  return async credentials => {
    const standing = await store.standings.ofV1Name(credentials.user)
    if (standing === undefined) return 'no-such-user'
    const id = standing.authorizationId
    const stored = await store.passwords.find({ kind: 'v1', id })
    const fast = fastHash(credentials.password)
    const known = remembered.get(id)
    if (stored !== undefined && known?.slow === stored.hash && timingSafeEqual(known.fast, fast)) return standing
    if (!(await verifyPassword(hasher, throttle, credentials, stored))) return undefined
    if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as AuthorizationId)
    if (stored !== undefined) remembered.set(id, { slow: stored.hash, fast })
    // The slow hash took a while: what counts is how things stand now.
    return store.standings.ofAuthorization(id)
  }
}
