import { existsSync } from 'node:fs'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { Mistake } from '../config/mistake.ts'
import type { Flags } from '../config/statement.ts'
import { AppError } from '../domain/errors.ts'
import { storePath } from '../store/open-sqlite-store.ts'

/** What is wrong with the configuration: the commands end with exit code 2, as for a wrong flag. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly Mistake[]

  constructor(mistakes: readonly Mistake[]) {
    super(mistakes.map(({ where, message }) => `${where}: ${message}`).join('\n'))
    this.mistakes = mistakes
  }
}

/** The configuration by flags, environment and file. @throws ConfigurationError with all that is wrong */
export function configured(flags: Flags): Config {
  const loaded = loadConfig(flags)
  if ('mistakes' in loaded) throw new ConfigurationError(loaded.mistakes)
  return loaded.config
}

/**
 * The store's file of a data directory in which a server has run.
 *
 * @throws AppError `not found`, because a mistyped directory must not be created
 */
export function presentStore(dataDir: string): string {
  const path = storePath(dataDir)
  if (existsSync(path)) return path
  throw new AppError('not found', `there is no Sluice data in ${dataDir}: name its directory with --data`)
}
