import type { Authorization, AuthorizationChange, AuthorizationKind, Status } from '../domain/authorization.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import {
  type AuthorizationFilter,
  type AuthorizationPage,
  cut,
  type DescribedAuthorization,
  order,
  searchKey,
  selected,
  tablesOf,
} from './authorization-list.ts'
import { orderKey } from './order-key.ts'
import { type NamedPermission, PACKED, permissions, unpacked } from './permissions.ts'
import { type Sql, sql } from './sql.ts'

export type {
  AuthorizationFilter,
  AuthorizationPage,
  DescribedAuthorization,
  Scope,
  SortColumn,
} from './authorization-list.ts'

/** All of one owner, or all of one org. */
export type AuthorizationsOf = { readonly userId: UserId } | { readonly orgId: OrgId }

/** The records people manage. Entries whose org or user is gone can be found, but are in no list; in one of orphans alone. */
export interface Authorizations {
  find(id: AuthorizationId): Promise<Authorization | undefined>
  describe(id: AuthorizationId): Promise<DescribedAuthorization | undefined>
  /** In the order of ids unless the page says otherwise; ids break ties. */
  list(filter: AuthorizationFilter, page: AuthorizationPage): Promise<DescribedAuthorization[]>
  count(filter: AuthorizationFilter): Promise<number>
  /** @throws AppError `conflict` if the v1 name is taken */
  create(authorization: Authorization): Promise<void>
  /**
   * Writes the changeable fields of an authorization if nobody wrote since `seenVersion`; of two callers that saw the same
   * version, exactly one succeeds.
   *
   * @returns the stored row, `'stale'` if the version moved on, `undefined` if the id is unknown
   */
  update(
    id: AuthorizationId,
    seenVersion: number,
    change: AuthorizationChange,
    nowMs: number,
  ): Promise<Authorization | 'stale' | undefined>
  /** Removes it with its permissions. @returns whether it was there */
  remove(id: AuthorizationId): Promise<boolean>
  idsOfOrg(orgId: OrgId): Promise<AuthorizationId[]>
  /** Those of a user or an org that may reach beyond their org: all that do, and some whose objects must be looked at. */
  perhapsWider(of: AuthorizationsOf): Promise<Authorization[]>
  /**
   * Active API tokens that have not expired, are owned by an active user and hold at least `count` permissions without id and
   * org. Not v1 authorizations: whoever has only such a one can read and write, and manage nothing.
   */
  activeWithoutBounds(count: number, nowMs: number): Promise<Authorization[]>
}

interface Row {
  id: AuthorizationId
  kind: AuthorizationKind
  org_id: OrgId
  user_id: UserId
  v1_name: string | null
  status: Status
  description: string
  created_at: number
  updated_at: number
  version: number
  expires_at: number | null
  permissions: string | null
}
interface DescribedRow extends Row {
  org_name: string | null
  user_name: string | null
}

const COLUMNS = sql`a.id, a.kind, a.org_id, a.user_id, a.v1_name, a.status, a.description, a.created_at, a.updated_at,
  a.version, a.expires_at, ${PACKED} as permissions`

const recordOf = (row: Row): Authorization => ({
  id: row.id,
  kind: row.kind,
  orgId: row.org_id,
  userId: row.user_id,
  v1Name: row.v1_name ?? undefined,
  status: row.status,
  description: row.description,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
  version: row.version,
  expiresAtMs: row.expires_at ?? undefined,
  permissions: unpacked(row.permissions),
})

/** Written out as well: a spread of so many fields takes as long as reading them from the database. */
const describedOf = (row: DescribedRow, permissions: readonly NamedPermission[]): DescribedAuthorization => ({
  id: row.id,
  kind: row.kind,
  orgId: row.org_id,
  userId: row.user_id,
  v1Name: row.v1_name ?? undefined,
  status: row.status,
  description: row.description,
  createdAtMs: row.created_at,
  updatedAtMs: row.updated_at,
  version: row.version,
  expiresAtMs: row.expires_at ?? undefined,
  orgName: row.org_name ?? undefined,
  userName: row.user_name ?? undefined,
  permissions,
})

