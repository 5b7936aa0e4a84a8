import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { covers, type Held, type Wanted } from './covers.ts'
import { keys } from './keys.ts'

const MOST_TOKENS = 1000

/**
 * Answers what a person may do: by his memberships and his tokens in force, which is what his session may. While it is not
 * known, and if it could not be found out, everything: the server decides anyway, and says why.
 */
export function useRights(userId: string): (wanted: Wanted) => boolean {
  const { data } = useQuery({
    queryKey: [...keys.permissions(userId), 'held'],
    queryFn: () => heldBy(userId),
    staleTime: 30_000,
  })
  return wanted => data === undefined || data.some(held => covers(held, wanted))
}

async function heldBy(userID: string): Promise<readonly Held[]> {
  const byMembership = await dataOf(api.GET('/api/v2/users/{userID}/permissions', { params: { path: { userID } } }))
  // Whoever owns the instance may do everything, and may have ten thousand tokens, which would then say nothing new.
  if (byMembership.some(({ resource }) => resource.type === 'instance')) return byMembership
  const query = { userID, status: 'active', limit: MOST_TOKENS } as const
  const { authorizations } = await dataOf(api.GET('/api/v2/authorizations', { params: { query } }))
  return [...byMembership, ...authorizations.filter(isInForce).flatMap(({ permissions }) => permissions)]
}

const isInForce = ({ expiresAt }: components['schemas']['Authorization']) =>
  expiresAt === undefined || Date.parse(expiresAt) > Date.now()
