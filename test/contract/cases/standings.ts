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

    test('of a user are those of his tokens that are in force, in the order of ids', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      for (const number of [3, 1]) await addAuthorization(store, number, { permissions: PERMISSIONS })
      await addAuthorization(store, 2, { status: 'inactive' })
      await addAuthorization(store, 4, { expiresAtMs: NOW_MS })
      await addAuthorization(store, 5, { expiresAtMs: NOW_MS + 1, permissions: PERMISSIONS })
      await addAuthorization(store, 6, { userId: id(0x77) })
      await addAuthorization(store, 7, { orgId: id(0x77) })
      await addAuthorization(store, 8, { kind: 'v1', v1Name: 'old' })
      expect(await store.standings.inForceOfUser(USER, NOW_MS)).toEqual([
        standing(1),
        standing(3),
        { ...standing(5), expiresAtMs: NOW_MS + 1 },
      ])
    })
  })
}
