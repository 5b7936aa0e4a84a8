import { ApiError } from '../api-error.ts'
import { type Connection, connect } from '../connection.ts'
import { parseDuration } from '../duration.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, orgIdOf, withPrefix } from '../org-choice.ts'
import { printAuthorizations, type WireAuthorization, type WirePermission } from './auth-record.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'
import { asSent, grantsOf } from './grants.ts'

/**
 * `influx auth create`. Without `--user` the server makes the caller the owner, who is asked for only where a permission
 * names him; the reference takes the first user that the server lists.
 */
export async function createAuthorization(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const expiresAt = expiryOf(invocation)
  const connection = await connect(invocation)
  const orgId = await orgIdOf(invocation, connection)
  const user = invocation.text('user')
  const userId = user ? await findUserId(connection, user) : undefined
  const granted = await grantsOf(invocation, connection, { orgId, userId: async () => userId ?? ownId(connection) })
  const measurements = invocation.list('measurement')
  const permissions = measurements.length > 0 ? granted.map(one => limitedTo(measurements, one)) : granted
  const description = invocation.text('description')
  const body = {
    ...(description && { description }),
    ...(expiresAt && { expiresAt }),
    orgID: orgId,
    permissions: asSent(permissions),
    ...(userId && { userID: userId }),
  }
  const created = await withPrefix('could not write auth with provided arguments', () =>
    fetchRecord<WireAuthorization>(connection.api.POST('/api/v2/authorizations', { body })),
  )
  if (measurements.length > 0) await requireLimit(connection, created)
  if (expiresAt !== undefined && created.expiresAt === undefined) {
    invocation.terminal.err(
      'warning: this server has no expiry: the token is valid until it is deactivated or deleted\n',
    )
  }
  await printAuthorizations(invocation, created)
  if (invocation.terminal.outIsTerminal) {
    invocation.terminal.err('This is the only time that the token is shown. Keep it now.\n')
  }
}

function limitedTo(measurements: readonly string[], { action, resource }: WirePermission): WirePermission {
  if (resource.type === 'buckets') return { action, resource: { ...resource, measurements: [...measurements] } }
  throw new Error(`--measurement: limits permissions on buckets only, and ${action}-${resource.type} is none`)
}

/** A server that does not know the limit has made a token without it, which nobody asked for. */
async function requireLimit(connection: Connection, { id, permissions }: WireAuthorization): Promise<void> {
  if (permissions?.every(({ resource }) => resource.measurements !== undefined)) return
  await withPrefix(`--measurement: this server knows no such limit, and token ${id} is without it: delete it`, () =>
    connection.api.DELETE('/api/v2/authorizations/{authID}', { params: { path: { authID: id } } }),
  )
  throw new Error('--measurement: this server knows no such limit: the token that it made was deleted again')
}

function expiryOf(invocation: Invocation): string | undefined {
  const text = invocation.text('expires-in')
  if (text === undefined) return undefined
  let nanoseconds: number
  try {
    nanoseconds = parseDuration(text)
  } catch (cause) {
    throw new Error(`--expires-in: ${(cause as Error).message}`)
  }
  if (nanoseconds <= 0) throw new Error('--expires-in: must be greater than 0')
  return new Date(Date.now() + nanoseconds / 1e6).toISOString()
}

async function findUserId(connection: Connection, name: string): Promise<string> {
  const prefix = `could not find user with name "${name}"`
  const users = await withPrefix(prefix, () =>
    fetchList<{ id: string }>(connection.api.GET('/api/v2/users', { params: { query: { name } } }), 'users'),
  )
  const found = users[0]
  if (found === undefined) throw new Error(prefix)
  return found.id
}

/** Undefined where servers do not say who somebody is, as Cloud Serverless. */
async function ownId(connection: Connection): Promise<string | undefined> {
  try {
    return (await fetchRecord(connection.api.GET('/api/v2/me'))).id
  } catch (cause) {
    if (cause instanceof ApiError && cause.status === 404) return undefined
    throw cause
  }
}
