// The help of every command: complete, and with an example that works.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CommandNode } from '../../src/cli/command.ts'
import { run } from '../../src/cli/run.ts'
import { INFLUX } from '../../src/cli/tree.ts'
import { type Server, startServer } from '../e2e/server.ts'
import { type Home, makeHome, shell } from './call.ts'
import { recordingServer } from './recording-server.ts'
import { recordingTerminal } from './recording-terminal.ts'

interface Found {
  readonly path: string
  readonly node: CommandNode
}

function* walk(node: CommandNode, path = node.name): Generator<Found> {
  yield { path, node }
  for (const inner of node.subcommands ?? []) yield* walk(inner, `${path} ${inner.name}`)
}

const ALL = [...walk(INFLUX)]
const RUNNABLE = ALL.filter(({ node }) => node.run !== undefined)

async function helpOf(path: string): Promise<string> {
  const terminal = recordingTerminal()
  expect(await run(INFLUX, [...path.split(' ').slice(1), '--help'], terminal, {})).toBe(0)
  return terminal.stdout()
}

/** What a help says of a flag. */
const lineOf = (help: string, name: string) =>
  help.split('\n').find(line => new RegExp(`^ {3}--?${name}[ ,]`).test(line))

describe('help', () => {
  test('is there for every command, and says what it is for', async () => {
    expect(ALL.length).toBeGreaterThan(50)
    for (const { node, path } of ALL) {
      expect(node.run ?? node.subcommands, path).toBeDefined()
      expect(node.purpose, path).toMatch(/^[A-Z].*[^.]$/)
      expect(await helpOf(path)).toContain(`NAME:\n   ${path} - ${node.purpose}\n`)
    }
  })

  test('lists every subcommand with its aliases', async () => {
    for (const { node, path } of ALL) {
      const help = await helpOf(path)
      for (const { name, aliases = [], purpose } of node.subcommands ?? []) {
        const names = [name, ...aliases].join(', ')
        const line = help.split('\n').find(text => text.startsWith(`   ${names} `))
        expect(line?.endsWith(`  ${purpose}`), `${path} ${name}`).toBe(true)
      }
    }
  })

  test('explains every flag: its letter, its variable, whether it is required', async () => {
    let flags = 0
    for (const { node, path } of RUNNABLE) {
      const help = await helpOf(path)
      for (const { name, alias, help: words, env, required } of (node.flags ?? []).filter(({ hidden }) => !hidden)) {
        flags++
        const where = `${path} --${name}`
        const line = lineOf(help, name)
        expect(words, where).toMatch(/^\S.*[^.]$/s)
        expect(line, where).toContain(words)
        if (alias !== undefined) expect(line, where).toMatch(new RegExp(`, -${alias} `))
        if (env !== undefined) expect(line, where).toContain(`[$${env}]`)
        if (required) expect(line, where).toContain('(required)')
      }
    }
    expect(flags).toBeGreaterThan(300)
  })

  test('ends with one example, which is of the command', async () => {
    for (const { node, path } of RUNNABLE) {
      expect((await helpOf(path)).endsWith(`EXAMPLE:\n   ${node.example}\n`), path).toBe(true)
      expect(`${node.example} `, path).toMatch(new RegExp(`^${path} `))
    }
  })

  test('names nothing twice', () => {
    for (const { node, path } of ALL) {
      const { flags = [], subcommands = [] } = node
      const spellings = flags.flatMap(({ name, alias }) => (alias === undefined ? [name] : [name, alias]))
      const names = subcommands.flatMap(({ name, aliases = [] }) => [name, ...aliases])
      for (const some of [spellings, names]) expect(some, path).toEqual([...new Set(some)])
      for (const { sameAs } of flags) if (sameAs !== undefined) expect(spellings, path).toContain(sameAs)
    }
  })
})

// --- Examples --------------------------------------------------------------------------------

const SETUP = { username: 'admin', password: 'admin-password', org: 'my-org', bucket: 'my-bucket' }

/** What the gateway answers, not the management server. */
const DATA_COMMANDS = ['influx write', 'influx query', 'influx delete']
/** These must not find what the others need. */
const WITHOUT_CONFIG = ['influx config create', 'influx setup']

let server: Server
let token: string
let orgId: string
let count = 0

beforeAll(async () => {
  server = await startServer()
  const { auth, org } = (await server.request('POST', '/api/v2/setup', { body: SETUP })).json()
  token = auth.token
  orgId = org.id
})

async function made(path: string, body: object): Promise<string> {
  const answer = await server.request('POST', path, { token, body })
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
  return answer.json().id
}

/** Makes the objects that examples name, unless they are there, and a new one for each id. @returns what stands for what */
async function prepare(): Promise<Record<string, string>> {
  const n = ++count
  const grant = (id: string) => [{ action: 'read', resource: { type: 'buckets', id, orgID: orgId } }]
  const bucketId = await made('/api/v2/buckets', { orgID: orgId, name: `bucket-${n}` })
  const legacy = { orgID: orgId, permissions: grant(bucketId) }
  await server.request('POST', '/api/v2/users', { token, body: { name: 'alice' } })
  await server.request('POST', '/private/legacy/authorizations', { token, body: { ...legacy, token: 'grafana' } })
  const mapping = { orgID: orgId, bucketID: bucketId, database: `database-${n}`, retention_policy: 'autogen' }
  return {
    '0a0a0a0a0a0a0a01': await made('/api/v2/orgs', { name: `org-${n}` }),
    '0b0b0b0b0b0b0b01': await made('/api/v2/users', { name: `user-${n}` }),
    '0c0c0c0c0c0c0c01': bucketId,
    '0d0d0d0d0d0d0d01': await made('/api/v2/authorizations', { orgID: orgId, permissions: grant(bucketId) }),
    '0f0f0f0f0f0f0f01': await made('/api/v2/dbrps', mapping),
    'http://localhost:8086': server.url,
  }
}

/** A home as somebody has it who uses the server; `lab` is its config. */
function homeFor(path: string, url: string): Home {
  const home = makeHome()
  if (WITHOUT_CONFIG.includes(path)) return home
  mkdirSync(dirname(home.configs), { recursive: true })
  const entry = `  url = "${url}"\n  token = "${token}"\n  org = "my-org"\n  active = true\n`
  writeFileSync(home.configs, `[lab]\n${entry}`, { mode: 0o600 })
  return home
}

async function serverFor(path: string): Promise<string> {
  if (path === 'influx setup') return (await startServer()).url
  if (!DATA_COMMANDS.includes(path)) return server.url
  return (await recordingServer(() => ({ headers: { 'Content-Type': 'text/csv' }, body: '' }))).url
}

/** What some commands have to say beside what they print. */
const SAID: Readonly<Record<string, string>> = {
  'influx observations': 'The gateway enforces: it counts nothing here, and refuses instead.\n',
}

describe('the example', () => {
  test.each(RUNNABLE.map(({ path, node }) => [path, node] as const))('of %s works', async (path, node) => {
    const values = await prepare()
    const example = Object.entries(values).reduce((text, [from, to]) => text.replaceAll(from, to), node.example ?? '')
    expect(example, 'an id that the test does not know').not.toMatch(/\b0([a-f])(?:0\1){6}01\b/)
    const url = await serverFor(path)
    const { exit, stderr } = await shell(example, homeFor(path, url), { env: { INFLUX_HOST: url } })
    expect({ exit, stderr }, example).toEqual({ exit: 0, stderr: SAID[path] ?? '' })
  })
})
