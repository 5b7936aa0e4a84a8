import { printSeconds } from '../duration.ts'
import type { RecordKind } from './record.ts'

/** A bucket as servers send it; all that is used of it. */
export interface WireBucket {
  readonly id: string
  readonly name?: string
  readonly orgID?: string
  readonly schemaType?: string
  readonly retentionRules?: readonly {
    readonly everySeconds?: number
    readonly shardGroupDurationSeconds?: number
  }[]
}

const duration = (seconds: number | undefined, otherwise: string) => (seconds ? printSeconds(seconds) : otherwise)

export const BUCKET_RECORD: RecordKind<WireBucket> = {
  columns: [
    { title: 'ID', of: ({ id }) => id },
    { title: 'Name', of: ({ name = '' }) => name },
    { title: 'Retention', of: ({ retentionRules }) => duration(retentionRules?.[0]?.everySeconds, 'infinite') },
    {
      title: 'Shard group duration',
      of: ({ retentionRules }) => duration(retentionRules?.[0]?.shardGroupDurationSeconds, 'n/a'),
    },
    { title: 'Organization ID', of: ({ orgID = '' }) => orgID },
    { title: 'Schema Type', of: ({ schemaType }) => schemaType || 'implicit' },
  ],
  shape: {
    createdAt: 'time',
    description: true,
    id: true,
    labels: true,
    links: { labels: true, members: true, org: true, owners: true, self: true, write: true },
    name: true,
    orgID: true,
    retentionRules: { everySeconds: true, shardGroupDurationSeconds: true, type: true },
    rp: true,
    schemaType: true,
    type: true,
    updatedAt: 'time',
  },
}
