import {
  activeConfig,
  BUILT_IN,
  type Configs,
  readConfigs,
  type StoredConfig,
  switchTo,
  writeConfigs,
} from '../configs.ts'
import { configsPath } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { type Column, print } from '../output.ts'

interface Named extends StoredConfig {
  readonly name: string
}

/** `influx config [NAME | -]`. */
export async function showOrSwitch(invocation: Invocation): Promise<void> {
  const path = configsPath(invocation)
  const configs = readConfigs(path)
  const [wanted, ...more] = invocation.args
  if (more.length > 0) throw new Error('usage: influx config [config name]')
  if (wanted === undefined) {
    const { name, config } = activeConfig(configs)
    return printConfigs(invocation, [{ ...config, name }], jsonOf(config))
  }
  const switched = switchTo(configs, wanted)
  writeConfigs(path, switched.configs)
  const config = switched.configs.get(switched.name) as StoredConfig
  return printConfigs(invocation, [{ ...config, name: switched.name }], jsonOf(config))
}

/** `influx config create`. */
export async function create(invocation: Invocation): Promise<void> {
  const name = invocation.text('config-name') ?? ''
  const given = fieldsOf(invocation)
  await store(invocation, name, 'create', configs => {
    if (name === '') throw new Error('config name is empty')
    requireGoodName(name)
    if (configs.has(name)) throw new Error(`config "${name}" already exists`)
    return { ...BUILT_IN, active: false, ...given }
  })
}

/** `influx config set`. */
export async function set(invocation: Invocation): Promise<void> {
  const name = invocation.text('config-name') ?? ''
  const given = fieldsOf(invocation)
  await store(invocation, name, 'update', configs => {
    requireGoodName(name)
    const before = configs.get(name)
    if (before === undefined) throw new Error(`config "${name}" is not found`)
    return { ...before, ...given }
  })
}

/** `influx config ls`. */
export async function list(invocation: Invocation): Promise<void> {
  const configs = readConfigs(configsPath(invocation))
  return printAll(invocation, [...configs.keys()].sort(), configs)
}

/** `influx config rm NAME…`: names that are not there are not an error. */
export async function remove(invocation: Invocation): Promise<void> {
  const path = configsPath(invocation)
  const configs = readConfigs(path)
  const names = [...new Set(invocation.args)].filter(name => configs.has(name))
  const kept = new Map([...configs].filter(([name]) => !names.includes(name)))
  const first = [...kept.keys()].sort()[0]
  const orphaned = first !== undefined && ![...kept.values()].some(config => config.active)
  const wasActive = names.some(name => configs.get(name)?.active)
  const next =
    orphaned && wasActive ? new Map([...kept, [first, { ...(kept.get(first) as StoredConfig), active: true }]]) : kept
  if (names.length > 0) writeConfigs(path, next)
  return printAll(invocation, names, configs, true)
}

async function store(
  invocation: Invocation,
  name: string,
  verb: 'create' | 'update',
  next: (configs: Configs) => StoredConfig,
): Promise<void> {
  const path = configsPath(invocation)
  const before = readConfigs(path)
  try {
    const configs = new Map([...before, [name, next(before)]])
    const stored = invocation.on('active') ? switchTo(configs, name).configs : configs
    writeConfigs(path, stored)
    const config = stored.get(name) as StoredConfig
    await printConfigs(invocation, [{ ...config, name }], jsonOf(config))
  } catch (cause) {
    throw new Error(`failed to ${verb} config "${name}": ${(cause as Error).message}`)
  }
}

function fieldsOf(invocation: Invocation): Partial<StoredConfig> {
  const [url, token, org, login] = ['host-url', 'token', 'org', 'username-password'].map(
    flag => invocation.text(flag) || undefined,
  )
  if (token !== undefined && login !== undefined) {
    throw new Error('cannot specify `--token` and `--username-password` together, please choose one')
  }
  return {
    ...(url !== undefined && { url: goodUrl(url) }),
    ...(token !== undefined && { token, cookie: '' }),
    ...(login !== undefined && { token: '', cookie: Buffer.from(login).toString('base64') }),
    ...(org !== undefined && { org }),
  }
}

function goodUrl(url: string): string {
  const scheme = /^(https?):\/\//i.exec(url)?.[1]
  if (scheme === undefined) {
    throw new Error(`host URL "${url}" is invalid: a scheme of http or https must be provided for host url`)
  }
  return scheme.toLowerCase() + url.slice(scheme.length)
}

/** Words that `influx config WORD` takes for something else. */
const RESERVED = ['-', 'list', 'update', 'set', 'delete', 'switch', 'create']

function requireGoodName(name: string): void {
  if (RESERVED.includes(name)) throw new Error(`"${name}" is not a valid config name`)
}

function columns(deleted: boolean): Column<Named>[] {
  const all: Column<Named>[] = [
    { title: 'Active', of: ({ active }) => (active ? '*' : '') },
    { title: 'Name', of: ({ name }) => name },
    { title: 'URL', of: ({ url }) => url },
    { title: 'Org', of: ({ org }) => org },
  ]
  return deleted ? [...all, { title: 'Deleted', of: () => 'true' }] : all
}

const jsonOf = ({ url, token, org, active, previous, cookie }: StoredConfig) => ({
  url,
  token,
  org,
  ...(active && { active }),
  ...(previous && { previous }),
  ...(cookie && { cookie }),
})

function printConfigs(
  invocation: Invocation,
  records: readonly Named[],
  json: unknown,
  deleted = false,
): Promise<void> {
  return print(invocation, { columns: columns(deleted), records, json })
}

function printAll(invocation: Invocation, names: readonly string[], configs: Configs, deleted = false): Promise<void> {
  const records = names.map(name => ({ ...(configs.get(name) as StoredConfig), name }))
  return printConfigs(
    invocation,
    records,
    Object.fromEntries(records.map(record => [record.name, jsonOf(record)])),
    deleted,
  )
}
