import { orgParameter } from './org-parameter.ts'
import { type Parameters, parseTarget, unknownParameter } from './parameters.ts'
import { decided, type Undecidable } from './undecidable.ts'

export type { Undecidable } from './undecidable.ts'

/** What a write names as its target, by protocol. */
export type WriteTarget = WriteOptions &
  (
    | { readonly api: 'v2'; readonly org: string; readonly bucket: string }
    | { readonly api: 'v1'; readonly database: string; readonly retentionPolicy: string }
    | { readonly api: 'v3'; readonly database: string }
  )

/** How the points are meant. Absent where the request says nothing. */
export interface WriteOptions {
  readonly precision?: string
  /** Of InfluxDB 3. */
  readonly acceptPartial?: string
  readonly noSync?: string
  /** Of 1.x clusters. */
  readonly consistency?: string
}

interface Route {
  readonly parameters: readonly string[]
  readonly target: (url: Parameters, ownOrg: string | undefined) => WriteTarget | Undecidable
}

function optionsOf(get: (name: string) => string | undefined): WriteOptions {
  const [precision, acceptPartial, noSync, consistency] = [
    get('precision'),
    get('accept_partial'),
    get('no_sync'),
    get('consistency'),
  ]
  return {
    ...(precision !== undefined && { precision }),
    ...(acceptPartial !== undefined && { acceptPartial }),
    ...(noSync !== undefined && { noSync }),
    ...(consistency !== undefined && { consistency }),
  }
}

const missing = (name: string): Undecidable => ({ undecidable: `${name} is missing` })
const PRECISIONS_OF_TWO = ['ns', 'us', 'ms', 's']

/** The writes whose target the URL alone decides. Whatever is not listed, path or parameter, is not decided. */
const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v2/write': {
    parameters: ['org', 'orgID', 'bucket', 'precision'],
    target(url, ownOrg) {
      const precision = url.get('precision') || 'ns'
      if (!PRECISIONS_OF_TWO.includes(precision)) {
        return { undecidable: 'invalid precision; valid precision units are ns, us, ms, and s' }
      }
      const org = decided(() => ({ reference: orgParameter(url, ownOrg) }))
      if ('undecidable' in org) return org
      const bucket = url.get('bucket') || undefined
      return bucket === undefined ? missing('bucket') : { api: 'v2', org: org.reference, bucket }
    },
  },
  '/write': {
    parameters: ['db', 'rp', 'precision', 'consistency', 'u', 'p'],
    target(url) {
      const database = url.get('db')
      return !database ? { undecidable: 'missing db' } : { api: 'v1', database, retentionPolicy: url.get('rp') ?? '' }
    },
  },
  '/api/v3/write_lp': {
    // There are no orgs here, but the client for Python sends one.
    parameters: ['db', 'org', 'precision', 'accept_partial', 'no_sync'],
    target(url) {
      const database = url.get('db')
      return !database ? missing('db') : { api: 'v3', database }
    },
  },
}

/**
 * Reads what a write would touch from its method and request target, as they would be sent.
 *
 * Strict, because whoever forwards the request may read it otherwise: the path must be exactly one of those listed, no
 * parameter may come twice, be unknown, or be spelt with a broken escape. Never throws; linear in the input.
 *
 * @param ownOrg that is meant where a request of 2.x names none; undefined if it must name one
 */
export function parseWriteUrl(method: string, target: string, ownOrg?: string): WriteTarget | Undecidable {
  if (method !== 'POST') return { undecidable: `${method} is not a write` }
  const read = parseTarget(target)
  if ('undecidable' in read) return read
  const { path, url } = read
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (route === undefined) return { undecidable: 'this path is not a write whose target the URL decides' }
  const unknown = unknownParameter(url, route.parameters)
  if (unknown !== undefined) return unknown
  const get = (name: string) => url.get(name) || undefined
  const found = route.target(url, ownOrg)
  return 'undecidable' in found ? found : { ...found, ...optionsOf(get) }
}

/** The credential parameters of a 1.x request. */
export function userParameters(target: string): { user: string; password: string } | undefined {
  // The name `u` with a value can be written in no other way.
  if (!target.includes('u=') && !target.includes('%')) return undefined
  const read = parseTarget(target)
  if ('undecidable' in read) return undefined
  const [user, password] = [read.url.get('u'), read.url.get('p')]
  return user && password ? { user, password } : undefined
}
