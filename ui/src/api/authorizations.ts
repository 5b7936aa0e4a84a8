import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { Failure } from './failure.ts'
import { keys } from './keys.ts'

export type Authorization = components['schemas']['Authorization']
export type CreatedAuthorization = components['schemas']['CreatedAuthorization']
export type AuthorizationUpdate = components['schemas']['AuthorizationUpdate']
export type AuthorizationCreate = components['schemas']['AuthorizationCreate']

/** One page, and how many there are on all pages. */
export interface AuthorizationPage {
  readonly authorizations: readonly Authorization[]
  readonly total: number
}

/** What the list is asked for. */
export interface AuthorizationQuery {
  readonly orgID: string
  readonly limit: number
  readonly offset: number
  readonly sortBy: 'description' | 'status' | 'createdAt'
  readonly descending: boolean
  readonly total: boolean
  readonly status?: 'active' | 'inactive'
  readonly search?: string
}

/** Somebody else has changed meanwhile what was about to be changed; nothing was done. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
  /** As it is now. */
  readonly now: Authorization

  constructor(now: Authorization) {
    super('somebody else was quicker')
    this.now = now
  }
}

const PATH = '/api/v2/authorizations'
const SINGLE = '/api/v2/authorizations/{authID}'

const listKey = (orgId: string) => [...keys.tokens(orgId), 'list'] as const
const oneKey = (orgId: string, id: string) => [...keys.tokens(orgId), 'one', id] as const

/**
 * One page of the organization's authorizations. While the next one is on its way, the one before stays.
 *
 * @param isHeld while something on the page is being typed, which reading it anew must not take away
 */
export const useAuthorizations = (orgId: string, query: AuthorizationQuery, isHeld: boolean) =>
  useQuery({
    queryKey: [...listKey(orgId), query],
    queryFn: ({ signal }) => findPage(query, signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: !isHeld,
    refetchOnReconnect: !isHeld,
  })

/** One authorization as it is now; as the list showed it until that is known. */
export const useAuthorization = (orgId: string, listed: Authorization) =>
  useQuery({
    queryKey: oneKey(orgId, listed.id),
    queryFn: () => dataOf(api.GET(SINGLE, { params: { path: { authID: listed.id } } })),
    placeholderData: listed,
  })

async function findPage(query: AuthorizationQuery, signal: AbortSignal): Promise<AuthorizationPage> {
  const page = await dataOf(api.GET(PATH, { params: { query }, signal }))
  return { authorizations: page.authorizations, total: page.total ?? page.authorizations.length }
}

/** Creates one. The answer holds the secret: it is handed to the caller, and kept nowhere else. */
export async function createAuthorization(
  client: QueryClient,
  wanted: AuthorizationCreate,
): Promise<CreatedAuthorization> {
  const created = await dataOf(api.POST(PATH, { body: wanted }))
  refreshAuthorizations(client, wanted.orgID)
  return created
}

type Which = Pick<Authorization, 'id' | 'orgID'>

/**
 * Changes status, description or expiry. What is shown follows the answer at once; call `refreshAuthorizations` after it.
 *
 * @param etag of the only version that may be changed; any may unless given
 */
export async function changeAuthorization(
  client: QueryClient,
  { id, orgID }: Which,
  change: AuthorizationUpdate,
  etag?: string,
): Promise<Authorization> {
  const header = etag === undefined ? {} : { 'If-Match': etag }
  const changed = await dataOf(api.PATCH(SINGLE, { params: { path: { authID: id }, header }, body: change }))
  // An answer on its way would show how it was.
  await client.cancelQueries({ queryKey: keys.tokens(orgID) })
  replaceShown(client, changed)
  return changed
}

/** So often is a description tried while other things of its token change. */
const MOST_TRIES = 3

/**
 * Changes a description, unless somebody else has changed it since it was seen. What else he changed does not matter.
 * What is shown follows the answer at once; call `refreshAuthorizations` after it.
 *
 * @throws Overtaken
 */
export async function describeAuthorization(
  client: QueryClient,
  { id, orgID }: Which,
  { seen, wanted }: { readonly seen: string; readonly wanted: string },
  tries = 1,
): Promise<Authorization> {
  const { data: now, response } = await api.GET(SINGLE, { params: { path: { authID: id } }, cache: 'no-store' })
  if (now !== undefined && now.description !== seen && now.description !== wanted) {
    replaceShown(client, now)
    throw new Overtaken(now)
  }
  const etag = response.headers.get('etag') ?? undefined
  try {
    return await changeAuthorization(client, { id, orgID }, { description: wanted }, etag)
  } catch (cause) {
    if (!(cause instanceof Failure && cause.isOvertaken) || tries === MOST_TRIES) throw cause
    return describeAuthorization(client, { id, orgID }, { seen, wanted }, tries + 1)
  }
}

/** Deletes one. It is gone from what is shown as soon as the server agrees; call `refreshAuthorizations` after it. */
export async function deleteAuthorization(client: QueryClient, { id, orgID }: Which): Promise<void> {
  await api.DELETE(SINGLE, { params: { path: { authID: id } } }).catch(unlessGone)
  await client.cancelQueries({ queryKey: keys.tokens(orgID) })
  removeShown(client, orgID, id)
}

/** Reads anew what is shown of an organization's authorizations: orders, counts and pages follow. */
export function refreshAuthorizations(client: QueryClient, orgID: string): void {
  void client.invalidateQueries({ queryKey: keys.tokens(orgID) })
}

/** Somebody else was quicker: what was wanted is so. */
function unlessGone(cause: unknown): void {
  if (!(cause instanceof Failure && cause.isNotFound)) throw cause
}

function replaceShown(client: QueryClient, changed: Authorization): void {
  client.setQueryData(oneKey(changed.orgID, changed.id), changed)
  client.setQueriesData<AuthorizationPage>({ queryKey: listKey(changed.orgID) }, page => {
    if (page === undefined) return page
    return { ...page, authorizations: page.authorizations.map(one => (one.id === changed.id ? changed : one)) }
  })
}

function removeShown(client: QueryClient, orgId: string, id: string): void {
  client.removeQueries({ queryKey: oneKey(orgId, id) })
  client.setQueriesData<AuthorizationPage>({ queryKey: listKey(orgId) }, page => {
    const left = page?.authorizations.filter(one => one.id !== id)
    if (page === undefined || left === undefined || left.length === page.authorizations.length) return page
    return { authorizations: left, total: page.total - 1 }
  })
}
