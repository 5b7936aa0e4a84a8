import { connect } from '../connection.ts'
import { defined } from '../defined.ts'
import type { Invocation } from '../invocation.ts'
import { chosenOrg, givenOrg, withPrefix } from '../org-choice.ts'
import { fetchPages } from '../paging.ts'
import { BUCKET_RECORD, type WireBucket } from './bucket-record.ts'
import { fetchList } from './fetch-record.ts'
import { printRecords } from './record.ts'

const DEFAULT_PAGE_SIZE = 20

/** `influx bucket list`. With both id and name, the id counts. */
export async function listBuckets(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const paging = {
    most: invocation.integer('limit') ?? 0,
    offset: invocation.integer('offset') ?? 0,
    pageSize: invocation.integer('page-size') ?? DEFAULT_PAGE_SIZE,
  }
  const connection = await connect(invocation)
  const { org, orgId } = chosenOrg(invocation, connection)
  const fetch = (query: Record<string, string | number | undefined>) =>
    fetchList<WireBucket>(
      connection.api.GET('/api/v2/buckets', { params: { query: defined({ org, orgID: orgId, ...query }) } }),
      'buckets',
    )
  const id = invocation.text('id') || undefined
  const name = invocation.text('name') || undefined
  const buckets =
    id !== undefined || name !== undefined
      ? await withPrefix(`failed to find bucket by ${id === undefined ? 'name' : 'ID'}`, () =>
          fetch(id === undefined ? { name } : { id }),
        )
      : await withPrefix('failed to list buckets', () => fetchPages(page => fetch({ ...page }), paging))
  await printRecords(invocation, BUCKET_RECORD, buckets)
}
