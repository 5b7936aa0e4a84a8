import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { keys } from './keys.ts'

export type Bucket = components['schemas']['Bucket']

/** How long a bucket keeps data; 0 for ever. */
export const retentionSeconds = ({ retentionRules }: Bucket): number => retentionRules[0]?.everySeconds ?? 0

export interface BucketPage {
  readonly buckets: readonly Bucket[]
  readonly hasNext: boolean
}

export const BUCKETS_PER_PAGE = 20

/** A page of an organization's buckets, counted from 1. One more than shown is asked for, to know whether there is a next page. */
export const useBucketPage = (orgId: string, page: number) =>
  useQuery({
    queryKey: [...keys.buckets(orgId), 'page', page],
    queryFn: async (): Promise<BucketPage> => {
      const query = { orgID: orgId, limit: BUCKETS_PER_PAGE + 1, offset: (page - 1) * BUCKETS_PER_PAGE }
      const { buckets } = await dataOf(api.GET('/api/v2/buckets', { params: { query } }))
      return { buckets: buckets.slice(0, BUCKETS_PER_PAGE), hasNext: buckets.length > BUCKETS_PER_PAGE }
    },
    placeholderData: keepPreviousData,
  })

export interface NewBucket {
  readonly name: string
  /** How long data is kept; 0 for ever. */
  readonly everySeconds: number
}

/** Changes of the buckets of an organization; after each the list is read again. */
export function useBucketChanges(orgId: string) {
  const client = useQueryClient()
  const reread = () => client.invalidateQueries({ queryKey: keys.buckets(orgId) })
  return {
    async create({ name, everySeconds }: NewBucket): Promise<Bucket> {
      const body = { orgID: orgId, name, retentionRules: [rule(everySeconds)] }
      const bucket = await dataOf(api.POST('/api/v2/buckets', { body }))
      await reread()
      return bucket
    },
    async change(bucket: Bucket, { name, everySeconds }: NewBucket): Promise<Bucket> {
      // A length of shard groups that somebody chose stays, unless it has to follow from another retention.
      const retentionRules = everySeconds === retentionSeconds(bucket) ? [] : [rule(everySeconds)]
      const params = { path: { bucketID: bucket.id } }
      const changed = await dataOf(api.PATCH('/api/v2/buckets/{bucketID}', { params, body: { name, retentionRules } }))
      await reread()
      return changed
    },
    async remove({ id }: Bucket): Promise<void> {
      try {
        await api.DELETE('/api/v2/buckets/{bucketID}', { params: { path: { bucketID: id } } })
      } finally {
        // Also if it failed: somebody else may have been quicker.
        await reread()
      }
    },
  }
}

/** 0 has the server choose the length of shard groups anew. */
const rule = (everySeconds: number) => ({ type: 'expire' as const, everySeconds, shardGroupDurationSeconds: 0 })
