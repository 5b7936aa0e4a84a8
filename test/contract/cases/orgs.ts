import { describe, expect, test } from 'vitest'
import { ALIKE, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS, org } from '../samples.ts'

export function orgCases(open: OpenStore): void {
  describe('an org', () => {
    test('comes back as it went in, whatever its texts are', async () => {
      const { store } = await fresh(open)
      const texts = Object.values(HOSTILE)
      const all = texts.map((text, at) => org(at + 1, { name: text, description: text, createdAtMs: NOW_MS + at }))
      await store.transaction(async inside => {
        for (const one of all) await inside.orgs.create(one)
      })
      for (const one of all) {
        expect(await store.orgs.find(one.id)).toEqual(one)
        expect(await store.orgs.findByName(one.name)).toEqual(one)
      }
      expect(await store.orgs.list({ scope: 'all' }, { limit: 1000, offset: 0 })).toEqual(all)
    })

    test('keeps its milliseconds, from the epoch to the end of time', async () => {
      const { store } = await fresh(open)
      for (const [at, createdAtMs] of [0, 1, 2 ** 31, 2 ** 32 + 1, NOW_MS, 8_640_000_000_000_000, -1].entries()) {
        const one = org(at + 1, { createdAtMs, updatedAtMs: createdAtMs + 1 })
        await store.orgs.create(one)
        expect(await store.orgs.find(one.id)).toEqual(one)
      }
    })

    test('that is unknown is undefined', async () => {
      const { store } = await fresh(open)
      expect(await store.orgs.find(id(1))).toBeUndefined()
      expect(await store.orgs.findByName('nobody')).toBeUndefined()
      expect(await store.orgs.update(id(1), { name: 'x' }, NOW_MS)).toBeUndefined()
      expect(await store.orgs.remove(id(1))).toBe(false)
    })

    test('has a name of its own: not one that differs in surrounding white space alone', async () => {
      const { store } = await fresh(open)
      await store.orgs.create(org(1, { name: 'plant' }))
      for (const name of ['plant', ' plant', 'plant\n', '\u00a0plant ']) {
        await expect(store.orgs.create(org(2, { name }))).rejects.toMatchObject({ code: 'conflict' })
        expect(await store.orgs.findByName(name)).toEqual(org(1, { name: 'plant' }))
      }
      await store.orgs.create(org(2))
      await expect(store.orgs.update(id(2), { name: 'plant ' }, NOW_MS)).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.orgs.find(id(2))).toEqual(org(2))
      await expect(store.orgs.create(org(1, { name: 'other' }))).rejects.toMatchObject({ code: 'conflict' })
    })

    test('is told from those with a name that looks alike', async () => {
      const { store } = await fresh(open)
      await store.transaction(async inside => {
        for (const [at, name] of ALIKE.entries()) await inside.orgs.create(org(at + 1, { name }))
      })
      for (const [at, name] of ALIKE.entries()) expect((await store.orgs.findByName(name))?.id).toBe(id(at + 1))
    })

    test('can be changed in part, and keep its own name', async () => {
      const { store } = await fresh(open)
      await store.orgs.create(org(1, { description: 'before' }))
      const renamed = org(1, { name: ' Renamed ', description: 'before', updatedAtMs: NOW_MS + 5 })
      expect(await store.orgs.update(id(1), { name: ' Renamed ' }, NOW_MS + 5)).toEqual(renamed)
      expect(await store.orgs.findByName('Renamed')).toEqual(renamed)
      expect(await store.orgs.findByName('org 1')).toBeUndefined()
      const described = { ...renamed, description: '', updatedAtMs: NOW_MS + 6 }
      expect(await store.orgs.update(id(1), { description: '', name: ' Renamed ' }, NOW_MS + 6)).toEqual(described)
      expect(await store.orgs.find(id(1))).toEqual(described)
    })

    test('that is removed frees its name', async () => {
      const { store } = await fresh(open)
      expect(await store.orgs.any()).toBe(false)
      await store.orgs.create(org(1, { name: 'plant' }))
      expect(await store.orgs.any()).toBe(true)
      expect(await store.orgs.remove(id(1))).toBe(true)
      expect(await store.orgs.any()).toBe(false)
      await store.orgs.create(org(2, { name: 'plant' }))
      expect((await store.orgs.findByName('plant'))?.id).toBe(id(2))
    })

    test('is listed in the order of ids, by scope, by member and by page', async () => {
      const { store } = await fresh(open)
      for (const number of [5, 3, 1, 4, 2]) await store.orgs.create(org(number))
      for (const number of [2, 4, 5]) {
        await store.memberships.add({ type: 'orgs', resourceId: id(number), userId: id(99), role: 'member' }, NOW_MS)
      }
      // Something else with the id of an org.
      await store.memberships.add({ type: 'buckets', resourceId: id(1), userId: id(99), role: 'member' }, NOW_MS)
      const numbers = async (filter: Parameters<typeof store.orgs.list>[0], limit = 100, offset = 0) =>
        (await store.orgs.list(filter, { limit, offset })).map(one => Number(`0x${one.id}`))

      expect(await numbers({ scope: 'all' })).toEqual([1, 2, 3, 4, 5])
      expect(await numbers({ scope: 'all' }, 2, 1)).toEqual([2, 3])
      expect(await numbers({ scope: { ids: [id(3), id(5), id(7)] } })).toEqual([3, 5])
      expect(await numbers({ scope: { ids: [] } })).toEqual([])
      expect(await numbers({ scope: 'all', memberUserId: id(99) })).toEqual([2, 4, 5])
      expect(await numbers({ scope: { ids: [id(1), id(4)] }, memberUserId: id(99) })).toEqual([4])
    })

    test('is found among thousands of ids', async () => {
      const { store } = await fresh(open)
      await store.orgs.create(org(2345))
      const ids = Array.from({ length: 2500 }, (_, at) => id<'org'>(at + 1))
      expect(await store.orgs.list({ scope: { ids } }, { limit: 10, offset: 0 })).toEqual([org(2345)])
    })
  })
}
