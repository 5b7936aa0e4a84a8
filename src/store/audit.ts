import { createHash } from 'node:crypto'
import { nextInSequence } from './changes.ts'
import { portion, type Sql, sql } from './sql.ts'

/** One management act. `detail` is a JSON object without secrets. */
export interface AuditEntry {
  readonly atMs: number
  /** Who did it: `authorization:<id>`, `user:<id>`, `system`, or `recovery` for whoever has the machine. */
  readonly actor: string
  /** What was done, as `<noun>.<verb>`: `authorization.create`. */
  readonly action: string
  /** The id of what it was done to. */
  readonly target: string
  readonly detail: string
}

export interface AuditRow extends AuditEntry {
  readonly seq: number
  readonly previous: string
  readonly hash: string
}

/** Every management act, each row bound to the one before it by a hash. */
export interface Audit {
  /** Call it in the same transaction as the act. */
  append(entry: AuditEntry): Promise<void>
  /** From a number on, oldest first. */
  list(fromSeq: number, limit: number): Promise<AuditRow[]>
}

/** What stands before the first row. */
export const AUDIT_GENESIS = '0'.repeat(64)

/** SHA-256 over the previous hash and every field, as hexadecimal. Fields are framed by JSON, so that none can run into the next. */
export function auditHash(previous: string, seq: number, entry: AuditEntry): string {
  const framed = JSON.stringify([previous, seq, entry.atMs, entry.actor, entry.action, entry.target, entry.detail])
  return createHash('sha256').update(framed).digest('hex')
}

export function audit(store: Sql): Audit {
  return {
    async append(entry) {
      const seq = await nextInSequence(store, 'audit')
      const before = await store.all<{ hash: string }>(sql`select hash from audit where seq = ${seq - 1}`)
      const previous = before[0]?.hash ?? AUDIT_GENESIS
      await store.run(sql`
        insert into audit (seq, at, actor, action, target, detail, previous, hash)
        values (${seq}, ${entry.atMs}, ${entry.actor}, ${entry.action}, ${entry.target}, ${entry.detail},
          ${previous}, ${auditHash(previous, seq, entry)})`)
    },
    list: (fromSeq, limit) =>
      store.all<AuditRow>(sql`
        select seq, at as "atMs", actor, action, target, detail, previous, hash
        from audit where seq >= ${fromSeq} order by seq ${portion(limit)}`),
  }
}
