import { ACTIONS, type Action, collator, type Permission, type ResourceType } from './authorization.ts'

/** For whom a token is generated. */
export interface Place {
  readonly orgID: string
  readonly org: string
  /** The person who generates it. */
  readonly userID: string
}

/** Types that the server lists but that no token can be given. */
const NEVER_OFFERED: readonly ResourceType[] = ['instance']

export const offered = (types: readonly ResourceType[]): ResourceType[] =>
  types.filter(type => !NEVER_OFFERED.includes(type))

/** Everything of a type in the organization, now and later; of `orgs` and `users` only one's own. Page contract 12.5. */
export function wide(action: Action, type: ResourceType, { orgID, org, userID }: Place): Permission {
  if (type === 'orgs') return { action, resource: { type, id: orgID, name: org } }
  if (type === 'users') return { action, resource: { type, id: userID } }
  return { action, resource: { type, orgID } }
}

/** What an all-access token holds. Page contract 11. */
export function allAccess(types: readonly ResourceType[], place: Place): Permission[] {
  return offered(types)
    .toSorted(collator.compare)
    .flatMap(type => (type === 'orgs' ? (['read'] as const) : ACTIONS).map(action => wide(action, type, place)))
}
