/** The records that the authority answers with, for those who must not know the store. */
export type { DescribedAuthorization, SortColumn } from '../store/authorizations.ts'
export type { Bucket } from '../store/buckets.ts'
export type { Role } from '../store/memberships.ts'
export type { Org } from '../store/orgs.ts'
export type { NamedPermission } from '../store/permissions.ts'
export type { User } from '../store/users.ts'
