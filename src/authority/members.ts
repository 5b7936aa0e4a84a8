import { AppError } from '../domain/errors.ts'
import type { BucketId, OrgId, ResourceId, UserId } from '../domain/id.ts'
import type { Action, Permission } from '../domain/permission.ts'
import type { Role } from '../store/memberships.ts'
import type { Nouns } from '../store/store.ts'
import type { User } from '../store/users.ts'
import { actFor, type Means } from './act.ts'
import {
  boundOf,
  type Caller,
  may,
  membershipPermissions,
  requirePermission,
  requireToGrant,
  requireWithin,
} from './caller.ts'

/** What has members and owners. */
export type Parent = { readonly type: 'orgs'; readonly id: OrgId } | { readonly type: 'buckets'; readonly id: BucketId }

/** Who may say who belongs to what. All methods throw AppError as the wire contract says (5.7). */
export interface MemberAuthority {
  list(caller: Caller, parent: Parent, role: Role): Promise<readonly User[]>
  /** Adding is granting what the role gives. */
  add(caller: Caller, parent: Parent, role: Role, userId: UserId): Promise<User>
  /** Removes either role; no error if there was none. */
  remove(caller: Caller, parent: Parent, userId: UserId): Promise<void>
}

export function memberAuthority(means: Means): MemberAuthority {
  return {
    async list(caller, parent, role) {
      const { orgId } = await readable(means.store, caller, parent)
      if (!may(caller, { action: 'read', resource: { type: 'orgs', id: orgId } }))
        throw new AppError('not found', 'not found')
      return means.store.memberships.usersOf(parent.type, parent.id, role)
    },

    add: (caller, parent, role, userId) =>
      actFor(means, caller, async (act, current) => {
        const { resource, orgId } = await readable(act, current, parent)
        requirePermission(current, { action: 'write', resource })
        const user = await act.users.find(userId)
        if (user === undefined) throw new AppError('not found', 'user not found')
        const membership = { type: parent.type, resourceId: parent.id as ResourceId, userId, role }
        const given = membershipPermissions({ ...membership, bucketOrgId: parent.type === 'buckets' ? orgId : null })
        requireToGrant(current, given)
        requireWithin(boundOf(current, given.length === 0 ? [] : [{ action: 'write', resource }, ...given]), undefined)
        await act.memberships.add(membership, act.nowMs).catch(cause => alreadyMapped(cause, userId))
        await act.changes.note('membership', userId)
        await act.record('member.add', parent.id, { type: parent.type, role, userId })
        return user
      }),

    remove: (caller, parent, userId) =>
      actFor(means, caller, async (act, current) => {
        const { resource } = await readable(act, current, parent)
        requirePermission(current, { action: 'write', resource })
        await act.memberships.remove(parent.type, parent.id, userId)
        await act.changes.note('membership', userId)
        await act.record('member.remove', parent.id, { type: parent.type, userId })
      }),
  }
}

/** The parent as a resource, and its org. One that cannot be read is answered like one that does not exist. */
async function readable(
  nouns: Nouns,
  caller: Caller,
  parent: Parent,
): Promise<{ resource: Permission['resource']; orgId: OrgId }> {
  const found = await resourceOf(nouns, parent)
  if (found === undefined || !may(caller, { action: 'read' satisfies Action, resource: found.resource })) {
    throw new AppError('not found', '404 page not found')
  }
  return found
}

async function resourceOf(nouns: Nouns, parent: Parent) {
  if (parent.type === 'orgs') {
    const org = await nouns.orgs.find(parent.id)
    return org && { resource: { type: 'orgs' as const, id: org.id }, orgId: org.id }
  }
  const bucket = await nouns.buckets.find(parent.id)
  return bucket && { resource: { type: 'buckets' as const, id: bucket.id, orgId: bucket.orgId }, orgId: bucket.orgId }
}

function alreadyMapped(cause: unknown, userId: UserId): never {
  if (!(cause instanceof AppError) || cause.code !== 'conflict') throw cause
  throw new AppError(
    'conflict',
    `Unexpected error when assigning user to a resource: mapping for user ${userId} already exists`,
  )
}
