import type { Caller } from '../../authority/verifier.ts'
import { type DeleteRequest, parseDelete, type Reference } from '../../parse/delete.ts'
import { parseTarget } from '../../parse/parameters.ts'
import { NO_UPSTREAM } from '../answer.ts'
import { asked, forbidden, invalid, type Outcome, refused } from '../outcome.ts'
import { type BoundPlace, LIMITED, mayUseSome } from '../place.ts'
import type { Forwarded } from '../upstream/forward.ts'
import { pathOf } from '../upstream/path.ts'
import { unreachable } from '../upstream/upstream-names.ts'
import type { WholeRequest } from '../whole-body.ts'
import type { QueryMeans } from './query-means.ts'

/**
 * `POST /api/v2/delete`, for 2.x alone: no other generation has it with the same meaning. Whoever may write all
 * measurements of a bucket may delete from it. A bucket that does not exist is answered like one that is not his. Source: wire contract 6.4.
 */
export async function deletePoints(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
): Promise<Outcome> {
  const target = parseTarget(incoming.url ?? '')
  if ('undecidable' in target) return invalid(target.undecidable)
  const request = parseDelete(target.url, body?.bytes ?? '')
  if ('undecidable' in request) return invalid(request.undecidable)
  const bucket = await catalogue.findBucket(nameIn(request.org), nameIn(request.bucket))
  const place = await places.of(caller, 'write', bucket)
  if (place === 'denied') {
    // What a predicate reaches is for the upstream to say.
    const isLimited = mayUseSome(caller, 'write', bucket)
    return forbidden(isLimited ? `${LIMITED}, so it deletes nothing` : 'insufficient permissions to delete')
  }
  if (place === 'unbound') return refused(NO_UPSTREAM)
  if (place.upstream.kind !== 'influxdb2') return invalid(NOT_TWO)
  const why = unreachable(place)
  if (why !== undefined) return forbidden(why)
  return asked(place.upstream, deleteRequest(place, request))
}

/** What was understood, and only that, in the place's own names. */
export function deleteRequest(
  { upstream, database }: BoundPlace,
  { start, stop, predicate }: DeleteRequest,
): Forwarded {
  return {
    method: 'POST',
    path: pathOf('/api/v2/delete', { bucket: database, org: upstream.org }),
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ start, stop, ...(predicate !== '' && { predicate }) }),
  }
}

/** The catalogue tries an id first, as InfluxDB does. */
const nameIn = (reference: Reference) => ('id' in reference ? reference.id : reference.name)

const NOT_TWO = 'the upstream of this bucket is not InfluxDB 2, so it has no such path'
