import { dirname, join } from 'node:path'
import { readSettingsToml } from './settings-toml.ts'
import type { Settled } from './settled.ts'
import type { Source } from './statement.ts'

/** Gives the text of a file, or throws an error with a `code`, which is `ENOENT` if there is no such file. */
export type ReadFile = (path: string) => string

/** The settings file: its path, undefined if there is none, and what it says. */
export interface SettingsFile {
  readonly path: string | undefined
  readonly source: Source
}

/**
 * Finds and reads the settings file: the named one, else `sluice.toml` in the data directory. That a named file is missing is
 * a mistake; that the other is, is usual.
 *
 * @param outer what flags and environment say
 * @param dataDir by flags, environment or default; undefined if unknown
 */
export function findSettingsFile(readFile: ReadFile, outer: Settled, dataDir: string | undefined): SettingsFile {
  const named = outer.values.config
  const where = outer.places.get('config')
  // A name that was refused names no file, and neither does a data directory; the mistake is known already.
  const isUnknown = where !== undefined ? named === undefined : dataDir === undefined
  if (isUnknown) return { path: undefined, source: NOTHING }
  const path = named ?? join(dataDir!, 'sluice.toml')
  try {
    return { path, source: readSettingsToml(readFile(path), path, dirname(path)) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (where === undefined && (code === 'ENOENT' || code === 'ENOTDIR')) return { path: undefined, source: NOTHING }
    const message = `${named === undefined ? '' : `${path} `}${reasonOf(code)}`
    return { path, source: { statements: [], mistakes: [{ where: where ?? path, message }] } }
  }
}

const NOTHING: Source = { statements: [], mistakes: [] }

function reasonOf(code: unknown): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  if (code === 'EISDIR') return 'is a directory, not a file'
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return 'is not UTF-8'
  return `cannot be read${typeof code === 'string' ? ` (${code})` : ''}`
}
