import { describe, expect, test } from 'vitest'
import { type Authorization, isWiderThanItsOrg } from '../../../src/domain/authorization.ts'
import type { ResourceId } from '../../../src/domain/id.ts'
import { isOperator, operatorPermissions, type Resource } from '../../../src/domain/permission.ts'
import type { AuthorizationsOf } from '../../../src/store/authorizations.ts'
import { ALIKE_WITH_SPACES, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addOwners, authorization, id, NOW_MS, ORG, USER, user } from '../samples.ts'

/** As it is described where its org and owner are the samples'. */
function described({ permissions, ...fields }: Authorization) {
  const named = permissions.map(permission => ({
    permission,
    name: undefined,
    org: permission.resource.orgId === ORG ? 'owning org' : undefined,
  }))
  return { ...fields, orgName: 'owning org', userName: 'owning user', permissions: named }
}

export function authorizationCases(open: OpenStore): void {
  describe('an authorization', () => {
    test('comes back as it went in, whatever its texts are', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      const all = Object.values(HOSTILE).map((text, at) =>
        authorization(at + 1, {
          kind: at % 2 === 0 ? 'v1' : 'api',
          v1Name: at % 2 === 0 ? text : undefined,
          status: at % 3 === 0 ? 'inactive' : 'active',
          description: text,
          createdAtMs: NOW_MS + at,
          updatedAtMs: NOW_MS - at,
          version: at + 1,
          expiresAtMs: at % 4 === 0 ? undefined : NOW_MS * 2 + at,
        }),
      )
      await store.transaction(async inside => {
        for (const one of all) await inside.authorizations.create(one)
      })
      for (const one of all) {
        expect(await store.authorizations.find(one.id)).toEqual(one)
        expect(await store.authorizations.describe(one.id)).toEqual(described(one))
      }
      for (const kind of ['api', 'v1'] as const) {
        const listed = await store.authorizations.list({ kind, scope: 'all' }, {})
        expect(listed).toEqual(all.filter(one => one.kind === kind).map(described))
      }
    })

    test('that is unknown is undefined', async () => {
      const { store } = await fresh(open)
      expect(await store.authorizations.find(id(1))).toBeUndefined()
      expect(await store.authorizations.describe(id(1))).toBeUndefined()
      expect(await store.authorizations.update(id(1), 1, {}, NOW_MS)).toBeUndefined()
      expect(await store.authorizations.remove(id(1))).toBe(false)
    })

    test('has an id and a 1.x name of its own, compared exactly', async () => {
      const { store } = await fresh(open)
      await store.transaction(async inside => {
        for (const [at, v1Name] of ALIKE_WITH_SPACES.entries()) {
          await inside.authorizations.create(authorization(at + 1, { kind: 'v1', v1Name }))
        }
      })
      const named = authorization(100, { kind: 'v1', v1Name: 'name', orgId: id(0x99) })
      await expect(store.authorizations.create(named)).rejects.toMatchObject({ code: 'conflict' })
      await expect(store.authorizations.create(authorization(1))).rejects.toMatchObject({ code: 'conflict' })
      // No name is not a name.
      await store.authorizations.create(authorization(101))
      await store.authorizations.create(authorization(102))
    })

    test('is described without the names of what is gone', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await store.authorizations.create(authorization(1))
      await store.users.remove(USER, NOW_MS)
      expect(await store.authorizations.describe(id(1))).toMatchObject({ orgName: 'owning org', userName: undefined })
      await store.orgs.remove(ORG)
      expect(await store.authorizations.describe(id(1))).toMatchObject({ orgName: undefined, userName: undefined })
      expect(await store.authorizations.find(id(1)), 'it can still be found').toEqual(authorization(1))
    })

    test('is changed in what a change says, and its version counts', async () => {
      const { store } = await fresh(open)
      const first = authorization(1, { expiresAtMs: NOW_MS + 1000 })
      await store.authorizations.create(first)
      const { update } = store.authorizations

      const second = { ...first, status: 'inactive', updatedAtMs: NOW_MS + 1, version: 2 } as const
      expect(await update(id(1), 1, { status: 'inactive' }, NOW_MS + 1)).toEqual(second)
      const third = { ...second, description: '', updatedAtMs: NOW_MS + 2, version: 3 }
      expect(await update(id(1), 2, { description: '' }, NOW_MS + 2)).toEqual(third)
      const fourth = { ...third, expiresAtMs: undefined, updatedAtMs: NOW_MS + 3, version: 4 }
      expect(await update(id(1), 3, { expiresAtMs: null }, NOW_MS + 3)).toEqual(fourth)
      const fifth = { ...fourth, expiresAtMs: NOW_MS + 7, updatedAtMs: NOW_MS + 4, version: 5 }
      expect(await update(id(1), 4, { expiresAtMs: NOW_MS + 7 }, NOW_MS + 4)).toEqual(fifth)
      const sixth = { ...fifth, updatedAtMs: NOW_MS + 5, version: 6 }
      expect(await update(id(1), 5, {}, NOW_MS + 5)).toEqual(sixth)
      expect(await store.authorizations.find(id(1))).toEqual(sixth)
    })

    test('is not changed by who saw an older version, nor by who saw none', async () => {
      const { store } = await fresh(open)
      await store.authorizations.create(authorization(1))
      await store.authorizations.update(id(1), 1, { description: 'second' }, NOW_MS + 1)
      const before = await store.authorizations.find(id(1))
      for (const seenVersion of [0, 1, 3, 1_000_000]) {
        expect(await store.authorizations.update(id(1), seenVersion, { description: 'lost' }, NOW_MS + 2)).toBe('stale')
      }
      expect(await store.authorizations.find(id(1))).toEqual(before)
    })

    test('is removed with its permissions', async () => {
      const { store } = await fresh(open)
      await store.authorizations.create(authorization(1))
      await store.authorizations.create(authorization(2))
      expect(await store.authorizations.remove(id(1))).toBe(true)
      expect(await store.authorizations.remove(id(1))).toBe(false)
      expect(await store.authorizations.find(id(1))).toBeUndefined()
      expect(await store.permissions.of(id(1))).toEqual([])
      expect(await store.authorizations.find(id(2))).toEqual(authorization(2))
    })

    test('is among those of its org', async () => {
      const { store } = await fresh(open)
      for (const number of [3, 1, 2]) await store.authorizations.create(authorization(number))
      await store.authorizations.create(authorization(4, { kind: 'v1', v1Name: 'old' }))
      await store.authorizations.create(authorization(5, { orgId: id(0x99) }))
      expect((await store.authorizations.idsOfOrg(ORG)).sort()).toEqual([id(1), id(2), id(3), id(4)])
      expect(await store.authorizations.idsOfOrg(id(0x77))).toEqual([])
    })

    test('is looked at more closely if it may reach beyond its org', async () => {
      const { store } = await fresh(open)
      const resources: Resource[][] = [
        [{ type: 'buckets', orgId: ORG }],
        [{ type: 'buckets', id: id(1), orgId: ORG }],
        [{ type: 'orgs', id: ORG as string as ResourceId }],
        [{ type: 'users', id: USER as string as ResourceId }],
        [],
        // From here on they may.
        [{ type: 'tasks', orgId: ORG }, { type: 'instance' }],
        [{ type: 'instance', orgId: ORG }],
        [{ type: 'buckets' }],
        [{ type: 'buckets', orgId: id(0x99) }],
        [{ type: 'buckets', id: id(1) }],
        [{ type: 'buckets', id: id(1), orgId: id(0x99) }],
        [{ type: 'orgs', id: id(0x99) }],
        [{ type: 'orgs', id: id(0x99), orgId: ORG }],
        [{ type: 'users', id: id(0x98) }],
        [{ type: 'users', id: id(0x98), orgId: ORG }],
        [{ type: 'users' }],
      ]
      for (const [at, some] of resources.entries()) {
        const permissions = some.map(resource => ({ action: 'read' as const, resource }))
        await store.authorizations.create(
          authorization(at + 1, { permissions, status: at % 2 ? 'active' : 'inactive' }),
        )
      }
      const numbers = async (of: AuthorizationsOf) =>
        (await store.authorizations.perhapsWider(of))
          .map(one => Number(`0x${one.id}`))
          .sort((one, other) => one - other)
      const expected = resources.map((_, at) => at + 1).slice(5)
      expect(await numbers({ userId: USER })).toEqual(expected)
      expect(await numbers({ orgId: ORG })).toEqual(expected)
      expect(await numbers({ orgId: id(0x99) })).toEqual([])
      // What it returns is enough to judge by: nothing wider than its org is missing.
      const wider = resources.flatMap((some, at) => {
        const permissions = some.map(resource => ({ action: 'read' as const, resource }))
        return isWiderThanItsOrg({ orgId: ORG, userId: USER, permissions }, () => undefined) ? [at + 1] : []
      })
      expect(expected).toEqual(expect.arrayContaining(wider))
    })

    test('counts as a possible operator only while it is in force', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await store.users.create(user(0x0c, { status: 'inactive' }), NOW_MS)
      const permissions = operatorPermissions()
      const add = (number: number, fields: Partial<Authorization>) =>
        store.transaction(inside => inside.authorizations.create(authorization(number, { permissions, ...fields })))
      await add(1, {})
      await add(2, { status: 'inactive' })
      await add(3, { expiresAtMs: NOW_MS })
      await add(4, { expiresAtMs: NOW_MS + 1 })
      await add(5, { userId: id(0x0c) })
      await add(6, { userId: id(0x0d) })
      await add(7, { orgId: id(0x99) })
      await add(8, { permissions: permissions.slice(1) })
      await add(9, { permissions: [...permissions.slice(1), { action: 'read', resource: { type: 'tasks', id: ORG } }] })
      await add(10, { kind: 'v1', v1Name: 'all-powerful' })
      const found = await store.authorizations.activeWithoutBounds(44, NOW_MS)
      expect(found.map(one => Number(one.id)).sort()).toEqual([1, 4])
      expect(found.every(one => isOperator(one.permissions))).toBe(true)
      await store.users.remove(USER, NOW_MS)
      expect(await store.authorizations.activeWithoutBounds(44, NOW_MS)).toEqual([])
    })
  })
}
