import type { AuthorizationKind, Status } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import type { TokenDigest } from '../domain/token.ts'
import type { AuthorizationFilter, AuthorizationPage, Scope } from '../store/authorizations.ts'
import type { Nouns } from '../store/store.ts'
import { on } from './authorization-rules.ts'
import { type Caller, may } from './caller.ts'

/** What a list is asked for; ids were parsed, names were not looked up yet. */
export interface AuthorizationQuery {
  readonly id?: AuthorizationId
  readonly userId?: UserId
  /** Not looked at when `userId` is given. */
  readonly user?: string
  readonly orgId?: OrgId
  /** Not looked at when `orgId` is given. */
  readonly org?: string
  /** Of the secret that is asked for. */
  readonly digest?: TokenDigest
  readonly v1Name?: string
  readonly status?: Status
  readonly search?: string
  /** Those whose owner was deleted, and no others. */
  readonly orphaned?: boolean
  readonly page: AuthorizationPage & { readonly limit: number }
  readonly withTotal?: boolean
}

/**
 * Turns a query into a filter of the store: names become ids, and what the caller may read becomes where to look.
 *
 * @returns undefined if nothing can match
 * @throws AppError `not found` for the id of no authorization, or a name that nobody has
 */
export async function filterOf(
  nouns: Nouns,
  kind: AuthorizationKind,
  caller: Caller,
  query: AuthorizationQuery,
): Promise<AuthorizationFilter | undefined> {
  const scope = readableBy(caller)
  const { status, search, v1Name, orphaned } = query
  const narrowing = { ...(status && { status }), ...(search && { search }), ...(orphaned && { orphaned }) }
  if (query.id !== undefined) {
    const found = await nouns.authorizations.find(query.id)
    if (found?.kind !== kind) throw new AppError('not found', 'authorization not found')
    return { kind, scope, id: query.id, ...(orphaned && { orphaned }) }
  }
  const userId = query.userId ?? (query.user === undefined ? undefined : await userIdOf(nouns, query.user))
  const orgId = query.orgId ?? (query.org === undefined ? undefined : await orgIdOf(nouns, query.org))
  const filter = { kind, scope, ...narrowing, ...(userId && { userId }), ...(orgId && { orgId }) }
  if (v1Name !== undefined) return { ...filter, v1Name }
  if (query.digest === undefined) return filter
  const id = await nouns.secrets.findAuthorization(query.digest)
  return id && { ...filter, id }
}

async function userIdOf(nouns: Nouns, name: string): Promise<UserId> {
  const user = await nouns.users.findByName(name)
  if (user === undefined) throw new AppError('not found', 'user not found')
  return user.id
}

async function orgIdOf(nouns: Nouns, name: string): Promise<OrgId> {
  const org = await nouns.orgs.findByName(name)
  if (org === undefined) throw new AppError('not found', `organization name "${name}" not found`)
  return org.id
}

/**
 * Finds the one behind which a page begins, where its id alone does not say where that is.
 *
 * @throws AppError `invalid` if there is none that the caller may read: the place of another one would tell what is in it
 */
export async function placed(
  { authorizations }: Nouns,
  { kind, orphaned }: AuthorizationFilter,
  caller: Caller,
  page: AuthorizationQuery['page'],
) {
  const { afterId, ...others } = page
  if (afterId === undefined || (page.sortBy ?? 'id') === 'id') return page
  const [after] = orphaned
    ? await authorizations.list({ kind, scope: 'all', id: afterId, orphaned }, {})
    : [await authorizations.describe(afterId)]
  if (after?.kind === kind && may(caller, on('read', after))) return { ...others, after }
  throw new AppError('invalid', 'decoding after: there is no such authorization')
}

/** Where to look for what a caller may read, exactly: totals are counted by it. */
function readableBy(caller: Caller): Scope {
  const orgIds = new Set<OrgId>()
  const ids = new Set<AuthorizationId>()
  const idsInOrgs = new Map<OrgId, AuthorizationId[]>()
  for (const { action, resource } of caller.permissions) {
    if (action !== 'read') continue
    if (resource.type === 'instance') return 'all'
    if (resource.type !== 'authorizations') continue
    const { orgId } = resource
    const id = resource.id as AuthorizationId | undefined
    if (id === undefined && orgId === undefined) return 'all'
    if (id === undefined) orgIds.add(orgId as OrgId)
    else if (orgId === undefined) ids.add(id)
    else idsInOrgs.set(orgId, [...(idsInOrgs.get(orgId) ?? []), id])
  }
  return { orgIds: [...orgIds], ids: [...ids], idsInOrgs }
}
