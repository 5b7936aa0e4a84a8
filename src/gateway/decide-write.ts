import type { Catalogue, CatalogueBucket } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import type { OrgId } from '../domain/id.ts'
import type { Verdict } from '../domain/verdict.ts'
import type { WriteTarget } from '../parse/write-url.ts'
import { decideUse } from './place.ts'

/**
 * Whether a caller may write to a target. A bucket that does not exist is answered like one that is not his. Database names
 * of 1.x and 3.x are looked up in the caller's own org.
 */
export async function decideWrite(catalogue: Catalogue, caller: Caller, target: WriteTarget): Promise<Verdict> {
  const bucket = await bucketOfWrite(catalogue, caller.orgId, target)
  if (bucket === undefined) return { allow: false, reason: 'missing-permission' }
  return decideUse(caller, 'write', bucket)
}

/** The bucket that a write means, for somebody of this org; undefined if there is none. */
export async function bucketOfWrite(
  catalogue: Catalogue,
  orgId: OrgId | undefined,
  target: WriteTarget,
): Promise<CatalogueBucket | undefined> {
  if (target.api === 'v2') return catalogue.findBucket(target.org, target.bucket)
  if (orgId === undefined) return undefined
  return catalogue.findMapped(orgId, target.database, target.api === 'v1' ? target.retentionPolicy : '')
}
