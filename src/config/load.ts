import { closeSync, openSync, readSync } from 'node:fs'
import { homedir } from 'node:os'
import { type ConfigResult, readConfig } from './config.ts'
import { MAX_FILE_BYTES } from './settings-toml.ts'
import type { Flags } from './statement.ts'

/** `readConfig` with the real environment, disk and home. The one place in this folder that knows the process. */
export function loadConfig(flags: Flags): ConfigResult {
  return readConfig({ flags, env: process.env, readFile: readSome, homeDir: findHome(), workDir: process.cwd() })
}

function findHome(): string | undefined {
  try {
    return homedir()
  } catch {
    // A container's user need not be in its passwd file.
    return undefined
  }
}

/**
 * A file's text, or the first bytes of it if it is too long for a settings file; so that `/dev/zero` ends too.
 *
 * @throws what the system says, with its `code`; or a TypeError with a `code` if the bytes are no UTF-8
 */
function readSome(path: string): string {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(MAX_FILE_BYTES + 1)
    let length = 0
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null)
    }
    // One more than allowed is refused by its length, whatever it is; decoding might stop inside a character.
    if (length > MAX_FILE_BYTES) return bytes.toString('latin1')
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length))
  } finally {
    closeSync(file)
  }
}
