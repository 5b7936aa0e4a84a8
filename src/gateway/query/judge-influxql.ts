import type { CatalogueBucket } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { type Defaults, takesDatabaseOfRequest, withDefaults } from '../../parse/influxql/defaults.ts'
import type { Names } from '../../parse/influxql/rename.ts'
import type { SchemaSubject, Statement } from '../../parse/influxql/syntax.ts'
import { needsPost, touchesOf } from '../../parse/influxql/touches.ts'
import type { Touch } from '../../parse/touch.ts'
import { bucketKnownAs } from '../known-databases.ts'
import { type BoundPlace, LIMITED, mayUseSome } from '../place.ts'
import { isLikeTwo, isThree, type Upstream } from '../upstream/upstream.ts'
import { twinOf, unreachable } from '../upstream/upstream-names.ts'
import type { JudgeMeans } from './query-means.ts'

export interface InfluxqlAsked {
  readonly statements: readonly Statement[]
  readonly defaults: Defaults
  /** Whether the request came in a way in which data may be changed. */
  readonly mayChange: boolean
}

/** Statements that may all be run, as they name things here, and where those are. */
export interface Approved {
  readonly statements: readonly Statement[]
  readonly upstream: Upstream
  /** Of what the statements name. @throws RangeError for what was not approved */
  readonly placeOf: (names: Names) => BoundPlace
  /** Each once. */
  readonly places: readonly BoundPlace[]
  /** The one of the request's own database, for statements that cannot name it. */
  readonly placeOfRequest: BoundPlace | undefined
}

/** The first statement that may not be run, so that none is. */
export interface Refused {
  readonly refused: 'not-found' | 'forbidden' | 'invalid'
  readonly statementId: number
  readonly error: string
}

/** Bounds the work: each is looked up. */
const MAX_NAMED = 32

/**
 * Whether a caller may run statements, all of them. Nothing that he may not see differs from what does not exist.
 *
 * `unbound`: he may, but some bucket is nowhere yet.
 */
export async function judgeInfluxql(
  { catalogue, places }: JudgeMeans,
  caller: Caller,
  { statements, defaults, mayChange }: InfluxqlAsked,
): Promise<Approved | Refused | 'unbound'> {
  const filled = statements.map(statement => withDefaults(statement, defaults))
  const found = new Map<string, BoundPlace>()
  const judged = new Set<string>()
  /** By what was judged: the buckets of which the caller may use some measurements only. */
  const limited = new Map<string, CatalogueBucket>()
  let upstream: Upstream | undefined
  let isUnbound = false

  for (const [statementId, statement] of filled.entries()) {
    const refused = await refusalOfStatement(statement)
    if (refused !== undefined) return { statementId, ...refused }
  }
  if (isUnbound) return 'unbound'
  if (upstream === undefined) return { refused: 'invalid', statementId: 0, error: NO_DATABASE }
  return {
    statements: filled,
    upstream,
    placeOf: names => found.get(keyOf(names)) ?? notApproved(),
    places: [...new Map([...found.values()].map(place => [JSON.stringify(namesOf(place)), place])).values()],
    placeOfRequest: found.get(keyOf(defaults)),
  }

  async function refusalOfStatement(statement: Statement): Promise<Reason | undefined> {
    const touches = touchesOf(statement)
    const beyond = touches.map(beyondGateway).find(reason => reason !== undefined)
    if (beyond !== undefined) return beyond
    for (const touch of touches) {
      if (touch.action !== 'read' && touch.action !== 'write') continue
      const names = takesDatabaseOfRequest(statement) ? defaults : touch
      const measurement = measurementOf(statement, touch.measurement)
      const refused = await refusalOfTouch(touch.action, names, measurement, reachOf(statement))
      if (refused !== undefined) return refused
    }
    if (!needsPost(statement) || mayChange) return undefined
    return { refused: 'forbidden', error: 'insufficient permissions: what changes data is not sent like this' }
  }

  async function refusalOfTouch(
    action: 'read' | 'write',
    names: Names,
    measurement: string | undefined,
    reach: Reach,
  ): Promise<Reason | undefined> {
    const asked = `${action} ${reach} ${keyOf(names)}`
    const refused = judged.has(asked) ? undefined : await refusalOfDatabase(asked, action, names, reach)
    const bucket = limited.get(asked)
    if (refused !== undefined || bucket === undefined) return refused
    const isHis = measurement !== undefined && places.allows(caller, action, bucket, [measurement])
    return isHis ? undefined : { refused: 'forbidden', error: LIMITED }
  }

  async function refusalOfDatabase(
    asked: string,
    action: 'read' | 'write',
    { database, retentionPolicy }: Names,
    reach: Reach,
  ): Promise<Reason | undefined> {
    if (database === undefined) return { refused: 'invalid', error: NO_DATABASE }
    judged.add(asked)
    if (judged.size > MAX_NAMED) return { refused: 'invalid', error: 'the query names too many databases' }
    const bucket = await bucketKnownAs(catalogue, caller, database, retentionPolicy)
    const place = await places.of(caller, action, bucket, [])
    if (place === 'denied' || bucket === undefined) {
      const sees = action === 'write' && mayUseSome(caller, 'read', bucket)
      return sees ? { refused: 'forbidden', error: 'insufficient permissions' } : notFound(database)
    }
    if (!places.allows(caller, action, bucket)) limited.set(asked, bucket)
    if (place === 'unbound') {
      isUnbound = true
      return undefined
    }
    if (isOwnOfServer(place)) return notFound(database)
    upstream ??= place.upstream
    if (upstream !== place.upstream) return { refused: 'invalid', error: 'the query concerns several upstreams' }
    found.set(keyOf({ database, retentionPolicy }), place)
    return refusalOfPlace(place, reach)
  }

  async function refusalOfPlace(place: BoundPlace, reach: Reach): Promise<Reason | undefined> {
    const error = unreachable(place)
    if (error !== undefined) return { refused: 'forbidden', error }
    if (isThree(place.upstream)) return undefined
    const others = await (isLikeTwo(place.upstream) ? othersAtTwo(place, reach) : othersAtOne(place, reach))
    return others ? { refused: 'forbidden', error: `${BEYOND}: it reaches other buckets, too` } : undefined
  }

  /** Whether a statement reaches other buckets than the one at a place. */
  async function othersAtOne(place: BoundPlace, reach: Reach): Promise<boolean> {
    if (reach === 'policy') return false
    return !(await catalogue.hasDatabaseAlone({ ...namesOf(place), upstream: place.upstream.name }))
  }

  async function othersAtTwo({ upstream, database }: BoundPlace, reach: Reach): Promise<boolean> {
    const twin = twinOf(database)
    if (twin !== undefined && (await catalogue.isDatabaseGiven(upstream.name, twin))) return true
    if (reach === 'policy') return false
    return database.includes('/') || (reach === 'policies' && (await catalogue.hasPolicyGiven(upstream.name, database)))
  }
}

