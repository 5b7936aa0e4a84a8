import { type JsonObject, type JsonValue, parseJsonObject } from './json-object.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

/** How the tables of an answer are written; absent where the request says nothing. */
export interface FluxDialect {
  readonly annotations?: readonly string[]
  readonly commentPrefix?: string
  readonly dateTimeFormat?: string
  readonly delimiter?: string
  readonly header?: boolean
}

/** A request to `/api/v2/query`, without where it is asked. */
export interface FluxQuery {
  readonly script: string
  readonly dialect: FluxDialect | undefined
  /** RFC 3339, as sent: what the script takes for the present. */
  readonly now: string | undefined
}

/** InfluxDB's own client for JavaScript says `encoding` where everybody else says `charset`. */
const JSON_TYPE = /^application\/json(?:; ?(?:charset|encoding)=utf-8)?$/i
const FLUX_TYPE = /^application\/vnd\.flux(?:; ?charset=utf-8)?$/i
const KEYS = ['query', 'type', 'dialect', 'now']
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Reads the body of `/api/v2/query`: a script as it is, or JSON around one, as the content type says; without one it is
 * JSON. Whether the script itself can be decided is for `parseFlux` to say. Linear; never throws.
 *
 * @param bytes whole
 *
 * Source: wire contract 6.3.
 */
export function parseFluxRequest(contentType: string | undefined, bytes: Uint8Array): FluxQuery | Undecidable {
  if (contentType !== undefined && FLUX_TYPE.test(contentType)) return decided(() => rawScript(bytes))
  if (contentType === undefined || JSON_TYPE.test(contentType)) return parseFluxBody(bytes)
  return { undecidable: 'the body must be application/json or application/vnd.flux' }
}

/**
 * Reads the JSON of a query. `extern` and `ast` bring a syntax tree of their own and are refused, as is every key that is
 * not known.
 */
export function parseFluxBody(body: Uint8Array | string): FluxQuery | Undecidable {
  const json = parseJsonObject(body)
  if ('undecidable' in json) return { undecidable: `${NO_JSON}: ${json.undecidable}` }
  return decided(() => readBody(json))
}

/** In the words of 2.x. */
const NO_JSON =
  "failed parsing request body as JSON; if sending a raw Flux script, set 'Content-Type: application/vnd.flux' in your request headers"

function readBody(json: JsonObject): FluxQuery {
  if ([...json].some(([key, value]) => !KEYS.includes(key) && !saysNothing(key, value))) {
    refuse('a key is not known in a query')
  }
  const [script, type] = [json.get('query'), json.get('type') ?? 'flux']
  if (type !== 'flux') refuse('the type of the query is not flux')
  if (typeof script !== 'string') return refuse('the query is missing')
  const [dialect, now] = [json.get('dialect') ?? undefined, json.get('now') ?? undefined]
  if (now !== undefined && !(typeof now === 'string' && RFC3339.test(now))) refuse('now is not a time of RFC 3339')
  return { script, dialect: dialect === undefined ? undefined : readDialect(dialect), now: now as string | undefined }
}

/** The client for Java sends the values of parameters also where there are none. */
const saysNothing = (key: string, value: JsonValue) => key === 'params' && value instanceof Map && value.size === 0

/** What each member of a dialect may be. */
const MEMBERS: Readonly<Record<keyof FluxDialect, (value: JsonValue) => boolean>> = {
  annotations: value => Array.isArray(value) && value.every(one => ['group', 'datatype', 'default'].includes(one)),
  commentPrefix: value => typeof value === 'string' && /^[\x20-\x7e]{0,8}$/.test(value),
  dateTimeFormat: value => value === 'RFC3339' || value === 'RFC3339Nano',
  delimiter: value => typeof value === 'string' && /^[\t\x20-\x7e]$/.test(value),
  header: value => typeof value === 'boolean',
}

/** The client for JavaScript asks for the quotes that there are anyway, by a key that 2.x passes over. */
function readDialect(dialect: JsonValue): FluxDialect {
  if (!(dialect instanceof Map)) return refuse('the dialect is not a JSON object')
  const members = [...(dialect as JsonObject)].filter(([name, value]) => name !== 'quoteChar' || value !== '"')
  for (const [name, value] of members) {
    if (!Object.hasOwn(MEMBERS, name)) refuse('a key is not known in a dialect')
    if (!MEMBERS[name as keyof FluxDialect](value)) refuse(`the dialect's ${name} is none that InfluxDB has`)
  }
  return Object.fromEntries(members)
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function rawScript(bytes: Uint8Array): FluxQuery {
  try {
    return { script: decoder.decode(bytes), dialect: undefined, now: undefined }
  } catch {
    return refuse('the script is not valid UTF-8')
  }
}
