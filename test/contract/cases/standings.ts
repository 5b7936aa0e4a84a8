import { describe, expect, test } from 'vitest'
import type { Permission } from '../../../src/domain/permission.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addAuthorization, addOwners, authorization, id, NOW_MS, ORG, secret, USER } from '../samples.ts'

export function standingCases(open: OpenStore): void {
  describe('a standing', () => {
    const PERMISSIONS: readonly Permission[] = [
      { action: 'write', resource: { type: 'tasks', orgId: ORG } },
      { action: 'read', resource: { type: 'buckets', id: id(7) } },
    ]
    const standing = (number: number) => ({
      authorizationId: id(number),
      orgId: ORG,
      userId: USER,
      status: 'active',
      expiresAtMs: undefined,
      ownerActive: true,
      permissions: PERMISSIONS,
    })

    test('is found by secret, by 1.x name and by id', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await addAuthorization(store, 1, { permissions: PERMISSIONS })
      const v1 = authorization(2, { kind: 'v1', v1Name: 'Old client', permissions: PERMISSIONS, expiresAtMs: NOW_MS })
      await store.authorizations.create(v1)
      expect(await store.standings.ofSecret(secret(1).digest)).toEqual(standing(1))
      expect(await store.standings.ofAuthorization(id(1))).toEqual(standing(1))
      expect(await store.standings.ofV1Name('Old client')).toEqual({ ...standing(2), expiresAtMs: NOW_MS })

      expect(await store.standings.ofSecret(secret(2).digest)).toBeUndefined()
      expect(await store.standings.ofAuthorization(id(3))).toBeUndefined()
      for (const name of ['old client', 'Old client ', 'Old', '', '%']) {
        expect(await store.standings.ofV1Name(name)).toBeUndefined()
      }
    })

    test('follows the authorization, its owner and its org', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await addAuthorization(store, 1, { permissions: PERMISSIONS })
      const now = () => store.standings.ofSecret(secret(1).digest)

      await store.authorizations.update(id(1), 1, { status: 'inactive', expiresAtMs: NOW_MS + 9 }, NOW_MS)
      expect(await now()).toEqual({ ...standing(1), status: 'inactive', expiresAtMs: NOW_MS + 9 })
      await store.authorizations.update(id(1), 2, { status: 'active', expiresAtMs: null }, NOW_MS)
      await store.users.update(USER, { status: 'inactive' })
      expect(await now()).toEqual({ ...standing(1), ownerActive: false })
      await store.users.update(USER, { status: 'active' })
      expect(await now()).toEqual(standing(1))
      await store.users.remove(USER, NOW_MS)
      expect(await now()).toEqual({ ...standing(1), ownerActive: false })
      await store.orgs.remove(ORG)
      expect(await now()).toBeUndefined()
    })

    test('of an owner who never was is like that of one who is gone', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await addAuthorization(store, 1, { userId: id(0x77) })
      expect((await store.standings.ofSecret(secret(1).digest))?.ownerActive).toBe(false)
    })

    test('of a user is what his tokens in force give together: each permission once, for as long as the longest', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      const [writeTasks, readBucket] = PERMISSIONS as [Permission, Permission]
      const only = (resource: Permission['resource']): Permission => ({ action: 'read', resource })
      await addAuthorization(store, 1, { permissions: [writeTasks, writeTasks] })
      await addAuthorization(store, 2, { permissions: PERMISSIONS, expiresAtMs: NOW_MS + 1 })
      await addAuthorization(store, 3, { permissions: [readBucket], expiresAtMs: NOW_MS + 2 })
      // None of these counts.
      await addAuthorization(store, 4, { permissions: [only({ type: 'tasks' })], status: 'inactive' })
      await addAuthorization(store, 5, { permissions: [only({ type: 'views' })], expiresAtMs: NOW_MS })
      await addAuthorization(store, 6, { permissions: [only({ type: 'labels' })], userId: id(0x77) })
      await addAuthorization(store, 7, { permissions: [only({ type: 'checks' })], orgId: id(0x77) })
      await addAuthorization(store, 8, { permissions: [only({ type: 'dbrp' })], kind: 'v1', v1Name: 'old' })
      const held = await store.standings.inForceOfUser(USER, NOW_MS)
      expect(held).toHaveLength(2)
      expect(held).toContainEqual({ permission: writeTasks, expiresAtMs: undefined })
      expect(held).toContainEqual({ permission: readBucket, expiresAtMs: NOW_MS + 2 })
      expect(await store.standings.inForceOfUser(id(0x78), NOW_MS)).toEqual([])
    })

    test('tells permissions apart that differ in one thing only', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      const permissions: Permission[] = [
        { action: 'read', resource: { type: 'buckets' } },
        { action: 'write', resource: { type: 'buckets' } },
        { action: 'read', resource: { type: 'tasks' } },
        { action: 'read', resource: { type: 'buckets', id: id(1) } },
        { action: 'read', resource: { type: 'buckets', orgId: id(1) } },
        { action: 'read', resource: { type: 'buckets', id: id(1), orgId: id(1) } },
      ]
      await addAuthorization(store, 1, { permissions })
      const held = (await store.standings.inForceOfUser(USER, NOW_MS)).map(({ permission }) => permission)
      expect(held).toHaveLength(permissions.length)
      expect(held).toEqual(expect.arrayContaining(permissions))
    })

    test('of a user, as far as it ever went, counts what is not in force as well', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      const [writeTasks, readBucket] = PERMISSIONS as [Permission, Permission]
      await addAuthorization(store, 1, { permissions: [writeTasks], status: 'inactive' })
      await addAuthorization(store, 2, { permissions: PERMISSIONS, expiresAtMs: NOW_MS })
      await addAuthorization(store, 3, {
        permissions: [{ action: 'read', resource: { type: 'tasks' } }],
        userId: id(9),
      })
      await addAuthorization(store, 4, { permissions: PERMISSIONS, kind: 'v1', v1Name: 'old' })
      const ever = await store.standings.everOfUser(USER)
      expect(ever).toHaveLength(2)
      expect(ever).toEqual(expect.arrayContaining([writeTasks, readBucket]))
    })
  })
}
