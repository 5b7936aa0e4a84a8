import { type Authorization, isWiderThanItsOrg } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { AuthorizationId, BucketId, OrgId, ResourceId, UserId } from '../domain/id.ts'
import { type Action, type Permission, printPermission } from '../domain/permission.ts'
import type { AuthorizationsOf, DescribedAuthorization } from '../store/authorizations.ts'
import type { Act } from './act.ts'
import { boundOf, type Caller, may, requirePermission, requireToGrant, requireWithin, unauthorized } from './caller.ts'

/** On authorizations without bounds: what it takes to touch one that reaches beyond its org. */
const ANY_WRITE: Permission = { action: 'write', resource: { type: 'authorizations' } }

/** An action on one authorization. */
export function on(action: Action, { id, orgId }: { readonly id: AuthorizationId; readonly orgId: OrgId }): Permission {
  return { action, resource: { type: 'authorizations', id, orgId } }
}

/** What creating an authorization takes, besides holding what it grants. */
export function issuing(orgId: OrgId, userId: UserId): [Permission, Permission] {
  return [
    { action: 'write', resource: { type: 'authorizations', orgId } },
    { action: 'write', resource: { type: 'users', id: userId } },
  ]
}

/** The checks of wire contract 3.4, in its order. */
export async function requireToIssue(act: Act, caller: Caller, authorization: Authorization): Promise<void> {
  const { orgId, userId, permissions, expiresAtMs } = authorization
  for (const permission of issuing(orgId, userId)) requirePermission(caller, permission)
  requireToGrant(caller, permissions)
  requireOrdinary(permissions)
  requireOwnOrg(orgId, permissions)
  requireFuture(expiresAtMs, act.nowMs)
  requireWithin(boundOf(caller, [...issuing(orgId, userId), ...permissions]), expiresAtMs)
  if ((await act.orgs.find(orgId)) === undefined || (await act.users.find(userId)) === undefined) {
    throw new AppError('invalid', 'unable to create token')
  }
  if (authorization.kind === 'v1') await requireBuckets(act, permissions)
}

/** @throws AppError `invalid` for an expiry that is over already, which is a slip more often than a wish */
export function requireFuture(expiresAtMs: number | undefined, nowMs: number): void {
  if (expiresAtMs === undefined || expiresAtMs > nowMs) return
  throw new AppError('invalid', 'expiresAt must lie in the future; to end a token now, make it inactive')
}

/** Only sessions of the instance's owner hold `instance`. */
export function requireOrdinary(permissions: readonly Permission[]): void {
  if (permissions.every(({ resource }) => resource.type !== 'instance')) return
  throw new AppError('invalid', 'authorizations cannot be created with the instance type, it is only used during setup')
}

export function requireOwnOrg(orgId: OrgId, permissions: readonly Permission[]): void {
  const foreign = permissions.find(({ resource }) => resource.orgId !== undefined && resource.orgId !== orgId)
  if (foreign === undefined) return
  throw new AppError('invalid', `permission ${printPermission(foreign)} is not for org id ${orgId}`)
}

async function requireBuckets(act: Act, permissions: readonly Permission[]): Promise<void> {
  for (const { resource } of permissions) {
    if (resource.type !== 'buckets' || resource.id === undefined) continue
    if ((await act.buckets.find(resource.id as BucketId)) === undefined) {
      throw new AppError('not found', 'bucket not found when creating auth')
    }
  }
}

/**
 * What changing takes. Whoever could not even read it is told that first, as the recorded server does.
 *
 * @returns the permissions on the strength of which the caller may do it
 */
export async function requireToTouch(act: Act, caller: Caller, found: DescribedAuthorization): Promise<Permission[]> {
  if (!may(caller, on('write', found))) requirePermission(caller, on('read', found))
  requirePermission(caller, on('write', found))
  const outranks = await isWider(act, { ...found, permissions: permissionsOf(found) })
  if (outranks) requirePermission(caller, ANY_WRITE)
  return outranks ? [on('write', found), ANY_WRITE] : [on('write', found)]
}

/** Nobody deletes what outranks him. */
export async function requireNotOutranked(act: Act, caller: Caller, found: DescribedAuthorization): Promise<void> {
  if (may(caller, ANY_WRITE)) return
  if (await isWider(act, { ...found, permissions: permissionsOf(found) })) throw unauthorized(ANY_WRITE)
}

/**
 * Nor does anybody take out of force, by way of its owner or org, what outranks him.
 *
 * @param of whose authorizations are about to go
 */
export async function requireNoneOutranks(act: Act, caller: Caller, of: AuthorizationsOf): Promise<void> {
  if (may(caller, ANY_WRITE)) return
  // The owner of the instance outranks everybody, whatever his authorizations are.
  const memberships = 'userId' in of ? await act.memberships.ofUser(of.userId) : []
  if (memberships.some(({ type }) => type === 'instance')) throw unauthorized(ANY_WRITE)
  for (const authorization of await act.authorizations.perhapsWider(of)) {
    if (await isWider(act, authorization)) throw unauthorized(ANY_WRITE)
  }
}

export const permissionsOf = ({ permissions }: DescribedAuthorization) =>
  permissions.map(({ permission }) => permission)

async function isWider(act: Act, authorization: Pick<Authorization, 'orgId' | 'userId' | 'permissions'>) {
  const orgs = await orgsOfObjects(act, authorization.permissions)
  return isWiderThanItsOrg(authorization, id => orgs.get(id))
}

/** The orgs of those objects that permissions name by id alone, as far as we know the objects. */
async function orgsOfObjects(act: Act, permissions: readonly Permission[]): Promise<Map<ResourceId, OrgId>> {
  const orgs = new Map<ResourceId, OrgId>()
  for (const { resource } of permissions) {
    const { type, id } = resource
    if (id === undefined || resource.orgId !== undefined) continue
    const object =
      type === 'buckets'
        ? await act.buckets.find(id as BucketId)
        : type === 'authorizations'
          ? await act.authorizations.find(id as AuthorizationId)
          : undefined
    if (object !== undefined) orgs.set(id, object.orgId)
  }
  return orgs
}
