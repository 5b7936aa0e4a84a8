import { type Connection, connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import type { WireAuthorization } from './auth-record.ts'
import { fetchRecord } from './fetch-record.ts'
import { findWithOrphans } from './orphan.ts'
import { givenPassword } from './user-password.ts'
import { fetchV1Auth, fetchV1Auths } from './v1-auth-fetch.ts'
import { printV1Auths } from './v1-auth-record.ts'

/** `influx v1 auth set-active` and `set-inactive`. */
export async function setV1Status(invocation: Invocation, status: 'active' | 'inactive'): Promise<void> {
  const { connection, id, at } = await selected(invocation)
  const changed = await withPrefix(`failed to update status of authorization with ID "${id}"`, () =>
    fetchRecord<WireAuthorization>(
      connection.api.PATCH('/private/legacy/authorizations/{authID}', { params: at, body: { status } }),
    ),
  )
  await printV1Auths(invocation, connection, changed)
}

/** `influx v1 auth set-password`: says nothing, as the reference. */
export async function setV1Password(invocation: Invocation): Promise<void> {
  const { connection, at } = await selected(invocation)
  const password = await givenPassword(invocation, 'Please type new password')
  await withPrefix('error setting password', () =>
    connection.api.POST('/private/legacy/authorizations/{authID}/password', { params: at, body: { password } }),
  )
}

/** `influx v1 auth delete`. */
export async function deleteV1Auth(invocation: Invocation): Promise<void> {
  const { connection, id, at } = await selected(invocation)
  const found = await withPrefix(`could not find Authorization from ID "${id}"`, () =>
    findWithOrphans(
      id,
      one => fetchV1Auth(connection, one),
      query => fetchV1Auths(connection, query),
    ),
  )
  await withPrefix(`could not remove Authorization with ID "${id}"`, () =>
    connection.api.DELETE('/private/legacy/authorizations/{authID}', { params: at }),
  )
  await printV1Auths(invocation, connection, found, { deleted: true })
}

interface Selected {
  readonly connection: Connection
  readonly id: string
  readonly at: { readonly path: { readonly authID: string } }
}

/** The authorization that `--id` or `--username` names. @throws Error if it is not one of the two, or there is none */
async function selected(invocation: Invocation): Promise<Selected> {
  const given = invocation.text('id')
  const username = invocation.text('username')
  if (!given && !username) throw new Error('id or username required')
  if (given && username) throw new Error('specify id or username, not both')
  const connection = await connect(invocation)
  const id = given || (await findId(connection, username ?? ''))
  return { connection, id, at: { path: { authID: id } } }
}

async function findId(connection: Connection, username: string): Promise<string> {
  const prefix = `could not find v1 auth with token (username) "${username}"`
  const records = await withPrefix(prefix, () => fetchV1Auths(connection, { token: username }))
  // The very one, not the first: another must not be changed where a server does not filter.
  const found = records.find(({ token }) => token === username)
  if (found === undefined) throw new Error(prefix)
  return found.id
}
