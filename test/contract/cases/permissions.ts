import { describe, expect, test } from 'vitest'
import { ACTIONS, type Permission, RESOURCE_TYPES } from '../../../src/domain/permission.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addAuthorization, addOwners, authorization, bucket, id, NOW_MS, ORG, org, USER, user } from '../samples.ts'

/** Of every action, type and way to name what it is about. */
const EVERY: readonly Permission[] = RESOURCE_TYPES.flatMap((type, at) =>
  ACTIONS.flatMap(action => [
    { action, resource: { type } },
    { action, resource: { type, id: id<string>(at + 1) } },
    { action, resource: { type, orgId: id<'org'>(at + 100) } },
    { action, resource: { type, id: id<string>(at + 1), orgId: id<'org'>(at + 100) } },
  ]),
)

export function permissionCases(open: OpenStore): void {
  describe('permissions', () => {
    test('come back as they went in, in their order, repeated ones too', async () => {
      const { store } = await fresh(open)
      const all = [...EVERY, ...EVERY.slice(0, 3), ...EVERY.toReversed()]
      await store.transaction(inside => inside.authorizations.create(authorization(1, { permissions: all })))
      expect(await store.permissions.of(id(1))).toEqual(all)
      expect((await store.authorizations.find(id(1)))?.permissions).toEqual(all)
      expect((await store.permissions.named([id(1)])).get(id(1))?.map(one => one.permission)).toEqual(all)
    })

    test('keep the measurements that they are limited to, whatever those are called, next to those without', async () => {
      const { store } = await fresh(open)
      const names = ['cpu', 'a b', 'a,b', 'a/b', '%20', '"\\\'', 'é😀', 'null', '']
      const all: Permission[] = [
        { action: 'read', resource: { type: 'buckets', id: id(1), orgId: ORG, measurements: names } },
        { action: 'read', resource: { type: 'buckets', id: id(1), orgId: ORG } },
        { action: 'write', resource: { type: 'buckets', orgId: ORG, measurements: ['mem'] } },
        { action: 'write', resource: { type: 'buckets', measurements: ['cpu', 'mem'] } },
      ]
      await addOwners(store)
      await addAuthorization(store, 1, { permissions: all })
      expect(await store.permissions.of(id(1))).toEqual(all)
      expect((await store.authorizations.find(id(1)))?.permissions).toEqual(all)
      expect((await store.permissions.named([id(1)])).get(id(1))?.map(one => one.permission)).toEqual(all)
      expect((await store.standings.ofAuthorization(id(1)))?.permissions).toEqual(all)
      const together = (await store.standings.inForceOfUser(USER, NOW_MS)).map(({ permission }) => permission)
      expect(together).toHaveLength(all.length)
      expect(together).toEqual(expect.arrayContaining(all))
      expect(await store.standings.everOfUser(USER)).toHaveLength(all.length)
    })

    test('are replaced whole', async () => {
      const { store } = await fresh(open)
      await store.transaction(inside => inside.permissions.replace(id(1), EVERY))
      await store.permissions.replace(id(2), EVERY.slice(0, 5))
      await store.permissions.replace(id(1), EVERY.slice(7, 9))
      expect(await store.permissions.of(id(1))).toEqual(EVERY.slice(7, 9))
      await store.permissions.replace(id(1), [])
      expect(await store.permissions.of(id(1))).toEqual([])
      expect(await store.permissions.of(id(2))).toEqual(EVERY.slice(0, 5))
    })

    test('carry the names behind their ids, as long as there is something behind them', async () => {
      const { store } = await fresh(open)
      await store.orgs.create(org(0x0a, { name: 'plant' }))
      await store.orgs.create(org(0x0e, { name: 'other' }))
      await store.buckets.create(bucket(1, { name: 'raw' }))
      await store.users.create(user(2, { name: 'ann' }), NOW_MS)
      await store.users.create(user(3, { name: 'gone' }), NOW_MS)
      await store.users.remove(id(3), NOW_MS)
      const read = (resource: Permission['resource']): Permission => ({ action: 'read', resource })
      const expected: [Permission, string | undefined, string | undefined][] = [
        [read({ type: 'buckets', id: id(1), orgId: ORG }), 'raw', 'plant'],
        [read({ type: 'buckets', id: id(1) }), 'raw', undefined],
        [read({ type: 'buckets', orgId: ORG }), undefined, 'plant'],
        [read({ type: 'buckets' }), undefined, undefined],
        [read({ type: 'users', id: id(2) }), 'ann', undefined],
        [read({ type: 'orgs', id: id(0x0a) }), 'plant', undefined],
        // The name of a foreign bucket is not told to who names it under his own org.
        [read({ type: 'buckets', id: id(1), orgId: id(0x0e) }), undefined, 'other'],
        // An id under another type is another object.
        [read({ type: 'tasks', id: id(1) }), undefined, undefined],
        [read({ type: 'users', id: id(3) }), undefined, undefined],
        [read({ type: 'orgs', id: id(0x77) }), undefined, undefined],
        [read({ type: 'tasks', orgId: id(0x77) }), undefined, undefined],
      ]
      const permissions = expected.map(([permission]) => permission)
      await store.transaction(inside => inside.permissions.replace(id(1), permissions))
      const named = await store.permissions.named([id(1), id(2)])
      expect(named.get(id(1))).toEqual(expected.map(([permission, name, org]) => ({ permission, name, org })))
      expect(named.get(id(2))).toEqual([])
    })

    test('are read for thousands of authorizations at once', async () => {
      const { store } = await fresh(open)
      const ids = Array.from({ length: 2100 }, (_, at) => id(at + 1))
      await store.transaction(async inside => {
        for (const [at, one] of ids.entries()) await inside.permissions.replace(one, [EVERY[at % EVERY.length]!])
      })
      const named = await store.permissions.named(ids)
      expect(named.size).toBe(ids.length)
      for (const [at, one] of ids.entries()) {
        expect(named.get(one)?.map(({ permission }) => permission)).toEqual([EVERY[at % EVERY.length]])
      }
    })
  })
}
