import { AppError } from '../domain/errors.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import {
  coversAny,
  grantRequirement,
  instancePermissions,
  mePermissions,
  orgRolePermissions,
  type Permission,
  printPermission,
} from '../domain/permission.ts'
import type { TokenDigest } from '../domain/token.ts'
import { type Denial, decide, type Standing } from '../domain/verdict.ts'
import type { HeldMembership } from '../store/memberships.ts'
import type { AuthorizationStanding, LastingPermission } from '../store/standings.ts'
import type { Nouns } from '../store/store.ts'

/** What a caller presented, by which he can be looked up again. */
export type CallerRef =
  | { readonly kind: 'authorization'; readonly id: AuthorizationId }
  | { readonly kind: 'session'; readonly digest: TokenDigest }

/** Permissions from one source, and how long that source lasts. */
export interface Grant {
  readonly permissions: readonly Permission[]
  /** Epoch milliseconds; undefined means never. */
  readonly expiresAtMs: number | undefined
}

/** Somebody who asks, with everything he may do; his own credential was found good at `atMs`. */
export interface Caller extends Standing {
  readonly ref: CallerRef
  readonly userId: UserId
  /** The org of a token; a session has none. */
  readonly orgId: OrgId | undefined
  readonly atMs: number
  /** Where `permissions` come from: one grant for a token; for a session its memberships, and the user's tokens by expiry. */
  readonly grants: readonly Grant[]
}

export function callerOf(standing: AuthorizationStanding, atMs: number): Caller {
  const { authorizationId, userId, orgId, status, ownerActive, permissions, expiresAtMs } = standing
  return {
    ref: { kind: 'authorization', id: authorizationId },
    userId,
    orgId,
    atMs,
    status,
    ownerActive,
    expiresAtMs,
    permissions,
    grants: [{ permissions, expiresAtMs }],
  }
}

/**
 * Looks a caller up in the store as it is now.
 *
 * @returns the caller, or why he is refused
 */
export async function lookUpCaller(nouns: Nouns, ref: CallerRef, nowMs: number): Promise<Caller | Denial> {
  if (ref.kind === 'session') return lookUpSession(nouns, ref.digest, nowMs)
  const standing = await nouns.standings.ofAuthorization(ref.id)
  const verdict = decide(standing, [], nowMs)
  return verdict.allow ? callerOf(standing as AuthorizationStanding, nowMs) : verdict
}

/** Looks up whom a session key stands for; its permissions follow memberships and active authorizations as they are now. */
export async function lookUpSession(nouns: Nouns, digest: TokenDigest, nowMs: number): Promise<Caller | Denial> {
  const session = await nouns.sessions.find(digest)
  if (session === undefined || session.expiresAtMs <= nowMs) return { allow: false, reason: 'unknown' }
  const user = await nouns.users.find(session.userId)
  if (user?.status !== 'active') return { allow: false, reason: 'owner-inactive' }
  const grants = await sessionGrants(nouns, user.id, nowMs)
  return {
    ref: { kind: 'session', digest },
    userId: user.id,
    orgId: undefined,
    atMs: nowMs,
    status: 'active',
    ownerActive: true,
    expiresAtMs: session.expiresAtMs,
    permissions: grants.flatMap(grant => grant.permissions),
    grants,
  }
}

/** What a session of a user holds: himself, his memberships, and all his authorizations that are in force. */
export async function sessionGrants(nouns: Nouns, userId: UserId, nowMs: number): Promise<Grant[]> {
  const memberships = await nouns.memberships.ofUser(userId)
  const permissions = [...mePermissions(userId), ...memberships.flatMap(membershipPermissions)]
  const lasting: Grant = { permissions, expiresAtMs: undefined }
  // The instance's owner holds everything already; and nobody is likelier to have tokens without number.
  if (permissions.some(({ resource }) => resource.type === 'instance')) return [lasting]
  return [lasting, ...byExpiry(await nouns.standings.inForceOfUser(userId, nowMs))]
}

