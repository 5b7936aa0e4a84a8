import { beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { AUDIT_GENESIS, auditHash } from './audit.ts'
import { walkAuditChain } from './audit-chain.ts'
import { sql } from './sql.ts'

/** More than a page, so that the walk turns one. */
const ROWS = 1100

let opened: OpenedSqliteStore

beforeEach(async () => {
  opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await opened.store.transaction(async ({ audit }) => {
    for (let seq = 1; seq <= ROWS; seq++)
      await audit.append({ atMs: seq * 10, actor: 'system', action: 'a.b', target: `t${seq}`, detail: '{}' })
  })
})

const walk = () => walkAuditChain(opened.sqlite)

describe('an audit chain', () => {
  test('is intact as it was written, and tells when the newest act was', async () => {
    expect(await walk()).toEqual({ intact: true, rows: ROWS, newestAtMs: ROWS * 10 })
  })

  test('is intact when it is empty', async () => {
    const empty = (await fresh(openSqliteStore)) as OpenedSqliteStore
    expect(await walkAuditChain(empty.sqlite)).toEqual({ intact: true, rows: 0, newestAtMs: undefined })
  })

  test('tells the newest act by its time, not by its place: clocks are set back', async () => {
    const entry = { atMs: 5, actor: 'system', action: 'a.b', target: 't', detail: '{}' }
    await opened.store.transaction(({ audit }) => audit.append(entry))
    expect(await walk()).toMatchObject({ newestAtMs: ROWS * 10 })
  })

  test.each([
    ['at', sql`update audit set at = at + 1 where seq = 1003`],
    ['actor', sql`update audit set actor = 'nobody' where seq = 1003`],
    ['action', sql`update audit set action = 'a.c' where seq = 1003`],
    ['target', sql`update audit set target = 'u1003' where seq = 1003`],
    ['detail', sql`update audit set detail = '{"a":1}' where seq = 1003`],
    ['hash', sql`update audit set hash = ${'0'.repeat(64)} where seq = 1003`],
  ])('names the row whose %s was changed', async (_, change) => {
    await opened.tamper(change)
    expect(await walk()).toEqual({ intact: false, brokenAt: 1003, how: 'was changed' })
  })

  test.each([
    ['the first row', 1],
    ['a row in between', 500],
    ['the first row of a page', 1001],
    ['the last row', ROWS],
  ])('notices that %s is missing', async (_, seq) => {
    await opened.tamper(sql`delete from audit where seq = ${seq}`)
    expect(await walk()).toEqual({ intact: false, brokenAt: seq, how: 'is missing' })
  })

  test('notices that everything is missing', async () => {
    await opened.tamper(sql`delete from audit`)
    expect(await walk()).toEqual({ intact: false, brokenAt: 1, how: 'is missing' })
  })

  test('notices a row that was written anew, by the row after it', async () => {
    const [row] = await opened.store.audit.list(7, 1)
    const forged = { ...row!, actor: 'nobody' }
    const hash = auditHash(forged.previous, 7, forged)
    await opened.tamper(sql`update audit set actor = 'nobody', hash = ${hash} where seq = 7`)
    expect(await walk()).toEqual({ intact: false, brokenAt: 8, how: 'does not follow the row before it' })
  })

  test('notices a chain that begins anew in the middle', async () => {
    const [row] = await opened.store.audit.list(9, 1)
    const hash = auditHash(AUDIT_GENESIS, 9, row!)
    await opened.tamper(sql`update audit set previous = ${AUDIT_GENESIS}, hash = ${hash} where seq = 9`)
    expect(await walk()).toEqual({ intact: false, brokenAt: 9, how: 'does not follow the row before it' })
  })
})
