import { connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { fetch, find } from './auth-list.ts'
import { printAuthorizations } from './auth-record.ts'
import { findWithOrphans } from './orphan.ts'

/** `influx auth delete`. */
export async function deleteAuthorization(invocation: Invocation): Promise<void> {
  const id = invocation.text('id') ?? ''
  const connection = await connect(invocation)
  const found = await withPrefix(`could not find auth with ID "${id}"`, () =>
    findWithOrphans(
      id,
      one => find(connection, one),
      query => fetch(connection, query),
    ),
  )
  await withPrefix(`could not remove auth with ID "${id}"`, () =>
    connection.api.DELETE('/api/v2/authorizations/{authID}', { params: { path: { authID: id } } }),
  )
  await printAuthorizations(invocation, found, { deleted: true })
}
