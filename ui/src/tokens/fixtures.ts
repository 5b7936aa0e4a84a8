// Authorizations for unit tests.
import type { Authorization, Permission } from './authorization.ts'

export const HOME = '4f00aa11bb22cc33'
export const ME = '0d1a000000001000'

/** An authorization of `plant`; what a test is about is given. */
export function authorizationOf(given: Partial<Authorization> = {}): Authorization {
  const id = given.id ?? '0d1a2b3c4d5e6000'
  return {
    id,
    token: '',
    status: 'active',
    description: 'sensor writer',
    orgID: HOME,
    org: 'plant',
    userID: ME,
    user: 'ann',
    permissions: [bucket('write', 'raw')],
    links: { self: `/api/v2/authorizations/${id}`, user: `/api/v2/users/${ME}` },
    createdAt: '2026-01-02T03:04:05.678Z',
    updatedAt: '2026-01-02T03:04:05.678Z',
    ...given,
  }
}

/** A permission on one bucket of `plant`, which has a name unless it was deleted. */
export function bucket(action: Permission['action'], name: string | undefined, id = '9c00000000000001'): Permission {
  return {
    action,
    resource: { type: 'buckets', id, orgID: HOME, org: 'plant', ...(name !== undefined && { name }) },
  }
}

/** A permission on all of a type in `plant`. */
export const all = (action: Permission['action'], type: Permission['resource']['type']): Permission => ({
  action,
  resource: { type, orgID: HOME, org: 'plant' },
})
