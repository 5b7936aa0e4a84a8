import { connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { find } from './auth-list.ts'
import { printAuthorizations } from './auth-record.ts'

/** `influx auth delete`. */
export async function deleteAuthorization(invocation: Invocation): Promise<void> {
  const id = invocation.text('id') ?? ''
  const connection = await connect(invocation)
  const found = await withPrefix(`could not find auth with ID "${id}"`, () => find(connection, id))
  await withPrefix(`could not remove auth with ID "${id}"`, () =>
    connection.api.DELETE('/api/v2/authorizations/{authID}', { params: { path: { authID: id } } }),
  )
  await printAuthorizations(invocation, found, { deleted: true })
}
