import { AppError } from '../domain/errors.ts'
import { createPrivately, openDatabase } from './sqlite.ts'

/** Held until it is closed, or its process ends in whatever way: the operating system keeps it. */
export interface Lock {
  close(): void
}

/**
 * Who may use a data file together. Running servers share; a migration or a restore needs it alone.
 *
 * The lock is that of an empty SQLite file beside the data, because Node cannot lock files by itself: an open read holds it
 * shared, an open exclusive transaction holds it alone. `kill -9` releases both. Nothing is ever written into it: processes
 * that start together and all want to write first would be refused at once instead of waiting for each other.
 *
 * @throws AppError `unavailable`, saying who is in the way
 */
export async function lockStore(path: string, mode: 'shared' | 'alone'): Promise<Lock> {
  createPrivately(path)
  const database = await openDatabase(path)
  try {
    database.exec('pragma busy_timeout = 2000')
    if (mode === 'alone') {
      database.exec('begin exclusive')
    } else {
      database.exec('begin')
      // A transaction begins with its first read.
      database.prepare('select count(*) from sqlite_schema').all()
    }
  } catch (cause) {
    database.close()
    if (!/locked|busy/i.test(String(cause))) throw cause
    throw new AppError('unavailable', busy(mode), { cause })
  }
  return {
    close() {
      // A handle that is closed with an open transaction may keep its lock until it is collected.
      database.exec('rollback')
      database.close()
    },
  }
}

function busy(mode: 'shared' | 'alone'): string {
  return mode === 'alone'
    ? 'another Sluice is using this data: stop it first'
    : 'this data is being migrated or restored by another Sluice: wait until it is done'
}
