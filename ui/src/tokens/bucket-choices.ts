import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from '../api/api.ts'
import { keys } from '../api/keys.ts'
import { byPlace, type Item } from './selection.ts'

type Bucket = components['schemas']['Bucket']

/** As many as the server gives at once. */
const PAGE = 100

export interface BucketChoices {
  readonly items: readonly Item[]
  readonly status: 'pending' | 'error' | 'success'
  readonly error: unknown
  /** Whether the server has more than was asked for so far. */
  readonly hasMore: boolean
  readonly isFetching: boolean
  readonly more: () => void
  readonly retry: () => void
}

/**
 * The buckets of an organization, a hundred at a time.
 *
 * @param isSearching whether all are needed: the server finds buckets by their whole name only
 */
export function useBucketChoices(orgID: string, isSearching: boolean): BucketChoices {
  const query = useInfiniteQuery({
    queryKey: [...keys.buckets(orgID), 'choices'],
    queryFn: ({ pageParam }) => readPage(orgID, pageParam),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.hasNext ? pages.length * PAGE : undefined),
  })
  const { hasNextPage, isFetching, isError, fetchNextPage, refetch } = query
  useEffect(() => {
    if (isSearching && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [isSearching, hasNextPage, isFetching, isError, fetchNextPage])
  const buckets = query.data?.pages.flatMap(page => page.buckets) ?? []
  return {
    items: buckets.map(itemOf).toSorted(byPlace),
    status: query.status,
    error: query.error,
    hasMore: hasNextPage,
    isFetching,
    more: () => void fetchNextPage(),
    retry: () => void refetch(),
  }
}

async function readPage(orgID: string, offset: number) {
  const query = { orgID, limit: PAGE, offset }
  const { buckets, links } = await dataOf(api.GET('/api/v2/buckets', { params: { query } }))
  return { buckets, hasNext: links.next !== undefined }
}

const itemOf = ({ id, name, type }: Bucket): Item => ({ type: 'buckets', id, name, isSystem: type === 'system' })
