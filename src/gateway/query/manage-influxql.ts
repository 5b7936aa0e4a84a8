import type { Caller } from '../../authority/verifier.ts'
import { isOperator } from '../../domain/permission.ts'
import { type Defaults, takesDatabaseOfRequest } from '../../parse/influxql/defaults.ts'
import { printStatements } from '../../parse/influxql/print.ts'
import { rename } from '../../parse/influxql/rename.ts'
import type { ContinuousQuery, Statement } from '../../parse/influxql/syntax.ts'
import { needsPost, touchesOf } from '../../parse/influxql/touches.ts'
import type { V1Query } from '../../parse/query-request.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { bucketKnownAs } from '../known-databases.ts'
import { type Answered, answered, asked, type Outcome, refused } from '../outcome.ts'
import type { BoundPlace } from '../place.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { namesAt } from '../upstream/upstream-names.ts'
import { BEYOND, judgeInfluxql } from './judge-influxql.ts'
import type { QueryMeans } from './query-means.ts'
import { queryForm } from './query-request.ts'

export interface ManageAsked {
  readonly statements: readonly Statement[]
  readonly query: V1Query
  readonly isPost: boolean
}

/**
 * A statement that manages an InfluxDB 1.x, for an operator and alone in its request. Databases are called as buckets are
 * mapped, and renamed; retention policies, continuous queries and users are called as the upstream calls them, and so is
 * everything in its answer.
 *
 * @returns undefined for whatever else: it is judged like all queries
 */
export async function manageInfluxql(
  means: QueryMeans,
  caller: Caller,
  { statements, query, isPost }: ManageAsked,
): Promise<Outcome | undefined> {
  const [statement, ...others] = statements
  if (statement === undefined || others.length > 0 || !managesSomething(statement)) return undefined
  if (!isOperator(caller.permissions)) return undefined
  const elsewhere = ELSEWHERE[statement.kind]
  if (elsewhere !== undefined) return failed(elsewhere)
  if (needsPost(statement) && !isPost)
    return failed('insufficient permissions: what changes something is not sent like this')
  const named = namesDatabase(statement) ? statement.database : query.database
  if (named === undefined) {
    const upstream = takesDatabaseOfRequest(statement) ? undefined : onlyOne(means.upstreams)
    return upstream === undefined ? failed(NO_DATABASE) : asked(upstream, requestFor(statement, query, undefined))
  }
  const place = await placeOf(means, caller, named)
  if (place === 'denied') return failed(`database not found: ${named}`)
  if (place === 'unbound') return refused(NO_UPSTREAM)
  if (place.upstream.kind !== 'influxdb1') return undefined
  const renamed = await renamedAt(place, means, caller, statement, query)
  if (renamed.kind === 'answered') return renamed
  return asked(place.upstream, requestFor(renamed, query, place))
}

/** Of those that are done here. */
type Named = Extract<
  Statement,
  { readonly kind: `${'create' | 'alter' | 'drop'}-retention-policy` | `${'create' | 'drop'}-continuous-query` }
>
const namesDatabase = (statement: Statement): statement is Named =>
  /-retention-policy$|-continuous-query$/.test(statement.kind)

const managesSomething = (statement: Statement) => touchesOf(statement).some(({ action }) => action === 'manage')

const USERS = `${BEYOND}: users of the upstream are managed there; here are tokens, at /api/v2/authorizations`
const ITSELF = `${BEYOND}: ask the upstream itself`
const DATABASES = `${BEYOND}: databases are buckets here; create, bind and delete them at /api/v2/buckets`

/** What would get by the catalogue or the credentials that decide here, or reaches beyond any one database. */
const ELSEWHERE: Partial<Record<Statement['kind'], string>> = {
  'create-database': DATABASES,
  'drop-database': DATABASES,
  'create-user': USERS,
  'drop-user': USERS,
  'set-password': USERS,
  grant: USERS,
  revoke: USERS,
  'create-subscription': ITSELF,
  'drop-subscription': ITSELF,
  'drop-shard': ITSELF,
}

const NO_DATABASE = 'database name required: it says which upstream is meant'

const failed = (error: string): Answered => answered(200, { results: [{ statement_id: 0, error }] }, 'refusal')

/** Whom a statement means that names no database. */
function onlyOne(upstreams: ReadonlyMap<string, Upstream>): Upstream | undefined {
  const [upstream, ...others] = upstreams.values()
  return others.length === 0 && upstream?.kind === 'influxdb1' ? upstream : undefined
}

async function placeOf({ catalogue, places }: QueryMeans, caller: Caller, database: string) {
  return places.of(caller, 'write', await bucketKnownAs(catalogue, caller, database))
}

async function renamedAt(
  place: BoundPlace,
  means: QueryMeans,
  caller: Caller,
  statement: Statement,
  { database, retentionPolicy }: V1Query,
): Promise<Statement | Answered> {
  if (statement.kind === 'create-continuous-query') {
    const defaults = { database: database ?? statement.database, retentionPolicy }
    return continuousQueryAt(place, means, caller, statement, defaults)
  }
  return namesDatabase(statement) ? { ...statement, database: place.database } : statement
}

/** All that it reads and writes is judged as if it were asked for now. */
async function continuousQueryAt(
  { upstream, database }: BoundPlace,
  means: QueryMeans,
  caller: Caller,
  statement: ContinuousQuery,
  defaults: Defaults,
): Promise<Statement | Answered> {
  const select: Statement = { kind: 'select', select: statement.select }
  const verdict = await judgeInfluxql(means, caller, { statements: [select], defaults, mayChange: true })
  if (verdict === 'unbound') return failed(NO_UPSTREAM.message)
  if ('refused' in verdict) return failed(verdict.error)
  if (verdict.upstream !== upstream) return failed('the query concerns several upstreams')
  const renamed = rename(verdict.statements[0]!, names => namesAt(verdict.placeOf(names)))
  if ('undecidable' in renamed) return failed(renamed.undecidable)
  return renamed.kind === 'select' ? { ...statement, database, select: renamed.select } : failed(BEYOND)
}

function requestFor(statement: Statement, { options }: V1Query, place: BoundPlace | undefined) {
  return queryForm({ ...options, q: printStatements([statement]), db: place?.database }, !needsPost(statement))
}
