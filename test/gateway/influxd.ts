// A real InfluxDB 1.x, as Debian packages it, with folders and ports of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, send } from '../e2e/server.ts'

export interface Influxd {
  readonly url: string
  /** Asks it directly, past the gateway, as its administrator. @throws Error with the first error of the answer */
  query(text: string, database?: string): Promise<Series[]>
  /** Writes to it directly, as its administrator. */
  write(database: string, lines: string): Promise<void>
  /** Everything that is in a database, and who may do what to it, as one text that can be compared. */
  contentOf(database: string): Promise<string>
  signal(signal: NodeJS.Signals): void
  stop(): Promise<void>
}

export interface Series {
  readonly name?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly columns: readonly string[]
  readonly values?: readonly (readonly unknown[])[]
}

/** Who administers it where it asks for a credential. */
export const ADMIN = { username: 'admin', password: 'influxd-admin-password' } as const

/** The settings and the variable by which a plant asks it as the administrator. */
export const AS_ADMIN: [settings: string, env: Readonly<Record<string, string>>] = [
  `username = ${JSON.stringify(ADMIN.username)}\n`,
  { SLUICE_UPSTREAM_LAB_PASSWORD: ADMIN.password },
]

const START_WITHIN_MS = 30_000
const running = new Map<ChildProcess, string>()
// A worker that is told to end early stops nobody.
process.once('exit', () => {
  for (const [child, folder] of running) end(child, folder)
})

function end(child: ChildProcess, folder: string): void {
  child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

function configuration(folder: string, port: number, rpcPort: number, auth: boolean): string {
  const at = (name: string) => JSON.stringify(join(folder, name))
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = ${at('meta')}
[data]
  dir = ${at('data')}
  wal-dir = ${at('wal')}
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
`
}

/**
 * Starts one on free ports of this machine. Who started it stops it.
 *
 * @param auth whether it asks for a credential; it then has the administrator `ADMIN`
 * @throws Error with what it said, if it does not answer within 30 seconds
 */
export async function startInfluxd(auth: boolean): Promise<Influxd> {
  // Not one that is searched for secrets: what it writes is not ours, and it sets hundreds of megabytes aside.
  const folder = mkdtempSync(join(tmpdir(), 'sluice-influxd-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const config = join(folder, 'influxdb.conf')
  writeFileSync(config, configuration(folder, port, await freePort(), auth))
  const child = spawn('influxd', ['run', '-config', config], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  running.set(child, folder)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (said += chunk))
  child.on('error', cause => (said += String(cause)))
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()))
  await untilAnswering(url, () => said)
  if (auth) await ask(url, `CREATE USER ${ADMIN.username} WITH PASSWORD '${ADMIN.password}' WITH ALL PRIVILEGES`)
  return {
    url,
    query: (text, database) => ask(url, text, database),
    contentOf: database => contentOf(url, database),
    async write(database, lines) {
      const { status, text } = await send(url, 'POST', `/write?db=${database}`, { body: lines, headers: BASIC })
      if (status !== 204) throw new Error(`influxd answered ${status}: ${text}`)
    },
    signal: signal => void child.kill(signal),
    async stop() {
      child.kill('SIGKILL')
      await ended
      end(child, folder)
      running.delete(child)
    },
  }
}

async function untilAnswering(url: string, said: () => string): Promise<void> {
  for (const until = Date.now() + START_WITHIN_MS; Date.now() < until; ) {
    const answer = await send(url, 'GET', '/ping').catch(() => undefined)
    if (answer?.status === 204) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`influxd does not answer; it said: ${said()}`)
}

/** Taken as well where no credential is asked for. */
const BASIC = { Authorization: `Basic ${Buffer.from(`${ADMIN.username}:${ADMIN.password}`).toString('base64')}` }

async function ask(url: string, text: string, database = ''): Promise<Series[]> {
  const body = new URLSearchParams({ q: text, db: database, epoch: 'ns' }).toString()
  const headers = { ...BASIC, 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await send(url, 'POST', '/query', { body, headers })
  const { error, results = [] } = answer.json()
  const failure = error ?? results.find((result: { error?: string }) => result.error)?.error
  if (failure !== undefined) throw new Error(`influxd says: ${failure}`)
  return results.flatMap((result: { series?: Series[] }) => result.series ?? [])
}

async function contentOf(url: string, database: string): Promise<string> {
  const found = [
    await ask(url, 'SHOW DATABASES'),
    await ask(url, 'SHOW USERS'),
    await ask(url, 'SHOW CONTINUOUS QUERIES'),
    await ask(url, 'SHOW SUBSCRIPTIONS'),
    await ask(url, `SHOW RETENTION POLICIES ON "${database}"`),
    await ask(url, `SHOW SERIES ON "${database}"`),
    await ask(url, 'SELECT * FROM /.*/', database),
  ]
  return JSON.stringify(found, null, 1)
}
