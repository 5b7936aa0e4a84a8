import type { Authorization, AuthorizationChange, AuthorizationKind, Status } from '../domain/authorization.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import { type NamedPermission, permissions } from './permissions.ts'
import { among, EMPTY, join, raw, type Sql, type SqlValue, type Statement, sql } from './sql.ts'

/** An authorization with the names that its JSON shows. `orgName` or `userName` is undefined if the org or user is gone. */
export interface DescribedAuthorization extends Omit<Authorization, 'permissions'> {
  readonly orgName: string | undefined
  readonly userName: string | undefined
  readonly permissions: readonly NamedPermission[]
}

/** What a caller may see: everything, or what lies in these orgs and these single objects. */
export type Scope =
  | 'all'
  | {
      readonly orgIds: readonly OrgId[]
      readonly ids: readonly AuthorizationId[]
      /** Single objects that count only where they are said to lie. */
      readonly idsInOrgs?: ReadonlyMap<OrgId, readonly AuthorizationId[]>
    }

/** All given conditions must hold. */
export interface AuthorizationFilter {
  readonly kind: AuthorizationKind
  readonly scope: Scope
  readonly id?: AuthorizationId
  readonly orgId?: OrgId
  readonly userId?: UserId
  readonly v1Name?: string
  readonly status?: Status
  /** Part of the description; case, forms of a letter and composition of accents do not matter. */
  readonly search?: string
}

/** What lists can be sorted by: as SQL, and as the same value of a row that was read. */
const SORT_KEYS = {
  id: ['a.id', row => row.id],
  description: ['a.description', row => row.description],
  status: ['a.status', row => row.status],
  createdAt: ['a.created_at', row => row.createdAtMs],
  updatedAt: ['a.updated_at', row => row.updatedAtMs],
  // Never comes last. The number is beyond any instant; null would compare with nothing.
  expiresAt: [`coalesce(a.expires_at, ${Number.MAX_SAFE_INTEGER})`, row => row.expiresAtMs ?? Number.MAX_SAFE_INTEGER],
  user: ['u.name', row => row.userName ?? ''],
  org: ['o.name', row => row.orgName ?? ''],
} as const satisfies Record<string, readonly [column: string, value: (row: DescribedAuthorization) => SqlValue]>
export type SortColumn = keyof typeof SORT_KEYS

/** All of one owner, or all of one org. */
export type AuthorizationsOf = { readonly userId: UserId } | { readonly orgId: OrgId }

export interface AuthorizationPage {
  /** Undefined gives all. */
  readonly limit?: number
  readonly offset?: number
  /** Only what comes after this id in the order of ids. */
  readonly afterId?: AuthorizationId
  /** Only what comes after this one, as it was then, in the order of the page. */
  readonly after?: DescribedAuthorization
  readonly sortBy?: SortColumn
  readonly descending?: boolean
}

/** The records people manage. Entries whose org or user is gone can be found, but are not listed. */
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
  /** Active ones that have not expired, are owned by an active user and hold at least `count` permissions without id and org. */
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
}
interface DescribedRow extends Row {
  org_name: string | null
  user_name: string | null
}

const COLUMNS = raw(`a.id, a.kind, a.org_id, a.user_id, a.v1_name, a.status, a.description, a.created_at, a.updated_at,
  a.version, a.expires_at`)

const fieldsOf = (row: Row) => ({
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
})

