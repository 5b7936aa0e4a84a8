import { describe, expect, test } from 'vitest'
import { HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS } from '../samples.ts'

export function passwordCases(open: OpenStore): void {
  describe('a password hash', () => {
    const hash = (text: string) => ({ salt: `salt ${text}`, parameters: `parameters ${text}`, hash: `hash ${text}` })

    test('comes back as it went in, and can be replaced and removed', async () => {
      const { store } = await fresh(open)
      const owner = { kind: 'user', id: id<'user'>(1) } as const
      expect(await store.passwords.find(owner)).toBeUndefined()
      for (const text of Object.values(HOSTILE)) {
        await store.passwords.set(owner, hash(text), NOW_MS)
        expect(await store.passwords.find(owner)).toEqual(hash(text))
      }
      await store.passwords.remove(owner)
      await store.passwords.remove(owner)
      expect(await store.passwords.find(owner)).toBeUndefined()
    })

    test('of a user is not that of a 1.x authorization with the same id', async () => {
      const { store } = await fresh(open)
      await store.passwords.set({ kind: 'user', id: id(1) }, hash('user'), NOW_MS)
      await store.passwords.set({ kind: 'v1', id: id(1) }, hash('v1'), NOW_MS)
      expect(await store.passwords.find({ kind: 'user', id: id(1) })).toEqual(hash('user'))
      await store.passwords.remove({ kind: 'user', id: id(1) })
      expect(await store.passwords.find({ kind: 'v1', id: id(1) })).toEqual(hash('v1'))
    })
  })
}
