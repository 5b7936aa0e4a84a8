import { describe, expect, test } from 'vitest'
import type { OrgId } from '../../../src/domain/id.ts'
import type { BucketScope } from '../../../src/store/buckets.ts'
import { ALIKE_WITH_SPACES, HOSTILE } from '../hostile.ts'
import { fresh, type OpenStore } from '../open.ts'
import { bucket, id, NOW_MS, ORG } from '../samples.ts'

const OTHER: OrgId = id(0x99)
const NOTHING: BucketScope = { all: false, orgIds: [], ids: [], systemAll: false, systemOrgIds: [] }
const ALL: BucketScope = { ...NOTHING, all: true, systemAll: true }

export function bucketCases(open: OpenStore): void {
  describe('a bucket', () => {
    const page = { limit: 1000, offset: 0, descending: false }

    test('comes back as it went in, whatever its texts are', async () => {
      const { store } = await fresh(open)
      const all = Object.values(HOSTILE).map((text, at) =>
        bucket(at + 1, {
          name: text,
          description: text,
          rp: text,
          type: at % 3 === 0 ? 'system' : 'user',
          retentionSeconds: Number.MAX_SAFE_INTEGER - at,
          shardGroupSeconds: at,
          createdAtMs: NOW_MS + at,
          updatedAtMs: NOW_MS - at,
        }),
      )
      await store.transaction(async inside => {
        for (const one of all) await inside.buckets.create(one)
      })
      for (const one of all) {
        expect(await store.buckets.find(one.id)).toEqual(one)
        expect(await store.buckets.findByName(ORG, one.name)).toEqual(one)
      }
      expect(await store.buckets.list({ scope: ALL }, page)).toEqual(all)
    })

    test('is told from those with a name that looks alike', async () => {
      const { store } = await fresh(open)
      await store.transaction(async inside => {
        for (const [at, name] of ALIKE_WITH_SPACES.entries()) await inside.buckets.create(bucket(at + 1, { name }))
      })
      for (const [at, name] of ALIKE_WITH_SPACES.entries()) {
        expect((await store.buckets.findByName(ORG, name))?.id).toBe(id(at + 1))
      }
    })

    test('has a name of its own in its org, and an id of its own everywhere', async () => {
      const { store } = await fresh(open)
      const conflict = { code: 'conflict' }
      await store.buckets.create(bucket(1, { name: 'raw' }))
      await store.buckets.create(bucket(2, { name: 'raw', orgId: OTHER }))
      await store.buckets.create(bucket(3, { name: 'other' }))
      await expect(store.buckets.create(bucket(4, { name: 'raw' }))).rejects.toMatchObject(conflict)
      await expect(store.buckets.create(bucket(1, { orgId: OTHER }))).rejects.toMatchObject(conflict)
      await expect(store.buckets.update(id(3), { name: 'raw' }, NOW_MS)).rejects.toMatchObject(conflict)
      expect((await store.buckets.findByName(OTHER, 'raw'))?.id).toBe(id(2))
      expect(await store.buckets.find(id(3))).toEqual(bucket(3, { name: 'other' }))
    })

    test('can be changed in part, and removed', async () => {
      const { store } = await fresh(open)
      await store.buckets.create(bucket(1, { description: 'before', rp: 'autogen' }))
      const change = { name: 'after', description: '', retentionSeconds: 7200, shardGroupSeconds: 3600 }
      const changed = bucket(1, { ...change, rp: 'autogen', updatedAtMs: NOW_MS + 1 })
      expect(await store.buckets.update(id(1), change, NOW_MS + 1)).toEqual(changed)
      expect(await store.buckets.find(id(1))).toEqual(changed)
      expect(await store.buckets.update(id(1), {}, NOW_MS + 2)).toEqual({ ...changed, updatedAtMs: NOW_MS + 2 })
      expect(await store.buckets.update(id(2), change, NOW_MS)).toBeUndefined()
      await store.buckets.remove(id(1))
      await store.buckets.remove(id(1))
      expect(await store.buckets.find(id(1))).toBeUndefined()
      expect(await store.buckets.findByName(ORG, 'after')).toBeUndefined()
    })

    test('is listed by name in one org, by id over all and after a cursor', async () => {
      const { store } = await fresh(open)
      // Names in another order than ids; the order of bytes, not that of a language.
      const names = ['d', 'B', 'a', 'ä', 'Z', 'c']
      await store.transaction(async inside => {
        for (const [at, name] of names.entries()) await inside.buckets.create(bucket(at + 1, { name }))
      })
      await store.buckets.create(bucket(7, { name: 'a', orgId: OTHER }))
      const listed = async (filter: object, more = {}) =>
        (await store.buckets.list({ scope: ALL, ...filter }, { ...page, ...more })).map(one => Number(`0x${one.id}`))

      expect(await listed({ orgId: ORG })).toEqual([2, 5, 3, 6, 1, 4])
      expect(await listed({ orgId: ORG }, { descending: true })).toEqual([4, 1, 6, 3, 5, 2])
      expect(await listed({ orgId: ORG }, { limit: 2, offset: 1 })).toEqual([5, 3])
      expect(await listed({})).toEqual([1, 2, 3, 4, 5, 6, 7])
      expect(await listed({ orgId: ORG }, { afterId: id(2) })).toEqual([3, 4, 5, 6])
      expect(await listed({ orgId: ORG }, { afterId: id(3), descending: true })).toEqual([2, 1])
      expect(await listed({ name: 'a' })).toEqual([3, 7])
      expect(await listed({ name: 'A' })).toEqual([])
      expect((await store.buckets.ofOrg(ORG)).map(one => one.name)).toEqual(['B', 'Z', 'a', 'c', 'd', 'ä'])
    })

    test('is listed for who may see it: user buckets by org or id, system buckets by org', async () => {
      const { store } = await fresh(open)
      await store.buckets.create(bucket(1))
      await store.buckets.create(bucket(2))
      await store.buckets.create(bucket(3, { type: 'system' }))
      await store.buckets.create(bucket(4, { orgId: OTHER }))
      await store.buckets.create(bucket(5, { orgId: OTHER, type: 'system' }))
      const seen = async (scope: Partial<BucketScope>) =>
        (await store.buckets.list({ scope: { ...NOTHING, ...scope } }, page)).map(one => Number(`0x${one.id}`))

      expect(await seen({})).toEqual([])
      expect(await seen({ all: true })).toEqual([1, 2, 4])
      expect(await seen({ systemAll: true })).toEqual([3, 5])
      expect(await seen({ orgIds: [ORG] })).toEqual([1, 2])
      expect(await seen({ systemOrgIds: [OTHER] })).toEqual([5])
      expect(await seen({ ids: [id(2), id(4), id(5)] })).toEqual([2, 4])
      expect(await seen({ orgIds: [OTHER], ids: [id(1)], systemOrgIds: [ORG] })).toEqual([1, 3, 4])
    })
  })
}
