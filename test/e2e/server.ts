// Runs the built program as a process of its own, for tests that talk to it from outside.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import * as http from 'node:http'
import * as https from 'node:https'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect } from 'vitest'
import {
  leaveCopy,
  leaveOutput,
  leaveProcess,
  leaveSecrets,
  noteExchange,
  secretsSeen,
  surrenderFolder,
} from './traces.ts'

export { secretsSeen } from './traces.ts'

/** The program, as `npm start` calls it. */
export const PROGRAM = fileURLToPath(new URL('../../bin/sluice', import.meta.url))

/** What `onboard: true` sets up with; the recorded scenarios know these values. */
export const SETUP = {
  username: 'admin',
  password: 'admin-password',
  org: 'org1',
  bucket: 'bucket1',
  token: 'operator-token',
} as const

const START_TIMEOUT_MS = 30_000
/** Longer than the server may take to finish what is running. */
const STOP_TIMEOUT_MS = 15_000
const ANSWER_TIMEOUT_MS = 30_000

export interface StartOptions {
  /** The JavaScript file to run instead of this checkout's. */
  readonly program?: string
  /** Further arguments of `serve`. */
  readonly args?: readonly string[]
  /** Further environment variables; `undefined` removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Where the data is; a new temporary folder unless given. Never removed while the test file runs. */
  readonly dataDir?: string
  /** Whether to set the server up with `SETUP` before returning. */
  readonly onboard?: boolean
  /** The certificate to trust, PEM; the server is then talked to by TLS. */
  readonly ca?: string
}

export interface Asked {
  readonly token?: string
  readonly headers?: http.OutgoingHttpHeaders
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown
  /** The connections to use; a new one for this request unless given. */
  readonly agent?: http.Agent
  /** The address to come from, of this machine: all of 127.0.0.0/8 is. */
  readonly from?: string
  /** How long to wait for anything to arrive; 30 seconds unless given. */
  readonly timeoutMs?: number
}

export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
  /** The body, parsed; any shape, so that tests can look into it. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what tests find out
  json(): any
}

/** The identities of a server that was set up with `SETUP`. */
export interface Onboarded {
  readonly operator: string
  readonly adminId: string
  readonly orgId: string
  readonly bucketId: string
  readonly operatorAuthId: string
}

export interface Server {
  readonly url: string
  readonly port: number
  readonly dataDir: string
  readonly pid: number
  /** Present with `onboard: true`. */
  readonly onboarded?: Onboarded
  /** Everything the process wrote so far, standard output and error in order of arrival. */
  output(): string
  request(method: string, path: string, asked?: Asked): Promise<Answer>
  /** Asks the process to end and returns its exit code; `null` if the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
  /** Ends the process at once, as a power failure would. */
  kill(): Promise<void>
}

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  output(): string
}

// --- HTTP ------------------------------------------------------------------------------------

function encode(body: unknown): { payload?: string | Uint8Array; isJson: boolean } {
  if (body === undefined) return { isJson: false }
  if (typeof body === 'string' || body instanceof Uint8Array) return { payload: body, isJson: false }
  return { payload: JSON.stringify(body), isJson: true }
}

function headersFor({ token, headers, body }: Asked): {
  headers: http.OutgoingHttpHeaders
  payload?: string | Uint8Array
} {
  const { payload, isJson } = encode(body)
  const all: http.OutgoingHttpHeaders = { ...headers }
  const has = (name: string) => Object.keys(all).some(key => key.toLowerCase() === name)
  if (token !== undefined) all.Authorization = `Token ${token}`
  if (isJson && !has('content-type')) all['Content-Type'] = 'application/json'
  if (payload === undefined) return { headers: all }
  if (!has('content-length') && !has('transfer-encoding')) all['Content-Length'] = Buffer.byteLength(payload)
  return { headers: all, payload }
}

/** One request, the path sent as it is. What it carries of secrets goes to `secretsSeen`. */
export function send(url: string, method: string, path: string, asked: Asked = {}, ca?: string): Promise<Answer> {
  const { hostname, port, protocol } = new URL(url)
  const { headers, payload } = headersFor(asked)
  const exchange = {
    path,
    requestHeaders: headers,
    requestBody: payload === undefined ? undefined : Buffer.from(payload).toString(),
  }
  noteExchange(exchange)
  const secure = protocol === 'https:'
  const options = {
    host: hostname,
    port,
    method,
    path,
    headers,
    agent: asked.agent ?? false,
    ...(asked.from !== undefined && { localAddress: asked.from }),
    timeout: asked.timeoutMs ?? ANSWER_TIMEOUT_MS,
    ...(secure ? { ca } : {}),
  } as const
  return new Promise((resolve, reject) => {
    const request = (secure ? https : http).request(options, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        noteExchange({ ...exchange, responseHeaders: response.headers, responseBody: text })
        resolve({ status: response.statusCode!, headers: response.headers, text, json: () => JSON.parse(text) })
      })
    })
    request.on('timeout', () =>
      request.destroy(new Error(`no answer to ${method} ${path} within ${options.timeout} ms`)),
    )
    request.on('error', reject)
    request.end(payload)
  })
}

/** Sets a fresh server up with `SETUP`. */
export async function onboard(url: string, ca?: string): Promise<Onboarded> {
  const answer = await send(url, 'POST', '/api/v2/setup', { body: SETUP }, ca)
  if (answer.status !== 201) throw new Error(`set-up answered ${answer.status}: ${answer.text}`)
  const { user, org, bucket, auth } = answer.json()
  return { operator: SETUP.token, adminId: user.id, orgId: org.id, bucketId: bucket.id, operatorAuthId: auth.id }
}

