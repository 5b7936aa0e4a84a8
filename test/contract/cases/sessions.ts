import { describe, expect, test } from 'vitest'
import { digestOf, type TokenDigest } from '../../../src/domain/token.ts'
import { fresh, type OpenStore } from '../open.ts'
import { id, NOW_MS } from '../samples.ts'

export function sessionCases(open: OpenStore): void {
  describe('a session', () => {
    const session = (key: string, who = 1, expiresAtMs = NOW_MS + 3_600_000) => ({
      digest: digestOf(key),
      userId: id<'user'>(who),
      createdAtMs: NOW_MS,
      expiresAtMs,
    })

    test('comes back as it went in, by its digest exactly', async () => {
      const { store } = await fresh(open)
      await store.sessions.create(session('a'))
      expect(await store.sessions.find(digestOf('a'))).toEqual(session('a'))
      expect(await store.sessions.find(digestOf('a').toLowerCase() as TokenDigest)).toBeUndefined()
      await expect(store.sessions.create(session('a', 2))).rejects.toMatchObject({ code: 'conflict' })
    })

    test('is extended, never shortened', async () => {
      const { store } = await fresh(open)
      await store.sessions.create(session('a'))
      const ends = async () => (await store.sessions.find(digestOf('a')))?.expiresAtMs
      await store.sessions.extend(digestOf('a'), NOW_MS + 5)
      expect(await ends()).toBe(NOW_MS + 3_600_000)
      await store.sessions.extend(digestOf('a'), NOW_MS + 3_600_001)
      expect(await ends()).toBe(NOW_MS + 3_600_001)
      await store.sessions.extend(digestOf('b'), NOW_MS + 5)
      expect(await store.sessions.find(digestOf('b'))).toBeUndefined()
    })

    test('is removed alone, or with the others of its user but for one', async () => {
      const { store } = await fresh(open)
      for (const key of ['a', 'b', 'c']) await store.sessions.create(session(key))
      await store.sessions.create(session('d', 2))
      expect(await store.sessions.remove(digestOf('a'))).toBe(true)
      expect(await store.sessions.remove(digestOf('a'))).toBe(false)
      expect(await store.sessions.removeOfUser(id(1), digestOf('c'))).toEqual([digestOf('b')])
      expect(await store.sessions.find(digestOf('c'))).toBeDefined()
      expect(await store.sessions.removeOfUser(id(1))).toEqual([digestOf('c')])
      expect(await store.sessions.removeOfUser(id(1))).toEqual([])
      expect(await store.sessions.find(digestOf('d'))).toBeDefined()
    })

    test('is over at its very instant', async () => {
      const { store } = await fresh(open)
      await store.sessions.create(session('over', 1, NOW_MS))
      await store.sessions.create(session('good', 1, NOW_MS + 1))
      await store.sessions.removeExpired(NOW_MS)
      expect(await store.sessions.find(digestOf('over'))).toBeUndefined()
      expect(await store.sessions.find(digestOf('good'))).toBeDefined()
    })
  })
}