export function authorizations(store: Sql): Authorizations {
  const held = permissions(store)

  async function find(id: AuthorizationId): Promise<Authorization | undefined> {
    const [row] = await store.all<Row>(sql`select ${COLUMNS} from authorizations a where a.id = ${id}`)
    return row && { ...fieldsOf(row), permissions: await held.of(id) }
  }

  async function described(rows: readonly DescribedRow[]): Promise<DescribedAuthorization[]> {
    const named = await held.named(rows.map(row => row.id))
    return rows.map(row => ({
      ...fieldsOf(row),
      orgName: row.org_name ?? undefined,
      userName: row.user_name ?? undefined,
      permissions: named.get(row.id) ?? [],
    }))
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
        select ${COLUMNS}, o.name as org_name, u.name as user_name ${FROM}
        where ${join(conditions(filter, page), ' and ')}
        ${order(page)} ${cut(page)}`)
      return described(rows)
    },

    async count(filter) {
      const [row] = await store.all<{ count: number }>(sql`
        select count(*) as count ${FROM} where ${join(conditions(filter, {}), ' and ')}`)
      return Number(row?.count ?? 0)
    },

    async create(authorization) {
      const { id, kind, orgId, userId, v1Name, status, description, createdAtMs, updatedAtMs } = authorization
      await store.run(sql`
        insert into authorizations (id, kind, org_id, user_id, v1_name, status, description, description_key,
          created_at, updated_at, version, expires_at)
        values (${id}, ${kind}, ${orgId}, ${userId}, ${v1Name ?? null}, ${status}, ${description},
          ${searchKey(description)}, ${createdAtMs}, ${updatedAtMs}, ${authorization.version}, ${authorization.expiresAtMs ?? null})`)
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
          description_key = ${searchKey(next.description)}, expires_at = ${expiresAtMs ?? null}, updated_at = ${nowMs}, version = ${next.version}
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
        where a.status = 'active' and (a.expires_at is null or a.expires_at > ${nowMs}) and a.id in (
          select authorization_id from permissions where resource_id is null and org_id is null
          group by authorization_id having count(*) >= ${count})`)
      return foundAll(rows)
    },
  }
}

/** Tables of a list, so joined that entries without org or owner fall out. */
const FROM = raw(`from authorizations a join orgs o on o.id = a.org_id
  join users u on u.id = a.user_id and u.deleted_at is null`)

function conditions(filter: AuthorizationFilter, page: AuthorizationPage): Statement[] {
  const { kind, scope, id, orgId, userId, v1Name, status, search } = filter
  const all = [sql`a.kind = ${kind}`]
  if (scope !== 'all') all.push(within(scope))
  if (id !== undefined) all.push(sql`a.id = ${id}`)
  if (orgId !== undefined) all.push(sql`a.org_id = ${orgId}`)
  if (userId !== undefined) all.push(sql`a.user_id = ${userId}`)
  if (v1Name !== undefined) all.push(sql`a.v1_name = ${v1Name}`)
  if (status !== undefined) all.push(status === 'active' ? sql`a.status = 'active'` : sql`a.status <> 'active'`)
  if (search !== undefined) all.push(sql`a.description_key like ${containing(search)} escape '\\'`)
  if (page.afterId !== undefined) all.push(sql`a.id ${beyond(page)} ${page.afterId}`)
  if (page.after !== undefined) all.push(behind(page.after, page))
  return all
}

const beyond = ({ descending }: AuthorizationPage) => raw(descending ? '<' : '>')

function behind(row: DescribedAuthorization, page: AuthorizationPage): Statement {
  const [column, keyOf] = SORT_KEYS[page.sortBy ?? 'id']
  const ids = sql`a.id ${beyond(page)} ${row.id}`
  return page.sortBy === undefined || page.sortBy === 'id'
    ? ids
    : sql`(${raw(column)}, a.id) ${beyond(page)} (${keyOf(row)}, ${row.id})`
}

function within({ orgIds, ids, idsInOrgs = new Map() }: Exclude<Scope, 'all'>): Statement {
  // One org alone is an equation, so that the index also gives the order.
  if (orgIds.length === 1 && ids.length === 0 && idsInOrgs.size === 0) return sql`a.org_id = ${orgIds[0] as OrgId}`
  const inOrgs = [...idsInOrgs].map(([orgId, some]) => sql`(a.org_id = ${orgId} and ${among('a.id', some)})`)
  return sql`(${join([among('a.org_id', orgIds), among('a.id', ids), ...inOrgs], ' or ')})`
}

/** Upper case after lower case makes one of all forms of a letter (σ and ς, ß and ss). */
const searchKey = (text: string) => text.normalize('NFC').toLowerCase().toUpperCase()

const containing = (text: string) => `%${searchKey(text).replace(/[\\%_]/g, '\\$&')}%`

function order({ sortBy = 'id', descending = false }: AuthorizationPage): Statement {
  const direction = raw(descending ? 'desc' : 'asc')
  const ids = sql`a.id ${direction}`
  return sortBy === 'id' ? sql`order by ${ids}` : sql`order by ${raw(SORT_KEYS[sortBy][0])} ${direction}, ${ids}`
}

function cut({ limit, offset = 0 }: AuthorizationPage): Statement {
  if (limit === undefined && offset === 0) return EMPTY
  // Both engines want a limit before an offset; this one is beyond any table.
  return sql`limit ${limit ?? Number.MAX_SAFE_INTEGER} offset ${offset}`
}
