import { AppError } from '../domain/errors.ts'
import { type Counts, inspect } from './inspection.ts'
import { SCHEMA_VERSION } from './migrations.ts'
import { createPrivately } from './sqlite.ts'

/**
 * Writes a copy of a store that may be in use: everything that was acknowledged before this was called, and nothing that is
 * half done. The copy is one file, readable by its owner only, and was read again and found whole. It is not flushed.
 *
 * @param path of the store's file; a running server is neither stopped nor slowed by more than the reading
 * @param target in a folder that is there; does not exist yet
 * @returns what is in the copy
 * @throws AppError `unavailable` if either of the two is not whole
 */
export async function copyStore(path: string, target: string): Promise<Counts> {
  const source = await inspect(path, 'shared')
  let before: Counts
  try {
    requireOurs(await source.schemaVersion())
    before = await source.counts()
    createPrivately(target)
    source.copyTo(target)
  } finally {
    await source.close()
  }
  return verifyCopy(target, before)
}

/** @throws AppError unless the copy is whole and not older than the store was when the copying began */
export async function verifyCopy(target: string, before: Counts): Promise<Counts> {
  const copy = await inspect(target, 'none')
  try {
    const [fault] = copy.quickCheck()
    if (fault !== undefined) throw new AppError('unavailable', `the copy is broken (${fault}): is the disk failing?`)
    requireOurs(await copy.schemaVersion())
    const after = await copy.counts()
    if (after.changes < before.changes || after.audit < before.audit)
      throw new AppError('unavailable', 'the copy lacks changes that were made before it: is the disk failing?')
    return after
  } finally {
    await copy.close()
  }
}

function requireOurs(version: number | undefined): void {
  if (version === undefined) throw new AppError('invalid', 'this database is not one of Sluice')
  if (version === 0) throw new AppError('invalid', 'this database is empty: there is nothing to back up')
  if (version <= SCHEMA_VERSION) return
  throw new AppError('unavailable', 'this data was written by a newer Sluice: back it up with that one')
}
