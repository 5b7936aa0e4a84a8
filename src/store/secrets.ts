import type { AuthorizationId } from '../domain/id.ts'
import type { TokenDigest } from '../domain/token.ts'
import { type Sql, sql } from './sql.ts'

/** A text that proves an authorization, as its digest. */
export interface Secret {
  readonly digest: TokenDigest
  readonly authorizationId: AuthorizationId
  readonly label: string
  readonly createdAtMs: number
  /** From this instant on it is refused; undefined means never. */
  readonly notAfterMs: number | undefined
}

/** Digests of secrets; never the secrets. New ones are SHA-256; imported ones may name another algorithm. */
export interface Secrets {
  /** @throws AppError `conflict` if the same secret is known already */
  add(secret: Secret): Promise<void>
  findAuthorization(digest: TokenDigest): Promise<AuthorizationId | undefined>
  removeOf(authorizationId: AuthorizationId): Promise<void>
}

const ALGORITHM = 'sha256'

export function secrets(store: Sql): Secrets {
  return {
    async add({ digest, authorizationId, label, createdAtMs, notAfterMs }) {
      await store.run(sql`
        insert into secrets (algorithm, digest, authorization_id, label, created_at, not_after)
        values (${ALGORITHM}, ${digest}, ${authorizationId}, ${label}, ${createdAtMs}, ${notAfterMs ?? null})`)
    },
    async findAuthorization(digest) {
      const rows = await store.all<{ authorization_id: AuthorizationId }>(sql`
        select authorization_id from secrets where algorithm = ${ALGORITHM} and digest = ${digest}`)
      return rows[0]?.authorization_id
    },
    async removeOf(authorizationId) {
      await store.run(sql`delete from secrets where authorization_id = ${authorizationId}`)
    },
  }
}
