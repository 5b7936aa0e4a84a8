import { describe, expect, test } from 'vitest'
import { ALIKE_WITH_SPACES, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS, user } from '../samples.ts'

export function userCases(open: OpenStore): void {
  describe('a user', () => {
    const page = { limit: 1000, offset: 0, descending: false }

    test('comes back as he went in, whatever his texts are', async () => {
      const { store } = await fresh(open)
      const all = Object.values(HOSTILE).map((text, at) =>
        user(at + 1, { name: text, oauthId: text, status: at % 2 === 0 ? 'active' : 'inactive' }),
      )
      await store.transaction(async inside => {
        for (const one of all) await inside.users.create(one, NOW_MS)
      })
      for (const one of all) {
        expect(await store.users.find(one.id)).toEqual(one)
        expect(await store.users.findByName(one.name)).toEqual(one)
      }
      expect(await store.users.list('all', page)).toEqual(all)
    })

    test('may have no identity elsewhere, which is not an empty one', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1), NOW_MS)
      await store.users.create(user(2, { oauthId: '' }), NOW_MS)
      expect((await store.users.find(id(1)))?.oauthId).toBeUndefined()
      expect((await store.users.find(id(2)))?.oauthId).toBe('')
    })

    test('is told from those with a name that looks alike', async () => {
      const { store } = await fresh(open)
      await store.transaction(async inside => {
        for (const [at, name] of ALIKE_WITH_SPACES.entries()) await inside.users.create(user(at + 1, { name }), NOW_MS)
      })
      for (const [at, name] of ALIKE_WITH_SPACES.entries()) {
        expect((await store.users.findByName(name))?.id).toBe(id(at + 1))
      }
    })

    test('has an id and a name of his own', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1, { name: 'ann' }), NOW_MS)
      const conflict = { code: 'conflict' }
      await expect(store.users.create(user(2, { name: 'ann' }), NOW_MS)).rejects.toMatchObject(conflict)
      await expect(store.users.create(user(1, { name: 'bob' }), NOW_MS)).rejects.toMatchObject(conflict)
      await store.users.create(user(2, { name: 'bob' }), NOW_MS)
      await expect(store.users.update(id(2), { name: 'ann' })).rejects.toMatchObject(conflict)
      expect(await store.users.find(id(2))).toEqual(user(2, { name: 'bob' }))
    })

    test('can be changed in part', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1, { oauthId: 'elsewhere' }), NOW_MS)
      const inactive = user(1, { oauthId: 'elsewhere', status: 'inactive' })
      expect(await store.users.update(id(1), { status: 'inactive' })).toEqual(inactive)
      expect(await store.users.update(id(1), {})).toEqual(inactive)
      expect(await store.users.update(id(1), { name: 'Renamed' })).toEqual({ ...inactive, name: 'Renamed' })
      expect(await store.users.find(id(1))).toEqual({ ...inactive, name: 'Renamed' })
      expect(await store.users.update(id(2), { name: 'x' })).toBeUndefined()
    })

    test('who is deleted is nowhere to be found, and frees his name but never his id', async () => {
      const { store } = await fresh(open)
      expect(await store.users.any()).toBe(false)
      await store.users.create(user(1, { name: 'ann' }), NOW_MS)
      expect(await store.users.remove(id(1), NOW_MS + 1)).toBe(true)
      expect(await store.users.remove(id(1), NOW_MS + 2)).toBe(false)
      expect(await store.users.remove(id(2), NOW_MS + 2)).toBe(false)

      expect(await store.users.find(id(1))).toBeUndefined()
      expect(await store.users.findByName('ann')).toBeUndefined()
      expect(await store.users.list('all', page)).toEqual([])
      expect(await store.users.update(id(1), { status: 'active' })).toBeUndefined()
      expect(await store.users.any(), 'there was somebody once').toBe(true)

      const revived = store.users.create(user(1, { name: 'eve' }), NOW_MS + 3)
      await expect(revived).rejects.toMatchObject({ code: 'conflict' })
      await store.users.create(user(2, { name: 'ann' }), NOW_MS + 3)
      expect(await store.users.findByName('ann')).toEqual(user(2, { name: 'ann' }))
      await store.users.remove(id(2), NOW_MS + 4)
      await store.users.create(user(3, { name: 'ann' }), NOW_MS + 5)
    })

    test('is listed in the order of ids, by scope, after a cursor, either way', async () => {
      const { store } = await fresh(open)
      for (const number of [5, 3, 1, 4, 2]) await store.users.create(user(number), NOW_MS)
      const numbers = async (...[scope, more]: [Parameters<typeof store.users.list>[0], object?]) =>
        (await store.users.list(scope, { ...page, ...more })).map(one => Number(`0x${one.id}`))

      expect(await numbers('all')).toEqual([1, 2, 3, 4, 5])
      expect(await numbers('all', { descending: true })).toEqual([5, 4, 3, 2, 1])
      expect(await numbers('all', { limit: 2, offset: 1 })).toEqual([2, 3])
      expect(await numbers('all', { afterId: id(3) })).toEqual([4, 5])
      expect(await numbers('all', { afterId: id(3), descending: true })).toEqual([2, 1])
      expect(await numbers({ ids: [id(2), id(4), id(9)] }, { afterId: id(2) })).toEqual([4])
      expect(await numbers({ ids: [] })).toEqual([])
    })
  })
}
