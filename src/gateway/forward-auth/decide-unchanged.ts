import type { Caller } from '../../authority/verifier.ts'
import { withDefaults } from '../../parse/influxql/defaults.ts'
import { parseInfluxql } from '../../parse/influxql/parser.ts'
import { touchesOf } from '../../parse/influxql/touches.ts'
import { parseV1Query, type V1Query } from '../../parse/query-request.ts'
import type { WriteTarget } from '../../parse/write-url.ts'
import { NO_UPSTREAM, type Refusal, refusalOf } from '../answer.ts'
import { judgeInfluxql } from '../query/judge-influxql.ts'
import type { JudgeMeans } from '../query/query-means.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { bucketOfWrite } from '../write/bucket-of-write.ts'
import { type LiteralPlace, literalPlace } from './literal-place.ts'

// Verdicts on requests that reach an upstream as the client sent them: what is allowed must mean there, by its own words,
// what it means here. Undefined allows.

/** @param upstream that stands behind the proxy; undefined if none is configured, and names are all there is to go by */
export async function refusalOfUnchangedWrite(
  { catalogue, places }: JudgeMeans,
  upstream: Upstream | undefined,
  caller: Caller,
  target: WriteTarget,
): Promise<Refusal | undefined> {
  const bucket = await bucketOfWrite(catalogue, caller, target)
  const place = await places.of(caller, 'write', bucket)
  // A bucket that does not exist is answered like one that is not his.
  if (place === 'denied') return refusalOf({ allow: false, reason: 'missing-permission' })
  if (upstream === undefined) return undefined
  if (place === 'unbound') return NO_UPSTREAM
  const literal = literalPlace(upstream, target)
  if (literal === undefined) return undecided('its upstream itself decides where this would be written to')
  return place.upstream === upstream && isSame(place, literal) ? undefined : ELSEWHERE
}

/**
 * A `GET /query` to an InfluxDB 1.x, of which the URL says everything. What the upstream would read in another way, or out
 * of a body, is refused: nothing is rewritten here.
 */
export async function refusalOfUnchangedQuery(
  means: JudgeMeans,
  upstream: Upstream,
  caller: Caller,
  target: string,
): Promise<Refusal | undefined> {
  const query = parseV1Query(target, undefined)
  if ('undecidable' in query) return undecided(query.undecidable)
  const parsed = parseInfluxql(query.text)
  if ('undecidable' in parsed) return undecided(`failed to parse query: ${parsed.undecidable}`)
  const odd = oddInUrl(query)
  if (odd !== undefined) return undecided(odd)
  const { statements } = parsed
  const defaults = { database: query.database, retentionPolicy: undefined }
  const verdict = await judgeInfluxql(means, caller, { statements, defaults, mayChange: false })
  if (verdict === 'unbound') return NO_UPSTREAM
  if ('refused' in verdict) return undecided(verdict.error)
  if (verdict.upstream !== upstream) return ELSEWHERE
  const touches = statements.flatMap(statement => touchesOf(withDefaults(statement, defaults)))
  const isLiteral = touches.every(touch => {
    if (touch.action !== 'read') return false
    const { database = '', retentionPolicy = '' } = touch
    return isSame(verdict.placeOf(touch), { database, retentionPolicy })
  })
  return isLiteral ? undefined : ELSEWHERE
}

/** What moves names after they were judged, or is rewritten by the gateway before it goes on. */
function oddInUrl({ text, retentionPolicy, options }: V1Query): string | undefined {
  if (retentionPolicy !== undefined) return 'name the retention policy in the query, not beside it'
  if (options.params !== undefined) return 'params cannot be judged here'
  return text.includes('\r') ? 'the query has a character that servers read in two ways' : undefined
}

const isSame = (place: LiteralPlace, literal: LiteralPlace) =>
  place.database === literal.database && place.retentionPolicy === literal.retentionPolicy

export const undecided = (message: string): Refusal => ({
  ...refusalOf({ allow: false, reason: 'undecidable' }),
  message,
})

const ELSEWHERE = undecided(
  'the upstream would take this name for another database or retention policy than the bucket is bound to',
)
