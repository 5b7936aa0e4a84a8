// What permissions let somebody do, told from the rules (wire contract 4.2 and 4.4) and not from the code: a list of concrete
// requests, and for each permission which of them it allows. No variables, no sets of sets: whoever is in doubt can count.
import type { Permission } from '../../src/domain/permission.ts'

export interface Membership {
  readonly type: 'orgs' | 'buckets' | 'instance'
  readonly id: string
  readonly userId: string
  readonly role: 'owner' | 'member'
  /** The org of a bucket. */
  readonly orgId?: string | undefined
}

/** One thing that a request would touch. `org` is where the object really is, whatever anybody writes. */
export interface Deed {
  readonly action: 'read' | 'write'
  readonly type: string
  readonly id?: string
  readonly org?: string
  /** Of a bucket: the one of its measurements that is touched; without it, the bucket as such. */
  readonly measurement?: string
}

/** Measurements that permissions are limited to; `other` is one that none is. */
export const MEASUREMENTS = ['cpu', 'mem', 'other'] as const

/** The objects that there are. */
export interface Objects {
  readonly orgs: readonly { readonly id: string }[]
  readonly users: readonly { readonly id: string }[]
  readonly buckets: readonly { readonly id: string; readonly orgId: string }[]
  readonly authorizations: readonly { readonly id: string; readonly orgId: string }[]
}

const ACTIONS = ['read', 'write'] as const
/** Types whose objects lie in an org. `tasks` stands for all of which Sluice keeps nothing. */
const IN_ORG = ['authorizations', 'buckets', 'tasks'] as const

/** A task of an org; there is no such thing here, so its id is made of the org's. */
export const taskOf = (orgId: string) => orgId.split('').reverse().join('').replace(/^0/, '1')

/** Everything that could be asked for: each object, "any in this org", "any at all"; read and written. */
export function deedsOn({ orgs, users, buckets, authorizations }: Objects): Deed[] {
  const where: Omit<Deed, 'action'>[] = [
    ...[...IN_ORG, 'orgs', 'users'].map(type => ({ type })),
    ...IN_ORG.flatMap(type => orgs.map(({ id }) => ({ type, org: id }))),
    ...orgs.map(({ id }) => ({ type: 'orgs', id })),
    ...orgs.map(({ id }) => ({ type: 'tasks', id: taskOf(id), org: id })),
    ...users.map(({ id }) => ({ type: 'users', id })),
    ...buckets.map(({ id, orgId }) => ({ type: 'buckets', id, org: orgId })),
    ...buckets.flatMap(({ id, orgId }) =>
      MEASUREMENTS.map(measurement => ({ type: 'buckets', id, org: orgId, measurement })),
    ),
    ...authorizations.map(({ id, orgId }) => ({ type: 'authorizations', id, org: orgId })),
  ]
  return where.flatMap(place => ACTIONS.map(action => ({ action, ...place })))
}

/** Contract 4.2, read as a table; rule 6 with an org beside the id as our architecture has it: it must be the object's. */
export function allows({ action, resource }: Permission, deed: Deed): boolean {
  const { type, id, orgId, measurements } = resource
  if (action !== deed.action) return false
  if (measurements !== undefined && !measurements.some(name => name === deed.measurement)) return false
  if (type === 'instance') return true
  if (type !== deed.type) return false
  if (id === undefined && orgId === undefined) return true
  if (id === undefined) return deed.org === orgId
  if (type === 'users' || type === 'orgs') return deed.id === id
  return deed.id === id && (orgId === undefined || deed.org === orgId)
}

/** For each deed, until when some grant allows it: 0 is never, infinity for ever. */
export function powerOver(deeds: readonly Deed[], grants: readonly Lasting[]): number[] {
  return deeds.map(deed =>
    Math.max(0, ...grants.map(({ permissions, until }) => (permissions.some(held => allows(held, deed)) ? until : 0))),
  )
}

/** Permissions that are held for a time: epoch milliseconds, or infinity. */
export interface Lasting {
  readonly permissions: readonly Permission[]
  readonly until: number
}

export const forEver = (permissions: readonly Permission[]): Lasting => ({
  permissions,
  until: Number.POSITIVE_INFINITY,
})

/** What belongs to a user of himself and by his memberships. Contract 4.3 and 4.4. */
export function personal(userId: string, memberships: readonly Membership[]): Permission[] {
  return [
    ...both('users', { id: userId }),
    ...memberships.filter(one => one.userId === userId).flatMap(membership => byMembership(membership)),
  ]
}

function byMembership({ type, id, role, orgId }: Membership): Permission[] {
  if (type === 'instance') return role === 'owner' ? both('instance') : []
  // An owner of a bucket gets nothing by it, a member may read it.
  if (type === 'buckets') return role === 'member' ? both('buckets', { id, orgId }).slice(0, 1) : []
  const all = ORDINARY.flatMap(one => both(one, one === 'orgs' ? { id } : { orgId: id }))
  return role === 'owner' ? all : all.filter(({ action }) => action === 'read')
}

/** Contract 4.1, without `instance`. */
export const ORDINARY =
  'authorizations buckets dashboards orgs sources tasks telegrafs users variables scrapers secrets labels views documents notificationRules notificationEndpoints checks dbrp notebooks annotations remotes replications'.split(
    ' ',
  )

export const both = (type: string, where: { id?: string | undefined; orgId?: string | undefined } = {}) =>
  ACTIONS.map(action => permission(action, type, where))

/** A permission of any kind, from plain texts. */
export function permission(
  action: 'read' | 'write',
  type: string,
  {
    id,
    orgId,
    measurements,
  }: { id?: string | undefined; orgId?: string | undefined; measurements?: readonly string[] | undefined } = {},
): Permission {
  const resource = {
    type,
    ...(id !== undefined && { id }),
    ...(orgId !== undefined && { orgId }),
    ...(measurements !== undefined && type === 'buckets' && { measurements }),
  }
  return { action, resource } as Permission
}

export const operatorSet = () => ORDINARY.flatMap(type => both(type))

/** What clients put into an "all-access" token. Contract 4.3. */
export const allAccessSet = (orgId: string, userId: string) => [
  permission('read', 'orgs', { id: orgId }),
  ...both('users', { id: userId }),
  ...ORDINARY.filter(type => type !== 'orgs' && type !== 'users').flatMap(type => both(type, { orgId })),
]
