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

/** What the client of version 3 for Python says where nobody told it an org. */
const NO_ORG = ['', 'default']

/**
 * The same target where an InfluxDB 3 stands behind, which knows no orgs: who names none means his own, and so does who names
 * `default`, unless there is one of that name.
 */
export async function targetAtThree(
  catalogue: Catalogue,
  { orgId }: Pick<Caller, 'orgId'>,
  target: WriteTarget,
): Promise<WriteTarget> {
  if (target.api !== 'v2' || orgId === undefined || !NO_ORG.includes(target.org)) return target
  const isNamed = target.org !== '' && (await catalogue.findOrg(target.org)) !== undefined
  return isNamed ? target : { ...target, org: orgId }
}
