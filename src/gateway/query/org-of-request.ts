import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { isId, type OrgId } from '../../domain/id.ts'

/** Why there is no org, in the words of 2.x. */
export interface UnknownOrg {
  readonly unknown: string
}

/**
 * The org that a request of 2.x names by its id or name. One in which a caller has nothing is answered as one that does
 * not exist. Source: wire contract 6.1.
 */
export async function orgOfRequest(
  catalogue: Catalogue,
  caller: Caller,
  reference: string,
): Promise<{ readonly id: OrgId } | UnknownOrg> {
  const id = await catalogue.findOrg(reference)
  if (id !== undefined && hasSomethingIn(caller, id)) return { id }
  return {
    unknown: isId(reference) ? 'organization not found' : `organization name ${JSON.stringify(reference)} not found`,
  }
}

/** Whether it is the org of his credential, or one that some permission of his concerns. */
function hasSomethingIn({ orgId, permissions }: Caller, org: OrgId): boolean {
  if (orgId === org) return true
  // One for a bucket without its org may be for a bucket of any.
  return permissions.some(({ resource: { type, id, orgId: of } }) =>
    of === undefined ? id === undefined || type === 'buckets' : of === org,
  )
}
