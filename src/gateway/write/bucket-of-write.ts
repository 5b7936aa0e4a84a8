import type { Catalogue, CatalogueBucket } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import type { WriteTarget } from '../../parse/write-url.ts'
import { bucketKnownAs } from '../known-databases.ts'

/**
 * The bucket that a write means, for this caller; undefined if there is none. Database names of 1.x and 3.x are looked up in
 * his own org.
 */
export function bucketOfWrite(
  catalogue: Catalogue,
  caller: Pick<Caller, 'orgId'>,
  target: WriteTarget,
): Promise<CatalogueBucket | undefined> {
  if (target.api === 'v2') return catalogue.findBucket(target.org, target.bucket)
  return bucketKnownAs(catalogue, caller, target.database, target.api === 'v1' ? target.retentionPolicy : '')
}
