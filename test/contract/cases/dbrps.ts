import { describe, expect, test } from 'vitest'
import { ALIKE_WITH_SPACES, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { dbrp, id, ORG } from '../samples.ts'

export function dbrpCases(open: OpenStore): void {
  describe('a mapping of a database', () => {
    test('comes back as it went in, whatever its texts are', async () => {
      const { store } = await fresh(open)
      const all = Object.values(HOSTILE).map((text, at) =>
        dbrp(at + 1, { database: text, retentionPolicy: text, bucketId: id(at + 100), isDefault: at % 2 === 0 }),
      )
      await store.transaction(async inside => {
        for (const one of all) await inside.dbrps.create(one)
      })
      for (const one of all) {
        expect(await store.dbrps.find(ORG, one.id)).toEqual(one)
        expect(await store.dbrps.ofBucket(one.bucketId)).toEqual([one])
        expect(await store.dbrps.ofDatabase(ORG, one.database)).toEqual([one])
      }
      expect(await store.dbrps.ofOrg(ORG)).toEqual(all)
      expect(await store.dbrps.find(id(0x99), id(1)), 'of another org').toBeUndefined()
      expect(await store.dbrps.ofOrg(id(0x99))).toEqual([])
    })

    test('exists once for org, database and retention policy, compared exactly', async () => {
      const { store } = await fresh(open)
      await store.transaction(async inside => {
        for (const [at, text] of ALIKE_WITH_SPACES.entries()) {
          await inside.dbrps.create(dbrp(at + 1, { database: text }))
          await inside.dbrps.create(dbrp(at + 101, { database: 'one', retentionPolicy: text }))
        }
      })
      await store.dbrps.create(dbrp(300, { database: 'name', orgId: id(0x99) }))
      const many = ALIKE_WITH_SPACES.map((_, at) => id(at + 101))
      expect((await store.dbrps.ofDatabase(ORG, 'one')).map(one => one.id)).toEqual(many)
      const again = store.dbrps.create(dbrp(301, { database: 'name' }))
      await expect(again).rejects.toMatchObject({ code: 'conflict' })
      const renamed = store.dbrps.update(id(101), { retentionPolicy: 'Name' })
      await expect(renamed).rejects.toMatchObject({ code: 'conflict' })
    })

    test('can be changed in part, and removed', async () => {
      const { store } = await fresh(open)
      await store.dbrps.create(dbrp(2))
      await store.dbrps.create(dbrp(1, { isDefault: false }))
      await store.dbrps.update(id(1), { isDefault: true })
      await store.dbrps.update(id(2), { retentionPolicy: 'weekly', isDefault: false })
      await store.dbrps.update(id(2), {})
      expect(await store.dbrps.ofBucket(id(1))).toEqual([
        dbrp(1),
        dbrp(2, { retentionPolicy: 'weekly', isDefault: false }),
      ])
      await store.dbrps.remove(id(1))
      await store.dbrps.remove(id(1))
      expect((await store.dbrps.ofOrg(ORG)).map(one => one.id)).toEqual([id(2)])
    })
  })
}
