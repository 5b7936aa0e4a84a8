import type { IncomingMessage } from 'node:http'
import type { Caller } from '../../authority/verifier.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import type { Statement } from '../../parse/influxql/syntax.ts'
import type { ParameterBody } from '../../parse/parameters.ts'
import { parseV3Query, type V3Query } from '../../parse/query-request.ts'
import { parseSql } from '../../parse/sql.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { bucketKnownAs, databasesOf } from '../known-databases.ts'
import { answered, asked, forbidden, invalid, notFound, type Outcome, type Refused, refused } from '../outcome.ts'
import { type BoundPlace, LIMITED, mayUseSome } from '../place.ts'
import { isThree } from '../upstream/upstream.ts'
import { unreachable } from '../upstream/upstream-names.ts'
import type { WholeRequest } from '../whole-body.ts'
import { type Approved, isOwnOfServer, judgeInfluxql, type Refused as RefusedInfluxql } from './judge-influxql.ts'
import type { JudgeMeans, QueryMeans } from './query-means.ts'
import { v3InfluxqlRequest, v3Request } from './query-request.ts'

/** `GET` and `POST /api/v3/query_sql`, for InfluxDB 3 alone. */
export async function querySql(means: QueryMeans, caller: Caller, { incoming, body }: WholeRequest): Promise<Outcome> {
  const query = readQuery(incoming, body)
  if ('undecidable' in query) return invalid(query.undecidable)
  const { database, text } = query
  if (database === undefined) return invalid('db is missing')
  const place = await placeOfSql(means, caller, database, text)
  return 'kind' in place ? place : asked(place.upstream, v3Request('/api/v3/query_sql', place, query))
}

/** Where SQL is to be run on a database, as the caller knows it, if he may; else why not. */
export async function placeOfSql(
  { catalogue, places }: JudgeMeans,
  caller: Caller,
  database: string,
  text: string,
): Promise<BoundPlace | Refused> {
  const parsed = parseSql(text)
  if ('undecidable' in parsed) return invalid(`not a query that passes: ${parsed.undecidable}`)
  // What reads no table, or lists all, is for whoever may read the whole database.
  const tables = parsed.listsTables || parsed.tables.length === 0 ? undefined : parsed.tables
  const bucket = await bucketKnownAs(catalogue, caller, database)
  const place = await places.of(caller, 'read', bucket, tables)
  if (place === 'denied' && mayUseSome(caller, 'read', bucket)) return forbidden(LIMITED)
  if (place === 'unbound') return refused(NO_UPSTREAM)
  if (place === 'denied' || isOwnOfServer(place)) return notFound(noDatabase(database))
  if (!isThree(place.upstream)) return invalid(NOT_THREE)
  const why = unreachable(place)
  return why === undefined ? place : forbidden(why)
}

/** `GET` and `POST /api/v3/query_influxql`, for InfluxDB 3 alone. */
export async function queryInfluxql(
  means: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
): Promise<Outcome> {
  const query = readQuery(incoming, body)
  if ('undecidable' in query) return invalid(query.undecidable)
  const parsed = parseInfluxql(query.text)
  if ('undecidable' in parsed) return invalid(`error in InfluxQL statement: ${parsed.undecidable}`)
  const { statements } = parsed
  if (statements.length > 1) return invalid('must provide only one InfluxQl statement per query')
  if (statements[0]?.kind === 'show-databases') return showDatabases(means, caller, query)
  const approved = await approvedInfluxql(means, caller, statements, query.database)
  if ('kind' in approved) return approved
  const request = v3InfluxqlRequest(approved, query)
  return 'untranslatable' in request ? invalid(request.untranslatable) : asked(approved.upstream, request)
}

/** InfluxQL that a caller may have run by InfluxDB 3; else why not. */
export async function approvedInfluxql(
  means: JudgeMeans,
  caller: Caller,
  statements: readonly Statement[],
  database: string | undefined,
): Promise<Approved | Refused> {
  const defaults = { database, retentionPolicy: undefined }
  const verdict = await judgeInfluxql(means, caller, { statements, defaults, mayChange: false })
  if (verdict === 'unbound') return refused(NO_UPSTREAM)
  if ('refused' in verdict) return REFUSE[verdict.refused](errorOf(verdict))
  return isThree(verdict.upstream) ? verdict : invalid(NOT_THREE)
}

const NOT_THREE = 'the upstream of this database is not InfluxDB 3, so it has no such path: ask /query'
const REFUSE = { 'not-found': notFound, forbidden, invalid } as const

/** In the words of 3.6.0. */
const noDatabase = (database: string) => `query error: database not found: ${database}`

const errorOf = ({ refused, error }: RefusedInfluxql) => (refused === 'not-found' ? `query error: ${error}` : error)

function readQuery(incoming: IncomingMessage, body: ParameterBody | undefined) {
  const nothing: ParameterBody = { kind: 'json', contentType: undefined, bytes: new Uint8Array() }
  return parseV3Query(incoming.url ?? '', incoming.method === 'GET' ? undefined : (body ?? nothing))
}

async function showDatabases(
  { catalogue }: QueryMeans,
  caller: Caller,
  { database, format = 'json' }: V3Query,
): Promise<Outcome> {
  if (format !== 'json') return invalid('SHOW DATABASES is answered as json')
  const names = await databasesOf(catalogue, caller)
  if (database !== undefined && !names.includes(database)) return notFound(noDatabase(database))
  const rows = names.map(name => ({ 'iox::database': name, deleted: false }))
  return answered(200, rows)
}
