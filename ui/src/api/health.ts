import { useQuery } from '@tanstack/react-query'
import { dataOf, strangerApi } from './api.ts'
import { keys } from './keys.ts'

/** How the server is, and which version of it. */
export const useHealth = () =>
  useQuery({ queryKey: keys.health, queryFn: () => dataOf(strangerApi.GET('/health')), staleTime: 60_000 })
