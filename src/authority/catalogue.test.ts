import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { bucket, dbrp, id, ORG, org } from '../../test/contract/samples.ts'
import type { ChangeKind } from '../store/changes.ts'
import type { Nouns } from '../store/store.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import { mappingsOf } from './dbrps.ts'
import { followChanges } from './freshness.ts'
import { rememberCatalogue } from './remembered-catalogue.ts'

/** As a whole search through all mappings of the org finds it. */
async function searched(nouns: Nouns, database: string, retentionPolicy: string) {
  const mappings = await mappingsOf(nouns, ORG)
  return mappings.find(
    mapping =>
      mapping.database === database &&
      (retentionPolicy === '' ? mapping.isDefault : mapping.retentionPolicy === retentionPolicy),
  )?.bucketId
}

const word = fc.constantFrom('a', 'b', 'autogen')
const place = fc.record({
  bucket: fc.integer({ min: 0, max: 5 }),
  database: fc.constantFrom('a', 'b', 'c'),
  retentionPolicy: word,
  isDefault: fc.boolean(),
})

describe('a database of a 1.x client', () => {
  test('is found by the indexes as a search through all mappings finds it', async () => {
    const names = ['a', 'b', 'a/a', 'a/autogen', 'b/b', 'a/b/a']
    let rounds = 0
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), fc.array(place, { maxLength: 5 }), async (buckets, places) => {
        const opened = (await openSqliteStore()) as OpenedSqliteStore
        try {
          const { store } = opened
          await store.transaction(async inside => {
            for (const [at, name] of buckets.entries()) await inside.buckets.create(bucket(at + 1, { name }))
            const distinct = new Map(places.map(one => [`${one.database} ${one.retentionPolicy}`, one]))
            for (const [at, one] of [...distinct.values()].entries()) {
              const { database, retentionPolicy, isDefault } = one
              const bucketId = id<'bucket'>(one.bucket + 1)
              await inside.dbrps.create(dbrp(at + 100, { bucketId, database, retentionPolicy, isDefault }))
            }
          })
          const catalogue = createCatalogue(store)
          for (const database of ['a', 'b', 'c', 'a/a', '']) {
            for (const policy of ['', 'a', 'b', 'autogen', 'b/a']) {
              const wanted = await searched(store, database, policy)
              const found = await catalogue.findMapped(ORG, database, policy)
              expect(found?.id, `${database} ${policy}`).toBe(wanted)
              if (wanted !== undefined) rounds++
            }
          }
        } finally {
          await opened.dispose()
        }
      }),
      { numRuns: 60 },
    )
    expect(rounds).toBeGreaterThan(50)
  })
})

describe('what is remembered of the catalogue', () => {
  async function stage(maxRemembered?: number) {
    const opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
    const { store, sqlite } = await opened.connectSqlite(true)
    let lookUps = 0
    let afterLookUp: (() => Promise<void>) | undefined
    const plain = createCatalogue(store)
    const counted = new Proxy(plain, {
      get: (target, name: keyof Catalogue) =>
        typeof target[name] !== 'function'
          ? target[name]
          : async (...args: never[]) => {
              lookUps++
              const found = await (target[name] as (...all: never[]) => unknown)(...args)
              const meanwhile = afterLookUp
              afterLookUp = undefined
              await meanwhile?.()
              return found
            },
    })
    const freshness = await followChanges({ store, dataVersion: () => sqlite.dataVersion() })
    const change = (kind: ChangeKind, act: (inside: Nouns) => Promise<unknown>) =>
      opened.store.transaction(async inside => {
        await act(inside)
        await inside.changes.note(kind, id(1))
      })
    await change('org', async inside => {
      await inside.orgs.create({ ...org(1), id: ORG, name: 'plant' })
      await inside.buckets.create(bucket(1, { name: 'raw' }))
      await inside.bindings.set({ bucketId: id(1), upstream: 'lab', database: 'db', retentionPolicy: '' })
    })
    const catalogue = rememberCatalogue(counted, freshness, maxRemembered)
    return {
      catalogue,
      freshness,
      change,
      lookUps: () => lookUps,
      meanwhile: (act: () => Promise<void>) => (afterLookUp = act),
    }
  }

  /** Everything that requests ask, as one value. */
  const asked = async (catalogue: Catalogue) => [
    (await catalogue.findBucket('plant', 'raw'))?.id,
    (await catalogue.findMapped(ORG, 'raw', ''))?.id,
    (await catalogue.findBinding(id(1)))?.database,
  ]

  test('is not looked up again, whatever else changes', async () => {
    const { catalogue, change, lookUps } = await stage()
    expect(await asked(catalogue)).toEqual([id(1), id(1), 'db'])
    expect(await asked(catalogue)).toEqual([id(1), id(1), 'db'])
    await change('authorization', async () => {})
    expect(await asked(catalogue)).toEqual([id(1), id(1), 'db'])
    expect(lookUps()).toBe(3)
  })

  test.each<[string, ChangeKind, (inside: Nouns) => Promise<unknown>, unknown[]]>([
    ['a rename', 'bucket', ({ buckets }) => buckets.update(id(1), { name: 'new' }, 1), [undefined, undefined, 'db']],
    [
      'a deletion',
      'bucket',
      async inside => {
        await inside.bindings.release(id(1))
        await inside.buckets.remove(id(1))
      },
      [undefined, undefined, undefined],
    ],
    ['an unbinding', 'bucket', ({ bindings }) => bindings.release(id(1)), [id(1), id(1), undefined]],
    [
      'a mapping to another bucket',
      'dbrp',
      ({ dbrps }) => dbrps.create(dbrp(9, { bucketId: id(2), database: 'raw' })),
      [id(1), id(2), 'db'],
    ],
    ['an org’s rename', 'org', ({ orgs }) => orgs.update(ORG, { name: 'other' }, 1), [undefined, id(1), 'db']],
  ])('is gone after %s', async (_, kind, act, expected) => {
    const { catalogue, change } = await stage()
    await asked(catalogue)
    await change(kind, act)
    expect(await asked(catalogue)).toEqual(expected)
  })

  test('is as new as the last renewal for who has asked for one himself', async () => {
    const { catalogue, freshness, change } = await stage()
    await asked(catalogue)
    await change('bucket', ({ buckets }) => buckets.update(id(1), { name: 'new' }, 1))
    expect(await asked(catalogue.renewed)).toEqual([id(1), id(1), 'db'])
    await freshness.renew()
    expect(await asked(catalogue.renewed)).toEqual([undefined, undefined, 'db'])
  })

  test('is nothing that was not there, and no more than is allowed', async () => {
    const { catalogue, lookUps } = await stage(2)
    for (let round = 0; round < 2; round++) expect(await catalogue.findBucket('plant', 'nothing')).toBeUndefined()
    expect(lookUps()).toBe(2)
    await asked(catalogue)
    await catalogue.findMapped(ORG, 'raw', '')
    await catalogue.findBinding(id(1))
    expect(lookUps(), 'the last two are remembered').toBe(5)
    await catalogue.findBucket('plant', 'raw')
    expect(lookUps(), 'the first is not').toBe(6)
  })

  test('a look-up that a change overtook is not remembered', async () => {
    const { catalogue, change, meanwhile } = await stage()
    meanwhile(async () => {
      await change('bucket', ({ bindings }) => bindings.release(id(1)))
      // Another request has everything forgotten before the look-up is through.
      await catalogue.findBucket('plant', 'raw')
    })
    expect(await catalogue.findBinding(id(1)), 'it began before').toMatchObject({ database: 'db' })
    expect(await catalogue.findBinding(id(1))).toBeUndefined()
  })
})
