import type { Catalogue, CatalogueBucket } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import type { OrgId } from '../../domain/id.ts'
import { decide } from '../../domain/verdict.ts'
import type { WriteTarget } from '../../parse/write-url.ts'
import { type Refusal, refusalOf } from '../answer.ts'
import { mayUseSome } from '../place.ts'
import { orgOfRequest } from '../query/org-of-request.ts'

/**
 * How a write is refused that may not be, in the words of 2.x, where agents tell a mistake in their settings from a lack
 * of rights by them. That something does not exist is told only to somebody who would see it if it did. Source: wire
 * contract 6.1, 6.2 and 6.5.
 *
 * @param bucket that the target means; undefined if there is none
 */
export async function refusalOfWrite(
  catalogue: Catalogue,
  caller: Caller,
  target: WriteTarget,
  bucket: CatalogueBucket | undefined,
): Promise<Refusal> {
  if (target.api === 'v3') return FORBIDDEN
  if (target.api === 'v1') {
    const isSeen = mayUseSome(caller, 'read', bucket)
    return isSeen ? FORBIDDEN : missing('no dbrp mapping found')
  }
  const org = await orgOfRequest(catalogue, caller, target.org)
  if ('unknown' in org) return missing(org.unknown)
  const isKnown = bucket === undefined && mayWriteAllOf(caller, org.id)
  return isKnown ? missing(`bucket ${JSON.stringify(target.bucket)} not found`) : FORBIDDEN
}

const FORBIDDEN = refusalOf({ allow: false, reason: 'missing-permission' })

const missing = (message: string): Refusal => ({
  status: 404,
  code: 'not found',
  message,
  reason: 'missing-permission',
})

const mayWriteAllOf = (caller: Caller, orgId: OrgId) =>
  decide(caller, [{ action: 'write', resource: { type: 'buckets', orgId } }], caller.atMs).allow
