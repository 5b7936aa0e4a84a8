// What a test run leaves for the search after the last test: the secrets that were used, and all that servers wrote.
import { appendFileSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Names the folder of this run's traces; set by the global set-up, absent when a file is run in some other way. */
export const TRACES_VARIABLE = 'SLUICE_TEST_TRACES'

/** The folders below it. */
export const SECRETS_FOLDER = 'secrets'
export const WRITTEN_FOLDER = 'written'
export const PROCESSES_FOLDER = 'processes'

/**
 * Every secret that this test file used or received: tokens, passwords, session keys.
 *
 * The harness adds what goes through its `request`; a test that talks to a server in another way adds its own.
 */
export const secretsSeen = new Set<string>()

/** One request and its answer, as far as they can carry secrets. */
export interface Exchange {
  readonly path: string
  readonly requestHeaders: Readonly<Record<string, unknown>>
  readonly requestBody?: string | undefined
  readonly responseHeaders?: Readonly<Record<string, unknown>> | undefined
  readonly responseBody?: string | undefined
}

// Authorizations of version 1 call their name `token`, in bodies and in queries.
const isLegacy = (path: string) => path.startsWith('/private/legacy/')

function* inJson(value: unknown, names: ReadonlySet<string>): Generator<string> {
  if (value === null || typeof value !== 'object') return
  for (const [name, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && names.has(name)) yield inner
    else yield* inJson(inner, names)
  }
}

function* inBody(body: string | undefined, names: ReadonlySet<string>): Generator<string> {
  if (!body) return
  try {
    yield* inJson(JSON.parse(body), names)
  } catch {
    // Not JSON: nothing by name in it.
  }
}

function* inAuthorization(value: string): Generator<string> {
  const [scheme = '', rest] = value.trim().split(/ +(.*)/s)
  if (rest === undefined) yield scheme
  else if (scheme.toLowerCase() === 'basic') {
    yield rest
    yield Buffer.from(rest, 'base64')
      .toString()
      .replace(/^[^:]*:/, '')
  } else yield rest
}

function* inCookies(values: unknown): Generator<string> {
  for (const cookie of [values].flat())
    yield String(cookie ?? '')
      .split(';')[0]!
      .replace(/^[^=]*=/, '')
}

function* inQuery(path: string): Generator<string> {
  const query = new URLSearchParams(path.split('?').slice(1).join('?'))
  for (const name of isLegacy(path) ? ['p'] : ['p', 'token']) yield* query.getAll(name)
}

/** The secrets in an exchange; may contain empty texts and repeat itself. */
export function* secretsIn(exchange: Exchange): Generator<string> {
  const names = new Set(isLegacy(exchange.path) ? ['password'] : ['password', 'token'])
  yield* inBody(exchange.requestBody, names)
  yield* inBody(exchange.responseBody, names)
  yield* inQuery(exchange.path)
  for (const [name, value] of Object.entries(exchange.requestHeaders)) {
    if (name.toLowerCase() === 'authorization') for (const one of [value].flat()) yield* inAuthorization(String(one))
    if (name.toLowerCase() === 'cookie') yield* inCookies(value)
  }
  yield* inCookies(exchange.responseHeaders?.['set-cookie'])
}

/** Adds the secrets in an exchange to `secretsSeen`. */
export function noteExchange(exchange: Exchange): void {
  for (const secret of secretsIn(exchange)) if (secret) secretsSeen.add(secret)
}

// --- Leaving traces --------------------------------------------------------------------------

let traces = 0

/** A new path below the run's folder of traces; names start with the worker's process id, so workers do not collide. */
function tracePath(folder: string, name: string): string | undefined {
  const root = process.env[TRACES_VARIABLE]
  if (!root) return undefined
  mkdirSync(join(root, folder), { recursive: true })
  return join(root, folder, `${process.pid}-${++traces}-${name}`)
}

/** Writes down `secretsSeen`, with the name of the test file. */
export function leaveSecrets(testFile: string): void {
  const path = tracePath(SECRETS_FOLDER, 'secrets.json')
  if (path) writeFileSync(path, JSON.stringify({ testFile, secrets: [...secretsSeen] }))
}

/** Writes down what a process wrote to its standard output and error. */
export function leaveOutput(name: string, output: string): void {
  const path = tracePath(WRITTEN_FOLDER, `${name}.log`)
  if (path) appendFileSync(path, output)
}

/** Moves a folder to the traces, or removes it if nobody will search it. */
export function surrenderFolder(name: string, folder: string): void {
  const path = tracePath(WRITTEN_FOLDER, name)
  try {
    if (path) renameSync(folder, path)
  } catch {
    // On another file system, or gone.
    if (path && existsSync(folder)) cpSync(folder, path, { recursive: true })
  }
  rmSync(folder, { recursive: true, force: true })
}

/** Copies a folder that belongs to a test. */
export function leaveCopy(name: string, folder: string): void {
  const path = tracePath(WRITTEN_FOLDER, name)
  if (path && existsSync(folder)) cpSync(folder, path, { recursive: true })
}

/** Remembers a process group, so that the global teardown can end it if its worker was killed. */
export function leaveProcess(pid: number): void {
  const path = tracePath(PROCESSES_FOLDER, String(pid))
  if (path) writeFileSync(path, String(pid))
}
