import type { Status } from '../domain/authorization.ts'
import { AppError } from '../domain/errors.ts'
import type { UserId } from '../domain/id.ts'
import { type Action, operatorPermissions, type Permission } from '../domain/permission.ts'
import type { User, UserPage, UserScope } from '../store/users.ts'
import { type Act, actFor, type Means } from './act.ts'
import { requireNoneOutranks } from './authorization-rules.ts'
import {
  boundOf,
  type Caller,
  may,
  membershipPermissions,
  requirePermission,
  requireToGrant,
  requireWithin,
  sessionGrants,
} from './caller.ts'
import { type Credentials, endOtherSessions, hashOf, verifyPassword } from './password.ts'
import type { Throttle } from './throttle.ts'

export interface NewUser {
  /** Given by the caller, or made. One that was ever used is refused. */
  readonly id?: UserId
  readonly name: string
  readonly status: Status
  readonly oauthId?: string
}

export interface UserQuery {
  readonly id?: UserId
  readonly name?: string
  readonly page: UserPage
}

/** Who may do what to users. All methods throw AppError as the wire contract says (5.4, 5.5). */
export interface UserAuthority {
  create(caller: Caller, wanted: NewUser): Promise<User>
  get(caller: Caller, id: UserId): Promise<User>
  list(caller: Caller, query: UserQuery): Promise<readonly User[]>
  /** Making a user inactive takes his authorizations out of force, so none of them may outrank the caller. */
  change(caller: Caller, id: UserId, change: { readonly name?: string; readonly status?: Status }): Promise<User>
  /** For good: his id is never used again. None of his authorizations may outrank the caller. */
  delete(caller: Caller, id: UserId): Promise<void>
  /** What a session of the user would hold from himself and his memberships. */
  permissions(caller: Caller, id: UserId): Promise<readonly Permission[]>
  /** Sets a password without knowing the old one, which is granting all that a session of the user would hold. */
  setPassword(caller: Caller, id: UserId, password: string): Promise<void>
  /** Changes a password by proving the old one; ends the user's other sessions. */
  changePassword(caller: Caller, id: UserId, old: Credentials, password: string): Promise<void>
}

const on = (action: Action, id: UserId): Permission => ({ action, resource: { type: 'users', id } })
const notFound = () => new AppError('not found', 'user not found')

export function userAuthority(means: Means, throttle: Throttle): UserAuthority {
  const { store, ids, hasher } = means
  return {
    create: (caller, wanted) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, { action: 'write', resource: { type: 'users' } })
        const user: User = { ...wanted, id: wanted.id ?? ids.next(), oauthId: wanted.oauthId }
        await requireFreeName(act, user.name)
        await act.users.create(user, act.nowMs).catch(idTaken)
        await act.record('user.create', user.id, { name: user.name, status: user.status })
        return user
      }),

    async get(caller, id) {
      requirePermission(caller, on('read', id))
      const user = await store.users.find(id)
      if (user === undefined) throw notFound()
      return user
    },

    async list(caller, { id, name, page }) {
      const readable = (users: readonly User[]) => users.filter(user => may(caller, on('read', user.id)))
      if (id === undefined && name === undefined) return readable(await store.users.list(readableBy(caller), page))
      const user = id !== undefined ? await store.users.find(id) : await store.users.findByName(name as string)
      if (user === undefined) throw notFound()
      return readable([user])
    },

    change: (caller, id, change) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        const before = await act.users.find(id)
        if (before === undefined) throw notFound()
        if (change.status === 'inactive') await requireNoneOutranks(act, current, { userId: id })
        if (change.name !== undefined && change.name !== before.name) await requireFreeName(act, change.name)
        const user = (await act.users.update(id, change)) as User
        await act.changes.note('user', id)
        await act.record('user.change', id, { ...change })
        return user
      }),

    delete: (caller, id) =>
      actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        if ((await act.users.find(id)) === undefined) throw notFound()
        await requireNoneOutranks(act, current, { userId: id })
        await act.users.remove(id, act.nowMs)
        await act.passwords.remove({ kind: 'user', id })
        await act.memberships.removeUser(id)
        await endOtherSessions(act, id, undefined)
        await act.changes.note('user', id)
        await act.record('user.delete', id)
      }),

    async permissions(caller, id) {
      requirePermission(caller, on('read', id))
      if ((await store.users.find(id)) === undefined) throw notFound()
      const memberships = await store.memberships.ofUser(id)
      return [...memberships.flatMap(membershipPermissions), on('read', id), on('write', id)]
    },

    async setPassword(caller, id, password) {
      requirePermission(caller, on('write', id))
      const hash = await hashOf(hasher, password)
      await actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        if ((await act.users.find(id)) === undefined) throw new AppError('forbidden', 'your userID is incorrect')
        await requireToHandOver(act, current, id)
        await act.passwords.set({ kind: 'user', id }, hash, act.nowMs)
        await endOtherSessions(act, id, current)
        await act.record('user.password', id)
      })
    },

    async changePassword(caller, id, old, password) {
      requirePermission(caller, on('write', id))
      const owner = { kind: 'user', id } as const
      const user = await store.users.find(id)
      const stored = await store.passwords.find(owner)
      const good = await verifyPassword(hasher, throttle, old, stored)
      if (!good || user === undefined) throw new AppError('forbidden', 'your username or password is incorrect')
      const hash = await hashOf(hasher, password)
      await actFor(means, caller, async (act, current) => {
        requirePermission(current, on('write', id))
        const now = await act.passwords.find(owner)
        // Somebody else changed it while the old one was being checked.
        if (now?.hash !== stored?.hash) throw new AppError('forbidden', 'your username or password is incorrect')
        await act.passwords.set(owner, hash, act.nowMs)
        await endOtherSessions(act, id, current)
        await act.record('user.password', id)
      })
    },
  }
}

/**
 * Setting a password hands over the user's sessions, so it takes holding what those hold, for as long as they hold it. His
 * authorizations that are inactive or expired count too: putting one in force again is not granting, so that otherwise
 * somebody could make one inactive, set the password, and make it active again. The instance's owner holds `instance`,
 * which no token can have; an operator's token holds all that it is good for.
 */
async function requireToHandOver(act: Act, caller: Caller, id: UserId): Promise<void> {
  const now = (await sessionGrants(act, id, act.nowMs)).flatMap(grant => grant.permissions)
  const held = [...now, ...(await act.standings.everOfUser(id))]
  const operator = operatorPermissions()
  const permissions = held.flatMap(permission =>
    permission.resource.type === 'instance'
      ? operator.filter(({ action }) => action === permission.action)
      : [permission],
  )
  requireToGrant(caller, permissions)
  requireWithin(boundOf(caller, permissions), undefined)
}

async function requireFreeName(act: Act, name: string): Promise<void> {
  if ((await act.users.findByName(name)) === undefined) return
  throw new AppError('conflict', `user with name ${name} already exists`)
}

function idTaken(cause: unknown): never {
  if (cause instanceof AppError && cause.code === 'conflict') throw new AppError('conflict', 'user id already exists')
  throw cause
}

function readableBy(caller: Caller): UserScope {
  const ids = new Set<UserId>()
  for (const { action, resource } of caller.permissions) {
    if (action !== 'read') continue
    if (resource.type === 'instance') return 'all'
    if (resource.type !== 'users') continue
    if (resource.id !== undefined) ids.add(resource.id as UserId)
    else if (resource.orgId === undefined) return 'all'
  }
  return { ids: [...ids] }
}
