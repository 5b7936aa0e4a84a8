import { describe, expect, test } from 'vitest'
import { AUDIT_GENESIS, type AuditEntry, type AuditRow, auditHash } from '../../../src/store/audit.ts'
import { type Statement, sql } from '../../../src/store/sql.ts'
import { HOSTILE } from '../hostile.ts'
import { fresh, type OpenedStore, type OpenStore } from '../open.ts'
import { id, NOW_MS } from '../samples.ts'

const entry = (number: number, fields: Partial<AuditEntry> = {}): AuditEntry => ({
  atMs: NOW_MS + number,
  actor: `authorization:${id(number)}`,
  action: 'authorization.create',
  target: id(number),
  detail: `{"number":${number}}`,
  ...fields,
})

/** The number of the first row that does not follow from those before it; undefined if all do. */
function firstBroken(rows: readonly AuditRow[]): number | undefined {
  let previous = AUDIT_GENESIS
  for (const [at, row] of rows.entries()) {
    if (row.seq !== at + 1 || row.previous !== previous || row.hash !== auditHash(previous, row.seq, row))
      return row.seq
    previous = row.hash
  }
  return undefined
}

export function auditCases(open: OpenStore): void {
  describe('the audit trail', () => {
    async function withEntries(count: number): Promise<OpenedStore> {
      const opened = await fresh(open)
      await opened.store.transaction(async inside => {
        for (let number = 1; number <= count; number++) await inside.audit.append(entry(number))
      })
      return opened
    }

    test('keeps every act as it was told, oldest first', async () => {
      const { store } = await fresh(open)
      const entries = Object.values(HOSTILE).map((text, at) =>
        entry(at, { actor: text, action: text, target: text, detail: JSON.stringify({ text }) }),
      )
      for (const one of entries) await store.transaction(inside => inside.audit.append(one))
      const rows = await store.audit.list(1, 1000)
      expect(rows.map(({ seq, previous, hash, ...fields }) => fields)).toEqual(entries)
      expect(rows.map(({ seq }) => seq)).toEqual(entries.map((_, at) => at + 1))
      expect(firstBroken(rows)).toBeUndefined()
      expect(await store.audit.list(3, 2)).toEqual(rows.slice(2, 4))
      expect(await store.audit.list(1000, 2)).toEqual([])
    })

    test('is a chain that anybody can recompute, from a first row bound to nothing', async () => {
      const { store } = await withEntries(3)
      const rows = await store.audit.list(1, 10)
      expect(rows[0]?.previous).toBe('0'.repeat(64))
      expect(rows[1]?.previous).toBe(rows[0]?.hash)
      // Pinned: a trail that was written by an older program must still prove itself.
      expect(rows[0]?.hash).toBe('1da901ce9600e6538578355e63717374b9b588ba7e8de82f8b22da5e5592ebb7')
      expect(firstBroken(rows)).toBeUndefined()
    })

    test('stays whole when acts are given up, and when many act at once', async () => {
      const { store, startProcess } = await fresh(open)
      const other = await startProcess()
      await Promise.all([
        other.transact([['audit', 'append', entry(1)]], 40),
        Promise.allSettled(
          Array.from({ length: 40 }, (_, at) =>
            store.transaction(async inside => {
              await inside.audit.append(entry(at))
              if (at % 2 === 0) throw new Error('given up')
            }),
          ),
        ),
      ])
      const rows = await store.audit.list(1, 1000)
      expect(rows).toHaveLength(60)
      expect(firstBroken(rows)).toBeUndefined()
    })

    test.each<readonly [string, ...Statement[]]>([
      ['a changed time', sql`update audit set at = at + 1 where seq = 5`],
      ['a changed actor', sql`update audit set actor = 'system' where seq = 5`],
      ['a changed action', sql`update audit set action = 'user.create' where seq = 5`],
      ['a changed target', sql`update audit set target = 'x' where seq = 5`],
      ['a changed detail', sql`update audit set detail = '{}' where seq = 5`],
      ['a changed hash', sql`update audit set hash = upper(hash) where seq = 5`],
      ['a row that was taken out', sql`delete from audit where seq = 5`],
      ['text that moved to the next field', sql`update audit set action = target, target = action where seq = 5`],
      [
        'two rows that changed places',
        sql`update audit set seq = case seq when 5 then -6 when 6 then -5 else seq end where seq in (5, 6)`,
        sql`update audit set seq = -seq where seq < 0`,
      ],
      [
        'a row that was taken out and closed up',
        sql`delete from audit where seq = 5`,
        sql`update audit set seq = -(seq - 1) where seq > 5`,
        sql`update audit set seq = -seq where seq < 0`,
      ],
    ])('shows %s', async (_, ...statements) => {
      const { store, tamper } = await withEntries(9)
      expect(firstBroken(await store.audit.list(1, 100))).toBeUndefined()
      for (const statement of statements) await tamper(statement as Statement)
      const broken = firstBroken(await store.audit.list(1, 100))
      expect(broken).toBeGreaterThanOrEqual(5)
      expect(broken).toBeLessThanOrEqual(6)
    })

    test('shows a row that was rewritten with a hash of its own, by the next row', async () => {
      const { store, tamper } = await withEntries(9)
      const [before] = await store.audit.list(4, 1)
      const forged = entry(5, { detail: '{"number":6}' })
      const hash = auditHash(before!.hash, 5, forged)
      await tamper(sql`update audit set detail = ${forged.detail}, hash = ${hash} where seq = 5`)
      expect(firstBroken(await store.audit.list(1, 100))).toBe(6)
    })
  })
}
