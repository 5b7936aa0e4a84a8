import type { Connection } from '../connection.ts'
import { withPrefix } from '../org-choice.ts'
import { fetchList } from './fetch-record.ts'
import type { RecordKind } from './record.ts'

/** A user as servers send it; all that is used of it. */
export interface WireUser {
  readonly id: string
  readonly name?: string
}

export const USER_RECORD: RecordKind<WireUser> = {
  columns: [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Name', of: ({ name = '' }) => name },
  ],
  shape: { id: true, links: { self: true }, name: true, status: true },
}

/** The user of a name. @throws Error if there is none */
export async function findUserByName(connection: Connection, name: string): Promise<WireUser> {
  const users = await withPrefix(`failed to find user "${name}"`, () =>
    fetchList<WireUser>(connection.api.GET('/api/v2/users', { params: { query: { name } } }), 'users'),
  )
  // By name, not the first: what follows must not hit somebody else where a server does not filter.
  const found = users.find(user => user.name === name)
  if (found === undefined) throw new Error(`no user found with name "${name}"`)
  return found
}
