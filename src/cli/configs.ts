import { isUtf8 } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { parse } from 'smol-toml'

/** One stored connection. Source: CLI contract 1.12. */
export interface StoredConfig {
  readonly url: string
  readonly token: string
  /** Organization name. */
  readonly org: string
  readonly active: boolean
  readonly previous: boolean
  /** Base64 of `user:password`, or empty. */
  readonly cookie: string
}

export type Configs = ReadonlyMap<string, StoredConfig>

export const BUILT_IN: StoredConfig = {
  url: 'http://localhost:8086',
  token: '',
  org: '',
  active: true,
  previous: false,
  cookie: '',
}

/** Where the configs are kept: `.influxdbv2/configs` in the home directory that the user database names. */
export function defaultConfigsPath(): string {
  return join(home(), '.influxdbv2', 'configs')
}

function home(): string {
  try {
    return userInfo().homedir || homedir()
  } catch {
    return homedir()
  }
}

/**
 * Reads the stored configs. A file that does not exist holds none.
 *
 * @throws Error naming the file and the line if it is no TOML, or cannot be read
 */
export function readConfigs(path: string): Configs {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR') throw new Error(`read ${path}: is a directory`)
    return new Map()
  }
  const broken = (line: number | string, reason: string) =>
    new Error(
      `${path}, line ${line}: ${reason}. The file was left as it is: mend it, or use another with --configs-path`,
    )
  if (!isUtf8(bytes)) throw broken(lineThatIsNotUtf8(bytes), 'not UTF-8')
  let tables: Record<string, unknown>
  try {
    tables = parse(bytes.toString('utf8'))
  } catch (cause) {
    const { line = '?' } = cause as { line?: number }
    // What follows the first line of the message shows the file, tokens and all.
    throw broken(line, (cause as Error).message.split('\n')[0] ?? '')
  }
  return new Map(Object.entries(tables).flatMap(([name, table]) => (isTable(table) ? [[name, configOf(table)]] : [])))
}

function lineThatIsNotUtf8(bytes: Buffer): number {
  // In no other character of UTF-8 is there a byte that looks like a line break.
  const lines = bytes.toString('latin1').split('\n')
  return lines.findIndex(line => !isUtf8(Buffer.from(line, 'latin1'))) + 1
}

const isTable = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function configOf(table: Record<string, unknown>): StoredConfig {
  const text = (key: string) => (typeof table[key] === 'string' ? table[key] : '')
  return {
    url: text('url'),
    token: text('token'),
    org: text('org'),
    active: table.active === true,
    previous: table.previous === true,
    cookie: text('cookie'),
  }
}

/**
 * Writes all configs: whole or not at all, for their owner only. What is no file is written to as it is.
 *
 * @throws Error if there is a file that may not be read or changed
 */
export function writeConfigs(configsPath: string, configs: Configs): void {
  const path = placeOf(configsPath)
  if (isDevice(path)) {
    writeFileSync(path, render(configs))
    return
  }
  const temporary = unfinished(path, render(configs))
  try {
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
}

/**
 * Tries whether configs could be written, and changes none: for what makes a secret that is kept there and nowhere else.
 *
 * @throws Error as writing would
 */
export function requireWritable(configsPath: string, configs: Configs): void {
  const path = placeOf(configsPath)
  if (!isDevice(path)) rmSync(unfinished(path, render(configs)))
}

/** Where configs are to be written, in a folder that is there. */
function placeOf(configsPath: string): string {
  makeFolder(dirname(configsPath))
  const path = targetOf(configsPath)
  if (!isDevice(path)) sweep(path)
  return path
}

/** A folder and those above it. Not Node's own way, which never returns where the system lets nobody create one (/proc). */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
  }
}

/** A device or a pipe, such as /dev/null: put in its place, a file would be the end of it. */
const isDevice = (path: string) => existsSync(path) && !statSync(path).isFile()

/** Writes a file beside another, to take its place. @returns its path */
function unfinished(path: string, content: string): string {
  // Not by process id alone: in containers that share the folder many processes are number 1.
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}${UNFINISHED}`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(file, content)
    fsyncSync(file)
    return temporary
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  } finally {
    closeSync(file)
  }
}

/** Where a path leads: behind a link it is the file that is replaced. What we could not read, we do not replace. */
function targetOf(path: string): string {
  if (!existsSync(path)) return path
  closeSync(openSync(path, 'r+'))
  return realpathSync(path)
}

const UNFINISHED = '.new'
/** Nobody writes for so long: what is older was left by a process that was killed. */
const ABANDONED_MS = 60_000

/** Removes what killed processes left beside the file: it holds tokens too. */
function sweep(path: string): void {
  const before = `${basename(path)}.`
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(before) || !name.endsWith(UNFINISHED)) continue
    const left = join(dirname(path), name)
    const { mtimeMs } = statSync(left, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY }
    if (Date.now() - mtimeMs > ABANDONED_MS) rmSync(left, { force: true })
  }
}

export function configsExist(path: string): boolean {
  return existsSync(path)
}

function render(configs: Configs): string {
  const names = [...configs.keys()].sort()
  return names.map(name => table(name, configs.get(name) as StoredConfig)).join('\n')
}

function table(name: string, { url, token, org, active, previous, cookie }: StoredConfig): string {
  const key = /^[A-Za-z0-9_-]+$/.test(name) ? name : basic(name)
  const lines = [`url = ${basic(url)}`, `token = ${basic(token)}`, `org = ${basic(org)}`]
  if (active) lines.push('active = true')
  if (previous) lines.push('previous = true')
  if (cookie !== '') lines.push(`cookie = ${basic(cookie)}`)
  return `[${key}]\n${lines.map(line => `  ${line}\n`).join('')}`
}

/** A TOML basic string; JSON's escapes are a part of TOML's. */
const basic = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007f')

/** The one in use: the active one; of several, or of none, the first by name. */
export function activeConfig(configs: Configs): { readonly name: string; readonly config: StoredConfig } {
  const names = [...configs.keys()].sort()
  const name = names.find(candidate => configs.get(candidate)?.active) ?? names[0]
  return name === undefined
    ? { name: 'default', config: BUILT_IN }
    : { name, config: configs.get(name) as StoredConfig }
}

/**
 * Makes a config the active one and remembers which was before; `-` goes back to that.
 *
 * @throws Error if there is no such config
 */
export function switchTo(configs: Configs, wanted: string): { readonly configs: Configs; readonly name: string } {
  const previous = [...configs].find(([, config]) => config.previous)?.[0]
  if (wanted === '-' && previous === undefined) {
    throw new Error(configs.size === 0 ? 'config "" is not found' : 'previous  activated config is not found')
  }
  const name = wanted === '-' ? (previous as string) : wanted
  if (!configs.has(name)) throw new Error(`config "${name}" is not found`)
  const before = [...configs].find(([other, config]) => config.active && other !== name)?.[0]
  const next = [...configs].map(
    ([other, config]) => [other, { ...config, active: other === name, previous: other === before }] as const,
  )
  return { configs: new Map(next), name }
}
