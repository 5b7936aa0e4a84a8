import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, withPrefix } from '../org-choice.ts'
import { requireOrphan } from './orphan.ts'
import { fetchV1Auth, fetchV1Auths } from './v1-auth-fetch.ts'
import { printV1Auths } from './v1-auth-record.ts'

/** `influx v1 auth list`. */
export async function listV1Auths(invocation: Invocation): Promise<void> {
  const { org, orgId } = givenOrg(invocation)
  const text = (flag: string) => invocation.text(flag) || undefined
  const orphaned = invocation.on('orphaned')
  const id = text('id')
  const query = {
    authID: id,
    ...(orphaned && { orphaned }),
    org,
    orgID: orgId,
    token: text('username'),
    user: text('user'),
    userID: text('user-id'),
  }
  const connection = await connect(invocation)
  const records = await withPrefix('could not find Authorizations for specified arguments', () =>
    fetchV1Auths(connection, defined(query)),
  )
  if (orphaned) await requireOrphan(records[0], id => fetchV1Auth(connection, id))
  // Here, too: the server may be one that passes over the parameter.
  await printV1Auths(
    invocation,
    connection,
    id === undefined ? records : records.filter(one => one.id === id.toLowerCase()),
  )
}
