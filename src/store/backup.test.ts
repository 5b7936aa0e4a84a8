import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners } from '../../test/contract/samples.ts'
import { copyStore, verifyCopy } from './backup.ts'
import { storePath } from './open-sqlite-store.ts'
import { sql } from './sql.ts'
import { openDatabase } from './sqlite.ts'

let folder: string
let source: OpenedSqliteStore
let target: string

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-backup-'))
  target = join(folder, 'copy.db')
  source = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await source.store.transaction(async nouns => {
    await addOwners(nouns)
    await addAuthorization(nouns, 1)
    await nouns.changes.note('authorization', '1')
  })
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a copy of a store in use is one file, its owner’s alone, with everything in it', async () => {
  const counts = await copyStore(storePath(source.directory), target)
  expect(counts).toEqual({ orgs: 1, users: 1, authorizations: 1, changes: 1, audit: 0 })
  expect(readdirSync(folder)).toEqual(['copy.db'])
  expect(statSync(target).mode & 0o777).toBe(0o600)
})

test('what is not committed is not copied', async () => {
  let release = () => {}
  const waiting = new Promise<void>(resolve => {
    release = resolve
  })
  const writing = source.store.transaction(async nouns => {
    await addAuthorization(nouns, 2)
    await waiting
  })
  const { authorizations } = await copyStore(storePath(source.directory), target)
  release()
  await writing
  expect(authorizations).toBe(1)
})

test('a copy that is older than the store was is found out', async () => {
  const counts = await copyStore(storePath(source.directory), target)
  for (const name of ['changes', 'audit'] as const) {
    await expect(verifyCopy(target, { ...counts, [name]: counts[name] + 1 })).rejects.toThrow(/lacks changes/)
  }
  expect(await verifyCopy(target, counts)).toEqual(counts)
})

test('a copy that is broken is found out', async () => {
  const counts = await copyStore(storePath(source.directory), target)
  writeFileSync(target, readFileSync(target).fill(0xff, 8 * 4096, 20 * 4096))
  await expect(verifyCopy(target, counts)).rejects.toThrow(/the copy is broken/)
})

test('a store of a newer program, or of none, is not copied', async () => {
  await source.sqlite.run(sql`update meta set value = '99' where key = 'schema-version'`)
  await expect(copyStore(storePath(source.directory), target)).rejects.toThrow(/newer Sluice/)
  const other = await openDatabase(join(folder, 'other.db'))
  other.exec('create table a (b text)')
  other.close()
  await expect(copyStore(join(folder, 'other.db'), target)).rejects.toThrow(/not one of Sluice/)
})
