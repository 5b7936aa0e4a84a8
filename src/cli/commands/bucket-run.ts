import { type Connection, connect } from '../connection.ts'
import { defined } from '../defined.ts'
import { parseSeconds } from '../duration.ts'
import type { Invocation } from '../invocation.ts'
import { givenOrg, orgIdOf, withPrefix } from '../org-choice.ts'
import { UsageError } from '../usage-error.ts'
import { BUCKET_RECORD, type WireBucket } from './bucket-record.ts'
import { fetchList, fetchRecord } from './fetch-record.ts'
import { changeTo, givenId } from './given-id.ts'
import { printRecord } from './record.ts'

/** `influx bucket create`. */
export async function createBucket(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const schemaType = schemaTypeOf(invocation)
  const { everySeconds = 0, shardGroupDurationSeconds = 0 } = retentionOf(invocation)
  const description = invocation.text('description')
  const name = invocation.text('name') ?? ''
  const rule = {
    everySeconds,
    ...(shardGroupDurationSeconds > 0 && { shardGroupDurationSeconds }),
    type: 'expire' as const,
  }
  const connection = await connect(invocation)
  const body = {
    ...(description && { description }),
    name,
    orgID: await orgIdOf(invocation, connection),
    // Null is what the reference sends for none.
    retentionRules: (everySeconds === 0 && shardGroupDurationSeconds === 0 ? null : [rule]) as (typeof rule)[],
    schemaType,
  }
  const bucket = await withPrefix('failed to create bucket', () =>
    fetchRecord<WireBucket>(connection.api.POST('/api/v2/buckets', { body })),
  )
  await printRecord(invocation, BUCKET_RECORD, bucket)
}

/** `influx bucket update`: sends what is given. */
export async function updateBucket(invocation: Invocation): Promise<void> {
  const id = givenId(invocation)
  const description = changeTo(invocation, 'description')
  const name = invocation.text('name')
  const retention = retentionOf(invocation)
  const body = {
    ...(description !== undefined && { description }),
    ...(name && { name }),
    // The one duration is never sent for the other's sake: a server deletes what is older than a new retention.
    ...(Object.keys(retention).length > 0 && { retentionRules: [{ ...retention, type: 'expire' as const }] }),
  }
  const connection = await connect(invocation)
  const bucket = await withPrefix(`failed to update bucket "${id}"`, () =>
    fetchRecord<WireBucket>(
      connection.api.PATCH('/api/v2/buckets/{bucketID}', { params: { path: { bucketID: id } }, body }),
    ),
  )
  await printRecord(invocation, BUCKET_RECORD, bucket)
}

/** `influx bucket delete`. */
export async function deleteBucket(invocation: Invocation): Promise<void> {
  givenOrg(invocation)
  const id = invocation.text('id')
  const name = invocation.text('name')
  const what = id || name
  if (!what) throw new Error('must specify bucket ID or bucket name')
  const connection = await connect(invocation)
  const query = id ? { id } : { name: what, ...orgOf(invocation, connection) }
  const buckets = await withPrefix(`failed to find bucket "${what}"`, () =>
    fetchList<WireBucket>(connection.api.GET('/api/v2/buckets', { params: { query: defined(query) } }), 'buckets'),
  )
  // The very one, not the first: another must not go where a server does not filter.
  const bucket = buckets.find(found => (id ? found.id === id.toLowerCase() : found.name === name))
  if (bucket === undefined) throw new Error(`bucket "${what}" not found`)
  await withPrefix(`failed to delete bucket "${what}"`, () =>
    connection.api.DELETE('/api/v2/buckets/{bucketID}', { params: { path: { bucketID: bucket.id } } }),
  )
  await printRecord(invocation, BUCKET_RECORD, bucket, { deleted: true })
}

function orgOf(invocation: Invocation, { config }: Connection): { org?: string; orgID?: string } {
  const { orgId, org = config.org } = givenOrg(invocation)
  if (orgId !== undefined) return { orgID: orgId }
  if (org === '') throw new Error('must specify org ID or org name when deleting a bucket by name')
  return { org }
}

function schemaTypeOf(invocation: Invocation): string {
  const type = invocation.text('schema-type') || 'implicit'
  if (type === 'implicit' || type === 'explicit') return type
  const given = JSON.stringify(type)
  throw new UsageError(
    `invalid value ${given} for flag -schema-type: unsupported schema type: ${given}`,
    'with-message',
  )
}

/** The two durations, as far as they are given. */
function retentionOf(invocation: Invocation) {
  const everySeconds = secondsOf(invocation, 'retention')
  const shardGroupDurationSeconds = secondsOf(invocation, 'shard-group-duration')
  return {
    ...(everySeconds !== undefined && { everySeconds }),
    ...(shardGroupDurationSeconds !== undefined && { shardGroupDurationSeconds }),
  }
}

function secondsOf(invocation: Invocation, flag: string): number | undefined {
  const text = invocation.text(flag)
  return text ? parseSeconds(text) : undefined
}
