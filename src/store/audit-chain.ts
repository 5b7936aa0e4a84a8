import { AUDIT_GENESIS, type AuditRow, audit, auditHash } from './audit.ts'
import { type Sql, sql } from './sql.ts'

/** What a walk along the audit chain found. */
export type AuditChain =
  | {
      readonly intact: true
      readonly rows: number
      /** When the newest act was done, by the clock of its time; undefined if nothing was ever done. */
      readonly newestAtMs: number | undefined
    }
  | {
      readonly intact: false
      /** The first row that is not as it was written, or is missing. */
      readonly brokenAt: number
      /** The end of a sentence that begins with that row. */
      readonly how: 'is missing' | 'was changed' | 'does not follow the row before it'
    }

const PAGE = 1000

/**
 * Walks the audit chain from its first row and stops where it breaks: a row that is missing, a field that does not fit its
 * hash, a hash that does not fit the row before. Rows that were cut off at the end are noticed by their number.
 *
 * What it cannot notice is somebody who wrote the whole rest anew; signed heads are for that.
 */
export async function walkAuditChain(store: Sql): Promise<AuditChain> {
  const rows = audit(store)
  // Read first: rows that a running server adds meanwhile come after it.
  const [sequence] = await store.all<{ value: number }>(sql`select value from sequences where name = 'audit'`)
  let last = 0
  let previous = AUDIT_GENESIS
  let newestAtMs: number | undefined
  for (let page = await rows.list(1, PAGE); page.length > 0; page = await rows.list(last + 1, PAGE)) {
    for (const row of page) {
      const how = breakAt(row, last + 1, previous)
      if (how !== undefined) return { intact: false, brokenAt: last + 1, how }
      last = row.seq
      previous = row.hash
      newestAtMs = Math.max(newestAtMs ?? row.atMs, row.atMs)
    }
  }
  if (last < (sequence?.value ?? 0)) return { intact: false, brokenAt: last + 1, how: 'is missing' }
  return { intact: true, rows: last, newestAtMs }
}

function breakAt(row: AuditRow, seq: number, previous: string) {
  if (row.seq !== seq) return 'is missing'
  if (row.hash !== auditHash(row.previous, row.seq, row)) return 'was changed'
  return row.previous === previous ? undefined : 'does not follow the row before it'
}