type Reason = Omit<Refused, 'statementId'>

const NO_DATABASE = 'database name required'
export const BEYOND = 'not permitted through this gateway'

const notFound = (database: string): Reason => ({ refused: 'not-found', error: `database not found: ${database}` })

function beyondGateway(touch: Touch): Reason | undefined {
  if (touch.action === 'manage') return { refused: 'forbidden', error: `${BEYOND}: ${touch.what}` }
  if (touch.action !== 'list-databases') return undefined
  return { refused: 'invalid', error: 'SHOW DATABASES is answered alone: send it in a request of its own' }
}

/** What SHOW tells of the measurements that stand in its FROM, and of no others. Tried with 1.6. */
const OF_SOURCES: readonly SchemaSubject[] = ['SERIES', 'FIELD KEYS', 'TAG KEYS', 'TAG VALUES']

/**
 * The one measurement that a touch is of; undefined if there are several, or it is not told. Nothing is deleted by who is
 * limited to some.
 */
function measurementOf(statement: Statement, named: string | undefined): string | undefined {
  if (statement.kind === 'select' || statement.kind === 'explain') return named
  return statement.kind === 'show-schema' && OF_SOURCES.includes(statement.subject) ? named : undefined
}

/** How far a statement reaches: one retention policy, all of a database's whatever it names, or the names of them all. */
type Reach = 'policy' | 'database' | 'policies'

function reachOf(statement: Statement): Reach {
  if (statement.kind === 'show-schema') return statement.subject === 'RETENTION POLICIES' ? 'policies' : 'database'
  return statement.kind === 'delete' || statement.kind === 'drop-series' ? 'database' : 'policy'
}

/** What 3 keeps of itself: tokens, and the names of all databases. Source: upstream contract 1. */
export const isOwnOfServer = ({ upstream, database }: BoundPlace) => isThree(upstream) && database === '_internal'

const keyOf = ({ database, retentionPolicy }: Names) => JSON.stringify([database, retentionPolicy ?? ''])

const namesOf = ({ database, retentionPolicy }: BoundPlace) => ({ database, retentionPolicy })

function notApproved(): never {
  throw new RangeError('a name that was not judged')
}
