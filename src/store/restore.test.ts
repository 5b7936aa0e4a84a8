import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, NOW_MS, USER } from '../../test/contract/samples.ts'
import { digestOf } from '../domain/token.ts'
import { walkAuditChain } from './audit-chain.ts'
import { copyStore } from './backup.ts'
import { inspect } from './inspection.ts'
import { SCHEMA_VERSION } from './migrations.ts'
import { openStore, storePath } from './open-sqlite-store.ts'
import { beginEpoch, epochOf, lookAtPresent, openBackup, replaceStore, stage } from './restore.ts'
import { sql } from './sql.ts'
import { openDatabase, openSqlite } from './sqlite.ts'

const ENTRY = { atMs: NOW_MS + 1, actor: 'system', action: 'restore', target: 'instance', detail: '{}' }

let folder: string
let source: OpenedSqliteStore
let backup: string
const path = (name: string) => join(folder, name)

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-restore-'))
  backup = path('backup.db')
  source = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await source.store.transaction(async nouns => {
    await addOwners(nouns)
    await addAuthorization(nouns, 1)
    await nouns.sessions.create({ digest: digestOf('key'), userId: USER, createdAtMs: NOW_MS, expiresAtMs: NOW_MS * 2 })
    await nouns.audit.append({ ...ENTRY, action: 'setup' })
  })
  await copyStore(storePath(source.directory), backup)
})
afterEach(() => rmSync(folder, { recursive: true }))

function damage(change: (bytes: Buffer) => Buffer): string {
  writeFileSync(path('damaged.db'), change(readFileSync(backup)))
  return path('damaged.db')
}

async function withSchema(version: string): Promise<string> {
  const database = await openDatabase(backup)
  database.exec(`update meta set value = '${version}' where key = 'schema-version'`)
  database.close()
  return backup
}

describe('a file is refused as a backup', () => {
  test.each([
    ['if it is not there', () => path('nothing.db'), /is not a backup/],
    ['if it is a folder', () => folder, /is not a backup/],
    ['if it is empty', () => damage(bytes => bytes.subarray(0, 0)), /is not a backup/],
    ['if it is something else', () => damage(bytes => bytes.fill('x')), /is not a backup/],
    ['if it was cut short', () => damage(bytes => bytes.subarray(0, 50_000)), /is (damaged|not a backup)/],
    ['if a page was overwritten', () => damage(bytes => bytes.fill(0xff, 8 * 4096, 20 * 4096)), /is damaged/],
    ['if it is of a newer program', () => withSchema('99'), /written by a newer Sluice/],
    ['if it has no schema', () => withSchema('0'), /is not a backup/],
  ])('%s', async (_, file, reason) => {
    await expect(openBackup(await file())).rejects.toThrow(reason)
  })
})

describe('staging', () => {
  test('makes a copy, for its owner alone, and leaves the backup as it is', async () => {
    const before = readFileSync(backup)
    const opened = await openBackup(backup)
    const staged = await stage(opened, path('staged.db'))
    expect((await staged.all(sql`select id from authorizations`)).length).toBe(1)
    expect(statSync(path('staged.db')).mode & 0o777).toBe(0o600)
    await staged.close()
    await opened.close()
    expect(readdirSync(folder).sort()).toEqual(['backup.db', 'staged.db'])
    expect(readFileSync(backup).equals(before)).toBe(true)
  })

  test('clears away what an interrupted restore left', async () => {
    writeFileSync(path('staged.db'), 'left over')
    writeFileSync(path('staged.db-journal'), 'left over')
    const staged = await stage(await openBackup(backup), path('staged.db'))
    expect(staged.pragma('integrity_check')).toBe('ok')
  })
})

describe('the new epoch', () => {
  test('has the number it was given, nobody signed in, and a chain that goes on and says so', async () => {
    const staged = await stage(await openBackup(backup), path('staged.db'))
    expect(await epochOf(staged)).toBe(1)
    await beginEpoch(staged, 7, ENTRY)
    expect(await epochOf(staged)).toBe(7)
    expect(await staged.all(sql`select digest from sessions`)).toEqual([])
    expect(await walkAuditChain(staged)).toMatchObject({ intact: true, rows: 2 })
    expect(await staged.all(sql`select seq, action from audit order by seq`)).toEqual([
      expect.objectContaining({ seq: 1, action: 'setup' }),
      expect.objectContaining({ seq: 2, action: 'restore' }),
    ])
    await staged.close()
  })
})

