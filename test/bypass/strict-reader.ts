// What arrives behind a proxy that only asks for a verdict is as the client sent it: its own words must say all, to any reader.
import type { Plant } from '../gateway/plant.ts'
import type { Seen } from '../gateway/upstream-double.ts'

type Words = Pick<Seen, 'method' | 'target' | 'rawHeaders'>
type Tokens = Pick<Plant['tokens'], 'writer' | 'reader'>

/** The parameter that says where a write goes, by path. */
const WRITES: Readonly<Record<string, string>> = { '/write': 'db', '/api/v2/write': 'bucket', '/api/v3/write_lp': 'db' }
const ELSEWHERE = /secret|hidden|_internal|system|information_schema|passwd|db_raw/i
/** Of a query without its texts in quotes. */
const NOT_READING =
  /\b(drop|create|alter|grants?|revoke|kill|delete|set|into|users|queries|stats|diagnostics|shards?|subscriptions|databases)\b/i
/** Headers by which one request is two to two readers. */
const SINGLE = ['authorization', 'content-encoding', 'content-length', 'content-type', 'host', 'transfer-encoding']

/**
 * Why a request may not arrive, read as strictly as can be and by nothing of ours; undefined if it is a write to the
 * database raw by who may write there, or a query of it alone, by GET and by who may read it.
 */
export function foulOf({ method, target, rawHeaders }: Words, tokens: Tokens): string | undefined {
  const headers = headersOf(rawHeaders)
  if (typeof headers === 'string') return headers
  const [path = '', query = '', ...more] = target.split('?')
  if (more.length > 0) return 'two question marks'
  const parameters = parametersOf(query)
  if (typeof parameters === 'string') return parameters
  const isQuery = path === '/query'
  if (tokenOf(headers.get('authorization') ?? '', parameters) !== (isQuery ? tokens.reader : tokens.writer)) {
    return 'not by who may'
  }
  if (isQuery) return method === 'GET' ? foulOfQuery(parameters) : `a query by ${method}`
  const named = WRITES[path]
  if (method !== 'POST' || named === undefined) return 'no write'
  if (parameters.get(named) !== 'raw') return `to ${parameters.get(named)}`
  return parameters.get('rp') ? 'to a retention policy' : undefined
}

/** By name in small letters; or what is wrong with them. */
function headersOf(rawHeaders: readonly string[]): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at]?.toLowerCase(), rawHeaders[at + 1]]
    if (SINGLE.includes(name) && found.has(name)) return `two headers ${name}`
    if (name.includes('_')) return `a header that some read as another: ${name}`
    found.set(name, value)
  }
  if (found.has('upgrade') && found.get('upgrade') !== 'h2c') return `an upgrade to ${found.get('upgrade')}`
  return /^application.grpc/i.test(found.get('content-type') ?? '') ? 'a call of Flight' : found
}

/** By name in small letters; or what is wrong with them. */
function parametersOf(query: string): ReadonlyMap<string, string> | string {
  const found = new Map<string, string>()
  for (const part of query.split('&')) {
    if (part.includes(';')) return `parted in two ways: ${part}`
    const equals = part.indexOf('=')
    const name = decoded(part.slice(0, equals)).toLowerCase()
    if (!/^[a-z][a-z_]*$/.test(name)) return `a name that is not plain: ${part}`
    if (found.has(name)) return `${name} twice`
    found.set(name, decoded(part.slice(equals + 1)))
  }
  return found
}

/** @throws URIError if it is not well escaped */
const decoded = (text: string) => decodeURIComponent(text.replaceAll('+', ' '))

function tokenOf(authorization: string, parameters: ReadonlyMap<string, string>): string | undefined {
  if (parameters.get('u')) return parameters.get('p')
  const [, scheme = '', rest = ''] = /^(\S+) (.*)$/.exec(authorization) ?? []
  const plain = scheme === 'Basic' ? Buffer.from(rest, 'base64').toString() : rest
  return plain.split(':').at(-1)
}

function foulOfQuery(parameters: ReadonlyMap<string, string>): string | undefined {
  const text = parameters.get('q') ?? ''
  if (ELSEWHERE.test(text) || NOT_READING.test(text.replaceAll(/'[^']*'/g, ''))) return `a query of another: ${text}`
  if (parameters.get('rp')) return 'a query of a retention policy'
  const database = parameters.get('db') || (/\braw\b/.test(text) ? 'raw' : undefined)
  return database === 'raw' ? undefined : `a query of ${database}: ${text}`
}
