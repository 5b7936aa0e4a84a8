import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller } from '../authority/verifier.ts'
import { parseInfluxql } from '../parse/influxql/parser.ts'
import type { ParameterBody } from '../parse/parameters.ts'
import { parseV3Query, type V3Query } from '../parse/query-request.ts'
import { parseSql } from '../parse/sql.ts'
import { NO_UPSTREAM, sendRefusal } from './answer.ts'
import { forward } from './forward.ts'
import { isOwnOfServer, judgeInfluxql, type Refused } from './judge-influxql.ts'
import { databasesOf, sendError, sendJson } from './query-answer.ts'
import { v3InfluxqlRequest, v3Request } from './query-request.ts'
import type { QueryMeans } from './query-v1.ts'
import { isThree } from './upstream.ts'
import { unreachable } from './upstream-names.ts'
import type { WholeRequest } from './whole-body.ts'

/** `GET` and `POST /api/v3/query_sql`, for InfluxDB 3 alone. */
export async function querySql(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const query = readQuery(incoming, body)
  if ('undecidable' in query) return sendError(outgoing, 400, query.undecidable)
  const { database, text } = query
  if (database === undefined) return sendError(outgoing, 400, 'db is missing')
  // A query that reads no table, or lists all, is allowed to whoever may read the whole database, as any other.
  const parsed = parseSql(text)
  if ('undecidable' in parsed) return sendError(outgoing, 400, `not a query that passes: ${parsed.undecidable}`)
  const bucket = caller.orgId === undefined ? undefined : await catalogue.findMapped(caller.orgId, database, '')
  const place = await places.of(caller, 'read', bucket)
  if (place === 'unbound') return sendRefusal(outgoing, NO_UPSTREAM)
  if (place === 'denied' || isOwnOfServer(place)) return sendError(outgoing, 404, notFound(database))
  if (!isThree(place.upstream)) return sendError(outgoing, 400, NOT_THREE)
  const why = unreachable(place)
  if (why !== undefined) return sendError(outgoing, 403, why)
  await forward(place.upstream, v3Request('/api/v3/query_sql', place, query), incoming, outgoing)
}

/** `GET` and `POST /api/v3/query_influxql`, for InfluxDB 3 alone. */
export async function queryInfluxql(
  means: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const query = readQuery(incoming, body)
  if ('undecidable' in query) return sendError(outgoing, 400, query.undecidable)
  const parsed = parseInfluxql(query.text)
  if ('undecidable' in parsed) return sendError(outgoing, 400, `error in InfluxQL statement: ${parsed.undecidable}`)
  const { statements } = parsed
  if (statements.length > 1) return sendError(outgoing, 400, 'must provide only one InfluxQl statement per query')
  if (statements[0]?.kind === 'show-databases') return showDatabases(means, caller, query, outgoing)
  const defaults = { database: query.database, retentionPolicy: undefined }
  const verdict = await judgeInfluxql(means, caller, { statements, defaults, mayChange: false })
  if (verdict === 'unbound') return sendRefusal(outgoing, NO_UPSTREAM)
  if ('refused' in verdict) return sendError(outgoing, STATUS[verdict.refused], errorOf(verdict))
  if (!isThree(verdict.upstream)) return sendError(outgoing, 400, NOT_THREE)
  const request = v3InfluxqlRequest(verdict, query)
  if ('untranslatable' in request) return sendError(outgoing, 400, request.untranslatable)
  await forward(verdict.upstream, request, incoming, outgoing)
}

const NOT_THREE = 'the upstream of this database is not InfluxDB 3, so it has no such path: ask /query'
const STATUS = { 'not-found': 404, forbidden: 403, invalid: 400 } as const

/** In the words of 3.6.0. */
const notFound = (database: string) => `query error: database not found: ${database}`

const errorOf = ({ refused, error }: Refused) => (refused === 'not-found' ? `query error: ${error}` : error)

function readQuery(incoming: IncomingMessage, body: ParameterBody | undefined) {
  const nothing: ParameterBody = { kind: 'json', contentType: undefined, bytes: new Uint8Array() }
  return parseV3Query(incoming.url ?? '', incoming.method === 'GET' ? undefined : (body ?? nothing))
}

async function showDatabases(
  { catalogue }: QueryMeans,
  caller: Caller,
  { database, format = 'json' }: V3Query,
  outgoing: ServerResponse,
): Promise<void> {
  if (format !== 'json') return sendError(outgoing, 400, 'SHOW DATABASES is answered as json')
  const names = await databasesOf(catalogue, caller)
  if (database !== undefined && !names.includes(database)) return sendError(outgoing, 404, notFound(database))
  const rows = names.map(name => ({ 'iox::database': name, deleted: false }))
  sendJson(outgoing, 200, rows)
}
