import { describe, expect, test } from 'vitest'
import type { Membership } from '../../../src/store/memberships.ts'
import { fresh, type OpenStore } from '../open.ts'
import { bucket, id, NOW_MS, ORG, user } from '../samples.ts'

export function membershipCases(open: OpenStore): void {
  describe('a membership', () => {
    const member = (resource: number, who: number, fields: Partial<Membership> = {}): Membership => ({
      type: 'orgs',
      resourceId: id(resource),
      userId: id(who),
      role: 'member',
      ...fields,
    })

    test('comes back as it went in, with the org of a bucket', async () => {
      const { store } = await fresh(open)
      await store.buckets.create(bucket(2))
      const all = [
        member(1, 9, { role: 'owner' }),
        member(2, 9, { type: 'buckets' }),
        member(3, 9, { type: 'buckets', role: 'owner' }),
        { ...member(4, 9, { type: 'instance', role: 'owner' }), resourceId: 'instance' as Membership['resourceId'] },
      ]
      for (const [at, one] of all.entries()) await store.memberships.add(one, NOW_MS + at)
      expect(await store.memberships.ofUser(id(9))).toEqual([
        { ...all[0], bucketOrgId: null },
        { ...all[1], bucketOrgId: ORG },
        { ...all[2], bucketOrgId: null },
        { ...all[3], bucketOrgId: null },
      ])
      expect(await store.memberships.ofUser(id(8))).toEqual([])
    })

    test('exists once for a user in an object, in one role', async () => {
      const { store } = await fresh(open)
      await store.memberships.add(member(1, 9), NOW_MS)
      for (const role of ['member', 'owner'] as const) {
        const again = store.memberships.add(member(1, 9, { role }), NOW_MS)
        await expect(again).rejects.toMatchObject({ code: 'conflict' })
      }
      // The same id of another type is another object.
      await store.memberships.add(member(1, 9, { type: 'buckets' }), NOW_MS)
      await store.memberships.add(member(1, 8), NOW_MS)
    })

    test('lists users in the order in which they came, without the deleted ones', async () => {
      const { store } = await fresh(open)
      for (const number of [1, 2, 3, 4, 5]) await store.users.create(user(number), NOW_MS)
      for (const [at, number] of [4, 2, 5, 1].entries()) await store.memberships.add(member(7, number), NOW_MS + at)
      await store.memberships.add(member(7, 3, { role: 'owner' }), NOW_MS)
      await store.users.remove(id(5), NOW_MS)
      expect(await store.memberships.usersOf('orgs', id(7), 'member')).toEqual([user(4), user(2), user(1)])
      expect(await store.memberships.usersOf('orgs', id(7), 'owner')).toEqual([user(3)])
      expect(await store.memberships.usersOf('buckets', id(7), 'member')).toEqual([])
    })

    test('can be removed alone, with its user, or with its object', async () => {
      const { store } = await fresh(open)
      const all = [member(1, 8), member(1, 9), member(2, 8), member(2, 9), member(1, 8, { type: 'buckets' })]
      const left = async () => {
        const found = [...(await store.memberships.ofUser(id(8))), ...(await store.memberships.ofUser(id(9)))]
        return found.map(one => `${one.type} ${Number(one.resourceId)} of ${Number(one.userId)}`)
      }
      for (const one of all) await store.memberships.add(one, NOW_MS)
      expect(await store.memberships.remove('orgs', id(1), id(8))).toBe(true)
      expect(await store.memberships.remove('orgs', id(1), id(8))).toBe(false)
      expect(await left()).toEqual(['buckets 1 of 8', 'orgs 2 of 8', 'orgs 1 of 9', 'orgs 2 of 9'])
      await store.memberships.removeResource('orgs', id(2))
      expect(await left()).toEqual(['buckets 1 of 8', 'orgs 1 of 9'])
      await store.memberships.removeUser(id(8))
      expect(await left()).toEqual(['orgs 1 of 9'])
    })
  })
}
