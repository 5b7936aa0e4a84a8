import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, withPrefix } from '../org-choice.ts'
import type { WireAuthorization } from './auth-record.ts'
import { fetchList } from './fetch-record.ts'
import { printV1Auths } from './v1-auth-record.ts'

/** `influx v1 auth list`. */
export async function listV1Auths(invocation: Invocation): Promise<void> {
  const { org, orgId } = givenOrg(invocation)
  const text = (flag: string) => invocation.text(flag) || undefined
  const query = {
    authID: text('id'),
    org,
    orgID: orgId,
    token: text('username'),
    user: text('user'),
    userID: text('user-id'),
  }
  const connection = await connect(invocation)
  const records = await withPrefix('could not find Authorizations for specified arguments', () =>
    fetchList<WireAuthorization>(
      connection.api.GET('/private/legacy/authorizations', { params: { query: defined(query) } }),
      'authorizations',
    ),
  )
  await printV1Auths(invocation, connection, records)
}
