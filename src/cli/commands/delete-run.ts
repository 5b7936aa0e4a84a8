import { unexpectedContent } from '../api-error.ts'
import { connect } from '../connection.ts'
import type { Invocation } from '../invocation.ts'
import { withPrefix } from '../org-choice.ts'
import { parseRfc3339 } from '../rfc3339.ts'

/** `influx delete`. Ids win over names, without a word; so it is with this one command. */
export async function deletePoints(invocation: Invocation): Promise<void> {
  const connection = await connect(invocation)
  const orgID = invocation.text('org-id') || undefined
  const org = invocation.text('org') || connection.config.org
  if (orgID === undefined && org === '') throw new Error('must specify org ID or org name')
  const bucketID = invocation.text('bucket-id') || undefined
  const bucket = invocation.text('bucket')
  if (bucketID === undefined && !bucket) throw new Error('must specify bucket ID or bucket name')
  const predicate = invocation.text('predicate')
  const body = { start: timeOf(invocation, 'start'), stop: timeOf(invocation, 'stop'), ...(predicate && { predicate }) }
  const query = { ...(orgID ? { orgID } : { org }), ...(bucketID ? { bucketID } : { bucket }) }
  await withPrefix('failed to delete data', async () => {
    const response = await connection.send('/api/v2/delete', { query, body })
    const content = await response.text()
    // Some page in place of "deleted" means that nothing was deleted.
    if (response.status === 204 || content === '') return
    throw unexpectedContent(response)
  })
}

/** Sent as it was typed, offset and all. */
function timeOf({ text }: Invocation, flag: 'start' | 'stop'): string {
  const given = text(flag) ?? ''
  if (parseRfc3339(given) !== undefined) return given
  throw new Error(
    `${flag} time ${JSON.stringify(given)} cannot be parsed as RFC3339Nano: it must look like 2024-01-01T00:00:00Z or 2024-01-01T00:00:00.5+02:00`,
  )
}
