import type { AuthorizationId, OrgId, ResourceId, UserId } from './id.ts'
import type { Permission } from './permission.ts'

export const STATUSES = ['active', 'inactive'] as const
export type Status = (typeof STATUSES)[number]

/** `api`: proved by a secret. `v1`: a user name and password for InfluxDB 1.x clients. */
export type AuthorizationKind = 'api' | 'v1'

/** Longest description, in characters as JavaScript counts them (UTF-16 units). */
export const MAX_DESCRIPTION_LENGTH = 4096

/**
 * Most permissions of one authorization. Granting compares each with each that the caller holds, so that without a bound one
 * request could keep everybody waiting; the widest token that InfluxDB's own tools make has 44.
 */
export const MAX_PERMISSIONS = 1000

/**
 * The record people manage; what others call an API token. It never contains a secret.
 * Instants are epoch milliseconds, UTC.
 */
export interface Authorization {
  readonly id: AuthorizationId
  readonly kind: AuthorizationKind
  readonly orgId: OrgId
  readonly userId: UserId
  /** The user name of a `v1` authorization; undefined for `api`. */
  readonly v1Name: string | undefined
  readonly status: Status
  readonly description: string
  readonly createdAtMs: number
  readonly updatedAtMs: number
  /** Starts at 1, grows by 1 with each write. */
  readonly version: number
  /** From this instant on it is refused; undefined means never. */
  readonly expiresAtMs: number | undefined
  readonly permissions: readonly Permission[]
}

/** What may be changed of an authorization after its creation. Permissions have their own call. */
export interface AuthorizationChange {
  readonly status?: Status
  readonly description?: string
  /** `null` removes the expiry. */
  readonly expiresAtMs?: number | null
}

/**
 * Whether an authorization reaches beyond its own org: a permission of type `instance`, one without id and org, one for
 * another org, or one for an object that is not known to belong to its org (its owner's own user and its org itself do).
 *
 * To change or delete such a one takes `write:authorizations` without id and without org: nobody touches what outranks him.
 *
 * @param orgOfObject the org of an object that a permission names by id alone; undefined if unknown or gone
 */
export function isWiderThanItsOrg(
  authorization: Pick<Authorization, 'orgId' | 'userId' | 'permissions'>,
  orgOfObject: (id: ResourceId) => OrgId | undefined,
): boolean {
  const { orgId, userId } = authorization
  return authorization.permissions.some(({ resource: { type, id, orgId: namedOrg } }) => {
    if (type === 'instance') return true
    if (id === undefined) return namedOrg !== orgId
    if (type === 'orgs') return id !== (orgId as string)
    if (type === 'users') return id !== (userId as string)
    return (namedOrg ?? orgOfObject(id)) !== orgId
  })
}
