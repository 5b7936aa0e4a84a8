import type { AuthorizationId } from '../domain/id.ts'
import { actFor, type Means } from './act.ts'
import { requireToSetV1Password } from './authorizations.ts'
import type { Caller } from './caller.ts'
import { hashOf } from './password.ts'

/** Passwords of v1 authorizations. Source: wire contract 7. */
export interface V1PasswordAuthority {
  /** Setting one is issuing a secret: it takes holding every permission of the authorization. */
  set(caller: Caller, id: AuthorizationId, password: string): Promise<void>
}

export function v1PasswordAuthority(means: Means): V1PasswordAuthority {
  return {
    async set(caller, id, password) {
      // Checked before the slow hash, so that nobody without rights makes us work; checked again in the transaction.
      await requireToSetV1Password(means.store, caller, id)
      const hash = await hashOf(means.hasher, password)
      await actFor(means, caller, async (act, current) => {
        await requireToSetV1Password(act, current, id)
        await act.passwords.set({ kind: 'v1', id }, hash, act.nowMs)
        await act.changes.note('authorization', id)
        await act.record('authorization.password', id)
      })
    },
  }
}
