// An upstream of a generation that cannot be installed: it answers what was recorded, and whatever else is asked of it
// fails the test.
import { afterEach } from 'vitest'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

export interface Recorded {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** By method and target, as `GET /ping`. */
export type Exchanges = Readonly<Record<string, Recorded>>

/** A good token, and what is answered to those who have it; all others get `refused`. */
export interface StrictOptions {
  readonly authorization: string
  readonly exchanges: Exchanges
  readonly refused: Recorded
  /** What needs no credential. */
  readonly open?: readonly string[]
}

const unexpected: string[] = []
afterEach(() => {
  const all = unexpected.splice(0)
  if (all.length > 0) throw new Error(`the upstream was asked what was not recorded: ${all.join(', ')}`)
})

export async function startStrictUpstream({
  authorization,
  exchanges,
  refused,
  open = [],
}: StrictOptions): Promise<UpstreamDouble> {
  return startUpstreamDouble(({ method, target, headers }, outgoing) => {
    const asked = `${method} ${target}`
    const isKnown = open.includes(asked) || headers.authorization === authorization
    const answer = exchanges[asked]
    if (answer === undefined) unexpected.push(asked)
    const { status, headers: said = {}, body } = isKnown ? (answer ?? { status: 599 }) : refused
    const text = body === undefined ? '' : JSON.stringify(body)
    outgoing.writeHead(status, { ...said, ...(text && { 'content-type': 'application/json' }) }).end(text)
  }, 'seen')
}

export const TOKEN = 'upstream-token-of-the-tests'

const databases = (...names: string[]) => names.map(name => ({ 'iox::database': name }))

/** Recorded from InfluxDB 3 Core 3.6.0. Source: upstream contract; nothing is said to whom it does not know. */
export const threeCore = (...names: string[]): StrictOptions => ({
  authorization: `Bearer ${TOKEN}`,
  refused: { status: 401 },
  exchanges: {
    'GET /ping': {
      status: 200,
      headers: { 'x-influxdb-version': '3.6.0', 'x-influxdb-build': 'Core' },
      body: { version: '3.6.0', revision: 'a', process_id: 'b' },
    },
    'GET /api/v3/configure/database?format=json': { status: 200, body: databases('_internal', ...names) },
  },
})

const bucket = (name: string, everySeconds: number, type = 'user') => ({
  id: '0d0d0d0d0d0d0d0d',
  orgID: '0e0e0e0e0e0e0e0e',
  type,
  name,
  retentionRules: [{ type: 'expire', everySeconds, shardGroupDurationSeconds: 3600 }],
})

/** Recorded from InfluxDB 2. Source: wire contract 2.1, 5.8; the organization is `lab`. */
export function two(buckets: Readonly<Record<string, number>> = { raw: 0 }): StrictOptions {
  const listed = Object.entries(buckets).map(([name, seconds]) => bucket(name, seconds))
  const system = [bucket('_monitoring', 604_800, 'system'), bucket('_tasks', 259_200, 'system')]
  return {
    authorization: `Token ${TOKEN}`,
    refused: { status: 401, body: { code: 'unauthorized', message: 'unauthorized access' } },
    open: ['GET /ping'],
    exchanges: {
      'GET /ping': { status: 204, headers: { 'x-influxdb-version': 'v2.7.12', 'x-influxdb-build': 'OSS' } },
      'GET /api/v2/me': { status: 200, body: { id: '0c0c0c0c0c0c0c0c', name: 'admin', status: 'active' } },
      'GET /api/v2/buckets?limit=1&org=lab': { status: 200, body: { buckets: listed.slice(0, 1) } },
      'GET /api/v2/buckets?limit=100&offset=0&org=lab': { status: 200, body: { buckets: [...system, ...listed] } },
      'GET /api/v2/buckets?limit=1&org=other': {
        status: 404,
        body: { code: 'not found', message: 'organization name "other" not found' },
      },
    },
  }
}
