import { type Connection, connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, withPrefix } from '../org-choice.ts'
import { printAuthorizations, type WireAuthorization } from './auth-record.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'
import { requireOrphan } from './orphan.ts'

/** `influx auth list`. */
export async function listAuthorizations(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const connection = await connect(invocation)
  if (invocation.on('orphaned')) return printAuthorizations(invocation, await orphansOf(invocation, connection))
  const id = invocation.text('id')
  if (id) {
    const found = await withPrefix(`could not find authorization with ID "${id}"`, () => find(connection, id))
    return printAuthorizations(invocation, found)
  }
  if (invocation.on('self')) return printAuthorizations(invocation, await findOwn(connection))
  return printAuthorizations(invocation, await select(invocation, connection))
}

export async function find(connection: Connection, id: string): Promise<WireAuthorization> {
  return fetchRecord(connection.api.GET('/api/v2/authorizations/{authID}', { params: { path: { authID: id } } }))
}

/**
 * The authorizations that the flags select. The server filters what every server can; status and description are compared
 * here, so that the same flags work against servers that know nothing of them.
 */
export async function select(
  invocation: Invocation,
  connection: Connection,
  more: Pick<Query, 'id' | 'orphaned'> = {},
): Promise<readonly WireAuthorization[]> {
  const { org, orgId } = givenOrg(invocation)
  // The organization of the environment or the config is where to create things, not a filter.
  const byOrg = invocation.given('org') || invocation.given('org-id') ? { org, orgID: orgId } : {}
  const query = {
    user: invocation.text('user') || undefined,
    userID: invocation.text('user-id') || undefined,
    ...byOrg,
    ...more,
  }
  return (await fetch(connection, query)).filter(matching(invocation))
}

/** Those whose owner was deleted. @throws Error if the server lists others, too: somebody might delete what is listed */
async function orphansOf(invocation: Invocation, connection: Connection): Promise<readonly WireAuthorization[]> {
  const id = invocation.text('id') || undefined
  const found = await select(invocation, connection, { id, orphaned: true })
  await requireOrphan(found[0], one => find(connection, one))
  return found
}

interface Query extends Partial<Record<'id' | 'user' | 'userID' | 'org' | 'orgID' | 'token', string | undefined>> {
  readonly orphaned?: true
}

export function fetch(connection: Connection, query: Query): Promise<readonly WireAuthorization[]> {
  return withPrefix('could not find authorization with given parameters', () =>
    fetchList(connection.api.GET('/api/v2/authorizations', { params: { query: defined(query) } }), 'authorizations'),
  )
}

function matching(invocation: Invocation): (record: WireAuthorization) => boolean {
  const status = invocation.text('status')
  if (status !== undefined && status !== 'active' && status !== 'inactive') {
    throw new Error(`--status takes active or inactive, not ${JSON.stringify(status)}`)
  }
  const contains = invocation.text('description-contains')?.toLowerCase()
  const exact = invocation.command.name === 'list' ? invocation.text('token-description') : undefined
  return record =>
    (status === undefined || record.status === status) &&
    (contains === undefined || (record.description ?? '').toLowerCase().includes(contains)) &&
    (exact === undefined || record.description === exact)
}

/** Which authorization a token is: the server is asked for it by its value, where it can find by value. */
async function findOwn(connection: Connection): Promise<WireAuthorization> {
  const token = connection.token
  if (token === '')
    throw new Error('--self: there is no token to look for: give one by --token, --token-file or INFLUX_TOKEN')
  const authorizations = await fetch(connection, { token })
  const candidates = authorizations.filter(record => record.token === token)
  const found = candidates[0] ?? (authorizations.length === 1 ? authorizations[0] : undefined)
  if (found === undefined) throw new Error('--self: this server does not say which authorization a token is')
  return found
}
