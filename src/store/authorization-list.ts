import type { Authorization, AuthorizationKind, Status } from '../domain/authorization.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import { orderKey } from './order-key.ts'
import type { NamedPermission } from './permissions.ts'
import { among, EMPTY, join, portion, raw, type SqlValue, type Statement, sql } from './sql.ts'

/**
 * An authorization with the names that its JSON shows. `orgName` or `userName` is undefined if the org or user is gone; only a
 * list of those whose owner was deleted says what he was called.
 */
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
  /** Only those whose owner was deleted, which are in no other list. */
  readonly orphaned?: boolean
}

/** What lists can be sorted by: as SQL, and as the same value of a row that was read. */
const SORT_KEYS = {
  id: ['a.id', row => row.id],
  description: ['a.description_order', row => orderKey(row.description)],
  status: ['a.status', row => row.status],
  createdAt: ['a.created_at', row => row.createdAtMs],
  updatedAt: ['a.updated_at', row => row.updatedAtMs],
  // Never comes last. The number is beyond any instant; null would compare with nothing.
  expiresAt: [`coalesce(a.expires_at, ${Number.MAX_SAFE_INTEGER})`, row => row.expiresAtMs ?? Number.MAX_SAFE_INTEGER],
  user: ['u.name', row => row.userName ?? ''],
  org: ['o.name', row => row.orgName ?? ''],
} as const satisfies Record<string, readonly [column: string, value: (row: DescribedAuthorization) => SqlValue]>
export type SortColumn = keyof typeof SORT_KEYS

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

const WITH_ORG = 'from authorizations a join orgs o on o.id = a.org_id join users u on u.id = a.user_id'
const LISTED = raw(`${WITH_ORG} and u.deleted_at is null`)
const ORPHANED = raw(`${WITH_ORG} and u.deleted_at is not null`)

/** From the users on, of whom fewer are deleted than there are authorizations. */
const OF_DELETED = sql`select left_behind.id from users gone cross join authorizations left_behind
  where gone.deleted_at is not null and left_behind.user_id = gone.id`

/** Tables of a list, so joined that entries without org fall out, and those without an owner, or those with one. */
export const tablesOf = ({ orphaned }: Pick<AuthorizationFilter, 'orphaned'>) => (orphaned ? ORPHANED : LISTED)

/** Beyond so many pieces a caller sees so much of everything that walking through it finds his soon. */
const MAX_PIECES = 100

/**
 * What a list's `where` says. However many authorizations there are, an index finds those that are meant, in the order of
 * ids, so that a page costs what is on it (and what its offset skips). Sorting by something else and searching read all that
 * the other filters leave, and a list of orphans reads all of them. `test/store/query-plans.test.ts` holds it to this.
 */
export function selected(filter: AuthorizationFilter, page: AuthorizationPage): Statement {
  const wanted = conditions(filter, page)
  const pieces = visible(filter)
  if (pieces === undefined) return join(wanted, ' and ')
  if (pieces.length === 0) return sql`1 = 0`
  if (pieces.length === 1) return join([...wanted, ...pieces], ' and ')
  if (namesOne(filter) || pieces.length > MAX_PIECES) return sql`${join(wanted, ' and ')} and (${join(pieces, ' or ')})`
  // One `or` would be judged row by row through everything; each piece by itself is found. A page takes from each no more
  // than would fill it if nothing came from the others.
  const found = pieces.map(piece => {
    const rows = sql`select a.id ${tablesOf(filter)} where ${join([...wanted, piece], ' and ')} ${beginning(page)}`
    return sql`select id from (${rows}) as piece`
  })
  return sql`a.id in (${join(found, ' union all ')})`
}

function conditions(filter: AuthorizationFilter, page: AuthorizationPage): Statement[] {
  const { kind, id, orgId, userId, v1Name, status, search, orphaned } = filter
  const { org, user, state } = columns(filter)
  const all = [sql`a.kind = ${kind}`]
  if (id !== undefined) all.push(sql`a.id = ${id}`)
  if (orgId !== undefined) all.push(sql`${org} = ${orgId}`)
  if (userId !== undefined) all.push(sql`${user} = ${userId}`)
  if (v1Name !== undefined) all.push(sql`a.v1_name = ${v1Name}`)
  if (status !== undefined) all.push(sql`${state} = ${status}`)
  if (search !== undefined) all.push(found(search))
  if (orphaned) all.push(sql`a.id in (${OF_DELETED})`)
  if (page.afterId !== undefined) all.push(sql`a.id ${beyond(page)} ${page.afterId}`)
  if (page.after !== undefined) all.push(behind(page.after, page))
  return all
}

