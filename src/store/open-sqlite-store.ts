import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { inTheWay, type Lock, lockStore, pause, tryLock, WAIT_MS } from './lock.ts'
import { assertNotNewer, migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts'
import { openSqlite, type Sqlite } from './sqlite.ts'
import { type Store, storeOn } from './store.ts'

/** The files of a data directory. */
export const storePath = (directory: string) => join(directory, 'sluice.db')
export const lockPath = (directory: string) => join(directory, 'sluice.lock')

/** A store with the engine under it. */
export interface SqliteStore {
  readonly store: Store
  readonly sqlite: Sqlite
}

/**
 * Makes a data directory ready and holds it against programs of another schema for as long as the lock is open.
 * An empty or older one is migrated, for which nobody else may be using it. Any number of processes may begin at once:
 * one migrates, the others find it done.
 *
 * @throws AppError `unavailable` if the data is newer than this program, or somebody is in the way
 */
export async function prepareDirectory(directory: string, newInstanceId: () => string): Promise<Lock> {
  let giveUp = Number.POSITIVE_INFINITY
  for (;;) {
    const lock = await lockStore(lockPath(directory), 'shared')
    try {
      if (await isCurrent(directory)) return lock
    } catch (cause) {
      lock.close()
      throw cause
    }
    lock.close()
    if (await migrateAlone(directory, newInstanceId)) continue
    // Those that begin now look as we did, and are gone soon; or have migrated, and stay.
    if (performance.now() > giveUp) throw inTheWay('alone')
    giveUp = Math.min(giveUp, performance.now() + WAIT_MS.alone)
    await pause()
  }
}

/** @returns whether nobody was in the way */
async function migrateAlone(directory: string, newInstanceId: () => string): Promise<boolean> {
  const alone = await tryLock(lockPath(directory), 'alone')
  if (alone === undefined) return false
  try {
    await withStore(directory, sqlite => migrate(sqlite, newInstanceId()))
  } finally {
    alone.close()
  }
  return true
}

/** @throws AppError `unavailable` if the data is newer than this program */
async function isCurrent(directory: string): Promise<boolean> {
  // Nothing is written by those who only look: they would all be the first to do so.
  if (!existsSync(storePath(directory)) || statSync(storePath(directory)).size === 0) return false
  return withStore(directory, async sqlite => {
    const version = await schemaVersion(sqlite)
    assertNotNewer(version)
    return version === SCHEMA_VERSION
  })
}

async function withStore<T>(directory: string, work: (sqlite: Sqlite) => Promise<T>): Promise<T> {
  const sqlite = await openSqlite({ path: storePath(directory) })
  try {
    return await work(sqlite)
  } finally {
    await sqlite.close()
  }
}

/** Opens the store of a directory that was made ready. */
export async function openStore(directory: string, readOnly: boolean): Promise<SqliteStore> {
  const sqlite = await openSqlite({ path: storePath(directory), readOnly })
  return { sqlite, store: storeOn(sqlite) }
}
