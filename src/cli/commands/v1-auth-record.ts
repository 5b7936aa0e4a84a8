import type { Connection } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { type Column, print } from '../output.ts'
import { authorizationJson, type WireAuthorization } from './auth-record.ts'
import { fetchRecord } from './fetch-record.ts'
import { DELETED } from './record.ts'
import type { WireUser } from './user-record.ts'

/** What servers call the token is here the user name that 1.x clients send. */
const COLUMNS: readonly Column<WireAuthorization>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'Description', of: ({ description = '' }) => description },
  { title: 'Username', of: ({ token = '' }) => token },
  { title: 'v2 User Name', of: ({ user = '' }) => user },
  { title: 'v2 User ID', of: ({ userID = '' }) => userID },
  { title: 'Permissions', of: record => `[${authorizationJson(record).permissions.join(' ')}]` },
]

/** Prints one authorization, or several as a list, with the names of their owners. */
export async function printV1Auths(
  invocation: Invocation,
  connection: Connection,
  records: readonly WireAuthorization[] | WireAuthorization,
  { deleted = false } = {},
): Promise<void> {
  const isList = Array.isArray(records)
  const named = await withOwnerNames(connection, isList ? records : [records])
  const json = named.map(authorizationJson)
  await print(invocation, {
    columns: deleted ? [...COLUMNS, DELETED] : COLUMNS,
    records: named,
    json: isList ? json : json[0],
  })
}

/** Servers usually send the owner's name along; where not, it is asked for, once for each owner. */
async function withOwnerNames(
  connection: Connection,
  records: readonly WireAuthorization[],
): Promise<WireAuthorization[]> {
  const names = new Map<string, string>()
  const named: WireAuthorization[] = []
  for (const record of records) {
    const { user, userID } = record
    if (user || !userID) {
      named.push(record)
      continue
    }
    const name = names.get(userID) ?? (await ownerName(connection, userID))
    names.set(userID, name)
    named.push({ ...record, user: name })
  }
  return named
}

async function ownerName(connection: Connection, id: string): Promise<string> {
  const { name = '' } = await withPrefix(`could not find user with ID "${id}"`, () =>
    fetchRecord<WireUser>(connection.api.GET('/api/v2/users/{userID}', { params: { path: { userID: id } } })),
  )
  return name
}
