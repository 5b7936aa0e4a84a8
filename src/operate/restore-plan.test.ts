import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, id, NOW_MS } from '../../test/contract/samples.ts'
import { copyStore } from '../store/backup.ts'
import { storePath } from '../store/open-sqlite-store.ts'
import { sql } from '../store/sql.ts'
import { openSqlite } from '../store/sqlite.ts'
import { planRestore } from './restore-plan.ts'

let folder: string
let opened: OpenedSqliteStore
let backup: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-plan-'))
  backup = join(folder, 'backup.db')
  opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await opened.store.transaction(async nouns => {
    await addOwners(nouns)
    await addAuthorization(nouns, 1)
    await nouns.audit.append({ atMs: NOW_MS, actor: 'system', action: 'a.b', target: 't', detail: '{}' })
  })
  await copyStore(storePath(opened.directory), backup)
})
afterEach(() => rmSync(folder, { recursive: true }))

async function planFor(path = storePath(opened.directory)) {
  const staged = await openSqlite({ path: backup, journalMode: 'delete' })
  const counts = { orgs: 1, users: 1, authorizations: 1, changes: 0, audit: 1 }
  const plan = await planRestore(staged, { file: 'backup.db', counts }, path, NOW_MS)
  await staged.close()
  return plan
}

test('a plan tells how new the backup is and what it would undo', async () => {
  await opened.store.transaction(({ authorizations }) =>
    authorizations.update(id(1), 1, { status: 'inactive' }, NOW_MS),
  )
  expect(await planFor()).toMatchObject({
    newestAtMs: NOW_MS,
    warning: undefined,
    present: { there: true, epoch: 1, difference: { revocations: [{ undone: 'token deactivated' }] } },
  })
})

test('nothing there, and a start that came to nothing, are nothing to replace', async () => {
  expect((await planFor(join(folder, 'nothing.db'))).present).toEqual({ there: false })
  expect(readdirSync(folder)).toEqual(['backup.db'])
  writeFileSync(join(folder, 'empty.db'), '')
  expect((await planFor(join(folder, 'empty.db'))).present).toEqual({ there: false })
})

test('data of another schema is not compared, because nobody knows what it means', async () => {
  await opened.sqlite.run(sql`update meta set value = '99' where key = 'schema-version'`)
  expect((await planFor()).present).toMatchObject({ there: true, unknown: expect.stringContaining('schema 99') })
})

test('data that cannot be read is no reason to refuse: it is why people restore', async () => {
  writeFileSync(join(folder, 'broken.db'), 'broken. '.repeat(1000))
  expect((await planFor(join(folder, 'broken.db'))).present).toEqual({
    there: true,
    epoch: 0,
    unknown: 'the present data cannot be read (file is not a database)',
  })
})

test('a backup whose audit log was changed is told from one that is whole', async () => {
  const database = await openSqlite({ path: backup, journalMode: 'delete' })
  await database.run(sql`update audit set actor = 'nobody'`)
  await database.close()
  expect((await planFor()).warning).toBe('The audit log of the backup is not whole: row 1 was changed.')
})