const namesOne = ({ id, v1Name }: AuthorizationFilter) => id !== undefined || v1Name !== undefined

/**
 * Columns as they stand in conditions. The planner does not know that half of everything may have one status, or lie in one
 * org: where something narrower is asked for, the wide ones stand in an expression, of which it has no index.
 */
function columns(filter: AuthorizationFilter) {
  const wide = (column: string, narrower: boolean) => raw(narrower ? `coalesce(${column}, '')` : column)
  const one = namesOne(filter)
  return {
    org: wide('a.org_id', one),
    user: wide('a.user_id', one),
    state: wide('a.status', one || filter.userId !== undefined),
  }
}

/** What a caller may see, in pieces that an index finds; undefined if the filter leaves nothing that he may not see. */
function visible(filter: AuthorizationFilter): Statement[] | undefined {
  const { scope, orgId: wanted } = filter
  if (scope === 'all' || (wanted !== undefined && scope.orgIds.includes(wanted))) return undefined
  const { orgIds, ids, idsInOrgs = new Map<OrgId, readonly AuthorizationId[]>() } = scope
  const { org } = columns(filter)
  return [
    ...(wanted === undefined ? orgIds.map(orgId => sql`${org} = ${orgId}`) : []),
    ...(ids.length === 0 ? [] : [among('a.id', ids)]),
    ...[...idsInOrgs].map(([orgId, some]) => sql`(coalesce(a.org_id, '') = ${orgId} and ${among('a.id', some)})`),
  ]
}

const beyond = ({ descending }: AuthorizationPage) => raw(descending ? '<' : '>')

function behind(row: DescribedAuthorization, page: AuthorizationPage): Statement {
  const [column, keyOf] = SORT_KEYS[page.sortBy ?? 'id']
  const ids = sql`a.id ${beyond(page)} ${row.id}`
  return page.sortBy === undefined || page.sortBy === 'id'
    ? ids
    : sql`(${raw(column)}, a.id) ${beyond(page)} (${keyOf(row)}, ${row.id})`
}

/** Upper case after lower case makes one of all forms of a letter (σ and ς, ß and ss). */
export const searchKey = (text: string) => text.normalize('NFC').toLowerCase().toUpperCase()

/** By what people know a token by: what it is called, its id, whose it is, and the buckets that it names. */
function found(search: string): Statement {
  const key = containing(searchKey(search))
  // An engine may know capitals of ASCII alone: other letters are found as they were typed.
  const asTyped = containing(search)
  const named = (name: string) =>
    sql`(upper(${raw(name)}) like ${key} escape '\\' or ${raw(name)} like ${asTyped} escape '\\')`
  return sql`(a.description_key like ${key} escape '\\' or upper(a.id) like ${key} escape '\\' or ${named('u.name')}
    or exists (select 1 from permissions named join buckets b on b.id = named.resource_id
      where named.authorization_id = a.id and named.type = 'buckets' and ${named('b.name')}))`
}

const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`

export function order({ sortBy = 'id', descending = false }: AuthorizationPage): Statement {
  const direction = raw(descending ? 'desc' : 'asc')
  const ids = sql`a.id ${direction}`
  return sortBy === 'id' ? sql`order by ${ids}` : sql`order by ${raw(SORT_KEYS[sortBy][0])} ${direction}, ${ids}`
}

export function cut({ limit, offset = 0 }: AuthorizationPage): Statement {
  if (limit === undefined && offset === 0) return EMPTY
  // Both engines want a limit before an offset; this one is beyond any table.
  return portion(limit ?? Number.MAX_SAFE_INTEGER, offset)
}

/** As much of something as a page may need of it. */
function beginning(page: AuthorizationPage): Statement {
  const { limit, offset = 0 } = page
  return limit === undefined ? EMPTY : sql`${order(page)} ${portion(limit + offset)}`
}
