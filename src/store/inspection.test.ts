import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, NOW_MS, user } from '../../test/contract/samples.ts'
import { inspect } from './inspection.ts'
import { SCHEMA_VERSION } from './migrations.ts'
import { storePath } from './open-sqlite-store.ts'
import { sql } from './sql.ts'
import { openDatabase } from './sqlite.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-inspection-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Every file of a folder with what is in it and when that was written. */
const stateOf = (directory: string) =>
  readdirSync(directory).map(name => {
    const path = join(directory, name)
    return [name, readFileSync(path, 'base64'), statSync(path).mtimeMs]
  })

/** A store with something in it, copied as it is while it is open: a write-ahead log is beside it. */
async function storeInUse(): Promise<OpenedSqliteStore> {
  const opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await opened.store.transaction(async nouns => {
    await addOwners(nouns)
    await addAuthorization(nouns, 1)
    await nouns.users.create(user(2), NOW_MS)
    await nouns.users.remove(user(2).id, NOW_MS)
    await nouns.changes.note('authorization', '1')
  })
  return opened
}

/** The same, as one file without anything beside it. */
async function storeAtRest(): Promise<string> {
  const { directory } = await storeInUse()
  const path = join(folder, 'rest.db')
  const copy = await inspect(storePath(directory), 'shared')
  copy.copyTo(path)
  await copy.close()
  return path
}

describe('looking at a store', () => {
  test('tells its schema, that it is whole, and how much is in it that is not deleted', async () => {
    const database = await inspect(await storeAtRest(), 'none')
    expect(database.quickCheck()).toEqual([])
    expect(await database.schemaVersion()).toBe(SCHEMA_VERSION)
    expect(await database.counts()).toEqual({ orgs: 1, users: 1, authorizations: 1, changes: 1, audit: 0 })
    await database.close()
  })

  test('sees what stands in the write-ahead log only', async () => {
    const { directory, sqlite } = await storeInUse()
    expect(statSync(`${storePath(directory)}-wal`).size).toBeGreaterThan(0)
    for (const use of ['none', 'shared'] as const) {
      const database = await inspect(storePath(directory), use)
      expect((await database.counts()).authorizations, use).toBe(1)
      await database.close()
    }
    expect((await sqlite.all(sql`select id from authorizations`)).length).toBe(1)
  })

  test('leaves the folder as it was, to the byte and the minute', async () => {
    const path = await storeAtRest()
    // As a server leaves it: a header that asks for a write-ahead log, and none there.
    const database = await openDatabase(path)
    database.exec('pragma journal_mode = wal')
    database.close()
    expect(readdirSync(folder)).toEqual(['rest.db'])
    const before = stateOf(folder)
    const inspection = await inspect(path, 'none')
    inspection.quickCheck()
    await inspection.counts()
    expect(stateOf(folder)).toEqual(before)
    await inspection.close()
    expect(stateOf(folder)).toEqual(before)
  })

  test('refuses to write', async () => {
    const database = await inspect(await storeAtRest(), 'none')
    await expect(database.sql.run(sql`delete from users`)).rejects.toThrow()
    await database.close()
  })

  test('copies to a file of its own, whatever its name', async () => {
    const database = await inspect(await storeAtRest(), 'none')
    const target = join(folder, `it's "a" copy.db`)
    database.copyTo(target)
    const copy = await inspect(target, 'none')
    expect(await copy.counts()).toEqual(await database.counts())
  })
})

describe('what is no store of ours', () => {
  test('is not there, and is not created', async () => {
    const path = join(folder, 'nothing.db')
    for (const use of ['none', 'shared'] as const) await expect(inspect(path, use)).rejects.toThrow()
    expect(existsSync(path)).toBe(false)
  })

  test('is no database', async () => {
    const path = join(folder, 'text.db')
    writeFileSync(path, 'just a text, and a long one. '.repeat(400))
    await expect(inspect(path, 'none')).rejects.toThrow(/not a database/)
  })

  test('is empty', async () => {
    const path = join(folder, 'empty.db')
    writeFileSync(path, '')
    const database = await inspect(path, 'none')
    expect(await database.schemaVersion()).toBe(0)
  })

  test('is a database of some other program', async () => {
    const path = join(folder, 'other.db')
    const other = await openDatabase(path)
    other.exec('create table meta (key text, value text)')
    other.close()
    expect(await (await inspect(path, 'none')).schemaVersion()).toBe(undefined)
  })

  test('is a store in which a page was overwritten', async () => {
    const path = join(folder, 'broken.db')
    copyFileSync(await storeAtRest(), path)
    const bytes = readFileSync(path)
    bytes.fill(0xff, 8 * 4096, 20 * 4096)
    writeFileSync(path, bytes)
    const database = await inspect(path, 'none')
    expect(database.quickCheck()).not.toEqual([])
  })
})
