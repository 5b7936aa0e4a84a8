import type { Catalogue, CatalogueBucket } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import type { OrgId } from '../../domain/id.ts'
import { asksForBuckets, parseFlux, renameBuckets } from '../../parse/flux.ts'
import { type FluxQuery, parseFluxRequest } from '../../parse/flux-request.ts'
import type { FluxBucket } from '../../parse/flux-source.ts'
import { orgParameter } from '../../parse/org-parameter.ts'
import { parseTarget, unknownParameter } from '../../parse/parameters.ts'
import { decided } from '../../parse/undecidable.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { asked, forbidden, invalid, notFound, type Outcome, type Refused, refused } from '../outcome.ts'
import { type BoundPlace, LIMITED, mayUseSome } from '../place.ts'
import type { Forwarded } from '../upstream/forward.ts'
import { pathOf } from '../upstream/path.ts'
import { isLikeTwo, type Upstream } from '../upstream/upstream.ts'
import { unreachable } from '../upstream/upstream-names.ts'
import type { WholeRequest } from '../whole-body.ts'
import { listBuckets } from './list-buckets.ts'
import { orgOfRequest } from './org-of-request.ts'
import type { QueryMeans } from './query-means.ts'

/**
 * `POST /api/v2/query`: Flux of the subset in which it is certain which buckets a script reads, for 2.x and Cloud
 * Serverless. A bucket that may not be read is answered like one that does not exist. Source: wire contract 6.3, upstream
 * contract 3.3.
 */
export async function queryFlux(means: QueryMeans, caller: Caller, { incoming, body }: WholeRequest): Promise<Outcome> {
  const query = parseFluxRequest(body?.contentType, body?.bytes ?? new Uint8Array())
  if ('undecidable' in query) return undecoded(query.undecidable)
  const reference = readOrg(incoming.url ?? '')
  if (typeof reference !== 'string') return reference
  const org = await orgOfRequest(means.catalogue, caller, reference)
  if ('unknown' in org) return undecoded(org.unknown)
  if (asksForBuckets(query.script)) {
    const runsFlux = [...means.upstreams.values()].some(isLikeTwo)
    return runsFlux ? listBuckets(means, caller, org.id, query.dialect) : invalid(NO_FLUX)
  }
  const script = parseFlux(query.script)
  if ('undecidable' in script) return invalid(`not a script that passes: ${script.undecidable}`)
  const places = await placesOf(means, caller, org.id, script.buckets)
  if ('kind' in places) return places
  const [upstream, ...others] = new Set([...places.values()].map(place => place.upstream))
  if (upstream === undefined) return invalid('the script reads no bucket')
  if (others.length > 0) return invalid('the script concerns several upstreams')
  if (!isLikeTwo(upstream)) return invalid(NO_FLUX)
  const why = [...places.values()].map(unreachable).find(reason => reason !== undefined)
  if (why !== undefined) return forbidden(why)
  const text = renameBuckets(query.script, bucket => places.get(keyOf(bucket))!.database)
  if ('undecidable' in text) return invalid(`not a script that passes: ${text.undecidable}`)
  return asked(upstream, fluxRequest(upstream, { ...query, script: text.text }))
}

function readOrg(target: string): string | Refused {
  const read = parseTarget(target)
  if ('undecidable' in read) return invalid(read.undecidable)
  const unknown = unknownParameter(read.url, ['org', 'orgID'])
  if (unknown !== undefined) return invalid(unknown.undecidable)
  const found = decided(() => ({ org: orgParameter(read.url) }))
  return 'undecidable' in found ? undecoded(found.undecidable) : found.org
}

/** Whatever 2.x cannot decode is told in these words, an org that does not exist among it. */
const undecoded = (why: string) => invalid(`failed to decode request body: ${why}`)

const NO_FLUX = 'the upstream runs no Flux: ask by InfluxQL or SQL'

/** Bounds the work: each is looked up. */
const MAX_BUCKETS = 32

const keyOf = (bucket: FluxBucket) => JSON.stringify(bucket)

/** Of each bucket that may be read; otherwise why not, for the first that may not. */
async function placesOf(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  orgId: OrgId,
  buckets: readonly FluxBucket[],
): Promise<ReadonlyMap<string, BoundPlace> | Refused> {
  if (buckets.length > MAX_BUCKETS) return invalid('the script names too many buckets')
  const found = new Map<string, BoundPlace>()
  let isUnbound = false
  for (const bucket of buckets) {
    const meant = await findBucket(catalogue, orgId, bucket)
    const place = await places.of(caller, 'read', meant)
    // What a script reads of a bucket is not told from its text.
    if (place === 'denied' && mayUseSome(caller, 'read', meant)) return forbidden(LIMITED)
    if (place === 'denied') return notFound(noBucket('id' in bucket ? bucket.id : bucket.name))
    if (place === 'unbound') isUnbound = true
    else found.set(keyOf(bucket), place)
  }
  return isUnbound ? refused(NO_UPSTREAM) : found
}

/** In the words of 2.x. */
const noBucket = (name: string) => `failed to initialize execute state: could not find bucket ${JSON.stringify(name)}`

/** An id counts in the org of the request alone, which is where 2.x looks for the data. */
async function findBucket(
  catalogue: Catalogue,
  orgId: OrgId,
  bucket: FluxBucket,
): Promise<CatalogueBucket | undefined> {
  return 'name' in bucket ? catalogue.findNamed(orgId, bucket.name) : catalogue.findById(orgId, bucket.id)
}

/** What was understood, and only that, in the upstream's own names. */
export function fluxRequest({ org }: Pick<Upstream, 'org'>, { script, dialect, now }: FluxQuery): Forwarded {
  return {
    method: 'POST',
    path: pathOf('/api/v2/query', { org }),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: script, type: 'flux', dialect, now }),
  }
}
