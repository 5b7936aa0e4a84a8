import type { Binding } from '../authority/bindings.ts'
import type { Mapping } from '../authority/dbrps.ts'
import type { Bucket, DescribedAuthorization, NamedPermission, Org, Role, User } from '../authority/records.ts'
import type { Authorization } from '../domain/authorization.ts'
import type { Permission } from '../domain/permission.ts'
import type { TokenText } from '../domain/token.ts'
import { printTime } from './time.ts'

/**
 * Our values as InfluxDB's JSON, in which undefined fields are left out. The wire's spelling (`orgID`) lives here only.
 * Source: wire contract 3.1, 5.1, 5.9.
 */

export const AUTHORIZATIONS = '/api/v2/authorizations'
export const V1_AUTHORIZATIONS = '/private/legacy/authorizations'

export function authorizationJson(found: DescribedAuthorization, token: TokenText | undefined) {
  const base = found.kind === 'api' ? AUTHORIZATIONS : V1_AUTHORIZATIONS
  return {
    id: found.id,
    // A v1 authorization shows its user name here, others their secret once.
    token: token ?? found.v1Name ?? '',
    status: found.status,
    description: found.description,
    orgID: found.orgId,
    org: found.orgName,
    userID: found.userId,
    user: found.userName,
    permissions: found.permissions.map(namedPermissionJson),
    links: { self: `${base}/${found.id}`, user: `/api/v2/users/${found.userId}` },
    createdAt: printTime(found.createdAtMs),
    updatedAt: printTime(found.updatedAtMs),
    expiresAt: found.expiresAtMs === undefined ? undefined : printTime(found.expiresAtMs),
  }
}

/** Set-up answers with bare permissions and without names. Source: wire contract 5.2. */
export function firstAuthorizationJson(authorization: Authorization, token: TokenText) {
  return {
    id: authorization.id,
    token,
    status: authorization.status,
    description: authorization.description,
    orgID: authorization.orgId,
    userID: authorization.userId,
    permissions: authorization.permissions.map(permissionJson),
    links: { self: `${AUTHORIZATIONS}/${authorization.id}`, user: `/api/v2/users/${authorization.userId}` },
    createdAt: printTime(authorization.createdAtMs),
    updatedAt: printTime(authorization.updatedAtMs),
  }
}

export function permissionJson({ action, resource: { type, id, orgId, measurements } }: Permission) {
  return { action, resource: { type, id, orgID: orgId, measurements } }
}

/** Types whose ids have a name beside them. */
const NAMED = ['buckets', 'orgs', 'users']

function namedPermissionJson({ permission, name, org }: NamedPermission) {
  const { action, resource } = permission
  const { type, id, orgId: orgID, measurements } = resource
  // What the id named is gone: then neither name is shown.
  if (id !== undefined && NAMED.includes(type) && name === undefined) return permissionJson(permission)
  return { action, resource: { type, id, orgID, name, org, measurements } }
}

export function userJson({ id, name, status, oauthId }: User) {
  return { links: { self: `/api/v2/users/${id}` }, id, ...(oauthId && { oauthID: oauthId }), name, status }
}

export function memberJson(user: User, role: Role) {
  return { role, ...userJson(user) }
}

export function orgJson({ id, name, description, createdAtMs, updatedAtMs }: Org) {
  const self = `/api/v2/orgs/${id}`
  // The name as it is, without escapes: so the recorded server says it.
  const byName = (path: string) => `/api/v2/${path}?org=${name}`
  return {
    links: {
      buckets: byName('buckets'),
      dashboards: byName('dashboards'),
      labels: `${self}/labels`,
      logs: `${self}/logs`,
      members: `${self}/members`,
      owners: `${self}/owners`,
      secrets: `${self}/secrets`,
      self,
      tasks: byName('tasks'),
    },
    id,
    name,
    description,
    createdAt: printTime(createdAtMs),
    updatedAt: printTime(updatedAtMs),
  }
}

export function bucketJson(bucket: Bucket) {
  const { id, orgId, type, name, description, rp, retentionSeconds, shardGroupSeconds } = bucket
  const self = `/api/v2/buckets/${id}`
  return {
    id,
    orgID: orgId,
    type,
    ...(description && { description }),
    name,
    ...(rp && { rp }),
    retentionRules: [{ type: 'expire', everySeconds: retentionSeconds, shardGroupDurationSeconds: shardGroupSeconds }],
    createdAt: printTime(bucket.createdAtMs),
    updatedAt: printTime(bucket.updatedAtMs),
    links: {
      labels: `${self}/labels`,
      members: `${self}/members`,
      org: `/api/v2/orgs/${orgId}`,
      owners: `${self}/owners`,
      self,
      write: `/api/v2/write?org=${orgId}&bucket=${id}`,
    },
    labels: [],
  }
}

/** Ours; not in InfluxDB. */
export function bindingJson({ bucketId, upstream, database, retentionPolicy }: Binding) {
  return { bucketID: bucketId, upstream, database, ...(retentionPolicy && { retentionPolicy }) }
}

export function mappingJson({ id, database, retentionPolicy, isDefault, virtual, orgId, bucketId }: Mapping) {
  return {
    id,
    database,
    retention_policy: retentionPolicy,
    default: isDefault,
    virtual,
    orgID: orgId,
    bucketID: bucketId,
  }
}

/** As form encoding does it: a space becomes a plus. */
export function queryEscape(text: string): string {
  return new URLSearchParams({ '': text }).toString().slice(1)
}
