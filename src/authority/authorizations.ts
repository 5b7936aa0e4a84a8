import {
  type Authorization,
  type AuthorizationChange,
  type AuthorizationKind,
  STATUSES,
  type Status,
} from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { AuthorizationId, OrgId, UserId } from '../domain/id.ts'
import { type Permission, printPermission } from '../domain/permission.ts'
import { digestOf, type TokenText, tokenFrom } from '../domain/token.ts'
import type { DescribedAuthorization } from '../store/authorizations.ts'
import type { Nouns } from '../store/store.ts'
import { type Act, actFor, type Means } from './act.ts'
import { type AuthorizationQuery, filterOf, placed } from './authorization-list.ts'
import {
  issuing,
  on,
  permissionsOf,
  requireFuture,
  requireNotOutranked,
  requireOrdinary,
  requireOwnOrg,
  requireToIssue,
  requireToTouch,
} from './authorization-rules.ts'
import { boundOf, type Caller, may, requirePermission, requireToGrant, requireWithin } from './caller.ts'

export interface NewAuthorization {
  readonly orgId: OrgId
  /** The caller himself if left out. */
  readonly userId?: UserId
  readonly status: Status
  readonly description: string
  readonly permissions: readonly Permission[]
  /** Left out: as long as the caller's own credential allows, which is for ever unless that one expires. */
  readonly expiresAtMs?: number
  /** The user name of a `v1` authorization. */
  readonly v1Name?: string
}

/** What somebody wants changed. */
export interface AuthorizationWish extends Omit<AuthorizationChange, 'status'> {
  /** As the caller wrote it. */
  readonly status?: string
}

export interface AuthorizationList {
  readonly authorizations: readonly DescribedAuthorization[]
  /** Whether a next page may hold something. */
  readonly more: boolean
  readonly total?: number
}

/** An authorization as it was created, with its secret: the only time that a secret is shown. */
export interface CreatedAuthorization {
  readonly authorization: DescribedAuthorization
  /** Undefined for `v1`, which has a password instead. */
  readonly token: TokenText | undefined
}

/**
 * Who may do what to authorizations.
 *
 * `read:authorizations` lists and reads, `write:authorizations` changes and deletes, whoever the owner is. Nobody touches
 * what outranks him, issuing a secret is granting, and nobody outlives himself: `docs/security.md` has the rules.
 * All methods throw AppError as the wire contract says (3.3 to 3.6).
 */
export interface AuthorizationAuthority {
  create(caller: Caller, wanted: NewAuthorization): Promise<CreatedAuthorization>
  get(caller: Caller, id: AuthorizationId): Promise<DescribedAuthorization>
  list(caller: Caller, query: AuthorizationQuery): Promise<AuthorizationList>
  /**
   * @param seenVersion the only one that is changed; any is unless given
   * @returns `'stale'` if somebody wrote since the caller saw that version
   */
  change(
    caller: Caller,
    id: AuthorizationId,
    wish: AuthorizationWish,
    seenVersion?: number,
  ): Promise<DescribedAuthorization | 'stale'>
  /** @returns `'stale'` if somebody wrote since the caller saw that version */
  replacePermissions(
    caller: Caller,
    id: AuthorizationId,
    seenVersion: number,
    permissions: readonly Permission[],
  ): Promise<DescribedAuthorization | 'stale'>
  delete(caller: Caller, id: AuthorizationId): Promise<void>
}

export function authorizationAuthority(means: Means, kind: AuthorizationKind): AuthorizationAuthority {
  return {
    create: (caller, wanted) =>
      actFor(means, caller, async (act, current) => {
        const authorization = newAuthorization(means, kind, current, wanted, act.nowMs)
        await requireToIssue(act, current, authorization)
        await act.authorizations.create(authorization).catch(nameTaken)
        const token = kind === 'api' ? await addSecret(means, act, authorization.id) : undefined
        await act.changes.note('authorization', authorization.id)
        await act.record('authorization.create', authorization.id, summaryOf(authorization))
        return { authorization: await describe(act, authorization.id, kind), token }
      }),

    async get(caller, id) {
      const found = await describe(means.store, id, kind)
      requirePermission(caller, on('read', found))
      return listed(found)
    },

    async list(caller, query) {
      const { store } = means
      const filter = await filterOf(store, kind, caller, query)
      if (filter === undefined) return { authorizations: [], more: false, ...(query.withTotal && { total: 0 }) }
      const rows = await store.authorizations.list(filter, await placed(store, filter, caller, query.page))
      if (query.v1Name !== undefined && rows.length === 0) throw new AppError('not found', 'authorization not found')
      const authorizations = rows.filter(row => may(caller, on('read', row)))
      const more = rows.length === query.page.limit
      if (!query.withTotal) return { authorizations, more }
      return { authorizations, more, total: await store.authorizations.count(filter) }
    },

    change: (caller, id, wish, seenVersion) =>
      actFor(means, caller, async (act, current) => {
        const found = listed(await describe(act, id, kind))
        const change = await changeOf(act, current, kind, found, wish)
        if (seenVersion !== undefined && seenVersion !== found.version) return 'stale'
        await act.authorizations.update(id, found.version, change, act.nowMs)
        await act.changes.note('authorization', id)
        await act.record('authorization.change', id, { ...change })
        return describe(act, id, kind)
      }),

    replacePermissions: (caller, id, seenVersion, permissions) =>
      actFor(means, caller, async (act, current) => {
        const found = listed(await describe(act, id, kind))
        const strength = await requireToTouch(act, current, found)
        const held = permissionsOf(found)
        const added = permissions.filter(
          wanted => !held.some(known => printPermission(known) === printPermission(wanted)),
        )
        requireToGrant(current, added)
        if (added.length > 0) requireWithin(boundOf(current, [...strength, ...added]), found.expiresAtMs)
        requireOrdinary(added)
        requireOwnOrg(found.orgId, permissions)
        if (found.version !== seenVersion) return 'stale'
        await act.authorizations.update(id, seenVersion, {}, act.nowMs)
        await act.permissions.replace(id, permissions)
        await act.changes.note('authorization', id)
        await act.record('authorization.permissions', id, { permissions: permissions.map(printPermission) })
        return describe(act, id, kind)
      }),

    delete: (caller, id) =>
      actFor(means, caller, async (act, current) => {
        const found = await describe(act, id, kind)
        const write = on('write', found)
        requirePermission(current, write)
        await requireNotOutranked(act, current, found)
        await removeAuthorization(act, id)
        await act.record('authorization.delete', id, { description: found.description })
      }),
  }
}

