import type { OrgId, ResourceId } from '../domain/id.ts'
import type { Action, Permission, Resource, ResourceType } from '../domain/permission.ts'
import { inLists, list, raw, type Sql, sql } from './sql.ts'

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
  /**
   * Puts the names to permissions that were read already; each list gives a list.
   *
   * @param orgNames those that are known, so that they need not be looked up
   */
  name(lists: readonly (readonly Permission[])[], orgNames?: ReadonlyMap<string, string>): Promise<NamedPermission[][]>
  replace(authorizationId: string, permissions: readonly Permission[]): Promise<void>
}

export interface PermissionRow {
  action: Action
  type: ResourceType
  resource_id: string | null
  org_id: string | null
  measurements: string | null
}

/** What makes a permission what it is; all columns but whose it is and where. */
export const PERMISSION_COLUMNS = raw('p.action, p.type, p.resource_id, p.org_id, p.measurements')

/** Types whose objects have a name that is shown. */
const isNamed = (type: ResourceType): type is 'buckets' | 'users' | 'orgs' =>
  type === 'buckets' || type === 'users' || type === 'orgs'

export function permissionOf({ action, type, resource_id, org_id, measurements }: PermissionRow): Permission {
  return { action, resource: limited(resourceOf(type, resource_id, org_id), measurements) }
}

/** Names may hold anything; packed they hold no slash, comma or space. */
const packedNames = (names: readonly string[]) => names.map(encodeURIComponent).join('/')

const limited = (resource: Resource, names: string | null | undefined): Resource =>
  names ? { ...resource, measurements: names.split('/').map(decodeURIComponent) } : resource

/** Written out, because spreading what may be there takes ten times as long, and lists have thousands of them. */
function resourceOf(type: ResourceType, id: string | null, orgId: string | null): Resource {
  if (!id) return orgId ? { type, orgId: orgId as OrgId } : { type }
  return orgId ? { type, id: id as ResourceId, orgId: orgId as OrgId } : { type, id: id as ResourceId }
}

/**
 * All permissions of the authorization `a` as one text, for `unpacked`: with a row for each, they would cost more than all the
 * rest of what is read. Neither separator can be in an id, an action, a type or packed names.
 */
export const PACKED = raw(`(
  select string_agg(p.action || ' ' || p.type || ' ' || coalesce(p.resource_id, '') || ' ' || coalesce(p.org_id, '')
      || coalesce(' ' || p.measurements, ''), ','
    order by p.position)
  from permissions p where p.authorization_id = a.id)`)

/** @param text null if there are none */
export function unpacked(text: string | null): Permission[] {
  if (text === null) return []
  return text.split(',').map(one => {
    const [action, type, id, orgId, names] = one.split(' ') as [Action, ResourceType, string, string, string?]
    return { action, resource: limited(resourceOf(type, id, orgId), names) }
  })
}

interface Named {
  id: string
  name: string
}

export function permissions(store: Sql): Permissions {
  async function name(
    lists: readonly (readonly Permission[])[],
    orgNames: ReadonlyMap<string, string> = new Map(),
  ): Promise<NamedPermission[][]> {
    const ids = { buckets: new Set<string>(), users: new Set<string>(), orgs: new Set<string>() }
    for (const { resource } of lists.flat()) {
      if (resource.id !== undefined && isNamed(resource.type)) ids[resource.type].add(resource.id)
      if (resource.orgId !== undefined) ids.orgs.add(resource.orgId)
    }
    for (const id of orgNames.keys()) ids.orgs.delete(id)
    const buckets = await found<Named & { org_id: string }>(ids.buckets, 'id, name, org_id from buckets')
    const users = await found<Named>(ids.users, 'id, name from users', 'and deleted_at is null')
    const orgs = await found<Named>(ids.orgs, 'id, name from orgs')
    const orgName = (id: string | undefined) => id && (orgNames.get(id) ?? orgs.get(id)?.name)

    function nameOf({ type, id, orgId }: Permission['resource']): string | undefined {
      if (id === undefined) return undefined
      if (type === 'users') return users.get(id)?.name
      if (type === 'orgs') return orgName(id)
      const bucket = type === 'buckets' ? buckets.get(id) : undefined
      return bucket !== undefined && (orgId === undefined || orgId === bucket.org_id) ? bucket.name : undefined
    }
    return lists.map(list =>
      list.map(permission => ({
        permission,
        name: nameOf(permission.resource),
        org: orgName(permission.resource.orgId),
      })),
    )
  }

  async function found<Row extends Named>(ids: Set<string>, what: string, more = ''): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>()
    for (const some of inLists([...ids])) {
      const query = sql`select ${raw(what)} where id in ${list(some)} ${raw(more)}`
      for (const row of await store.all<Row>(query)) rows.set(row.id, row)
    }
    return rows
  }

  return {
    name,

    async of(authorizationId) {
      const rows = await store.all<PermissionRow>(sql`
        select ${PERMISSION_COLUMNS} from permissions p
        where p.authorization_id = ${authorizationId} order by p.position`)
      return rows.map(permissionOf)
    },

    async named(authorizationIds) {
      const held = new Map<string, Permission[]>(authorizationIds.map(id => [id, []]))
      for (const ids of inLists(authorizationIds)) {
        const rows = await store.all<PermissionRow & { authorization_id: string }>(sql`
          select p.authorization_id, ${PERMISSION_COLUMNS} from permissions p
          where p.authorization_id in ${list(ids)} order by p.authorization_id, p.position`)
        for (const row of rows) held.get(row.authorization_id)?.push(permissionOf(row))
      }
      const named = await name([...held.values()])
      return new Map([...held.keys()].map((id, at) => [id, named[at] ?? []]))
    },

    async replace(authorizationId, wanted) {
      await store.run(sql`delete from permissions where authorization_id = ${authorizationId}`)
      for (const [position, { action, resource }] of wanted.entries()) {
        const { type, id, orgId, measurements } = resource
        await store.run(sql`
          insert into permissions (authorization_id, position, action, type, resource_id, org_id, measurements)
          values (${authorizationId}, ${position}, ${action}, ${type}, ${id ?? null}, ${orgId ?? null},
            ${measurements === undefined ? null : packedNames(measurements)})`)
      }
    },
  }
}
