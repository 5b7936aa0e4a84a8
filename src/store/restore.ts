import { chownSync, constants, copyFileSync, existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { type AuditEntry, audit } from './audit.ts'
import { discard, flush } from './durable.ts'
import { type Inspection, inspect, quoted, schemaVersionOf } from './inspection.ts'
import { assertNotNewer, migrate, SCHEMA_VERSION } from './migrations.ts'
import { type Difference, differenceToPresent } from './revocations.ts'
import { raw, type Sql, sql } from './sql.ts'
import { createPrivately, type Database, openDatabase, openSqlite, type Sqlite } from './sqlite.ts'

/**
 * Opens a backup to read it, having read all of it.
 *
 * @throws AppError `invalid` if the file is no whole database of Sluice, `unavailable` if it is of a newer one
 */
export async function openBackup(file: string): Promise<Inspection> {
  const backup = await inspect(file, 'none').catch(cause => {
    throw new AppError('invalid', `${file} is not a backup of Sluice`, { cause })
  })
  try {
    const [fault] = backup.quickCheck()
    if (fault !== undefined) throw new AppError('invalid', `${file} is damaged (${fault}): take another backup`)
    const version = await backup.schemaVersion()
    if (version === undefined || version === 0) throw new AppError('invalid', `${file} is not a backup of Sluice`)
    assertNotNewer(version)
    return backup
  } catch (cause) {
    await backup.close()
    throw cause
  }
}

/**
 * Copies a backup into a data directory, under a name that no server looks for, and brings the copy up to this program's
 * schema. The backup itself stays as it is.
 *
 * @param target is replaced if it is there: what an interrupted restore left. The caller holds the directory's lock alone
 */
export async function stage(backup: Inspection, target: string): Promise<Sqlite> {
  discard(target)
  createPrivately(target)
  backup.copyTo(target)
  const staged = await openSqlite({ path: target, journalMode: 'delete' })
  // A backup has its instance id already.
  await migrate(staged, '')
  return staged
}

/** The store that a backup would replace, as far as it can be read. */
export interface Present {
  /** 0 if it is empty, undefined if it is not one of ours. */
  readonly schema: number | undefined
  readonly epoch: number
  /** Undefined unless it is of this program's schema. */
  readonly difference: Difference | undefined
}

/**
 * Looks at the present store from a staged backup. By attaching it, which leaves no handle open afterwards.
 *
 * @throws AppError `unavailable` if it is broken, which may be why somebody restores
 */
export async function lookAtPresent(staged: Sqlite, path: string, nowMs: number): Promise<Present> {
  staged.exec(`attach database ${quoted(path)} as present`)
  try {
    const schema = await schemaVersionOf(staged, 'present')
    if (schema !== SCHEMA_VERSION) return { schema, epoch: 0, difference: undefined }
    const epoch = await epochOf(staged, 'present')
    return { schema, epoch, difference: await differenceToPresent(staged, nowMs) }
  } finally {
    staged.exec('detach database present')
  }
}

/** How often a store was replaced by a backup, from 1. 0 if it says nothing, which no store of ours does. */
export async function epochOf(store: Sql, database: 'main' | 'present' = 'main'): Promise<number> {
  const [row] = await store.all<{ value: string }>(sql`
    select value from ${raw(database)}.meta where key = 'epoch'`)
  return Number(row?.value ?? 0)
}

/**
 * Makes the copy the beginning of an epoch: every node forgets what it knows, nobody is signed in, and the audit chain,
 * which goes on from the backup's last row, says so. All of it or nothing.
 */
export async function beginEpoch(staged: Sqlite, epoch: number, entry: AuditEntry): Promise<void> {
  await staged.transaction(async inside => {
    await inside.run(sql`delete from sessions`)
    await inside.run(sql`update meta set value = ${String(epoch)} where key = 'epoch'`)
    await audit(inside).append(entry)
  })
}

/**
 * Puts a finished copy in the place of the store, and keeps the store under another name. Whenever the machine stops, there
 * is one whole store under the name: the old one or the new one. Never none, or the next start would offer set-up to all.
 *
 * @param staged closed
 * @param path of the store, which need not exist; the caller holds the directory's lock alone
 * @returns whether there was something to keep
 */
export async function replaceStore(staged: string, path: string, keptPath: string): Promise<boolean> {
  flush(staged)
  const isThere = existsSync(path)
  if (isThere) {
    await keep(path, keptPath)
    flush(dirname(path))
  }
  renameSync(staged, path)
  flush(dirname(path))
  return isThere
}

async function keep(path: string, keptPath: string): Promise<void> {
  await foldLogIn(path)
  // A log that is left belongs to a broken store. Beside the new one it would be taken for that one's.
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${keptPath}-wal`)
  rmSync(`${path}-shm`, { force: true })
  try {
    linkSync(path, keptPath)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw cause
    // A file system without hard links.
    copyFileSync(path, keptPath, constants.COPYFILE_EXCL)
    flush(keptPath)
  }
}

/** Writes what stands in the write-ahead log into the store's file, which then stands alone. */
async function foldLogIn(path: string): Promise<void> {
  let database: Database | undefined
  try {
    database = await openDatabase(path)
    database.exec('pragma busy_timeout = 2000')
    database.exec('pragma journal_mode = delete')
  } catch {
    // Broken: that may be why somebody restores.
  } finally {
    database?.close()
  }
}

/** What root creates in somebody else's directory is that one's, or his server could not open it. */
export function giveToOwner(directory: string, paths: readonly string[]): void {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(directory)
  for (const path of paths) chownSync(path, uid, gid)
}
