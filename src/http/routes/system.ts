import { RESOURCE_TYPES } from '../../domain/permission.ts'
import { json } from '../answer.ts'
import type { RouteTable } from '../context.ts'
import { printTime } from '../time.ts'

export interface SystemMeans {
  readonly version: string
  readonly startedAtMs: number
  readonly nowMs: () => number
  /** Why the server cannot work, or undefined. */
  readonly trouble: () => string | undefined
  /** What whoever looks should know though all is well, or undefined. */
  readonly note: string | undefined
}

/** Health, readiness and the small endpoints. Source: wire contract 5.10. */
export function systemRoutes({ version, startedAtMs, nowMs, trouble, note }: SystemMeans): RouteTable {
  return {
    '/api/v2': { GET: c => json(c, API_LINKS) },
    '/api/v2/resources': {
      GET: c => c.body(JSON.stringify(RESOURCE_TYPES), 200, { 'Content-Type': 'application/json' }),
    },
    '/api/v2/flags': { GET: c => json(c, {}) },
    '/ping': { GET: c => c.body(null, 204), HEAD: c => c.body(null, 204) },
    '/health': {
      GET: c => {
        const fault = trouble()
        const message = fault ?? ['ready for queries and writes', ...(note === undefined ? [] : [note])].join('; ')
        const status = fault === undefined ? 'pass' : 'fail'
        return json(
          c,
          { name: 'influxdb', message, checks: [], status, version, commit: '' },
          fault === undefined ? 200 : 503,
        )
      },
    },
    '/ready': {
      GET: c => json(c, { status: 'ready', started: printTime(startedAtMs), up: printDuration(nowMs() - startedAtMs) }),
    },
  }
}

/** As Go prints it: `1h2m3.4s`. */
function printDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000)
  const minutes = Math.floor(ms / 60_000) % 60
  const seconds = `${(ms % 60_000) / 1000}s`
  if (hours > 0) return `${hours}h${minutes}m${seconds}`
  return minutes > 0 ? `${minutes}m${seconds}` : seconds
}

const NAMES = [
  'authorizations',
  'backup',
  'buckets',
  'dashboards',
  'flags',
  'labels',
  'variables',
  'me',
  'notificationRules',
  'notificationEndpoints',
  'orgs',
  'restore',
  'setup',
  'signin',
  'signout',
  'sources',
  'scrapers',
  'tasks',
  'checks',
  'telegrafs',
  'plugins',
  'users',
  'write',
  'delete',
]

const API_LINKS = {
  ...Object.fromEntries(NAMES.map(name => [name, `/api/v2/${name}`])),
  external: { statusFeed: '' },
  query: {
    self: '/api/v2/query',
    ast: '/api/v2/query/ast',
    analyze: '/api/v2/query/analyze',
    suggestions: '/api/v2/query/suggestions',
  },
  swagger: '/api/v2/swagger.json',
  system: { metrics: '/metrics', debug: '/debug/pprof', health: '/health', ready: '/ready' },
}
