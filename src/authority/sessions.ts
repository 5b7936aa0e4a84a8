import { AppError } from '../domain/errors.ts'
import { digestOf, type TokenDigest } from '../domain/token.ts'
import { actAs, type Means } from './act.ts'
import { type Credentials, verifyPassword } from './password.ts'
import type { Throttle } from './throttle.ts'

/** A session that has begun. Its key goes to the browser and nowhere else. */
export interface NewSession {
  readonly key: string
  readonly expiresAtMs: number
}

/** Signing in and out. Source: wire contract 2.4. */
export interface SessionAuthority {
  /** @throws AppError `unauthorized`, the same for every reason; `too many requests` for whoever guesses */
  signIn(credentials: Credentials): Promise<NewSession>
  /** @throws AppError `unauthorized` if there is no such session */
  signOut(key: string): Promise<void>
  /** Keeps a session alive that is used in its last minutes. */
  extend(digest: TokenDigest): Promise<void>
}

/** How much a use in the last minutes adds. */
export const EXTENSION_MS = 5 * 60_000

export function sessionAuthority(means: Means, throttle: Throttle, lengthMs: number): SessionAuthority {
  const { store, hasher, random, clock } = means
  const refused = () => new AppError('unauthorized', 'unauthorized access')

  return {
    async signIn(credentials) {
      const user = await store.users.findByName(credentials.user)
      const owner = user && ({ kind: 'user', id: user.id } as const)
      const stored = owner && (await store.passwords.find(owner))
      const good = await verifyPassword(hasher, throttle, credentials, stored)
      if (!good || user === undefined || owner === undefined) throw refused()

      // Like the reference's: 64 random bytes, 88 characters.
      const key = Buffer.from(random(64)).toString('base64url').padEnd(88, '=')
      return actAs(means, `user:${user.id}`, async act => {
        const now = await act.passwords.find(owner)
        // The password was changed, or the user deleted, while the old one was being checked.
        if (now?.hash !== stored?.hash) throw refused()
        await act.sessions.removeExpired(act.nowMs)
        const expiresAtMs = act.nowMs + lengthMs
        await act.sessions.create({ digest: digestOf(key), userId: user.id, createdAtMs: act.nowMs, expiresAtMs })
        await act.record('session.begin', user.id, { address: credentials.address })
        return { key, expiresAtMs }
      })
    },

    async signOut(key) {
      const digest = digestOf(key)
      const session = await store.sessions.find(digest)
      if (session === undefined || session.expiresAtMs <= clock.nowMs()) throw refused()
      await actAs(means, `user:${session.userId}`, async act => {
        if (!(await act.sessions.remove(digest))) throw refused()
        await act.changes.note('session', digest)
        await act.record('session.end', session.userId)
      })
    },

    extend: digest => store.sessions.extend(digest, clock.nowMs() + EXTENSION_MS),
  }
}