export function authorizations(store: Sql): Authorizations {
  const held = permissions(store)

  async function find(id: AuthorizationId): Promise<Authorization | undefined> {
    const [row] = await store.all<Row>(sql`select ${COLUMNS} from authorizations a where a.id = ${id}`)
    return row && recordOf(row)
  }

  async function described(rows: readonly DescribedRow[]): Promise<DescribedAuthorization[]> {
    const orgNames = new Map<string, string>()
    for (const { org_id, org_name } of rows) if (org_name !== null) orgNames.set(org_id, org_name)
    const lists = rows.map(row => unpacked(row.permissions))
    const named = await held.name(lists, orgNames)
    return rows.map((row, at) => describedOf(row, named[at] ?? []))
  }

  async function foundAll(rows: readonly { readonly id: AuthorizationId }[]): Promise<Authorization[]> {
    const found = await Promise.all(rows.map(row => find(row.id)))
    return found.filter(authorization => authorization !== undefined)
  }

  return {
    find,

    async describe(id) {
      const rows = await store.all<DescribedRow>(sql`
        select ${COLUMNS}, o.name as org_name, u.name as user_name from authorizations a
        left join orgs o on o.id = a.org_id
        left join users u on u.id = a.user_id and u.deleted_at is null
        where a.id = ${id}`)
      return (await described(rows))[0]
    },

    async list(filter, page) {
      const rows = await store.all<DescribedRow>(sql`
        select ${COLUMNS}, o.name as org_name, u.name as user_name ${tablesOf(filter)}
        where ${selected(filter, page)} ${order(page)} ${cut(page)}`)
      return described(rows)
    },

    async count(filter) {
      const [row] = await store.all<{ count: number }>(sql`
        select count(*) as count ${tablesOf(filter)} where ${selected(filter, {})}`)
      return Number(row?.count ?? 0)
    },

    async create(authorization) {
      const { id, kind, orgId, userId, v1Name, status, description, createdAtMs, updatedAtMs } = authorization
      await store.run(sql`
        insert into authorizations (id, kind, org_id, user_id, v1_name, status, description, description_key,
          description_order, created_at, updated_at, version, expires_at)
        values (${id}, ${kind}, ${orgId}, ${userId}, ${v1Name ?? null}, ${status}, ${description},
          ${searchKey(description)}, ${orderKey(description)}, ${createdAtMs}, ${updatedAtMs}, ${authorization.version}, ${authorization.expiresAtMs ?? null})`)
      await held.replace(id, authorization.permissions)
    },

    async update(id, seenVersion, change, nowMs) {
      const current = await find(id)
      if (current === undefined) return undefined
      const expiresAtMs = change.expiresAtMs === undefined ? current.expiresAtMs : (change.expiresAtMs ?? undefined)
      const next: Authorization = {
        ...current,
        status: change.status ?? current.status,
        description: change.description ?? current.description,
        expiresAtMs,
        updatedAtMs: nowMs,
        version: seenVersion + 1,
      }
      const changed = await store.run(sql`
        update authorizations set status = ${next.status}, description = ${next.description},
          description_key = ${searchKey(next.description)}, description_order = ${orderKey(next.description)},
          expires_at = ${expiresAtMs ?? null}, updated_at = ${nowMs}, version = ${next.version}
        where id = ${id} and version = ${seenVersion}`)
      return changed === 0 ? 'stale' : next
    },

    async remove(id) {
      await store.run(sql`delete from permissions where authorization_id = ${id}`)
      return (await store.run(sql`delete from authorizations where id = ${id}`)) > 0
    },

    async idsOfOrg(orgId) {
      const rows = await store.all<{ id: AuthorizationId }>(sql`select id from authorizations where org_id = ${orgId}`)
      return rows.map(row => row.id)
    },

    async perhapsWider(of) {
      const rows = await store.all<{ id: AuthorizationId }>(sql`
        select a.id from authorizations a
        where ${'userId' in of ? sql`a.user_id = ${of.userId}` : sql`a.org_id = ${of.orgId}`} and exists (
          select 1 from permissions p where p.authorization_id = a.id and (
            p.type = 'instance'
            or (p.type = 'orgs' and p.resource_id <> a.org_id)
            or (p.type = 'users' and p.resource_id <> a.user_id)
            or (coalesce(p.org_id, '') <> a.org_id and (p.resource_id is null or p.type not in ('orgs', 'users')))))`)
      return foundAll(rows)
    },

    async activeWithoutBounds(count, nowMs) {
      const rows = await store.all<{ id: AuthorizationId }>(sql`
        select a.id from authorizations a
        join users u on u.id = a.user_id and u.deleted_at is null and u.status = 'active'
        join orgs o on o.id = a.org_id
        where a.kind = 'api' and a.status = 'active' and (a.expires_at is null or a.expires_at > ${nowMs}) and a.id in (
          select authorization_id from permissions where resource_id is null and org_id is null
          group by authorization_id having count(*) >= ${count})`)
      return foundAll(rows)
    },
  }
}
