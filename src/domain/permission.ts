import type { OrgId, ResourceId, UserId } from './id.ts'

export const ACTIONS = ['read', 'write'] as const
export type Action = (typeof ACTIONS)[number]

/** In the order in which `/api/v2/resources` lists them. Source: wire contract 4.1. */
export const RESOURCE_TYPES = [
  'authorizations',
  'buckets',
  'dashboards',
  'orgs',
  'sources',
  'tasks',
  'telegrafs',
  'users',
  'variables',
  'scrapers',
  'secrets',
  'labels',
  'views',
  'documents',
  'notificationRules',
  'notificationEndpoints',
  'checks',
  'dbrp',
  'notebooks',
  'annotations',
  'remotes',
  'replications',
  'instance',
] as const
export type ResourceType = (typeof RESOURCE_TYPES)[number]

/** What a permission speaks of: one object (`id`), all of an org (`orgId`), or all there are (neither). */
export interface Resource {
  readonly type: ResourceType
  readonly id?: ResourceId
  readonly orgId?: OrgId
  /**
   * Of buckets only: the measurements that it is limited to; of a demand, those that would be touched. Absent means all
   * there are. Ours; not in InfluxDB.
   */
  readonly measurements?: readonly string[]
}

/** Most measurements of one permission. */
export const MAX_MEASUREMENTS = 100
/** Of all permissions of one authorization together: lists are compared with lists, name by name. */
export const MAX_ALL_MEASUREMENTS = 1000
/** Longest name of a measurement in a permission, in bytes of UTF-8. */
export const MAX_MEASUREMENT_BYTES = 255

export interface Permission {
  readonly action: Action
  readonly resource: Resource
}

/**
 * Whether a held permission allows a required one.
 *
 * An org-wide permission never satisfies a requirement without org (the checks on users and orgs carry an id only), and
 * one for a single object never satisfies "create in org" (which carries no id). Where an org stands beside a held id, it
 * counts: the recorded server skips it, so that a permission naming a foreign bucket under one's own org would open the
 * foreign bucket. Nor does it allow the id alone, or such a permission could be handed on without its org, and then open
 * the foreign bucket after all. Users and orgs belong to no org; their ids stand for themselves.
 * Where measurements stand beside a held bucket, it allows only what is known to touch none but those: not the bucket as
 * such, so that nobody renames or deletes it on the strength of one measurement.
 * Total, never throws; constant time but for measurements.
 *
 * Source: wire contract 4.2, rules 1-7, with rule 6 made strict; `test/vectors/permissions.json` has a case for each.
 */
export function covers(held: Permission, required: Permission): boolean {
  if (held.action !== required.action) return false
  if (held.resource.measurements !== undefined && !isWithin(required.resource, held.resource.measurements)) return false
  if (held.resource.type === 'instance') return true
  if (held.resource.type !== required.resource.type) return false
  const { type, id, orgId } = held.resource
  const wanted = required.resource
  if (id === undefined) return orgId === undefined || orgId === wanted.orgId
  if (id !== wanted.id) return false
  if (orgId === undefined || orgId === wanted.orgId) return true
  return wanted.orgId === undefined && belongsToNoOrg(type)
}

const isWithin = ({ measurements: wanted }: Resource, held: readonly string[]) =>
  wanted?.every(name => held.includes(name)) ?? false

/** Users and orgs are not in an org; an org beside the id of one says nothing. */
const belongsToNoOrg = (type: ResourceType) => type === 'users' || type === 'orgs'

/** Whether some member of a set allows the required permission. */
export function coversAny(held: readonly Permission[], required: Permission): boolean {
  for (const permission of held) if (covers(permission, required)) return true
  return false
}

/**
 * What somebody must hold to hand out a permission.
 *
 * It is the permission itself, except for one object of a type that belongs to no org (users, orgs): the org beside such an
 * id is not looked at when the permission is used, so it must not help to obtain it either. Without this, `write:users` of
 * an org would let its holder issue a secret that sets anybody's password.
 */
export function grantRequirement(permission: Permission): Permission {
  const { type, id, orgId } = permission.resource
  if (!belongsToNoOrg(type) || id === undefined || orgId === undefined) return permission
  return { action: permission.action, resource: { type, id } }
}

/**
 * The form used in messages, `write:orgs/<orgID>/buckets/<id>`, and ` of measurements "cpu", "mem"` behind it where it is
 * limited to some. Source: wire contract 4.1.
 */
export function printPermission({ action, resource }: Permission): string {
  const org = resource.orgId === undefined ? '' : `orgs/${resource.orgId}/`
  const id = resource.id === undefined ? '' : `/${resource.id}`
  const names = resource.measurements?.map(name => JSON.stringify(name)).join(', ')
  return `${action}:${org}${resource.type}${id}${names === undefined ? '' : ` of measurements ${names}`}`
}

const ORDINARY_TYPES = RESOURCE_TYPES.filter(type => type !== 'instance')

/** Read and write on everything: what the first token holds. 44 entries. Source: wire contract 4.3. */
export function operatorPermissions(): Permission[] {
  return ORDINARY_TYPES.flatMap(type => ACTIONS.map(action => ({ action, resource: { type } })))
}

/** What a session gets from being an owner (read and write) or a member (read) of an org. Source: wire contract 4.3. */
export function orgRolePermissions(orgId: OrgId, role: 'owner' | 'member'): Permission[] {
  const actions: readonly Action[] = role === 'owner' ? ACTIONS : ['read']
  return ORDINARY_TYPES.flatMap(type =>
    actions.map(action => ({ action, resource: type === 'orgs' ? { type, id: orgId } : { type, orgId } })),
  )
}

/** What a session gets from being somebody. Source: wire contract 4.3. */
export function mePermissions(userId: UserId): Permission[] {
  return ACTIONS.map(action => ({ action, resource: { type: 'users', id: userId } }))
}

/** What the session of an owner of the instance gets: everything. Source: wire contract 4.3. */
export function instancePermissions(): Permission[] {
  return ACTIONS.map(action => ({ action, resource: { type: 'instance' } }))
}

/** Whether a set holds all 44 permissions of an operator, or the instance itself. */
export function isOperator(held: readonly Permission[]): boolean {
  return operatorPermissions().every(permission => coversAny(held, permission))
}
