import { existsSync } from 'node:fs'
import { begins, type LockMode } from './lock.ts'
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
  const isFree = (mode: LockMode) => {
    const isHeld = begins(database, mode)
    if (isHeld) database.exec('rollback')
    return isHeld
  }
  try {
    if (isFree('alone')) return 'nobody'
    return isFree('shared') ? 'shared' : 'alone'
  } finally {
    database.close()
  }
}
