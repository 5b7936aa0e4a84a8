import type { AuthorizationId, UserId } from '../domain/id.ts'
import { type Sql, sql } from './sql.ts'

/** Whose password: a user's, or a v1 authorization's. */
export type PasswordOwner =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'v1'; readonly id: AuthorizationId }

/** A slow hash with all that is needed to repeat it. All three are text: base64, and `scrypt:N:r:p`. */
export interface PasswordHash {
  readonly salt: string
  readonly parameters: string
  readonly hash: string
}

export interface Passwords {
  find(owner: PasswordOwner): Promise<PasswordHash | undefined>
  set(owner: PasswordOwner, password: PasswordHash, nowMs: number): Promise<void>
  remove(owner: PasswordOwner): Promise<void>
}

export function passwords(store: Sql): Passwords {
  return {
    async find({ kind, id }) {
      const rows = await store.all<PasswordHash>(sql`
        select salt, parameters, hash from passwords where owner_kind = ${kind} and owner_id = ${id}`)
      return rows[0]
    },
    async set({ kind, id }, { salt, parameters, hash }, nowMs) {
      await store.run(sql`
        insert into passwords (owner_kind, owner_id, salt, parameters, hash, updated_at)
        values (${kind}, ${id}, ${salt}, ${parameters}, ${hash}, ${nowMs})
        on conflict (owner_kind, owner_id) do update
          set salt = excluded.salt, parameters = excluded.parameters, hash = excluded.hash,
            updated_at = excluded.updated_at`)
    },
    async remove({ kind, id }) {
      await store.run(sql`delete from passwords where owner_kind = ${kind} and owner_id = ${id}`)
    },
  }
}
