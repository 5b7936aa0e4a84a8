import { describe, expect, test } from 'vitest'
import type { Store } from '../../../src/store/store.ts'
import { fresh, type OpenStore } from '../open.ts'
import { addOwners, authorization, bucket, id, NOW_MS, ORG, org, user } from '../samples.ts'

/** Lets somebody wait until he is told. */
function gate(): { passed: Promise<void>; open: () => void } {
  const { promise: passed, resolve: open } = deferred()
  return { passed, open }
}
function deferred() {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

export function transactionCases(open: OpenStore): void {
  describe('a transaction', () => {
    /** What a transaction below leaves, by noun. */
    const traces = async ({ orgs, users, buckets, authorizations, permissions, changes, audit }: Store) => ({
      org: await orgs.find(id(1)),
      user: await users.find(id(2)),
      bucket: await buckets.find(id(3)),
      authorization: await authorizations.find(id(4)),
      permissions: (await permissions.of(id(4))).length,
      changes: await changes.last(),
      audit: (await audit.list(1, 10)).length,
    })
    const NOTHING = {
      org: undefined,
      user: undefined,
      bucket: undefined,
      authorization: undefined,
      permissions: 0,
      changes: 0,
      audit: 0,
    }

    test.each([0, 1, 2, 3, 4, 5, 6])('that fails after %i steps leaves nothing', async steps => {
      const { store } = await fresh(open)
      const failure = new Error('on purpose')
      const attempt = store.transaction(async inside => {
        const all = [
          () => inside.orgs.create(org(1)),
          () => inside.users.create(user(2), NOW_MS),
          () => inside.buckets.create(bucket(3)),
          () => inside.authorizations.create(authorization(4)),
          () => inside.changes.note('user', 'x'),
          () => inside.audit.append({ atMs: 1, actor: 'a', action: 'b', target: 'c', detail: '{}' }),
        ]
        for (const step of all.slice(0, steps)) await step()
        throw failure
      })
      await expect(attempt, 'the failure comes out as it is').rejects.toBe(failure)
      expect(await traces(store)).toEqual(NOTHING)
    })

    test('that breaks a rule leaves nothing of what went before', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1, { name: 'ann' }), NOW_MS)
      const attempt = store.transaction(async inside => {
        await inside.orgs.create(org(1))
        await inside.users.create(user(2, { name: 'ann' }), NOW_MS)
      })
      await expect(attempt).rejects.toMatchObject({ code: 'conflict' })
      expect(await store.orgs.find(id(1))).toBeUndefined()
    })

    test('gives back what its work gives, and reads what it wrote', async () => {
      const { store } = await fresh(open)
      const found = await store.transaction(async inside => {
        await inside.orgs.create(org(1))
        await inside.orgs.update(id(1), { name: 'renamed' }, NOW_MS)
        return [await inside.orgs.find(id(1)), await inside.orgs.findByName('org 1')]
      })
      expect(found).toEqual([org(1, { name: 'renamed' }), undefined])
      expect(await store.transaction(async () => undefined)).toBeUndefined()
    })

    test('is not visible to any reader before it is done', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      const [written, mayEnd] = [gate(), gate()]
      const writing = store.transaction(async inside => {
        await inside.users.create(user(1), NOW_MS)
        written.open()
        await mayEnd.passed
      })
      await written.passed
      expect(await other.users.find(id(1)), 'on another connection').toBeUndefined()
      const own = store.users.find(id(1))
      mayEnd.open()
      await writing
      // On the same connection a reader may wait, but never sees half of it.
      expect([undefined, id(1)]).toContain((await own)?.id)
      expect(await store.users.find(id(1))).toEqual(user(1))
      expect(await other.users.find(id(1))).toEqual(user(1))
    })

    test('that is given up was never visible to any reader', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      const [written, mayEnd] = [gate(), gate()]
      const writing = store.transaction(async inside => {
        await inside.users.create(user(1), NOW_MS)
        written.open()
        await mayEnd.passed
        throw new Error('given up')
      })
      await written.passed
      const seen = [store.users.find(id(1)), store.users.list('all', { limit: 9, offset: 0, descending: false })]
      expect(await other.users.find(id(1))).toBeUndefined()
      mayEnd.open()
      await expect(writing).rejects.toThrow('given up')
      expect(await Promise.all(seen)).toEqual([undefined, []])
    })

    test('keeps out statements of others that arrive while it waits', async () => {
      const { store } = await fresh(open)
      await store.users.create(user(1), NOW_MS)
      const [begun, mayEnd] = [gate(), gate()]
      const writing = store.transaction(async inside => {
        begun.open()
        await mayEnd.passed
        await inside.users.update(id(1), { name: 'inside' })
        throw new Error('given up')
      })
      await begun.passed
      // Not a part of the transaction: it must survive it.
      const outside = store.users.update(id(1), { status: 'inactive' })
      mayEnd.open()
      await expect(writing).rejects.toThrow('given up')
      await outside
      expect(await store.users.find(id(1))).toEqual(user(1, { status: 'inactive' }))
    })

    test('stands for itself, though many share one commit: those that fail take nothing with them', async () => {
      const { store } = await fresh(open)
      const numbers = Array.from({ length: 400 }, (_, at) => at + 1)
      const fails = (number: number) => number % 7 === 0 || number % 11 === 0
      const outcomes = await Promise.allSettled(
        numbers.map(number =>
          store.transaction(async inside => {
            await inside.users.create(user(number), NOW_MS)
            if (number % 7 === 0) throw new Error(`${number} gives up`)
            // Every eleventh runs into a rule.
            await inside.users.create(
              user(1000 + number, { name: number % 11 === 0 ? 'user 1' : `x${number}` }),
              NOW_MS,
            )
            return number
          }),
        ),
      )
      for (const [at, outcome] of outcomes.entries()) {
        const number = numbers[at] as number
        expect(outcome.status).toBe(fails(number) ? 'rejected' : 'fulfilled')
        if (outcome.status === 'fulfilled') expect(outcome.value).toBe(number)
        expect((await store.users.find(id(number)))?.id).toBe(fails(number) ? undefined : id(number))
        expect((await store.users.find(id(1000 + number)))?.id).toBe(fails(number) ? undefined : id(1000 + number))
      }
    })

    test('sees what those before it in the same commit have done, and not what they gave up', async () => {
      const { store } = await fresh(open)
      const first = store.transaction(inside => inside.users.create(user(1), NOW_MS))
      const second = store.transaction(async inside => {
        await inside.users.create(user(2), NOW_MS)
        throw new Error('given up')
      })
      const third = store.transaction(async inside => [await inside.users.find(id(1)), await inside.users.find(id(2))])
      await expect(second).rejects.toThrow('given up')
      await first
      expect(await third).toEqual([user(1), undefined])
    })

    test('loses no update of another, on one connection or two', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      await store.orgs.create(org(1, { description: '0' }))
      const addOne = (on: Store) =>
        on.transaction(async inside => {
          const found = await inside.orgs.find(id(1))
          await inside.orgs.update(id(1), { description: String(Number(found?.description) + 1) }, NOW_MS)
        })
      await Promise.all(Array.from({ length: 100 }, (_, at) => addOne(at % 2 === 0 ? store : other)))
      expect((await store.orgs.find(id(1)))?.description).toBe('100')
      expect((await other.orgs.find(id(1)))?.description).toBe('100')
    })

    test('that guards by version succeeds for exactly one of many who saw the same', async () => {
      const { store, connect } = await fresh(open)
      const other = await connect()
      await addOwners(store)
      await store.authorizations.create(authorization(1))
      for (let version = 1; version <= 20; version++) {
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, at) =>
            (at % 2 === 0 ? store : other).transaction(inside =>
              inside.authorizations.update(id(1), version, { description: `by ${at}` }, NOW_MS),
            ),
          ),
        )
        const winners = outcomes.filter(outcome => outcome !== 'stale')
        expect(winners).toHaveLength(1)
        expect(await store.authorizations.find(id(1))).toEqual(winners[0])
        expect(winners[0]).toMatchObject({ version: version + 1, orgId: ORG })
      }
    })
  })
}
