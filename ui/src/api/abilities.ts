import { useQuery } from '@tanstack/react-query'
import type { components } from '../../../src/client/schema.ts'
import { api, dataOf } from './api.ts'
import { keys } from './keys.ts'

type Permission = components['schemas']['BarePermission']

export interface Abilities {
  readonly mayRead: boolean
  readonly mayWrite: boolean
}

/**
 * What a person may do with an organization's tokens; undefined until it is known.
 *
 * A session has the permissions of the person's memberships and those of his active tokens. The server tells the former;
 * the latter are asked for only where the former do not suffice.
 */
export function useTokenAbilities(orgId: string, userId: string | undefined): Abilities | undefined {
  const { data } = useQuery({
    queryKey: [...keys.permissions(userId ?? ''), 'tokens', orgId],
    queryFn: () => readAbilities(orgId, userId ?? ''),
    enabled: userId !== undefined,
    staleTime: 60_000,
  })
  return data
}

async function readAbilities(orgId: string, userID: string): Promise<Abilities> {
  const byMembership = abilitiesOf(
    await dataOf(api.GET('/api/v2/users/{userID}/permissions', { params: { path: { userID } } })),
    orgId,
  )
  if (byMembership.mayWrite) return byMembership
  const query = { userID, status: 'active', limit: 1000 } as const
  const { authorizations } = await dataOf(api.GET('/api/v2/authorizations', { params: { query } }))
  const byTokens = abilitiesOf(
    authorizations.filter(isInForce).flatMap(({ permissions }) => permissions),
    orgId,
  )
  return {
    mayRead: byMembership.mayRead || byTokens.mayRead,
    mayWrite: byMembership.mayWrite || byTokens.mayWrite,
  }
}

const isInForce = ({ expiresAt }: { expiresAt?: string }) =>
  expiresAt === undefined || Date.parse(expiresAt) > Date.now()

function abilitiesOf(held: readonly Permission[], orgId: string): Abilities {
  const may = (action: Permission['action']) =>
    held.some(
      ({ action: granted, resource: { type, id, orgID } }) =>
        granted === action &&
        (type === 'instance' || (type === 'authorizations' && id === undefined && (orgID ?? orgId) === orgId)),
    )
  return { mayRead: may('read'), mayWrite: may('write') }
}
