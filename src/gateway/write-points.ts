import type { Caller } from '../authority/verifier.ts'
import { parseWriteUrl } from '../parse/write-url.ts'
import { NO_UPSTREAM, refusalOf } from './answer.ts'
import { codingOf } from './coding.ts'
import { bucketOfWrite } from './decide-write.ts'
import { limitedBody } from './limited-body.ts'
import { asked, invalid, type Outcome, refused } from './outcome.ts'
import type { QueryMeans } from './query-v1.ts'
import type { WholeRequest } from './whole-body.ts'
import { writePath } from './write-request.ts'

/** Line protocol by any generation's path. The body is passed on as it comes; the URL alone says where it goes. */
export async function writePoints(
  { catalogue, places }: QueryMeans,
  caller: Caller,
  { incoming }: WholeRequest,
): Promise<Outcome> {
  const { method = '', url = '', headers } = incoming
  const target = parseWriteUrl(method, url)
  if ('undecidable' in target) return invalid(target.undecidable)
  const coding = codingOf(headers['content-encoding'])
  if (typeof coding === 'object') return invalid(coding.undecidable)
  const bucket = await bucketOfWrite(catalogue, caller.orgId, target)
  const place = await places.of(caller, 'write', bucket)
  if (place === 'denied') return refused(refusalOf({ allow: false, reason: 'missing-permission' }))
  if (place === 'unbound') return refused(NO_UPSTREAM)
  const path = writePath(place, target)
  if (typeof path !== 'string') return invalid(path.untranslatable)
  const body = limitedBody(incoming, place.upstream.maxBodyBytes, coding)
  const about = {
    'content-type': 'text/plain; charset=utf-8',
    ...(coding === 'gzip' && { 'content-encoding': coding }),
  }
  return asked(place.upstream, { method: 'POST', path, headers: about, body })
}
