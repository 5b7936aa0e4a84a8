import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { keys } from './keys.ts'

export type Org = components['schemas']['Org']

const MOST = 100

/** The organizations that the person sees; the first hundred. */
export const useOrgs = () =>
  useQuery({
    queryKey: keys.orgs,
    queryFn: async () => (await dataOf(api.GET('/api/v2/orgs', { params: { query: { limit: MOST } } }))).orgs,
    staleTime: 30_000,
  })

/** One organization, also if it is not among the first hundred. */
export const useOrg = (orgId: string) =>
  useQuery({
    queryKey: [...keys.orgs, orgId],
    queryFn: () => dataOf(api.GET('/api/v2/orgs/{orgID}', { params: { path: { orgID: orgId } } })),
    staleTime: 30_000,
  })

export function useCreateOrg(): (name: string) => Promise<Org> {
  const client = useQueryClient()
  return async name => {
    const org = await dataOf(api.POST('/api/v2/orgs', { body: { name } }))
    void client.invalidateQueries({ queryKey: keys.orgs })
    return org
  }
}
