// A double of InfluxDB 3 Core 3.6.0 that answers what was recorded of it, and fails the test for everything else.

import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { parseInfluxql } from '../../src/parse/influxql/parser.ts'
import { printStatements } from '../../src/parse/influxql/print.ts'
import { rename } from '../../src/parse/influxql/rename.ts'
import { type Expectation, loadScenarios, type Step } from '../conformance/replay.js'
import { type Seen, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

/** A step as it was recorded; `rows` are the databases whose rows are in the answer. */
export type CoreStep = Omit<Step, 'request' | 'expect'> & {
  readonly case: string
  readonly request: CoreRequest
  readonly expect: Expectation & { readonly rows?: readonly string[] }
}

export interface CoreRequest {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: unknown
  /** The body is compressed before it is sent. */
  readonly gzip?: boolean
  readonly bodyHex?: string
  readonly chunked?: boolean
  /** Instead of all the above: the bytes of a new connection. */
  readonly raw?: string
}

const DATA = fileURLToPath(new URL('../conformance/data/upstream-influxdb3-core/', import.meta.url))

/** All steps below a folder of what was recorded. */
export const coreSteps = (folder: string): readonly CoreStep[] =>
  loadScenarios(DATA + folder).flatMap(({ steps }) => steps as unknown as readonly CoreStep[])

const FOLDERS = ['clients', 'write', 'answers', 'bypass', 'auth']

/**
 * What a request to a data path means to 3 Core, as a text: the same for all spellings that it takes for one. Undefined if
 * that cannot be said.
 */
function meaningOf(
  method: string,
  target: string,
  contentType: string,
  accept: string,
  body: string,
): string | undefined {
  const { pathname, searchParams } = new URL(target, 'http://x')
  const url = Object.fromEntries(searchParams)
  if (pathname === '/api/v3/write_lp') {
    const { db, precision = 'auto', accept_partial = '', no_sync = '' } = url
    return JSON.stringify(['write', db, UNITS[precision] ?? precision, accept_partial, no_sync, body])
  }
  if (pathname === '/write' || pathname === '/api/v2/write') {
    const { db = url.bucket, precision = 'ns', rp } = url
    return JSON.stringify(['write', placeOf(db!, rp), UNITS[precision || 'ns'] ?? precision, 'false', '', body])
  }
  if (!['/query', '/api/v3/query_sql', '/api/v3/query_influxql'].includes(pathname)) return undefined
  const isForm = contentType.startsWith('application/x-www-form-urlencoded')
  const inBody = pathname !== '/query' && method === 'POST' ? jsonOf(body) : isForm ? formOf(body) : {}
  if (inBody === undefined) return undefined
  const { db, q = '', format, epoch, pretty, chunked, chunk_size, params, rp } = { ...url, ...inBody }
  const isSql = pathname === '/api/v3/query_sql'
  const { text, place } = isSql ? { text: q, place: db } : canonical(String(q), String(db), rp as string | undefined)
  return JSON.stringify([pathname, place, text, format, epoch, pretty, chunked, chunk_size, params, accept])
}

/** A retention policy is a part of the database's name. */
const placeOf = (database: string, policy: string | undefined) =>
  ['', "''", 'autogen', 'default'].includes(policy ?? '') ? database : `${database}/${policy}`

const UNITS: Readonly<Record<string, string>> = {
  n: 'nanosecond',
  ns: 'nanosecond',
  u: 'microsecond',
  us: 'microsecond',
  ms: 'millisecond',
  s: 'second',
}

const formOf = (body: string): Record<string, unknown> => Object.fromEntries(new URLSearchParams(body))

function jsonOf(body: string): Record<string, unknown> | undefined {
  try {
    const found = JSON.parse(body)
    return Array.isArray(found) ? undefined : found
  } catch {
    return undefined
  }
}

/** The text as the gateway prints it, without the name of the request's own database, and which that is. */
function canonical(text: string, own: string, policy: string | undefined): { text: string; place: string } {
  let place = placeOf(own, policy)
  const parsed = parseInfluxql(text)
  if ('undecidable' in parsed) return { text, place }
  const bare = parsed.statements.map(statement => {
    const found = rename(statement, names => {
      if ((names.database ?? own) !== own) return names
      place = placeOf(own, names.retentionPolicy ?? policy)
      return { database: undefined, retentionPolicy: undefined }
    })
    return 'undecidable' in found ? statement : found
  })
  return { text: printStatements(bare), place }
}

const one = (header: string | string[] | undefined) => [header ?? ''].flat()[0] ?? ''

function headerOf(headers: CoreRequest['headers'], name: string): string {
  return one(Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1])
}

function meaningOfStep({ request: { method = '', path, headers, body, gzip, bodyHex } }: CoreStep): string | undefined {
  if (path === undefined || bodyHex !== undefined) return undefined
  // What is called compressed and is not, or the other way round, means nothing.
  if (gzip !== true && headerOf(headers, 'content-encoding') === 'gzip') return undefined
  const text = typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)
  return meaningOf(method, path, headerOf(headers, 'content-type'), headerOf(headers, 'accept'), text)
}

export interface CoreDouble extends UpstreamDouble {
  /** What came that was not recorded. */
  readonly strangers: string[]
}

export async function startCoreDouble(): Promise<CoreDouble> {
  const recorded = new Map<string, CoreStep>()
  for (const step of FOLDERS.flatMap(coreSteps)) {
    const meaning = meaningOfStep(step)
    const isRefusal = [0, 401, 403].includes(step.expect.status) || step.expect.body === '(cut short)'
    if (meaning !== undefined && !isRefusal && !recorded.has(meaning)) recorded.set(meaning, step)
  }
  const strangers: string[] = []
  const double = await startUpstreamDouble((seen, outgoing) => {
    const step = recorded.get(meaningOfSeen(seen) ?? '')
    if (step === undefined) strangers.push(`${seen.method} ${seen.target} ${seen.body}`)
    const { status, headers, body } = step?.expect ?? { status: 599, headers: {}, body: 'not recorded' }
    const type = headers?.['content-type']
    outgoing.writeHead(status, { ...(type && { 'content-type': type }), 'x-influxdb-version': '3.6.0' })
    const text = typeof body === 'string' ? body : JSON.stringify(body ?? '')
    outgoing.end(text.replaceAll('<<any>>', 'any'))
  })
  return { ...double, strangers }
}

function meaningOfSeen({ method, target, headers, bytes }: Seen): string | undefined {
  const body = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
  return meaningOf(method, target, headers['content-type'] ?? '', headers.accept ?? '', body.toString())
}