/** What a wish changes, if the caller may change that. */
async function changeOf(
  act: Act,
  caller: Caller,
  kind: AuthorizationKind,
  found: DescribedAuthorization,
  { status, ...wish }: AuthorizationWish,
): Promise<AuthorizationChange> {
  const strength = await requireToTouch(act, caller, found)
  const change = { ...wish, ...(status !== undefined && { status: statusOf(kind, status) }) }
  if (change.expiresAtMs !== undefined && change.expiresAtMs !== (found.expiresAtMs ?? null)) {
    requireFuture(change.expiresAtMs ?? undefined, act.nowMs)
    requireWithin(boundOf(caller, strength), change.expiresAtMs ?? undefined)
  }
  return change
}

/** Removes an authorization with everything that hangs on it. */
export async function removeAuthorization(act: Act, id: AuthorizationId): Promise<void> {
  await act.secrets.removeOf(id)
  await act.passwords.remove({ kind: 'v1', id })
  await act.authorizations.remove(id)
  await act.changes.note('authorization', id)
}

/** Finds a v1 authorization and checks that the caller may set its password, which is issuing a secret. */
export async function requireToSetV1Password(nouns: Nouns, caller: Caller, id: AuthorizationId): Promise<void> {
  const found = await describe(nouns, id, 'v1')
  const permissions = permissionsOf(found)
  const onOwner: Permission = { action: 'write', resource: { type: 'users', id: found.userId } }
  requirePermission(caller, onOwner)
  requireToGrant(caller, permissions)
  requireWithin(boundOf(caller, [onOwner, ...permissions]), found.expiresAtMs)
}

/** The recorded server's words, which differ by kind. */
function statusOf(kind: AuthorizationKind, status: string): Status {
  if (STATUSES.includes(status as Status)) return status as Status
  throw new AppError('invalid', `${kind === 'api' ? 'encodeAuthorization: ' : ''}unknown authorization status`)
}

function newAuthorization(
  { ids }: Means,
  kind: AuthorizationKind,
  caller: Caller,
  wanted: NewAuthorization,
  nowMs: number,
): Authorization {
  const userId = wanted.userId ?? caller.userId
  const strength = [...issuing(wanted.orgId, userId), ...wanted.permissions]
  return {
    id: ids.next(),
    kind,
    orgId: wanted.orgId,
    userId,
    v1Name: wanted.v1Name,
    status: wanted.status,
    description: wanted.description,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    version: 1,
    expiresAtMs: wanted.expiresAtMs ?? boundOf(caller, strength),
    permissions: wanted.permissions,
  }
}

async function addSecret({ random }: Means, act: Act, authorizationId: AuthorizationId): Promise<TokenText> {
  const token = tokenFrom(random(32))
  const digest = digestOf(token)
  await act.secrets.add({ digest, authorizationId, label: '', createdAtMs: act.nowMs, notAfterMs: undefined })
  return token
}

function nameTaken(cause: unknown): never {
  if (cause instanceof AppError && cause.code === 'conflict') throw new AppError('conflict', 'token already exists')
  throw cause
}

async function describe(nouns: Nouns, id: AuthorizationId, kind: AuthorizationKind): Promise<DescribedAuthorization> {
  const found = await nouns.authorizations.describe(id)
  if (found === undefined || found.kind !== kind) throw new AppError('not found', 'authorization not found')
  return found
}

/** One whose owner is gone can be deleted, but neither shown nor changed. */
function listed(found: DescribedAuthorization): DescribedAuthorization {
  if (found.orgName === undefined) throw new AppError('not found', 'organization not found')
  if (found.userName === undefined) throw new AppError('not found', 'user not found')
  return found
}

function summaryOf({ orgId, userId, status, description, expiresAtMs, permissions }: Authorization) {
  return { orgId, userId, status, description, expiresAtMs, permissions: permissions.map(printPermission) }
}
