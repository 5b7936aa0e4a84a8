import { existsSync } from 'node:fs'
import { openDatabase } from './sqlite.ts'

/** Who holds the lock of a data directory: nobody, servers that share it, or one that needs it alone. */
export type LockUse = 'nobody' | 'shared' | 'alone'

/**
 * Looks who holds a lock, without creating it or keeping anybody waiting for longer than a moment.
 *
 * @throws Error if the file is there and may not be used
 */
export async function lockUse(path: string): Promise<LockUse> {
  if (!existsSync(path)) return 'nobody'
  const database = await openDatabase(path)
  const tries = (begin: string) => {
    try {
      database.exec(begin)
      database.exec('rollback')
      return true
    } catch (cause) {
      if (/locked|busy/i.test(String(cause))) return false
      throw cause
    }
  }
  try {
    database.exec('pragma busy_timeout = 0')
    if (tries('begin exclusive')) return 'nobody'
    // A transaction begins with its first read.
    return tries('begin; select count(*) from sqlite_schema') ? 'shared' : 'alone'
  } finally {
    database.close()
  }
}
