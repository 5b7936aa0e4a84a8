import type { ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import { parseInfluxql } from '../parse/influxql/parser.ts'
import { parseV1Query } from '../parse/query-request.ts'
import { NO_UPSTREAM, sendRefusal } from './answer.ts'
import { forward } from './forward.ts'
import { judgeInfluxql } from './judge-influxql.ts'
import type { Places } from './place.ts'
import { databasesOf, sendError, sendJson } from './query-answer.ts'
import { v1Request } from './query-request.ts'
import type { WholeRequest } from './whole-body.ts'

export interface QueryMeans {
  readonly catalogue: Catalogue
  readonly places: Places
}

/**
 * `GET` and `POST /query`: InfluxQL for any upstream.
 *
 * Whatever a statement is refused for stands in the results with status 200, as 1.x and 2.x do it; the statements before
 * it are not run either, because nothing is forwarded until all are approved. That goes for statements that manage, too:
 * 2.x answers `not implemented` in the same place, and clients look there. Source: wire contract 6.6.
 */
export async function queryV1(
  means: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const query = parseV1Query(incoming.url ?? '', body)
  if ('undecidable' in query) return sendError(outgoing, 400, query.undecidable)
  const parsed = parseInfluxql(query.text)
  if ('undecidable' in parsed) return sendError(outgoing, 400, `failed to parse query: ${parsed.undecidable}`)
  const { statements } = parsed
  if (statements.length === 1 && statements[0]?.kind === 'show-databases') {
    return sendDatabases(outgoing, await databasesOf(means.catalogue, caller))
  }
  const { database, retentionPolicy } = query
  const asked = { statements, defaults: { database, retentionPolicy }, mayChange: incoming.method === 'POST' }
  const verdict = await judgeInfluxql(means, caller, asked)
  if (verdict === 'unbound') return sendRefusal(outgoing, NO_UPSTREAM)
  if ('refused' in verdict) {
    const { statementId, error } = verdict
    return sendJson(outgoing, 200, { results: [{ statement_id: statementId, error }] })
  }
  const request = v1Request(verdict, query)
  if ('untranslatable' in request) return sendError(outgoing, 400, request.untranslatable)
  await forward(verdict.upstream, request, incoming, outgoing)
}

function sendDatabases(outgoing: ServerResponse, names: readonly string[]): void {
  const values = names.map(name => [name])
  const series = { name: 'databases', columns: ['name'], ...(values.length > 0 && { values }) }
  sendJson(outgoing, 200, { results: [{ statement_id: 0, series: [series] }] })
}
