import { isId } from '../domain/id.ts'
import { readPredicate } from './delete-predicate.ts'
import { parseJsonObject } from './json-object.ts'
import { type Parameters, requireKnown } from './parameters.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

/**
 * An org or a bucket as a request names it. What has the form of an id is taken for one by InfluxDB, also where a name may
 * stand, but somebody may have a name of that form: then both are here, and it is for the caller to say which exists.
 */
export type Reference =
  | { readonly id: string }
  | { readonly name: string }
  | { readonly id: string; readonly name: string }

export interface DeleteRequest {
  readonly org: Reference
  readonly bucket: Reference
  /** RFC 3339, as sent. */
  readonly start: string
  readonly stop: string
  /** As sent; empty if everything between the two times goes. */
  readonly predicate: string
  /** The only measurement that can lose points; undefined if that may be any. */
  readonly measurement: string | undefined
}

const PARAMETERS = ['org', 'orgID', 'bucket', 'bucketID']
const KEYS = ['start', 'stop', 'predicate']
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Reads a request to `/api/v2/delete`: what it deletes, and from where.
 *
 * @param url as `parseParameters` or `parseTarget` give it. One of `org` and `orgID` and one of `bucket` and `bucketID` must
 * be there: InfluxDB prefers ids where both are, others may not.
 * @param body whole; JSON with exactly the keys `start`, `stop` and, if wanted, `predicate`, all of them texts
 *
 * Linear in the body; never throws. Source: wire contract 6.1 and 6.4, upstream contract 3.1.
 */
export function parseDelete(url: Parameters, body: Uint8Array | string): DeleteRequest | Undecidable {
  return decided(() => {
    requireKnown(url, PARAMETERS)
    const [org, bucket] = [reference(url, 'org'), reference(url, 'bucket')]
    const json = parseJsonObject(body)
    if ('undecidable' in json) return json
    if ([...json.keys()].some(key => !KEYS.includes(key))) refuse('a key is not known in a deletion')
    const [start, stop] = [json.get('start'), json.get('stop')]
    const predicate = json.has('predicate') ? json.get('predicate') : ''
    if (typeof start !== 'string' || typeof stop !== 'string') return refuse('start and stop are both needed')
    if (!RFC3339.test(start) || !RFC3339.test(stop)) refuse('start or stop is not a time of RFC 3339')
    if (typeof predicate !== 'string') return refuse('the predicate is not a text')
    return { org, bucket, start, stop, predicate, measurement: readPredicate(predicate) }
  })
}

function reference(url: Parameters, kind: 'org' | 'bucket'): Reference {
  const [name, id] = [url.get(kind), url.get(`${kind}ID`)]
  if (name !== undefined && id !== undefined) refuse(`${kind} and ${kind}ID are both given`)
  if (id !== undefined) return isId(id) ? { id: id.toLowerCase() } : refuse(`${kind}ID is not an id`)
  if (name === undefined || name === '') return refuse(`${kind} is missing`)
  return isId(name) ? { id: name.toLowerCase(), name } : { name }
}
