import type { Caller } from '../../authority/verifier.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import { parseV1Query } from '../../parse/query-request.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { databasesOf } from '../known-databases.ts'
import { type Answered, answered, asked, invalid, type Outcome, refused } from '../outcome.ts'
import type { WholeRequest } from '../whole-body.ts'
import { judgeInfluxql } from './judge-influxql.ts'
import { manageInfluxql } from './manage-influxql.ts'
import type { QueryMeans } from './query-means.ts'
import { v1Request } from './query-request.ts'

/**
 * `GET` and `POST /query`: InfluxQL for any upstream.
 *
 * Whatever a statement is refused for stands in the results with status 200, as 1.x and 2.x do it; the statements before
 * it are not run either, because nothing is forwarded until all are approved. That goes for statements that manage, too:
 * 2.x answers `not implemented` in the same place, and clients look there. Source: wire contract 6.6.
 */
export async function queryV1(means: QueryMeans, caller: Caller, { incoming, body }: WholeRequest): Promise<Outcome> {
  const query = parseV1Query(incoming.url ?? '', body)
  if ('undecidable' in query) return invalid(query.undecidable)
  const parsed = parseInfluxql(query.text)
  if ('undecidable' in parsed) return invalid(`failed to parse query: ${parsed.undecidable}`)
  const { statements } = parsed
  if (statements.length === 1 && statements[0]?.kind === 'show-databases') {
    return databaseAnswer(await databasesOf(means.catalogue, caller))
  }
  const isPost = incoming.method === 'POST'
  const managed = await manageInfluxql(means, caller, { statements, query, isPost })
  if (managed !== undefined) return managed
  const { database, retentionPolicy } = query
  const defaults = { database, retentionPolicy }
  const verdict = await judgeInfluxql(means, caller, { statements, defaults, mayChange: isPost })
  if (verdict === 'unbound') return refused(NO_UPSTREAM)
  if ('refused' in verdict) {
    const { statementId, error, refused: why } = verdict
    const meaning = why === 'invalid' ? 'undecidable' : 'refusal'
    return answered(200, { results: [{ statement_id: statementId, error }] }, meaning)
  }
  const request = v1Request(verdict, query)
  if ('untranslatable' in request) return invalid(request.untranslatable)
  return asked(verdict.upstream, request)
}

function databaseAnswer(names: readonly string[]): Answered {
  const values = names.map(name => [name])
  const series = { name: 'databases', columns: ['name'], ...(values.length > 0 && { values }) }
  return answered(200, { results: [{ statement_id: 0, series: [series] }] })
}
