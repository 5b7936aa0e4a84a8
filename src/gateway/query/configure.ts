import type { Caller } from '../../authority/verifier.ts'
import { isOperator } from '../../domain/permission.ts'
import { textsOfMembers } from '../../parse/json-object.ts'
import { type ParameterBody, parseParameters, unknownParameter } from '../../parse/parameters.ts'
import type { Undecidable } from '../../parse/undecidable.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { bucketKnownAs, databasesOf } from '../known-databases.ts'
import { answered, asked, forbidden, invalid, notFound, type Outcome, refused } from '../outcome.ts'
import type { Forwarded } from '../upstream/forward.ts'
import { pathOf } from '../upstream/path.ts'
import { isThree } from '../upstream/upstream.ts'
import { unreachable } from '../upstream/upstream-names.ts'
import type { WholeRequest } from '../whole-body.ts'
import { BEYOND, isOwnOfServer } from './judge-influxql.ts'
import type { QueryMeans } from './query-means.ts'

/** Where version 3 takes the parameters of an operation from, and which there are beside `db`. */
interface Operation {
  /** `either`: from the URL if it has a query, else from the body. */
  readonly from: 'url' | 'json' | 'either'
  readonly names: readonly string[]
}

const BASE = '/api/v3/configure'
const DROP_CACHE: Operation = { from: 'either', names: ['table', 'name'] }

/** What operators may do to a database, by method and path. Source: upstream contract 1, recorded `databases`. */
const OPERATIONS: Readonly<Record<string, Operation>> = {
  [`PUT ${BASE}/database`]: { from: 'json', names: ['retention_period'] },
  [`POST ${BASE}/database/retention_period`]: { from: 'url', names: ['duration'] },
  [`DELETE ${BASE}/database/retention_period`]: { from: 'url', names: [] },
  [`POST ${BASE}/table`]: { from: 'json', names: ['table', 'tags', 'fields'] },
  [`DELETE ${BASE}/table`]: { from: 'url', names: ['table', 'hard_delete_at'] },
  [`POST ${BASE}/last_cache`]: {
    from: 'json',
    names: ['table', 'name', 'key_columns', 'value_columns', 'count', 'ttl'],
  },
  [`DELETE ${BASE}/last_cache`]: DROP_CACHE,
  [`POST ${BASE}/distinct_cache`]: { from: 'json', names: ['table', 'name', 'columns', 'max_cardinality', 'max_age'] },
  [`DELETE ${BASE}/distinct_cache`]: DROP_CACHE,
}

/**
 * `/api/v3/configure/…`, for InfluxDB 3 alone: the list of databases from our own catalogue; what changes a database, for
 * operators, with its name there. Tokens, triggers and plugins are nobody's: they give out more than any verdict here.
 */
export async function configure(means: QueryMeans, caller: Caller, { incoming, body }: WholeRequest): Promise<Outcome> {
  const { method = '', url = '' } = incoming
  const route = `${method} ${url.split('?', 1)[0]}`
  if (route === `GET ${BASE}/database`) return listDatabases(means, caller, url)
  if (route === `POST ${BASE}/database` || route === `DELETE ${BASE}/database`) return forbidden(BUCKETS)
  const operation = Object.hasOwn(OPERATIONS, route) ? OPERATIONS[route] : undefined
  if (operation === undefined) return forbidden(`${BEYOND}: ask the upstream itself`)
  if (!isOperator(caller.permissions)) return forbidden('only an operator changes what is set up in a database')
  return change(means, caller, operation, { method, url, body })
}

const BUCKETS = `${BEYOND}: databases are buckets here; create and delete them at /api/v2/buckets`

interface Asked {
  readonly method: string
  readonly url: string
  readonly body: ParameterBody | undefined
}

async function change(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  operation: Operation,
  request: Asked,
): Promise<Outcome> {
  const said = readSaid(operation, request)
  if ('undecidable' in said) return invalid(said.undecidable)
  const { database } = said
  const bucket = await bucketKnownAs(catalogue, caller, database)
  const place = await places.of(caller, 'write', bucket)
  if (place === 'unbound') return refused(NO_UPSTREAM)
  if (place === 'denied' || isOwnOfServer(place)) return notFound(`database not found: ${database}`)
  if (!isThree(place.upstream))
    return invalid('the upstream of this database is not InfluxDB 3, so it has no such path')
  const why = unreachable(place)
  return why === undefined ? asked(place.upstream, requestOf(said, place.database, request)) : forbidden(why)
}

/** What a request says, each name once and in one place. */
interface Said {
  readonly database: string
  readonly from: 'url' | 'json'
  /** All but `db`; in JSON each as its text. */
  readonly others: ReadonlyMap<string, string>
}

function readSaid({ from, names }: Operation, { url, body }: Asked): Said | Undecidable {
  const read = parseParameters(url, body)
  if ('undecidable' in read) return read
  const inBody = read.json !== undefined
  if (inBody && read.url.size > 0) return { undecidable: 'the parameters are in the URL and in the body' }
  if (from !== 'either' && inBody !== (from === 'json')) {
    return { undecidable: `the parameters of this path are in ${from === 'json' ? 'a JSON body' : 'the URL'}` }
  }
  const found = inBody ? textsOfMembers(body?.bytes ?? '') : read.url
  if ('undecidable' in found) return found
  const others = new Map([...found].filter(([name]) => name !== 'db'))
  const unknown = unknownParameter(others, names)
  if (unknown !== undefined) return unknown
  const database = inBody ? read.json.get('db') : read.url.get('db')
  if (typeof database !== 'string' || database === '') return { undecidable: 'db is missing' }
  return { database, from: inBody ? 'json' : 'url', others }
}

/** In the place where it came: the other is left empty, so that nothing else is read. */
function requestOf({ from, others }: Said, database: string, { method, url }: Asked): Forwarded {
  const path = url.split('?', 1)[0] ?? ''
  const sent = method as Forwarded['method']
  if (from === 'url') return { method: sent, path: pathOf(path, { db: database, ...Object.fromEntries(others) }) }
  const members = [
    `"db":${JSON.stringify(database)}`,
    ...[...others].map(([name, text]) => `${JSON.stringify(name)}:${text}`),
  ]
  return { method: sent, path, headers: { 'content-type': 'application/json' }, body: `{${members.join(',')}}` }
}

async function listDatabases({ catalogue }: QueryMeans, caller: Caller, target: string): Promise<Outcome> {
  const read = parseParameters(target)
  if ('undecidable' in read) return invalid(read.undecidable)
  const { url } = read
  const unknown = unknownParameter(url, ['format', 'show_deleted'])
  if (unknown !== undefined) return invalid(unknown.undecidable)
  if (url.get('format') !== 'json') return invalid('format must be json')
  const deleted = url.get('show_deleted') === 'true' ? { deleted: false } : {}
  const names = await databasesOf(catalogue, caller)
  return answered(
    200,
    names.map(name => ({ 'iox::database': name, ...deleted })),
  )
}
