import type { OrgId, ResourceId, UserId } from '../domain/id.ts'
import { type Sql, sql } from './sql.ts'
import type { User } from './users.ts'

export type Role = 'owner' | 'member'
/** `instance` has one object: `INSTANCE_ID`. */
export type MembershipType = 'orgs' | 'buckets' | 'instance'

export interface Membership {
  readonly type: MembershipType
  readonly resourceId: ResourceId
  readonly userId: UserId
  readonly role: Role
}

/** A membership as a session needs it. */
export interface HeldMembership extends Membership {
  /** The org of a bucket; null for everything else, and for a bucket that is gone. */
  readonly bucketOrgId: OrgId | null
}

/** Who belongs to what, and as what. A user has one role at most in one object. */
export interface Memberships {
  ofUser(userId: UserId): Promise<HeldMembership[]>
  /** The users with a role, in the order in which they came; deleted users are left out. */
  usersOf(type: MembershipType, resourceId: ResourceId, role: Role): Promise<User[]>
  /** @throws AppError `conflict` if the user has a role already, in either form */
  add(membership: Membership, nowMs: number): Promise<void>
  /** Removes whichever role there is. @returns whether there was one */
  remove(type: MembershipType, resourceId: ResourceId, userId: UserId): Promise<boolean>
  removeUser(userId: UserId): Promise<void>
  removeResource(type: MembershipType, resourceId: ResourceId): Promise<void>
}

export function memberships(store: Sql): Memberships {
  return {
    ofUser: userId =>
      store.all<HeldMembership>(sql`
        select m.resource_type as "type", m.resource_id as "resourceId", m.user_id as "userId", m.role,
          b.org_id as "bucketOrgId"
        from memberships m left join buckets b on m.resource_type = 'buckets' and b.id = m.resource_id
        where m.user_id = ${userId} order by m.created_at, m.resource_id`),

    async usersOf(type, resourceId, role) {
      const rows = await store.all<{ id: UserId; name: string; status: User['status']; oauth_id: string | null }>(sql`
        select u.id, u.name, u.status, u.oauth_id from memberships m
        join users u on u.id = m.user_id and u.deleted_at is null
        where m.resource_type = ${type} and m.resource_id = ${resourceId} and m.role = ${role}
        order by m.created_at, u.id`)
      return rows.map(row => ({ id: row.id, name: row.name, status: row.status, oauthId: row.oauth_id ?? undefined }))
    },

    async add({ type, resourceId, userId, role }, nowMs) {
      await store.run(sql`
        insert into memberships (resource_type, resource_id, user_id, role, created_at)
        values (${type}, ${resourceId}, ${userId}, ${role}, ${nowMs})`)
    },

    async remove(type, resourceId, userId) {
      const removed = await store.run(sql`
        delete from memberships
        where resource_type = ${type} and resource_id = ${resourceId} and user_id = ${userId}`)
      return removed > 0
    },

    async removeUser(userId) {
      await store.run(sql`delete from memberships where user_id = ${userId}`)
    },

    async removeResource(type, resourceId) {
      await store.run(sql`delete from memberships where resource_type = ${type} and resource_id = ${resourceId}`)
    },
  }
}
