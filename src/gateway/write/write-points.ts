import type { CatalogueBucket } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { isDenial } from '../../domain/verdict.ts'
import { parseWriteUrl } from '../../parse/write-url.ts'
import { NO_UPSTREAM, refusalOf } from '../answer.ts'
import { asked, invalid, type Outcome, refused } from '../outcome.ts'
import { type BoundPlace, LIMITED, type Places } from '../place.ts'
import type { QueryMeans } from '../query/query-means.ts'
import type { WholeRequest } from '../whole-body.ts'
import { bucketOfWrite, targetAtThree } from './bucket-of-write.ts'
import { type Coding, codingOf } from './coding.ts'
import { holdBody } from './held-body.ts'
import { judgeLines } from './judge-lines.ts'
import { limitedBody } from './limited-body.ts'
import { refusalOfWrite } from './refuse-write.ts'
import { writePath } from './write-request.ts'

/**
 * Line protocol by any generation's path. The body is passed on as it comes, for the URL alone says where it goes; unless
 * the caller is limited to some measurements of the bucket: then it waits here until all of it was read and judged.
 */
export async function writePoints(
  { catalogue, places, isForThree }: QueryMeans,
  caller: Caller,
  request: WholeRequest,
): Promise<Outcome> {
  const { incoming } = request
  const { method = '', url = '', headers } = incoming
  const parsed = parseWriteUrl(method, url, isForThree ? caller.orgId : undefined)
  if ('undecidable' in parsed) return invalid(parsed.undecidable)
  const target = isForThree ? await targetAtThree(catalogue, caller, parsed) : parsed
  const coding = codingOf(headers['content-encoding'])
  if (typeof coding === 'object') return invalid(coding.undecidable)
  const bucket = await bucketOfWrite(catalogue, caller, target)
  const place = await places.of(caller, 'write', bucket, [])
  if (place === 'denied' || bucket === undefined) {
    return refused(await refusalOfWrite(catalogue, caller, target, bucket))
  }
  if (place === 'unbound') return refused(NO_UPSTREAM)
  const path = writePath(place, target)
  if (typeof path !== 'string') return invalid(path.untranslatable)
  if (!places.allows(caller, 'write', bucket)) {
    return writeJudged(request, place, path, coding, { places, caller, bucket })
  }
  const body = await limitedBody(incoming, place.upstream.maxBodyBytes, coding)
  const length = headers['content-length']
  const about = {
    ...TEXT,
    ...(coding === 'gzip' && { 'content-encoding': coding }),
    // Passed on byte by byte, it is as long as it was; the upstream reads it with less work than one of unknown length.
    ...(length !== undefined && { 'content-length': length }),
  }
  return asked(place.upstream, { method: 'POST', path, headers: about, body })
}

interface Writing {
  readonly places: Places
  readonly caller: Caller
  readonly bucket: CatalogueBucket
}

/** What passes is sent on unpacked, so that the upstream reads the very bytes that were judged. */
async function writeJudged(
  { incoming, senderNow, onRead }: WholeRequest,
  { upstream }: BoundPlace,
  path: string,
  coding: Coding,
  writing: Writing,
): Promise<Outcome> {
  const body = await holdBody(incoming, upstream.maxBodyBytes, coding, onRead)
  let passes = false
  try {
    const caller = body.isLate ? await senderNow() : writing.caller
    if (isDenial(caller)) return refused(refusalOf(caller))
    const refusal = await refusalOfBody(body.bytes, { ...writing, caller })
    passes = refusal === undefined
    const headers = { ...TEXT, 'content-length': String(body.bytes.length) }
    return refusal ?? asked(upstream, { method: 'POST', path, headers, body: body.stream() })
  } finally {
    if (!passes) body.drop()
  }
}

async function refusalOfBody(body: Uint8Array, { places, caller, bucket }: Writing): Promise<Outcome | undefined> {
  if (!places.allows(caller, 'write', bucket, [])) return refused(DENIED)
  const found = await judgeLines(body, name => places.allows(caller, 'write', bucket, [name]))
  if (found === undefined) return undefined
  if (found === 'foreign') return refused({ ...DENIED, message: FOREIGN })
  const message = `${found.undecidable}; ${UNREADABLE}`
  return refused({ status: 400, code: 'invalid', message, reason: 'undecidable' })
}

const TEXT = { 'content-type': 'text/plain; charset=utf-8' }
const DENIED = refusalOf({ allow: false, reason: 'missing-permission' })
const FOREIGN = `${LIMITED}, and the body has lines of others: nothing was written`
const UNREADABLE =
  'a token that is limited to measurements writes nothing of a body that servers might read differently'
