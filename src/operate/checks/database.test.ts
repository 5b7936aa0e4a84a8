import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../../test/contract/open-sqlite.ts'
import { NOW_MS } from '../../../test/contract/samples.ts'
import { copyStore } from '../../store/backup.ts'
import { storePath } from '../../store/open-sqlite-store.ts'
import { sql } from '../../store/sql.ts'
import { auditFindings, checkDatabase, clockFindings, schemaFinding } from './database.ts'

let folder: string
let opened: OpenedSqliteStore
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-database-'))
  opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
  const entry = { atMs: NOW_MS, actor: 'system', action: 'a.b', target: 't', detail: '{}' }
  await opened.store.transaction(({ audit }) => audit.append(entry))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What is not right with the store, as a server uses it, and when nobody does. */
async function wrong(nowMs = NOW_MS) {
  const path = storePath(opened.directory)
  const findings = await checkDatabase(path, 'shared', nowMs)
  expect(await checkDatabase(path, 'nobody', nowMs)).toHaveLength(findings.length)
  return findings.filter(({ level }) => level !== 'ok')
}

describe('a database', () => {
  test('that is whole is fine, and says who uses it', async () => {
    expect(await wrong()).toEqual([])
    const path = storePath(opened.directory)
    const first = async (use: 'shared' | 'nobody') => (await checkDatabase(path, use, NOW_MS))[0]?.what
    expect(await first('shared')).toBe('A server is running on this data.')
    expect(await first('nobody')).toBe('No server is running on this data.')
  })

  test('that is not there yet is fine, and is not created', async () => {
    const path = join(folder, 'sluice.db')
    expect(await checkDatabase(path, 'nobody', NOW_MS)).toEqual([])
    expect(existsSync(path)).toBe(false)
  })

  test('is left alone while it is migrated or restored', async () => {
    expect(await checkDatabase(storePath(opened.directory), 'alone', NOW_MS)).toMatchObject([{ level: 'warn' }])
  })

  test('in which a page was overwritten is bad', async () => {
    const path = join(folder, 'broken.db')
    await copyStore(storePath(opened.directory), path)
    writeFileSync(path, readFileSync(path).fill(0xff, 8 * 4096, 20 * 4096))
    const findings = await checkDatabase(path, 'nobody', NOW_MS)
    expect(findings.at(-1)).toMatchObject({ level: 'bad', what: expect.stringMatching(/^The database is broken: /) })
  })

  test('that is something else is bad', async () => {
    const path = join(folder, 'text.db')
    writeFileSync(path, 'a text. '.repeat(1000))
    expect(await checkDatabase(path, 'nobody', NOW_MS)).toMatchObject([
      { level: 'bad', what: expect.stringMatching(/cannot be opened: .*not a database/) },
    ])
  })

  test('of a newer program is bad, and nothing more is read of it', async () => {
    await opened.sqlite.run(sql`update meta set value = '99' where key = 'schema-version'`)
    expect(await wrong()).toMatchObject([{ level: 'bad', what: expect.stringMatching(/newer Sluice/) }])
  })

  test('whose audit log was changed is bad, and names the row', async () => {
    await opened.tamper(sql`update audit set actor = 'nobody' where seq = 1`)
    expect(await wrong()).toMatchObject([{ level: 'bad', what: expect.stringMatching(/row 1 was changed/) }])
  })

  test('with changes in the future is worth a thought', async () => {
    expect(await wrong(NOW_MS - 3_600_000)).toMatchObject([{ level: 'warn', what: expect.stringMatching(/is dated/) }])
  })
})

describe('the schema', () => {
  test.each([
    ['the program’s own', 3, 'ok'],
    ['none, in an empty file', 0, 'ok'],
    ['an older one', 2, 'warn'],
    ['a newer one', 4, 'bad'],
    ['that of something else', undefined, 'bad'],
  ])('%s', (_, version, level) => {
    expect(schemaFinding(version, 3).level).toBe(level)
  })
})

test('a broken chain says which row, and how', () => {
  const [finding] = auditFindings({ intact: false, brokenAt: 17, how: 'is missing' })
  expect(finding).toMatchObject({ level: 'bad', what: expect.stringContaining('row 17 is missing') })
})

test('a minute of difference between clocks is nothing to speak of', () => {
  expect(clockFindings(NOW_MS + 60_000, NOW_MS)[0]?.level).toBe('ok')
  expect(clockFindings(NOW_MS + 60_001, NOW_MS)[0]?.level).toBe('warn')
  expect(clockFindings(undefined, NOW_MS)[0]?.level).toBe('ok')
})
