import type { Catalogue, CatalogueBucket } from '../../authority/catalogue.ts'
import type { OrgId } from '../../domain/id.ts'
import type { WriteTarget } from '../../parse/write-url.ts'

/**
 * The bucket that a write means, for somebody of this org; undefined if there is none. Database names of 1.x and 3.x are
 * looked up in the caller's own org.
 */
export function bucketOfWrite(
  catalogue: Catalogue,
  orgId: OrgId | undefined,
  target: WriteTarget,
): Promise<CatalogueBucket | undefined> {
  if (target.api === 'v2') return catalogue.findBucket(target.org, target.bucket)
  if (orgId === undefined) return Promise.resolve(undefined)
  return catalogue.findMapped(orgId, target.database, target.api === 'v1' ? target.retentionPolicy : '')
}
