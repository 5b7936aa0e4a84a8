import { type Connection, connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { findOrgId, withPrefix } from '../org-choice.ts'
import { fetchList } from './fetch-record.ts'
import { givenId } from './given-id.ts'
import { printRecords, type RecordKind } from './record.ts'

/** A member or an owner as servers send it; all that is used of it. */
interface WireMember {
  readonly id: string
  readonly name?: string
  readonly role?: string
  readonly status?: string
}

const MEMBER_RECORD: RecordKind<WireMember> = {
  columns: [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Name', of: ({ name = '' }) => name },
    { title: 'User Type', of: ({ role = '' }) => role },
    { title: 'Status', of: ({ status = '' }) => status },
  ],
  shape: { id: true, links: { self: true }, name: true, role: true, status: true },
}

/** `influx org members list`: owners first. */
export async function listMembers(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation)
  const orgID = await org(invocation, connection)
  const of = (role: 'members' | 'owners') =>
    withPrefix(`failed to find ${role} of org "${orgID}"`, () =>
      fetchList<WireMember>(
        connection.api.GET(`/api/v2/orgs/{orgID}/${role}`, { params: { path: { orgID } } }),
        'users',
      ),
    )
  const members = await of('members')
  await printRecords(invocation, MEMBER_RECORD, [...(await of('owners')), ...members])
}

/** `influx org members add`. */
export async function addMember(invocation: Invocation): Promise<void> {
  const id = givenId(invocation, 'member')
  const role = invocation.on('owner') ? 'owner' : 'member'
  const connection = await connect(invocation)
  const orgID = await org(invocation, connection)
  await withPrefix(`failed to add user "${id}" as ${role} of org "${orgID}"`, () =>
    connection.api.POST(`/api/v2/orgs/{orgID}/${role}s`, { params: { path: { orgID } }, body: { id } }),
  )
  const article = role === 'owner' ? 'an' : 'a'
  invocation.terminal.out(`user "${id}" has been added as ${article} ${role} of org "${orgID}"\n`)
}

/** `influx org members remove`: whichever he is. */
export async function removeMember(invocation: Invocation): Promise<void> {
  const id = givenId(invocation, 'member')
  const connection = await connect(invocation)
  const orgID = await org(invocation, connection)
  const params = { path: { orgID, userID: id } }
  const removed = (what: string) => invocation.terminal.out(`${what} "${id}" has been removed from org "${orgID}"\n`)
  try {
    await connection.api.DELETE('/api/v2/orgs/{orgID}/members/{userID}', { params })
    return removed('user')
  } catch {
    // No member: then perhaps an owner.
  }
  try {
    await connection.api.DELETE('/api/v2/orgs/{orgID}/owners/{userID}', { params })
  } catch (cause) {
    // The cause on a line of its own: scripts compare the first.
    throw new Error(`failed to remove user "${id}" from org "${orgID}"\n${(cause as Error).message}`, { cause })
  }
  removed('owner')
}

/** The organization of the flags, else that of the config. */
async function org(invocation: Invocation, connection: Connection): Promise<string> {
  const name = invocation.text('name') || connection.config.org
  const given = invocation.text('id')
  if (!given && name === '') throw new Error('must specify org ID or org name')
  return given || (await findOrgId(connection, name))
}
