import { describe, expect, test } from 'vitest'
import type { AuthorizationId, OrgId } from '../../../src/domain/id.ts'
import type { Permission } from '../../../src/domain/permission.ts'
import type {
  AuthorizationFilter,
  AuthorizationPage,
  DescribedAuthorization,
  SortColumn,
} from '../../../src/store/authorizations.ts'
import type { Store } from '../../../src/store/store.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addAuthorization, addOwners, authorization, bucket, id, NOW_MS, ORG, org, USER, user } from '../samples.ts'

const OTHER_ORG: OrgId = id(0x99)
const SORT_COLUMNS: readonly SortColumn[] = [
  'id',
  'description',
  'status',
  'createdAt',
  'updatedAt',
  'expiresAt',
  'user',
  'org',
]

const numbersIn = async (store: Store, filter: Partial<AuthorizationFilter>, page: AuthorizationPage = {}) => {
  const whole = { kind: 'api', scope: 'all', ...filter } as const
  const listed = (await store.authorizations.list(whole, page)).map(one => Number(`0x${one.id}`))
  if (Object.keys(page).length === 0) expect(await store.authorizations.count(whole)).toBe(listed.length)
  return listed
}

export function authorizationListCases(open: OpenStore): void {
  describe('a list of authorizations', () => {
    async function withSome(): Promise<Store> {
      const { store } = await fresh(open)
      await addOwners(store)
      await store.orgs.create(org(0x99))
      await store.users.create(user(0x0c), NOW_MS)
      await store.authorizations.create(authorization(4, { description: 'Delta' }))
      await store.authorizations.create(authorization(2, { description: 'bravo', userId: id(0x0c) }))
      await store.authorizations.create(authorization(1, { description: 'alpha', status: 'inactive' }))
      await store.authorizations.create(authorization(3, { description: 'charlie', orgId: OTHER_ORG }))
      await store.authorizations.create(authorization(5, { kind: 'v1', v1Name: 'old', description: 'echo' }))
      return store
    }

    test('holds one kind, in the order of ids', async () => {
      const store = await withSome()
      expect(await numbersIn(store, {})).toEqual([1, 2, 3, 4])
      expect(await numbersIn(store, { kind: 'v1' })).toEqual([5])
    })

    test('is narrowed by everything that a filter says, together', async () => {
      const store = await withSome()
      expect(await numbersIn(store, { id: id(2) })).toEqual([2])
      expect(await numbersIn(store, { id: id(5) })).toEqual([])
      expect(await numbersIn(store, { orgId: ORG })).toEqual([1, 2, 4])
      expect(await numbersIn(store, { userId: USER })).toEqual([1, 3, 4])
      expect(await numbersIn(store, { userId: USER, orgId: ORG })).toEqual([1, 4])
      expect(await numbersIn(store, { status: 'active' })).toEqual([2, 3, 4])
      expect(await numbersIn(store, { status: 'inactive' })).toEqual([1])
      expect(await numbersIn(store, { kind: 'v1', v1Name: 'old' })).toEqual([5])
      expect(await numbersIn(store, { kind: 'v1', v1Name: 'Old' })).toEqual([])
      expect(await numbersIn(store, { userId: id(0x77) })).toEqual([])
    })

    test('shows no more than the scope', async () => {
      const store = await withSome()
      const scope = (orgIds: readonly OrgId[], ids: readonly AuthorizationId[]) => ({ scope: { orgIds, ids } })
      expect(await numbersIn(store, scope([], []))).toEqual([])
      expect(await numbersIn(store, scope([ORG], []))).toEqual([1, 2, 4])
      expect(await numbersIn(store, scope([ORG, OTHER_ORG], []))).toEqual([1, 2, 3, 4])
      expect(await numbersIn(store, scope([], [id(3), id(4), id(5)]))).toEqual([3, 4])
      expect(await numbersIn(store, scope([OTHER_ORG], [id(1)]))).toEqual([1, 3])
      expect(await numbersIn(store, { ...scope([OTHER_ORG], [id(1)]), orgId: ORG })).toEqual([1])
      // Single objects that count only where they are said to lie.
      const inOrgs = (...some: [OrgId, AuthorizationId[]][]) => ({
        scope: { orgIds: [], ids: [], idsInOrgs: new Map(some) },
      })
      expect(await numbersIn(store, inOrgs([ORG, [id(1), id(3), id(4)]]))).toEqual([1, 4])
      expect(await numbersIn(store, inOrgs([ORG, [id(3)]], [OTHER_ORG, [id(1), id(3)]]))).toEqual([3])
      expect(await numbersIn(store, inOrgs())).toEqual([])
      const many = Array.from({ length: 2500 }, (_, at) => id<'authorization'>(at + 3))
      expect(await numbersIn(store, scope([], many))).toEqual([3, 4])
    })

    test('leaves out those whose org or owner is gone', async () => {
      const store = await withSome()
      await store.users.remove(id(0x0c), NOW_MS)
      expect(await numbersIn(store, {})).toEqual([1, 3, 4])
      await store.orgs.remove(OTHER_ORG)
      expect(await numbersIn(store, {})).toEqual([1, 4])
    })

    test('has those whose owner was deleted to itself, with what he was called, and only if it is asked for them', async () => {
      const store = await withSome()
      await store.authorizations.create(authorization(6, { kind: 'v1', v1Name: 'older', userId: id(0x0c) }))
      const orphaned = true
      expect(await numbersIn(store, { orphaned })).toEqual([])
      await store.users.remove(id(0x0c), NOW_MS)
      await store.authorizations.create(authorization(7, { userId: id(0x0c), orgId: OTHER_ORG, status: 'inactive' }))
      // Of his name there may be another, who has lost nothing.
      await store.users.create(user(0x0d, { name: user(0x0c).name }), NOW_MS)
      await store.authorizations.create(authorization(8, { userId: id(0x0d) }))
      expect(await numbersIn(store, { orphaned })).toEqual([2, 7])
      expect(await numbersIn(store, { orphaned, kind: 'v1' })).toEqual([6])
      expect(await numbersIn(store, { orphaned, orgId: ORG })).toEqual([2])
      expect(await numbersIn(store, { orphaned, status: 'inactive' })).toEqual([7])
      expect(await numbersIn(store, { orphaned, id: id(7) })).toEqual([7])
      expect(await numbersIn(store, { orphaned, id: id(8) })).toEqual([])
      expect(await numbersIn(store, { orphaned, scope: { orgIds: [OTHER_ORG], ids: [id(2)] } })).toEqual([2, 7])
      expect(await numbersIn(store, { orphaned, scope: { orgIds: [OTHER_ORG], ids: [] } })).toEqual([7])
      expect(await numbersIn(store, { orphaned }, { limit: 1, afterId: id(2) })).toEqual([7])
      const [first] = await store.authorizations.list({ kind: 'api', scope: 'all', orphaned }, {})
      expect(first?.userName).toBe(user(0x0c).name)
      expect(await numbersIn(store, {})).toEqual([1, 3, 4, 8])
    })

    test('finds a part of the description, in any case, and no wildcards', async () => {
      const store = await withSome()
      const texts = ['100% sure', '100 sure', 'a_b', 'axb', 'back\\slash', 'ŻÓŁĆ', 'tail ', "it's"]
      for (const [at, description] of texts.entries()) {
        await store.authorizations.create(authorization(0x10 + at, { description }))
      }
      const found = (search: string) => numbersIn(store, { search })
      expect(await found('LPH')).toEqual([1])
      expect(await found('a')).toEqual([1, 2, 3, 4, 0x12, 0x13, 0x14, 0x16])
      expect(await found('100%')).toEqual([0x10])
      expect(await found('a_b')).toEqual([0x12])
      expect(await found('\\')).toEqual([0x14])
      expect(await found('żół')).toEqual([0x15])
      expect(await found("'")).toEqual([0x17])
      expect(await found('z\u0307o\u0301'), 'composed otherwise').toEqual([0x15])
      expect(await found('nothing like it')).toEqual([])
      // A changed description is found by its new words.
      await store.authorizations.update(id(1), 1, { description: 'OMEGA' }, NOW_MS)
      expect(await found('alpha')).toEqual([])
      expect(await found('omega')).toEqual([1])
    })

    test('finds a part of the id, of the name of the owner, and of a bucket that is named', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await store.users.create(user(0x0c, { name: 'Telegraf Śląsk' }), NOW_MS)
      await store.buckets.create(bucket(0x77, { name: 'Press_4 raw' }))
      const onBucket: Permission = { action: 'write', resource: { type: 'buckets', id: id(0x77), orgId: ORG } }
      await addAuthorization(store, 0xabc1)
      await addAuthorization(store, 2, { userId: id(0x0c) })
      await addAuthorization(store, 3, { permissions: [onBucket] })
      const found = (search: string) => numbersIn(store, { search })
      expect(await found('ABC')).toEqual([0xabc1])
      expect(await found('telegraf')).toEqual([2])
      expect(await found('Śląsk')).toEqual([2])
      expect(await found('press_4')).toEqual([3])
      expect(await found('press%4')).toEqual([])
    })

    test('is sorted by any column, ids breaking ties, either way', async () => {
      const store = await withSome()
      const sorted = async (sortBy: SortColumn) => [
        await numbersIn(store, {}, { sortBy }),
        await numbersIn(store, {}, { sortBy, descending: true }),
      ]
      expect(await sorted('id')).toEqual([
        [1, 2, 3, 4],
        [4, 3, 2, 1],
      ])
      expect(await sorted('status')).toEqual([
        [2, 3, 4, 1],
        [1, 4, 3, 2],
      ])
      expect(await sorted('org')).toEqual([
        [3, 1, 2, 4],
        [4, 2, 1, 3],
      ])
      expect(await sorted('user')).toEqual([
        [1, 3, 4, 2],
        [2, 4, 3, 1],
      ])
      for (const column of ['createdAt', 'updatedAt'] as const) {
        expect((await sorted(column))[0], column).toEqual([1, 2, 3, 4])
      }
      expect((await sorted('description'))[0]!.toSorted()).toEqual([1, 2, 3, 4])
    })

    test('is sorted by description as people do: case does not matter, digits are numbers, nothing comes first', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      for (const [at, description] of ['t10', 'b', 'T2', '', 'A'].entries()) {
        await store.authorizations.create(authorization(at + 1, { description }))
      }
      expect(await numbersIn(store, {}, { sortBy: 'description' })).toEqual([4, 5, 2, 3, 1])
      expect(await numbersIn(store, {}, { sortBy: 'description', descending: true })).toEqual([1, 3, 2, 5, 4])
      await store.authorizations.update(id(1), 1, { description: 't1' }, NOW_MS)
      expect(await numbersIn(store, {}, { sortBy: 'description' })).toEqual([4, 5, 2, 1, 3])
    })

    test('is cut into pages, by counting or after an id', async () => {
      const store = await withSome()
      expect(await numbersIn(store, {}, { limit: 2 })).toEqual([1, 2])
      expect(await numbersIn(store, {}, { limit: 2, offset: 2 })).toEqual([3, 4])
      expect(await numbersIn(store, {}, { offset: 3 })).toEqual([4])
      expect(await numbersIn(store, {}, { limit: 2, offset: 9 })).toEqual([])
      expect(await numbersIn(store, {}, { limit: 1, afterId: id(2) })).toEqual([3])
      expect(await numbersIn(store, {}, { afterId: id(2), descending: true })).toEqual([1])
    })

    test('that is walked after its last row shows everything once, whatever it is sorted by', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      await store.transaction(async inside => {
        for (let number = 1; number <= 30; number++) {
          // Ties in every column; several never expire.
          const expiresAtMs = number % 3 === 0 ? undefined : NOW_MS + (number % 4)
          const status = number % 5 === 0 ? 'inactive' : 'active'
          const times = { createdAtMs: NOW_MS + (number % 6), updatedAtMs: NOW_MS - (number % 7) }
          const description = `${number % 4}`
          await inside.authorizations.create(authorization(number, { ...times, expiresAtMs, status, description }))
        }
      })
      for (const sortBy of SORT_COLUMNS) {
        for (const descending of [false, true]) {
          const filter = { kind: 'api', scope: 'all' } as const
          const whole = await store.authorizations.list(filter, { sortBy, descending })
          expect(whole).toHaveLength(30)
          const walked: DescribedAuthorization[] = []
          for (let page = whole.slice(0, 4); page.length > 0; ) {
            walked.push(...page)
            const after = page.at(-1) as DescribedAuthorization
            page = await store.authorizations.list(filter, { sortBy, descending, limit: 4, after })
          }
          expect(walked, `${sortBy}, descending ${descending}`).toEqual(whole)
        }
      }
    })

    test('sorted by expiry puts what never expires last', async () => {
      const { store } = await fresh(open)
      await addOwners(store)
      for (const [at, expiresAtMs] of [undefined, NOW_MS + 2, 1, undefined, NOW_MS + 1].entries()) {
        await store.authorizations.create(authorization(at + 1, { expiresAtMs }))
      }
      expect(await numbersIn(store, {}, { sortBy: 'expiresAt' })).toEqual([3, 5, 2, 1, 4])
      expect(await numbersIn(store, {}, { sortBy: 'expiresAt', descending: true })).toEqual([4, 1, 2, 5, 3])
    })

    test('that is walked after ids shows everything once, though others come and go meanwhile', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      await addOwners(store)
      const first = Array.from({ length: 60 }, (_, at) => 10 * (at + 1))
      await store.transaction(async inside => {
        for (const number of first) await inside.authorizations.create(authorization(number))
      })

      const seen: number[] = []
      let afterId: AuthorizationId | undefined
      for (;;) {
        const page = await numbersIn(store, {}, { limit: 7, ...(afterId && { afterId }) })
        if (page.length === 0) break
        seen.push(...page)
        const last = page.at(-1) as number
        afterId = id(last)
        if (last >= 600) continue
        // One comes before the cursor, one after it, and one that was seen goes.
        const ten = last - (last % 10)
        await other.authorizations.create(authorization(ten - 1))
        await other.authorizations.create(authorization(ten + 203))
        await other.authorizations.remove(id(page[0] as number))
      }
      expect(seen.filter(number => number % 10 === 0)).toEqual(first)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen).toEqual(seen.toSorted((one, another) => one - another))
      expect(seen.length, 'some that came later were seen').toBeGreaterThan(first.length)
    })
  })
}
