import { describe, expect, test } from 'vitest'
import type { Binding } from '../../../src/store/bindings.ts'
import { ALIKE_WITH_SPACES, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id } from '../samples.ts'

const binding = (number: number, fields: Partial<Binding> = {}): Binding => ({
  bucketId: id(number),
  upstream: 'lab',
  database: `database-${number}`,
  retentionPolicy: '',
  ...fields,
})

export function bindingCases(open: OpenStore): void {
  describe('the place of a bucket', () => {
    test('comes back as it went in, whatever its texts are', async () => {
      const { store } = await fresh(open)
      const all = Object.values(HOSTILE).map((text, at) =>
        binding(at + 1, { upstream: text, database: text, retentionPolicy: text }),
      )
      for (const one of all) await store.bindings.set(one)
      for (const one of all) {
        expect(await store.bindings.find(one.bucketId)).toEqual(one)
        expect(await store.bindings.findPlace(one)).toEqual(one)
      }
      expect(await store.bindings.find(id(0x99))).toBeUndefined()
    })

    test('belongs to one bucket, compared exactly', async () => {
      const { store } = await fresh(open)
      for (const [at, database] of ALIKE_WITH_SPACES.entries()) await store.bindings.set(binding(at + 1, { database }))
      const taken = binding(100, { database: ALIKE_WITH_SPACES[0] as string })
      await expect(store.bindings.set(taken)).rejects.toMatchObject({ code: 'conflict' })
      await store.bindings.set({ ...taken, upstream: 'other' })
      await store.bindings.set({ ...taken, retentionPolicy: 'weekly', bucketId: id(101) })
      expect((await store.bindings.ofUpstream('other')).map(({ bucketId }) => bucketId)).toEqual([id(100)])
    })

    test('is another one when it is set again, and the old one is nobody’s but known', async () => {
      const { store } = await fresh(open)
      await store.bindings.set(binding(1))
      await store.bindings.set(binding(1, { database: 'moved' }))
      expect(await store.bindings.find(id(1))).toEqual(binding(1, { database: 'moved' }))
      expect(await store.bindings.findPlace(binding(1))).toBeUndefined()
      expect(await store.bindings.isKnown(binding(1))).toBe(true)
      expect(await store.bindings.isKnown(binding(2))).toBe(false)
      await store.bindings.set(binding(2, { database: 'database-1' }))
      expect(await store.bindings.findPlace(binding(1))).toEqual(binding(2, { database: 'database-1' }))
    })

    test('stays known when its bucket goes', async () => {
      const { store } = await fresh(open)
      await store.bindings.set(binding(1))
      await store.bindings.release(id(1))
      await store.bindings.release(id(1))
      expect(await store.bindings.find(id(1))).toBeUndefined()
      expect(await store.bindings.ofUpstream('lab')).toEqual([])
      expect(await store.bindings.isKnown(binding(1))).toBe(true)
    })

    test('is listed in the order of databases', async () => {
      const { store } = await fresh(open)
      for (const number of [3, 1, 2]) await store.bindings.set(binding(number))
      expect((await store.bindings.ofUpstream('lab')).map(({ database }) => database)).toEqual([
        'database-1',
        'database-2',
        'database-3',
      ])
    })
  })
}
