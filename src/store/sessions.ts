import type { UserId } from '../domain/id.ts'
import type { TokenDigest } from '../domain/token.ts'
import { EMPTY, type Sql, sql } from './sql.ts'

export interface Session {
  /** Of the session key, which only the browser has. */
  readonly digest: TokenDigest
  readonly userId: UserId
  readonly createdAtMs: number
  readonly expiresAtMs: number
}

export interface Sessions {
  find(digest: TokenDigest): Promise<Session | undefined>
  create(session: Session): Promise<void>
  /** Moves the expiry later; never earlier. */
  extend(digest: TokenDigest, expiresAtMs: number): Promise<void>
  /** @returns whether it was there */
  remove(digest: TokenDigest): Promise<boolean>
  /** All of a user but one, if one is named. @returns the digests that went */
  removeOfUser(userId: UserId, except?: TokenDigest): Promise<TokenDigest[]>
  removeExpired(nowMs: number): Promise<void>
}

export function sessions(store: Sql): Sessions {
  return {
    async find(digest) {
      const rows = await store.all<Session>(sql`
        select digest, user_id as "userId", created_at as "createdAtMs", expires_at as "expiresAtMs"
        from sessions where digest = ${digest}`)
      return rows[0]
    },
    async create({ digest, userId, createdAtMs, expiresAtMs }) {
      await store.run(sql`
        insert into sessions (digest, user_id, created_at, expires_at)
        values (${digest}, ${userId}, ${createdAtMs}, ${expiresAtMs})`)
    },
    async extend(digest, expiresAtMs) {
      await store.run(sql`
        update sessions set expires_at = ${expiresAtMs} where digest = ${digest} and expires_at < ${expiresAtMs}`)
    },
    async remove(digest) {
      return (await store.run(sql`delete from sessions where digest = ${digest}`)) > 0
    },
    async removeOfUser(userId, except) {
      const rows = await store.all<{ digest: TokenDigest }>(sql`
        delete from sessions where user_id = ${userId} ${except === undefined ? EMPTY : sql`and digest <> ${except}`}
        returning digest`)
      return rows.map(row => row.digest)
    },
    async removeExpired(nowMs) {
      await store.run(sql`delete from sessions where expires_at <= ${nowMs}`)
    },
  }
}