describe('replacing', () => {
  /** A data folder with a store in it, as a server that was killed leaves it, and a staged backup. */
  async function prepare(): Promise<{ store: string; staged: string; kept: string }> {
    const present = (await fresh(openSqliteStore)) as OpenedSqliteStore
    await present.store.transaction(addOwners)
    const store = path('sluice.db')
    for (const suffix of ['', '-wal', '-shm'])
      writeFileSync(store + suffix, readFileSync(storePath(present.directory) + suffix))
    const staged = await stage(await openBackup(backup), path('staged.db'))
    await staged.close()
    return { store, staged: path('staged.db'), kept: path('kept.db') }
  }

  async function authorizationsIn(file: string): Promise<number> {
    const database = await inspect(file, 'none')
    const { authorizations } = await database.counts()
    await database.close()
    return authorizations
  }

  test('puts the backup there, and keeps all that was there, its write-ahead log included', async () => {
    const { store, staged, kept } = await prepare()
    expect(statSync(`${store}-wal`).size).toBeGreaterThan(0)
    expect(await replaceStore(staged, store, kept)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['backup.db', 'kept.db', 'sluice.db'])
    expect(await authorizationsIn(store)).toBe(1)
    expect(await authorizationsIn(kept)).toBe(0)
    const database = await inspect(kept, 'none')
    expect((await database.counts()).users).toBe(1)
    await database.close()
  })

  test('needs nothing to be there', async () => {
    const { store, staged, kept } = await prepare()
    for (const suffix of ['', '-wal', '-shm']) rmSync(store + suffix)
    expect(await replaceStore(staged, store, kept)).toBe(false)
    expect(existsSync(kept)).toBe(false)
    expect(await authorizationsIn(store)).toBe(1)
  })

  test('takes a broken store out of the way, with its log, which must not be read into the new one', async () => {
    const { store, staged, kept } = await prepare()
    const log = readFileSync(`${store}-wal`)
    writeFileSync(store, 'no database. '.repeat(1000))
    await replaceStore(staged, store, kept)
    expect(existsSync(`${store}-wal`)).toBe(false)
    expect(readFileSync(`${kept}-wal`).equals(log)).toBe(true)
    expect(readFileSync(kept, 'utf8')).toContain('no database. ')
    const { store: opened } = await openStore(folder, false)
    expect(await opened.authorizations.count({ kind: 'api', scope: 'all' })).toBe(1)
    await opened.close()
  })

  test('does not overwrite what was kept before', async () => {
    const { store, staged, kept } = await prepare()
    writeFileSync(kept, 'kept before')
    await expect(replaceStore(staged, store, kept)).rejects.toThrow(/EEXIST/)
    expect(readFileSync(kept, 'utf8')).toBe('kept before')
    expect(await authorizationsIn(store)).toBe(0)
  })
})

describe('looking at the present store', () => {
  const look = async (file: string) => {
    const staged = await openSqlite({ path: backup, journalMode: 'delete' })
    try {
      return await lookAtPresent(staged, file, NOW_MS)
    } finally {
      await staged.close()
    }
  }

  test('tells its schema and epoch', async () => {
    await source.sqlite.run(sql`update meta set value = '5' where key = 'epoch'`)
    expect(await look(storePath(source.directory))).toMatchObject({ schema: SCHEMA_VERSION, epoch: 5 })
  })

  test('tells nothing more of one whose schema is another', async () => {
    await source.sqlite.run(sql`update meta set value = '99' where key = 'schema-version'`)
    expect(await look(storePath(source.directory))).toEqual({ schema: 99, epoch: 0, difference: undefined })
  })

  test('tells that it is empty, or not ours', async () => {
    writeFileSync(path('empty.db'), '')
    expect(await look(path('empty.db'))).toMatchObject({ schema: 0 })
    const other = await openDatabase(path('other.db'))
    other.exec('create table a (b text)')
    other.close()
    expect(await look(path('other.db'))).toMatchObject({ schema: undefined })
  })

  test('fails if it is no database, and can be asked again', async () => {
    writeFileSync(path('text.db'), 'a text. '.repeat(1000))
    await expect(look(path('text.db'))).rejects.toThrow()
    expect(await look(storePath(source.directory))).toMatchObject({ schema: SCHEMA_VERSION })
  })
})
