import type { OrgId, ResourceId } from '../domain/id.ts'
import type { Action, Permission, ResourceType } from '../domain/permission.ts'
import { inLists, list, type Sql, sql } from './sql.ts'

/** The names behind a permission's ids; undefined where there is no id, or nothing behind it any more. */
export interface ResourceNames {
  readonly name: string | undefined
  readonly org: string | undefined
}

export interface NamedPermission extends ResourceNames {
  readonly permission: Permission
}

/** The permissions of authorizations, kept in the order in which they were given. */
export interface Permissions {
  of(authorizationId: string): Promise<Permission[]>
  /** With the names behind the ids, for many authorizations at once. */
  named(authorizationIds: readonly string[]): Promise<Map<string, NamedPermission[]>>
  replace(authorizationId: string, permissions: readonly Permission[]): Promise<void>
}

export interface PermissionRow {
  action: Action
  type: ResourceType
  resource_id: string | null
  org_id: string | null
}
interface NamedRow extends PermissionRow {
  authorization_id: string
  bucket_name: string | null
  user_name: string | null
  named_org: string | null
  org_name: string | null
}

export function permissionOf(row: PermissionRow): Permission {
  return {
    action: row.action,
    resource: {
      type: row.type,
      ...(row.resource_id === null ? {} : { id: row.resource_id as ResourceId }),
      ...(row.org_id === null ? {} : { orgId: row.org_id as OrgId }),
    },
  }
}

export function permissions(store: Sql): Permissions {
  return {
    async of(authorizationId) {
      const rows = await store.all<PermissionRow>(sql`
        select action, type, resource_id, org_id from permissions
        where authorization_id = ${authorizationId} order by position`)
      return rows.map(permissionOf)
    },

    async named(authorizationIds) {
      const found = new Map<string, NamedPermission[]>(authorizationIds.map(id => [id, []]))
      for (const ids of inLists(authorizationIds)) {
        const rows = await store.all<NamedRow>(sql`
          select p.authorization_id, p.action, p.type, p.resource_id, p.org_id,
            b.name as bucket_name, u.name as user_name, n.name as named_org, o.name as org_name
          from permissions p
          left join buckets b on p.type = 'buckets' and b.id = p.resource_id and (p.org_id is null or b.org_id = p.org_id)
          left join users u on p.type = 'users' and u.id = p.resource_id and u.deleted_at is null
          left join orgs n on p.type = 'orgs' and n.id = p.resource_id
          left join orgs o on o.id = p.org_id
          where p.authorization_id in ${list(ids)}
          order by p.authorization_id, p.position`)
        for (const row of rows) {
          found.get(row.authorization_id)?.push({
            permission: permissionOf(row),
            name: row.bucket_name ?? row.user_name ?? row.named_org ?? undefined,
            org: row.org_name ?? undefined,
          })
        }
      }
      return found
    },

    async replace(authorizationId, wanted) {
      await store.run(sql`delete from permissions where authorization_id = ${authorizationId}`)
      for (const [position, { action, resource }] of wanted.entries()) {
        await store.run(sql`
          insert into permissions (authorization_id, position, action, type, resource_id, org_id)
          values (${authorizationId}, ${position}, ${action}, ${resource.type},
            ${resource.id ?? null}, ${resource.orgId ?? null})`)
      }
    },
  }
}
