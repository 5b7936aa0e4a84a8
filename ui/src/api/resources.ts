import { type QueryClient, useQuery } from '@tanstack/react-query'
import { api, dataOf } from './api.ts'
import { keys } from './keys.ts'

const read = () => dataOf(api.GET('/api/v2/resources'))

/** Asks the server for the types that a permission can speak of, now: a list of yesterday lacks what is new. */
export const fetchResources = (client: QueryClient) =>
  client.fetchQuery({ queryKey: keys.resources, queryFn: read, staleTime: 0 })

/** The same for reading only, where an older answer will do. */
export const useResources = () => useQuery({ queryKey: keys.resources, queryFn: read, staleTime: 300_000 })