// --- Processes -------------------------------------------------------------------------------

const running = new Set<Running>()
const ownFolders = new Set<string>()
const lentFolders = new Set<string>()

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** A folder that is removed after the tests of the file, and searched for secrets then. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-test-'))
  ownFolders.add(folder)
  return folder
}

function isFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

/**
 * A port that nobody listens on. Below the range that the system gives to outgoing connections, and in a range of this
 * worker's own, so that nobody takes it before the server does.
 */
export async function freePort(): Promise<number> {
  const from = 12_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % 4) * 5000
  for (;;) {
    const port = from + Math.floor(Math.random() * 5000)
    if (await isFree(port)) return port
  }
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    if (pid) process.kill(-pid, signal)
  } catch {
    // Nobody left in it.
  }
}

/** The environment without what would configure the program, and with a home that has no configuration. */
function environment(home: string, more: StartOptions['env'] = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('SLUICE_'))
  return { ...Object.fromEntries(inherited), XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, ...more }
}

/**
 * Runs the program with any arguments, in a process group of its own that does not outlive the test file.
 */
export function runProgram(
  args: readonly string[],
  cwd: string,
  { program = PROGRAM, env }: Pick<StartOptions, 'program' | 'env'> = {},
): Running {
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: environment(cwd, env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  if (child.pid) leaveProcess(child.pid)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8')
    stream.on('data', text => {
      said += text
    })
  }
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => {
      running.delete(self)
      leaveOutput(args[0] ?? 'sluice', said)
      resolve(code)
    })
  })
  const self: Running = { child, ended, output: () => said }
  running.add(self)
  return self
}

const lastLines = (output: string) =>
  output
    .trim()
    .split('\n')
    .slice(-20)
    .map(line => `\n    | ${line}`)
    .join('')

async function untilHealthy(process_: Running, url: string, ca?: string): Promise<void> {
  const until = Date.now() + START_TIMEOUT_MS
  let gone = false
  const seen = () => {
    gone = true
  }
  process_.ended.then(seen, seen)
  while (!gone && Date.now() < until) {
    const health = await send(url, 'GET', '/health', {}, ca).catch(() => undefined)
    if (health?.status === 200) return
    await sleep(25)
  }
  signalGroup(process_.child.pid, 'SIGKILL')
  const code = await process_.ended
  const what = gone ? `ended by itself (exit code ${code})` : `was not healthy within ${START_TIMEOUT_MS} ms`
  throw new Error(`the server ${what}; it said:${lastLines(process_.output()) || ' nothing'}`)
}

async function stop(process_: Running, signal: NodeJS.Signals): Promise<number | null> {
  if (process_.child.exitCode === null) process_.child.kill(signal)
  let late = false
  const timer = setTimeout(() => {
    late = true
    signalGroup(process_.child.pid, 'SIGKILL')
  }, STOP_TIMEOUT_MS)
  const code = await process_.ended
  clearTimeout(timer)
  if (late)
    throw new Error(
      `the server did not end within ${STOP_TIMEOUT_MS} ms after ${signal}; it said:${lastLines(process_.output())}`,
    )
  return code
}

/** The data folder, and where the process runs: beside it, so that it finds no configuration of ours. */
function placeFor(dataDir: string | undefined): { dataDir: string; cwd: string } {
  if (dataDir === undefined) {
    const cwd = temporaryFolder()
    return { cwd, dataDir: join(cwd, 'data') }
  }
  const isOurs = [...ownFolders].some(folder => dataDir.startsWith(folder))
  if (!isOurs) lentFolders.add(dataDir)
  return { dataDir, cwd: dirname(dataDir) }
}

/**
 * Starts the built server on a free port and waits until it is healthy.
 *
 * Whatever happens in the test, the process ends and its folder goes when the test file does; a test that wants to see
 * how it ends calls `stop`. A second start with the `dataDir` of the first sees its data.
 *
 * @throws Error with the last lines of the output, if the server is not healthy within 30 seconds
 */
export async function startServer(options: StartOptions = {}): Promise<Server> {
  const { dataDir, cwd } = placeFor(options.dataDir)
  const port = await freePort()
  const url = `${options.ca ? 'https' : 'http'}://127.0.0.1:${port}`
  const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data', dataDir, ...(options.args ?? [])]
  const process_ = runProgram(args, cwd, options)
  await untilHealthy(process_, url, options.ca)
  const onboarded = options.onboard ? await onboard(url, options.ca) : undefined
  return {
    url,
    port,
    dataDir,
    pid: process_.child.pid!,
    ...(onboarded && { onboarded }),
    output: process_.output,
    request: (method, path, asked) => send(url, method, path, asked, options.ca),
    stop: (signal = 'SIGTERM') => stop(process_, signal),
    kill: async () => {
      signalGroup(process_.child.pid, 'SIGKILL')
      await process_.ended
    },
  }
}

// --- Cleaning up -----------------------------------------------------------------------------

function killAll(): void {
  for (const { child } of running) signalGroup(child.pid, 'SIGKILL')
}

// A worker that is told to end early does not run hooks.
process.once('exit', killAll)

afterAll(async () => {
  killAll()
  await Promise.allSettled([...running].map(({ ended }) => ended))
  for (const folder of ownFolders) surrenderFolder('folder', folder)
  for (const folder of lentFolders) leaveCopy('data', folder)
  leaveSecrets(expect.getState().testPath ?? 'unknown')
  secretsSeen.clear()
})
