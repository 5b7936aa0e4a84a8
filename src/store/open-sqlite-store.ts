import { join } from 'node:path'
import { type Lock, lockStore } from './lock.ts'
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
 * An empty or older one is migrated, for which nobody else may be using it.
 *
 * @throws AppError `unavailable` if the data is newer than this program, or somebody is in the way
 */
export async function prepareDirectory(directory: string, newInstanceId: () => string): Promise<Lock> {
  const lock = await lockStore(lockPath(directory), 'shared')
  const sqlite = await openSqlite({ path: storePath(directory) })
  try {
    const version = await schemaVersion(sqlite)
    assertNotNewer(version)
    if (version === SCHEMA_VERSION) return lock
  } catch (cause) {
    lock.close()
    throw cause
  } finally {
    await sqlite.close()
  }
  lock.close()
  return migrateAlone(directory, newInstanceId)
}

async function migrateAlone(directory: string, newInstanceId: () => string): Promise<Lock> {
  const alone = await lockStore(lockPath(directory), 'alone')
  const sqlite = await openSqlite({ path: storePath(directory) })
  try {
    await migrate(sqlite, newInstanceId())
  } finally {
    await sqlite.close()
    alone.close()
  }
  return lockStore(lockPath(directory), 'shared')
}

/** Opens the store of a directory that was made ready. */
export async function openStore(directory: string, readOnly: boolean): Promise<SqliteStore> {
  const sqlite = await openSqlite({ path: storePath(directory), readOnly })
  return { sqlite, store: storeOn(sqlite) }
}
