import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import { createPrivately, type Database, openDatabase } from './sqlite.ts'

/** Held until it is closed, or its process ends in whatever way: the operating system keeps it. */
export interface Lock {
  close(): void
}

/** Who may use a data file together. Running servers share; a migration or a restore needs it alone. */
export type LockMode = 'shared' | 'alone'

/** Milliseconds. A migration ends by itself; a server that is in the way runs on until somebody stops it. */
export const WAIT_MS = { shared: 10_000, alone: 2_000 } as const
const PAUSE_MS = 20

/**
 * Takes a lock, waiting for a while if somebody is in the way. Who waits to be alone keeps nobody out meanwhile.
 *
 * @throws AppError `unavailable`, saying who is in the way
 */
export async function lockStore(path: string, mode: LockMode, waitMs: number = WAIT_MS[mode]): Promise<Lock> {
  const giveUp = performance.now() + waitMs
  for (;;) {
    const lock = await tryLock(path, mode)
    if (lock !== undefined) return lock
    if (performance.now() > giveUp) throw inTheWay(mode)
    await pause()
  }
}

/**
 * Takes a lock if it can be had at once.
 *
 * The lock is that of an empty SQLite file beside the data, because Node cannot lock files by itself: an open read holds it
 * shared, an open exclusive transaction holds it alone. `kill -9` releases both. Nothing is ever written into it: processes
 * that start together and all want to write first would be refused at once instead of waiting for each other.
 *
 * SQLite must not do the waiting: while it waits to be alone, it lets nobody else begin to read.
 */
export async function tryLock(path: string, mode: LockMode): Promise<Lock | undefined> {
  createPrivately(path)
  const database = await openDatabase(path)
  let isHeld = false
  try {
    isHeld = begins(database, mode)
  } finally {
    if (!isHeld) database.close()
  }
  if (!isHeld) return undefined
  return {
    close() {
      // A handle that is closed with an open transaction may keep its lock until it is collected.
      database.exec('rollback')
      database.close()
    },
  }
}

/** Begins the transaction that holds the lock; false if somebody is in the way. */
export function begins(database: Database, mode: LockMode): boolean {
  try {
    database.exec('pragma busy_timeout = 0')
    database.exec(mode === 'alone' ? 'begin exclusive' : 'begin')
    // A transaction begins with its first read.
    database.prepare('select count(*) from sqlite_schema').all()
    return true
  } catch (cause) {
    if (/locked|busy/i.test(String(cause))) return false
    throw cause
  }
}

/** Not the same for all, or those who begin together would be in each other's way again and again. */
export const pause = () => sleep(PAUSE_MS * (0.5 + Math.random()))

/** Says who is in the way. */
export function inTheWay(mode: LockMode): AppError {
  return new AppError(
    'unavailable',
    mode === 'alone'
      ? 'another Sluice is using this data: stop it first'
      : 'this data is being migrated or restored by another Sluice: wait until it is done',
  )
}
