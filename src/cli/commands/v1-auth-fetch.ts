import type { Connection } from '../connection.ts'
import type { WireAuthorization } from './auth-record.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'

/** What a list of them can be narrowed by. */
interface Query extends Partial<Record<'id' | 'authID' | 'org' | 'orgID' | 'token' | 'user' | 'userID', string>> {
  readonly orphaned?: boolean
}

export const fetchV1Auths = (connection: Connection, query: Query): Promise<readonly WireAuthorization[]> =>
  fetchList(connection.api.GET('/private/legacy/authorizations', { params: { query } }), 'authorizations')

export const fetchV1Auth = (connection: Connection, id: string): Promise<WireAuthorization> =>
  fetchRecord(connection.api.GET('/private/legacy/authorizations/{authID}', { params: { path: { authID: id } } }))
