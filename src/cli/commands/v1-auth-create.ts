import { ApiError } from '../api-error.ts'
import { type Connection, connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, orgIdOf, withPrefix } from '../org-choice.ts'
import type { WireAuthorization } from './auth-record.ts'
import { fetchRecord } from './fetch-record.ts'
import { asSent, bucketGrants } from './grants.ts'
import { givenPassword } from './user-password.ts'
import { printV1Auths } from './v1-auth-record.ts'

/** `influx v1 auth create`. If the password cannot be set, nothing is left behind. */
export async function createV1Auth(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const username = invocation.text('username') ?? ''
  const withoutPassword = invocation.on('no-password')
  if (withoutPassword && invocation.text('password')) {
    throw new Error('only one of --password and --no-password may be specified')
  }
  const connection = await connect(invocation)
  const orgID = await orgIdOf(invocation, connection)
  await verifyUnknown(connection, username)
  const permissions = bucketGrants(invocation, orgID)
  const password = withoutPassword ? '' : await givenPassword(invocation, 'Please type your password')
  const body = {
    description: invocation.text('description') ?? '',
    orgID,
    permissions: asSent(permissions),
    token: username,
  }
  const created = await withPrefix('failed to create new authorization', () =>
    fetchRecord<WireAuthorization>(connection.api.POST('/private/legacy/authorizations', { body })),
  )
  if (password !== '') await setFirstPassword(connection, created.id, username, password)
  await printV1Auths(invocation, connection, created)
}

/** A server that knows the name answers, and will refuse it later in its own words. */
async function verifyUnknown(connection: Connection, username: string): Promise<void> {
  const prefix = `failed to verify username "${username}" has no auth`
  await withPrefix(prefix, async () => {
    try {
      await connection.api.GET('/private/legacy/authorizations', { params: { query: { token: username } } })
    } catch (cause) {
      if (!(cause instanceof ApiError && cause.status === 404)) throw cause
    }
  })
}

async function setFirstPassword(connection: Connection, id: string, username: string, password: string): Promise<void> {
  const params = { path: { authID: id } }
  try {
    await connection.api.POST('/private/legacy/authorizations/{authID}/password', { params, body: { password } })
  } catch (cause) {
    const failed = `failed to set password for "${username}": ${(cause as Error).message}`
    await connection.api.DELETE('/private/legacy/authorizations/{authID}', { params }).catch((also: Error) => {
      throw new Error(`${failed}\nThe authorization with ID "${id}" stays, without a password: ${also.message}`)
    })
    throw new Error(failed, { cause })
  }
}
