import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, unlinkSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'

/** Waits until a file's content, or a folder's list of names, is on disk. */
export function flush(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** What file systems without hard links say. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/**
 * Gives a finished file its name, for good: its content was flushed before, the name is when this returns. A reader of the
 * name finds the whole file or none. Both paths are in one folder.
 *
 * @throws AppError `conflict` if the name is taken, which then stays as it is
 */
export function publish(unnamed: string, path: string): void {
  flush(unnamed)
  try {
    // Unlike renaming, linking never replaces what is there.
    linkSync(unnamed, path)
    unlinkSync(unnamed)
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST' || existsSync(path)) throw nameTaken(path)
    if (!NO_LINKS.includes(code)) throw cause
    renameSync(unnamed, path)
  }
  flush(dirname(path))
}

export const nameTaken = (path: string) =>
  new AppError('conflict', `${path} exists already: choose another name, or remove it first`)

/** Removes a database file that came to nothing, with whatever the engine keeps beside it. */
export function discard(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(path + suffix, { force: true })
}
