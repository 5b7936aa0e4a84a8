import { existsSync } from 'node:fs'
import { AppError } from '../domain/errors.ts'
import { createPrivately, type Sqlite } from './sqlite.ts'

/**
 * Writes a consistent copy of the running store to a file that does not exist yet, readable by its owner only.
 *
 * @throws AppError `invalid` if the file is there already
 */
export function backupTo(sqlite: Sqlite, file: string): void {
  if (existsSync(file)) throw new AppError('invalid', 'the file for the backup exists already: choose another name')
  createPrivately(file)
  sqlite.exec(`vacuum into '${file.replaceAll("'", "''")}'`)
}
