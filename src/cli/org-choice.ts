import { notInflux, WrongServer } from './api-error.ts'
import type { Connection } from './connection.ts'
import type { Invocation } from './invocation.ts'

/** An organization as it was given: one of the two. */
export interface OrgChoice {
  readonly orgId?: string
  readonly org?: string
}

interface Orgs {
  readonly orgs?: readonly { readonly id: string; readonly name: string }[]
}

/**
 * The organization of flags or environment.
 *
 * @throws Error if both forms are given
 */
export function givenOrg(invocation: Invocation): OrgChoice {
  const orgId = invocation.text('org-id') || undefined
  const org = invocation.text('org') || undefined
  if (orgId !== undefined && org !== undefined) {
    throw new Error(`ambiguous org: use OrgId or OrgName, but not both. OrgID: ${orgId}, OrgName: ${org}`)
  }
  return { ...(orgId && { orgId }), ...(org && { org }) }
}

/** The given organization, or else that of the config. @throws Error if there is none */
export function chosenOrg(invocation: Invocation, { config }: Connection): OrgChoice {
  const given = givenOrg(invocation)
  if (given.orgId !== undefined || given.org !== undefined) return given
  if (config.org === '') throw new Error('must specify org ID or org name')
  return { org: config.org }
}

/** The id of the chosen organization. Source: CLI contract 1.11. */
export async function orgIdOf(invocation: Invocation, connection: Connection): Promise<string> {
  const { orgId, org = '' } = chosenOrg(invocation, connection)
  return orgId ?? (await findOrgId(connection, org))
}

export async function findOrgId(connection: Connection, name: string): Promise<string> {
  const orgs = await withPrefix(`failed to lookup org with name "${name}"`, async () => {
    const { data } = await connection.api.GET('/api/v2/orgs', { params: { query: { org: name } } })
    if (!Array.isArray(data?.orgs)) throw notInflux('the answer holds no organizations')
    return data.orgs as Orgs['orgs']
  })
  const found = orgs?.[0]
  if (found === undefined) throw new Error(`no organization with name "${name}"`)
  return found.id
}

/** Puts what was being done before the words of what went wrong. */
export async function withPrefix<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof WrongServer) throw cause
    throw new Error(`${prefix}: ${(cause as Error).message}`, { cause })
  }
}
