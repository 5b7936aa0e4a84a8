import {
  chmodSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { homedir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
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
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EISDIR') throw new Error(`read ${path}: is a directory`)
    return new Map()
  }
  let tables: Record<string, unknown>
  try {
    tables = parse(text)
  } catch (cause) {
    const { line = '?' } = cause as { line?: number }
    const reason = (cause as Error).message.split('\n')[0]
    throw new Error(
      `${path}, line ${line}: ${reason}. The file was left as it is: mend it, or use another with --configs-path`,
    )
  }
  return new Map(Object.entries(tables).flatMap(([name, table]) => (isTable(table) ? [[name, configOf(table)]] : [])))
}

const isTable = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

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

/** Writes all configs: whole or not at all, for their owner only. */
export function writeConfigs(path: string, configs: Configs): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.new`
  const file = openSync(temporary, 'wx', 0o600)
  try {
    writeSync(file, render(configs))
    fsyncSync(file)
    closeSync(file)
    renameSync(temporary, path)
  } catch (cause) {
    rmSync(temporary, { force: true })
    throw cause
  }
  chmodSync(path, 0o600)
}

export function configsExist(path: string): boolean {
  return existsSync(path)
}

function render(configs: Configs): string {
  const names = [...configs.keys()].sort()
  return names.map(name => table(name, configs.get(name) as StoredConfig)).join('\n')
}

function table(name: string, { url, token, org, active, previous, cookie }: StoredConfig): string {
  const key = /^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name)
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