function byExpiry(held: readonly LastingPermission[]): Grant[] {
  const grants = new Map<number | undefined, Permission[]>()
  for (const { permission, expiresAtMs } of held) {
    const together = grants.get(expiresAtMs)
    if (together === undefined) grants.set(expiresAtMs, [permission])
    else together.push(permission)
  }
  return [...grants].map(([expiresAtMs, permissions]) => ({ permissions, expiresAtMs }))
}

/** Source: wire contract 4.4. Owning a bucket grants nothing, being its member grants reading it. */
export function membershipPermissions({ type, resourceId, role, bucketOrgId }: HeldMembership): Permission[] {
  if (type === 'orgs') return orgRolePermissions(resourceId as string as OrgId, role)
  if (type === 'instance') return role === 'owner' ? instancePermissions() : []
  if (role === 'owner' || bucketOrgId === null) return []
  return [{ action: 'read', resource: { type: 'buckets', id: resourceId, orgId: bucketOrgId } }]
}

/** Whether a caller may do something, by the one function that decides. */
export function may(caller: Caller, permission: Permission): boolean {
  return decide(caller, [permission], caller.atMs).allow
}

/** @throws AppError `unauthorized`, naming the permission that is missing */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (!may(caller, permission)) throw unauthorized(permission)
}

export function unauthorized(permission: Permission): AppError {
  return new AppError('unauthorized', `${printPermission(permission)} is unauthorized`)
}

/**
 * Refuses to hand out what the caller does not hold.
 *
 * @throws AppError `forbidden`, naming the first permission that is too much
 */
export function requireToGrant(caller: Caller, permissions: readonly Permission[]): void {
  for (const permission of permissions) {
    if (may(caller, grantRequirement(permission))) continue
    const name = printPermission(permission)
    throw new AppError('forbidden', `permission ${name} is not allowed: ${name} is unauthorized`)
  }
}

/**
 * How long what a caller does on the strength of these permissions may last: each permission lasts as long as the
 * longest-lived grant that covers it, all together as long as the first that ends.
 *
 * @returns epoch milliseconds, or undefined for as long as one likes
 */
export function boundOf(caller: Caller, permissions: readonly Permission[]): number | undefined {
  let bound = Number.POSITIVE_INFINITY
  for (const permission of permissions) {
    const needed = grantRequirement(permission)
    const lasting = caller.grants
      .filter(grant => coversAny(grant.permissions, needed))
      .map(grant => grant.expiresAtMs ?? Number.POSITIVE_INFINITY)
    // 0 if no grant covers it: what is not held lasts no time at all.
    bound = Math.min(bound, Math.max(0, ...lasting))
  }
  return bound === Number.POSITIVE_INFINITY ? undefined : bound
}

/**
 * Refuses what would outlive the caller's own credential.
 *
 * @param untilMs when the new thing ends; undefined means never
 * @throws AppError `forbidden`, saying when the caller's own rights end
 */
export function requireWithin(boundMs: number | undefined, untilMs: number | undefined): void {
  if (boundMs === undefined || (untilMs !== undefined && untilMs <= boundMs)) return
  const end = new Date(boundMs).toISOString()
  throw new AppError('forbidden', `your own credential expires at ${end}: nothing it hands out may last longer`)
}

/** Why a credential is refused, as InfluxDB's clients know it. Only who holds the secret sees the particular reason. */
export function denialError({ reason, missing }: Denial): AppError {
  switch (reason) {
    case 'inactive':
      return new AppError('unauthorized', 'token is inactive')
    case 'expired':
      return new AppError('unauthorized', 'token is expired')
    case 'owner-inactive':
      return new AppError('forbidden', 'User is inactive')
    case 'missing-permission':
      return missing === undefined ? new AppError('forbidden', 'insufficient permissions') : unauthorized(missing)
    case 'undecidable':
      return new AppError('forbidden', 'what this request would touch cannot be told, so it is refused')
    case 'no-credential':
    case 'unknown':
      return new AppError('unauthorized', 'unauthorized access')
  }
}
