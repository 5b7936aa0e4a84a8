import { describe, expect, test } from 'vitest'
import type { TokenDigest } from '../../../src/domain/token.ts'
import { HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addOwners, authorization, id, NOW_MS, secret } from '../samples.ts'

export function secretCases(open: OpenStore): void {
  describe('a secret', () => {
    test('leads to its authorization, by its digest exactly', async () => {
      const { store } = await fresh(open)
      const digest = secret(1).digest
      await store.secrets.add(secret(1))
      expect(await store.secrets.findAuthorization(digest)).toBe(id(1))
      const alike = [digest.toLowerCase(), digest.toUpperCase(), `${digest} `, ` ${digest}`, digest.slice(1), '', '%']
      for (const other of alike) expect(await store.secrets.findAuthorization(other as TokenDigest)).toBeUndefined()
    })

    test('belongs to one authorization, which may have several', async () => {
      const { store } = await fresh(open)
      await store.secrets.add(secret(1))
      await store.secrets.add(secret(2, { authorizationId: id(1), label: HOSTILE['right to left']! }))
      const again = store.secrets.add(secret(1, { authorizationId: id(2) }))
      await expect(again).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.secrets.findAuthorization(secret(1).digest)).toBe(id(1))
      expect(await store.secrets.findAuthorization(secret(2).digest)).toBe(id(1))
    })

    test('goes with the others of its authorization', async () => {
      const { store } = await fresh(open)
      await store.secrets.add(secret(1))
      await store.secrets.add(secret(2, { authorizationId: id(1) }))
      await store.secrets.add(secret(3))
      await store.secrets.removeOf(id(1))
      expect(await store.secrets.findAuthorization(secret(1).digest)).toBeUndefined()
      expect(await store.secrets.findAuthorization(secret(2).digest)).toBeUndefined()
      expect(await store.secrets.findAuthorization(secret(3).digest)).toBe(id(3))
      await store.secrets.add(secret(1, { authorizationId: id(3) }))
    })

    test('that ends earlier than its authorization ends its standing earlier, and the other way round', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      const cases = [
        [undefined, undefined, undefined],
        [NOW_MS + 1, undefined, NOW_MS + 1],
        [undefined, NOW_MS + 1, NOW_MS + 1],
        [NOW_MS + 1, NOW_MS + 2, NOW_MS + 1],
        [NOW_MS + 2, NOW_MS + 1, NOW_MS + 1],
      ]
      for (const [at, [notAfterMs, expiresAtMs, ends]] of cases.entries()) {
        await store.authorizations.create(authorization(at + 1, { expiresAtMs }))
        await store.secrets.add(secret(at + 1, { notAfterMs }))
        expect((await store.standings.ofSecret(secret(at + 1).digest))?.expiresAtMs).toBe(ends)
      }
    })
  })
}
