/** What a write names as its target, by protocol. */
export type WriteTarget =
  | { readonly api: 'v2'; readonly org: string; readonly bucket: string }
  | { readonly api: 'v1'; readonly database: string; readonly retentionPolicy: string }
  | { readonly api: 'v3'; readonly database: string }

/** Why a request cannot be decided from its method and URL. */
export interface Undecidable {
  readonly undecidable: string
}

interface Route {
  readonly parameters: readonly string[]
  readonly target: (get: (name: string) => string | undefined) => WriteTarget | Undecidable
}

const missing = (name: string): Undecidable => ({ undecidable: `${name} is missing` })

/** The writes whose target the URL alone decides. Whatever is not listed, path or parameter, is not decided. */
const ROUTES: Readonly<Record<string, Route>> = {
  '/api/v2/write': {
    parameters: ['org', 'orgID', 'bucket', 'precision'],
    target(get) {
      // `orgID` overrides `org`; two that might differ are one too many.
      const [org, orgId, bucket] = [get('org'), get('orgID'), get('bucket')]
      if (org !== undefined && orgId !== undefined) return { undecidable: 'org and orgID are both given' }
      if (bucket === undefined) return missing('bucket')
      return org === undefined && orgId === undefined ? missing('org') : { api: 'v2', org: orgId ?? org ?? '', bucket }
    },
  },
  '/write': {
    parameters: ['db', 'rp', 'precision', 'consistency', 'u', 'p'],
    target(get) {
      const database = get('db')
      return database === undefined ? missing('db') : { api: 'v1', database, retentionPolicy: get('rp') ?? '' }
    },
  },
  '/api/v3/write_lp': {
    parameters: ['db', 'precision', 'accept_partial', 'no_sync'],
    target(get) {
      const database = get('db')
      return database === undefined ? missing('db') : { api: 'v3', database }
    },
  },
}

const PRINTABLE = /^[\x21-\x7e]*$/

/**
 * Reads what a write would touch from its method and request target, as they would be sent.
 *
 * Strict, because whoever forwards the request may read it otherwise: the path must be exactly one of those listed, no
 * parameter may come twice, be unknown, or be spelt with a broken escape. Never throws; linear in the input.
 */
export function parseWriteUrl(method: string, target: string): WriteTarget | Undecidable {
  if (method !== 'POST') return { undecidable: `${method} is not a write` }
  // Bytes beyond ASCII reach us one character each, and the upstream as what they mean together.
  if (!PRINTABLE.test(target)) return { undecidable: 'the URL has characters that must be escaped' }
  const [path, query, ...rest] = target.split('?') as [string, string | undefined, ...string[]]
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined
  if (route === undefined) return { undecidable: 'this path is not a write whose target the URL decides' }
  if (rest.length > 0 || target.includes('#')) return { undecidable: 'the URL can be read in more than one way' }
  const parameters = parseParameters(query ?? '')
  if ('undecidable' in parameters) return parameters
  const unknown = [...parameters.keys()].find(name => !route.parameters.includes(name))
  if (unknown !== undefined) return { undecidable: 'a parameter is not known for this path' }
  return route.target(name => parameters.get(name) || undefined)
}

/** The credential parameters of a 1.x request. */
export function userParameters(target: string): { user: string; password: string } | undefined {
  const parameters = parseParameters(target.split('?')[1] ?? '')
  if ('undecidable' in parameters) return undefined
  const [user, password] = [parameters.get('u'), parameters.get('p')]
  return user && password ? { user, password } : undefined
}

function parseParameters(query: string): Map<string, string> | Undecidable {
  const parameters = new Map<string, string>()
  if (query === '') return parameters
  if (query.includes(';')) return { undecidable: 'parameters are separated in two ways' }
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    const name = decode(equals < 0 ? part : part.slice(0, equals))
    const value = decode(equals < 0 ? '' : part.slice(equals + 1))
    if (name === undefined || value === undefined) return { undecidable: 'a parameter is badly escaped' }
    if (parameters.has(name)) return { undecidable: 'a parameter is given twice' }
    parameters.set(name, value)
  }
  return parameters
}

function decode(text: string): string | undefined {
  try {
    const decoded = decodeURIComponent(text.replaceAll('+', ' '))
    return decoded.includes('\u0000') ? undefined : decoded
  } catch {
    return undefined
  }
}
