import type { ServerResponse } from 'node:http'
import type { Caller } from '../authority/verifier.ts'
import { type DeleteRequest, parseDelete, type Reference } from '../parse/delete.ts'
import { parseTarget } from '../parse/parameters.ts'
import { NO_UPSTREAM, type Refusal, sendRefusal } from './answer.ts'
import { type Forwarded, forward } from './forward.ts'
import type { BoundPlace } from './place.ts'
import type { QueryMeans } from './query-v1.ts'
import { unreachable } from './upstream-names.ts'
import type { WholeRequest } from './whole-body.ts'
import { pathOf } from './write-request.ts'

/**
 * `POST /api/v2/delete`, for 2.x alone: no other generation has it with the same meaning. Whoever may write to a bucket may
 * delete from it. A bucket that does not exist is answered like one that is not his. Source: wire contract 6.4.
 */
export async function deletePoints(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  { incoming, body }: WholeRequest,
  outgoing: ServerResponse,
): Promise<void> {
  const target = parseTarget(incoming.url ?? '')
  if ('undecidable' in target) return sendRefusal(outgoing, invalid(target.undecidable))
  const asked = parseDelete(target.url, body?.bytes ?? '')
  if ('undecidable' in asked) return sendRefusal(outgoing, invalid(asked.undecidable))
  const bucket = await catalogue.findBucket(nameIn(asked.org), nameIn(asked.bucket))
  const place = await places.of(caller, 'write', bucket)
  if (place === 'denied') return sendRefusal(outgoing, DENIED)
  if (place === 'unbound') return sendRefusal(outgoing, NO_UPSTREAM)
  if (place.upstream.kind !== 'influxdb2') return sendRefusal(outgoing, invalid(NOT_TWO))
  const why = unreachable(place)
  if (why !== undefined) return sendRefusal(outgoing, { status: 403, code: 'forbidden', message: why })
  await forward(place.upstream, deleteRequest(place, asked), incoming, outgoing)
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

const DENIED: Refusal = { status: 403, code: 'forbidden', message: 'insufficient permissions to delete' }
const NOT_TWO = 'the upstream of this bucket is not InfluxDB 2, so it has no such path'

const invalid = (message: string): Refusal => ({ status: 400, code: 'invalid', message })
