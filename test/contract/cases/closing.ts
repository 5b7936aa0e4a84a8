import { describe, expect, test } from 'vitest'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS, org, user } from '../samples.ts'

export function closingCases(open: OpenStore): void {
  describe('a store that is closed', () => {
    test('says so, whatever it is asked', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1), NOW_MS)
      expect(await store.users.find(id(1))).toBeDefined()
      await store.close()
      const asked = [
        // Asked before, and never before.
        () => store.users.find(id(1)),
        () => store.orgs.list({ scope: 'all' }, { limit: 1, offset: 0 }),
        () => store.users.create(user(2), NOW_MS),
        () => store.changes.last(),
        () => store.transaction(inside => inside.users.find(id(1))),
      ]
      for (const ask of asked) await expect(ask()).rejects.toMatchObject({ code: 'unavailable' })
    })

    test('can be closed again', async () => {
      const { store } = await fresh(open)
      await store.close()
      await store.close()
      await Promise.all([store.close(), store.close()])
    })

    test('has finished what it had begun, and taken nothing new', async () => {
      const { store, connect } = await fresh(open)
      const begun = Array.from({ length: 20 }, (_, at) =>
        store.transaction(async inside => {
          await inside.orgs.create(org(at + 1))
          return at
        }),
      )
      const closed = store.close()
      await expect(store.transaction(async () => {})).rejects.toMatchObject({ code: 'unavailable' })
      expect(await Promise.all(begun)).toEqual(begun.map((_, at) => at))
      await closed
      const later = await connect()
      expect(await later.orgs.list({ scope: 'all' }, { limit: 100, offset: 0 })).toHaveLength(20)
    })

    test('does not disturb the others on the same database', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      await store.orgs.create(org(1))
      await store.close()
      await other.orgs.create(org(2))
      expect(await other.orgs.find(id(1))).toEqual(org(1))
    })
  })
}
