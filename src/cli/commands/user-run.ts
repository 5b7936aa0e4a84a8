import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { orgIdOf, withPrefix } from '../org-choice.ts'
import { fetchWhole } from '../paging.ts'
import { UsageError } from '../usage-error.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'
import { givenId } from './given-id.ts'
import { printRecord, printRecords } from './record.ts'
import { USER_RECORD, type WireUser } from './user-record.ts'

/** `influx user create`. The user is printed before he is a member: if that fails, he exists all the same. */
export async function createUser(invocation: Invocation): Promise<void> {
  const name = invocation.text('name') ?? ''
  const password = invocation.text('password')
  const connection = await connect(invocation)
  const orgId = await orgIdOf(invocation, connection)
  const user = await withPrefix(`failed to create user "${name}"`, () =>
    fetchRecord<WireUser>(connection.api.POST('/api/v2/users', { body: { name } })),
  )
  await printRecord(invocation, USER_RECORD, user)
  if (!password) {
    invocation.terminal.err('WARN: initial password not set for user, use `influx user password` to set it\n')
  }
  const retry = (what: string, command: string) =>
    `failed setting ${what} for user "${name}", use \`${command}\` to retry`
  await withPrefix(retry('org membership', 'influx org members add'), () =>
    connection.api.POST('/api/v2/orgs/{orgID}/members', { params: { path: { orgID: orgId } }, body: { id: user.id } }),
  )
  if (!password) return
  await withPrefix(retry('password', 'influx user password'), () =>
    connection.api.POST('/api/v2/users/{userID}/password', {
      params: { path: { userID: user.id } },
      body: { password },
    }),
  )
}

/** `influx user delete`. */
export async function deleteUser(invocation: Invocation): Promise<void> {
  const id = givenId(invocation)
  const params = { path: { userID: id } }
  const connection = await connect(invocation)
  const user = await withPrefix(`user "${id}" not found`, () =>
    fetchRecord<WireUser>(connection.api.GET('/api/v2/users/{userID}', { params })),
  )
  await withPrefix(`failed to delete user "${id}"`, () => connection.api.DELETE('/api/v2/users/{userID}', { params }))
  await printRecord(invocation, USER_RECORD, user, { deleted: true })
}

/** `influx user list`. */
export async function listUsers(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation)
  const filter = { id: invocation.text('id') || undefined, name: invocation.text('name') || undefined }
  const users = await withPrefix('failed to list users', () =>
    fetchWhole(page =>
      fetchList<WireUser>(
        connection.api.GET('/api/v2/users', { params: { query: defined({ ...filter, ...page }) } }),
        'users',
      ),
    ),
  )
  await printRecords(invocation, USER_RECORD, users)
}

/** `influx user update`. */
export async function updateUser(invocation: Invocation): Promise<void> {
  const id = givenId(invocation)
  const name = invocation.text('name')
  // The reference would send an empty name, and some servers take it.
  if (!name) throw new UsageError('nothing to change: give the new name by --name')
  const params = { path: { userID: id } }
  const connection = await connect(invocation)
  const user = await withPrefix(`failed to update user "${id}"`, () =>
    fetchRecord<WireUser>(connection.api.PATCH('/api/v2/users/{userID}', { params, body: { name } })),
  )
  await printRecord(invocation, USER_RECORD, user)
}
