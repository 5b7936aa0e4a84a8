import * as fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, id, NOW_MS, ORG, secret, USER } from '../../test/contract/samples.ts'
import type { Authorization } from '../domain/authorization.ts'
import type { AuthorizationId } from '../domain/id.ts'
import { digestOf, tokenFrom } from '../domain/token.ts'
import { isDenial } from '../domain/verdict.ts'
import type { ChangeKind } from '../store/changes.ts'
import type { Nouns, Store } from '../store/store.ts'
import { followChanges } from './freshness.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { createVerifier, type Verifier, type VerifierOptions } from './verifier.ts'

let opened: OpenedSqliteStore
/** On another connection than the verifier's, as the thread that writes is. */
let writer: Store
let nowMs: number
let lookUps: number

beforeEach(async () => {
  opened = (await fresh(openSqliteStore)) as OpenedSqliteStore
  writer = opened.store
  nowMs = NOW_MS
  lookUps = 0
  await writer.transaction(addOwners)
})

async function verifierOn(wrap: (store: Store) => Store = store => store, more: Partial<VerifierOptions> = {}) {
  const { store, sqlite } = await opened.connectSqlite(true)
  const counting: Store = {
    ...store,
    standings: {
      ...store.standings,
      ofSecret: digest => {
        lookUps++
        return store.standings.ofSecret(digest)
      },
    },
  }
  const clock = { nowMs: () => nowMs }
  const dataVersion = () => sqlite.dataVersion()
  const wrapped = wrap(counting)
  const freshness = await followChanges({ store: wrapped, dataVersion })
  return createVerifier({ store: wrapped, freshness, clock, hasher: createPasswordHasher(16), ...more })
}

/** What came of a token: `allow`, or the reason. */
async function verdict(verifier: Verifier, text: string): Promise<string> {
  const found = await verifier.verify(text)
  return isDenial(found) ? found.reason : 'allow'
}

const add = (number: number, fields: Partial<Authorization> = {}) =>
  writer.transaction(async inside => {
    await addAuthorization(inside, number, fields)
    await inside.changes.note('authorization', id(number))
  })

/** A change with its note, as the authority makes them. */
const change = (kind: ChangeKind, what: string, act: (inside: Nouns) => Promise<unknown>) =>
  writer.transaction(async inside => {
    await act(inside)
    await inside.changes.note(kind, what)
  })
const update = (number: number, wanted: Parameters<Nouns['authorizations']['update']>[2]) =>
  change('authorization', id(number), async ({ authorizations }) => {
    const found = await authorizations.find(id<'authorization'>(number))
    return authorizations.update(id<'authorization'>(number) as AuthorizationId, found?.version ?? 0, wanted, nowMs)
  })

describe('a token', () => {
  test('stands for its authorization, with all it may do', async () => {
    await add(1, { expiresAtMs: NOW_MS + 1 })
    const { permissions } = (await writer.authorizations.find(id(1)))!
    expect(await (await verifierOn()).verify('secret 1')).toEqual({
      ref: { kind: 'authorization', id: id(1) },
      userId: USER,
      orgId: ORG,
      atMs: NOW_MS,
      status: 'active',
      ownerActive: true,
      expiresAtMs: NOW_MS + 1,
      permissions,
      grants: [{ permissions, expiresAtMs: NOW_MS + 1 }],
    })
  })

  test('that nobody made is unknown, however it is spelt', async () => {
    await add(1)
    const verifier = await verifierOn()
    const digest = digestOf('secret 1')
    for (const text of [
      '',
      'secret',
      'Secret 1',
      'secret 1 ',
      ' secret 1',
      'secret 1\u0000',
      digest,
      `sha256 ${digest}`,
    ]) {
      expect(await verdict(verifier, text)).toBe('unknown')
    }
    expect(verifier.size()).toBe(0)
  })

  test('that is longer than any may be is not even looked up', async () => {
    const verifier = await verifierOn()
    for (const text of ['x'.repeat(513), 'ż'.repeat(257), '🙂'.repeat(129), 'x'.repeat(10_000_000)]) {
      expect(await verdict(verifier, text)).toBe('unknown')
    }
    expect(lookUps).toBe(0)
    await verdict(verifier, 'x'.repeat(512))
    expect(lookUps).toBe(1)
  })

  test('is refused for what is wrong with it', async () => {
    await add(1, { status: 'inactive' })
    await add(2, { expiresAtMs: NOW_MS })
    await add(3, { userId: id(0x99) })
    await add(4, { orgId: id(0x99) })
    const verifier = await verifierOn()
    expect(await verdict(verifier, 'secret 1')).toBe('inactive')
    expect(await verdict(verifier, 'secret 2')).toBe('expired')
    expect(await verdict(verifier, 'secret 3')).toBe('owner-inactive')
    expect(await verdict(verifier, 'secret 4')).toBe('unknown')
  })

  test('is refused from the instant of its expiry on, though it is remembered', async () => {
    await add(1, { expiresAtMs: NOW_MS + 1 })
    const verifier = await verifierOn()
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
    nowMs++
    expect(await verdict(verifier, 'secret 1')).toBe('expired')
    expect(lookUps).toBe(1)
  })

  test('that ends before its authorization does is refused from then on', async () => {
    await writer.transaction(async inside => {
      await addAuthorization(inside, 1)
      await inside.secrets.add(secret(2, { authorizationId: id(1), notAfterMs: NOW_MS + 1 }))
    })
    const verifier = await verifierOn()
    expect(await verdict(verifier, 'secret 2')).toBe('allow')
    nowMs++
    expect(await verdict(verifier, 'secret 2')).toBe('expired')
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
  })
})

describe('what was committed on another connection holds for the next verdict', () => {
  const readAll = [{ action: 'read', resource: { type: 'buckets' } }] as const

  test.each<[string, string, () => Promise<unknown>]>([
    ['made inactive', 'inactive', () => update(1, { status: 'inactive' })],
    ['made to end', 'expired', () => update(1, { expiresAtMs: NOW_MS })],
    [
      'deleted',
      'unknown',
      () =>
        change('authorization', id(1), async inside => {
          await inside.secrets.removeOf(id(1))
          await inside.authorizations.remove(id(1))
        }),
    ],
    [
      'losing its secret',
      'unknown',
      () => change('secret', digestOf('secret 1'), ({ secrets }) => secrets.removeOf(id(1))),
    ],
    [
      'of an owner who is made inactive',
      'owner-inactive',
      () => change('user', USER, ({ users }) => users.update(USER, { status: 'inactive' })),
    ],
    [
      'of an owner who is deleted',
      'owner-inactive',
      () => change('user', USER, ({ users }) => users.remove(USER, NOW_MS)),
    ],
    ['of an org that is deleted', 'unknown', () => change('org', ORG, ({ orgs }) => orgs.remove(ORG))],
  ])('a token %s is refused as %s', async (_, reason, act) => {
    await add(1)
    const verifier = await verifierOn()
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
    await act()
    expect(await verdict(verifier, 'secret 1')).toBe(reason)
    expect(await verdict(verifier, 'secret 1')).toBe(reason)
  })

  test('a token that is made active again is taken, and one that is new as well', async () => {
    await add(1, { status: 'inactive' })
    const verifier = await verifierOn()
    expect(await verdict(verifier, 'secret 1')).toBe('inactive')
    expect(await verdict(verifier, 'secret 2')).toBe('unknown')
    await update(1, { status: 'active' })
    await add(2)
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
    expect(await verdict(verifier, 'secret 2')).toBe('allow')
  })

  test('permissions that were replaced are the new ones', async () => {
    await add(1)
    const verifier = await verifierOn()
    await verifier.verify('secret 1')
    await change('authorization', id(1), ({ permissions }) => permissions.replace(id(1), readAll))
    expect(await verifier.verify('secret 1')).toMatchObject({
      permissions: readAll,
      grants: [{ permissions: readAll }],
    })
  })

  test('a token is forgotten with all its secrets, and no other is', async () => {
    await add(1)
    await add(2)
    await writer.secrets.add(secret(3, { authorizationId: id(1) }))
    const verifier = await verifierOn()
    for (const text of ['secret 1', 'secret 2', 'secret 3']) expect(await verdict(verifier, text)).toBe('allow')
    await update(1, { status: 'inactive' })
    expect(await verdict(verifier, 'secret 3')).toBe('inactive')
    expect(await verdict(verifier, 'secret 1')).toBe('inactive')
    expect(await verdict(verifier, 'secret 2')).toBe('allow')
    expect(lookUps).toBe(5)
  })

  test('a user or an org takes only its own tokens along', async () => {
    await add(1)
    await add(2, { userId: id(0x0c), orgId: ORG })
    const verifier = await verifierOn()
    await verdict(verifier, 'secret 1')
    await change('user', id(0x0c), ({ users }) => users.remove(id(0x0c), NOW_MS))
    await change('org', id(0x99), ({ orgs }) => orgs.remove(id(0x99)))
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
    expect(lookUps).toBe(1)
  })

  test('changes of buckets, sessions and memberships cost no look-up: nothing that is remembered depends on them', async () => {
    await add(1)
    const verifier = await verifierOn()
    await verdict(verifier, 'secret 1')
    for (const kind of ['bucket', 'session', 'membership', 'dbrp'] as const) await change(kind, id(1), async () => {})
    expect(await verdict(verifier, 'secret 1')).toBe('allow')
    expect(lookUps).toBe(1)
  })

  test('many changes at once are all seen', async () => {
    const verifier = await verifierOn()
    await writer.transaction(async inside => {
      for (let number = 1; number <= 50; number++) await addAuthorization(inside, number)
    })
    for (let number = 1; number <= 50; number++) expect(await verdict(verifier, `secret ${number}`)).toBe('allow')
    await Promise.all(Array.from({ length: 50 }, (_, at) => update(at + 1, { status: 'inactive' })))
    for (let number = 1; number <= 50; number++) expect(await verdict(verifier, `secret ${number}`)).toBe('inactive')
  })

  test('so does what another process committed, each time', async () => {
    await add(1)
    const verifier = await verifierOn()
    const other = await opened.startProcess()
    const ROUNDS = 100
    for (let version = 1; version <= ROUNDS; version++) {
      const status = version % 2 === 0 ? 'active' : 'inactive'
      await other.transact([
        ['authorizations', 'update', id(1), version, { status }, NOW_MS],
        ['changes', 'note', 'authorization', id(1)],
      ])
      expect(await verdict(verifier, 'secret 1')).toBe(status === 'active' ? 'allow' : 'inactive')
    }
    console.log(`${ROUNDS} changes by another process, none unnoticed by the next verdict`)
  })
})

describe('what is remembered', () => {
  test('is found without asking the store again', async () => {
    await add(1)
    const verifier = await verifierOn()
    for (let at = 0; at < 10; at++) expect(await verdict(verifier, 'secret 1')).toBe('allow')
    expect(lookUps).toBe(1)
    expect(verifier.size()).toBe(1)
  })

  test('is bounded in tokens: the one remembered longest goes first', async () => {
    for (const number of [1, 2, 3]) await add(number)
    const verifier = await verifierOn(store => store, { maxRemembered: 2 })
    for (const number of [1, 2, 3]) await verdict(verifier, `secret ${number}`)
    expect([verifier.size(), lookUps]).toEqual([2, 3])
    await verdict(verifier, 'secret 2')
    await verdict(verifier, 'secret 3')
    expect(lookUps).toBe(3)
    await verdict(verifier, 'secret 1')
    expect([verifier.size(), lookUps]).toEqual([2, 4])
    await update(2, { status: 'inactive' })
    await update(3, { status: 'inactive' })
    expect(await verdict(verifier, 'secret 2')).toBe('inactive')
    expect(await verdict(verifier, 'secret 3')).toBe('inactive')
  })

  test('is bounded in permissions as well', async () => {
    const permissions = Array.from({ length: 10 }, () => ({ action: 'read', resource: { type: 'tasks' } }) as const)
    for (const number of [1, 2, 3]) await add(number, { permissions })
    await add(4, { permissions: [...permissions, ...permissions, ...permissions] })
    const verifier = await verifierOn(store => store, { maxRememberedPermissions: 25 })
    for (const number of [1, 2, 3]) expect(await verdict(verifier, `secret ${number}`)).toBe('allow')
    expect(verifier.size()).toBe(2)
    // One that does not fit at all is not remembered, and works all the same.
    expect(await verdict(verifier, 'secret 4')).toBe('allow')
    expect(await verdict(verifier, 'secret 4')).toBe('allow')
    // What was forgotten makes room: the count is not lost.
    for (const number of [1, 2]) expect(await verdict(verifier, `secret ${number}`)).toBe('allow')
    expect(verifier.size()).toBe(2)
    for (const number of [1, 2]) await update(number, { description: 'changed' })
    for (const number of [1, 2]) expect(await verdict(verifier, `secret ${number}`)).toBe('allow')
    expect(verifier.size()).toBe(2)
  })

  test('counts the measurements that permissions are limited to as it counts permissions', async () => {
    const measurements = Array.from({ length: 12 }, (_, at) => `m${at}`)
    const permissions = [{ action: 'read', resource: { type: 'buckets', measurements } } as const]
    for (const number of [1, 2]) await add(number, { permissions })
    const verifier = await verifierOn(store => store, { maxRememberedPermissions: 25 })
    for (const number of [1, 2]) expect(await verdict(verifier, `secret ${number}`)).toBe('allow')
    expect(verifier.size()).toBe(1)
  })
})

describe('a look-up that races with a change', () => {
  /** Lets the answers of a store's look-ups and of its log of changes wait until they are let go. */
  function held() {
    const waiting: { what: string; release: () => void }[] = []
    const hold = async <T>(what: string, answer: Promise<T>): Promise<T> => {
      const value = await answer
      await new Promise<void>(release => waiting.push({ what, release }))
      return value
    }
    const wrap = (store: Store): Store => ({
      ...store,
      standings: { ...store.standings, ofSecret: digest => hold('look-up', store.standings.ofSecret(digest)) },
      changes: { ...store.changes, after: seq => hold('changes', store.changes.after(seq)) },
    })
    /** Waits until an answer waits, and lets it go. */
    async function release(what: string): Promise<void> {
      for (;;) {
        const at = waiting.findIndex(one => one.what === what)
        if (at >= 0) return waiting.splice(at, 1)[0]!.release()
        await new Promise(resolve => setImmediate(resolve))
      }
    }
    return { wrap, release }
  }

  test('is not remembered if the change was noticed while it was under way', async () => {
    await add(1)
    const { wrap, release } = held()
    const verifier = await verifierOn(wrap)
    // It has read that the token is active, and its answer is late.
    const late = verdict(verifier, 'secret 1')
    await new Promise(resolve => setImmediate(resolve))
    await update(1, { status: 'inactive' })
    // Another request notices the change, and has its answer first.
    const noticing = verdict(verifier, 'unknown')
    await release('changes')
    await release('look-up')
    expect(await late, 'it began before the change').toBe('allow')
    await release('look-up')
    expect(await noticing).toBe('unknown')

    const next = verdict(verifier, 'secret 1')
    await release('look-up')
    expect(await next).toBe('inactive')
  })

  test('is not remembered if the change is noticed just when it is', async () => {
    await add(1)
    const { wrap, release } = held()
    const verifier = await verifierOn(wrap)
    const late = verdict(verifier, 'secret 1')
    await new Promise(resolve => setImmediate(resolve))
    await update(1, { status: 'inactive' })
    const noticing = verdict(verifier, 'unknown')
    await new Promise(resolve => setImmediate(resolve))
    // The log was read, its answer waits; the look-up ends before it.
    await release('look-up')
    expect(await late).toBe('allow')
    await release('changes')
    await release('look-up')
    await noticing
    const next = verdict(verifier, 'secret 1')
    await release('look-up')
    expect(await next).toBe('inactive')
  })

  test('never lets a token in that was refused before, in whatever order answers come', async () => {
    let number = 0
    let late = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), async choices => {
        const own = ++number
        const text = `secret ${own}`
        await add(own)
        /** What may happen next: a request begins, an answer arrives, the change is committed. */
        const pending: (() => unknown)[] = []
        const arrive = async <T>(answer: Promise<T>): Promise<T> => {
          const value = await answer
          await new Promise<void>(resolve => pending.push(resolve))
          return value
        }
        const verifier = await verifierOn(store => ({
          ...store,
          standings: { ...store.standings, ofSecret: digest => arrive(store.standings.ofSecret(digest)) },
          changes: { ...store.changes, after: seq => arrive(store.changes.after(seq)) },
        }))

        let acknowledged = false
        const verdicts: Promise<void>[] = []
        const begin = () => {
          const mustRefuse = acknowledged
          const found = verdict(verifier, text)
          verdicts.push(
            found.then(answer => {
              if (mustRefuse) expect(answer).toBe('inactive')
              else if (acknowledged && answer === 'allow') late++
            }),
          )
        }
        const revoke = async () => {
          await update(own, { status: 'inactive' })
          acknowledged = true
        }
        const happen = async () => {
          for (let at = 0; pending.length > 0; at++) {
            const [next] = pending.splice((choices[at % choices.length] as number) % pending.length, 1)
            await next?.()
            // Whatever follows from it has happened before the next is chosen.
            await new Promise(resolve => setImmediate(resolve))
          }
          await Promise.all(verdicts)
        }
        pending.push(begin, begin, revoke, begin, begin, begin)
        await happen()
        // And once everything has calmed down.
        pending.push(begin)
        await happen()
      }),
      { numRuns: 100 },
    )
    console.log(`${number} orders of answers, ${late} of them late; no refused token came back`)
    expect(late, 'answers from before the change did arrive after it').toBeGreaterThan(10)
  })
})

describe('a session', () => {
  const KEY = 'k'.repeat(88)
  const begin = () =>
    writer.sessions.create({ digest: digestOf(KEY), userId: USER, createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 1000 })
  const found = async (verifier: Verifier, key = KEY) => {
    const caller = await verifier.verifySession(key)
    return isDenial(caller) ? caller.reason : caller
  }

  test('stands for its user, with what he and his tokens may do as it is now', async () => {
    await begin()
    const verifier = await verifierOn()
    expect(await found(verifier)).toMatchObject({
      ref: { kind: 'session', digest: digestOf(KEY) },
      userId: USER,
      orgId: undefined,
      expiresAtMs: NOW_MS + 1000,
      permissions: [{ action: 'read', resource: { type: 'users', id: USER } }, { action: 'write' }],
    })
    await add(1)
    expect(await found(verifier)).toMatchObject({ permissions: { length: 3 } })
    await update(1, { status: 'inactive' })
    expect(await found(verifier)).toMatchObject({ permissions: { length: 2 } })
    await writer.memberships.add({ type: 'orgs', resourceId: id(0x0a), userId: USER, role: 'member' }, NOW_MS)
    expect(await found(verifier)).toMatchObject({ permissions: { length: 2 + 22 } })
  })

  test('is refused once it is over, ended, or its user is not active', async () => {
    await begin()
    const verifier = await verifierOn()
    nowMs += 999
    expect(await found(verifier)).toBeTypeOf('object')
    nowMs += 1
    expect(await found(verifier)).toBe('unknown')
    nowMs = NOW_MS
    await writer.users.update(USER, { status: 'inactive' })
    expect(await found(verifier)).toBe('owner-inactive')
    await writer.users.remove(USER, NOW_MS)
    expect(await found(verifier)).toBe('owner-inactive')
    await writer.sessions.remove(digestOf(KEY))
    expect(await found(verifier)).toBe('unknown')
  })

  test('is not a token, nor a token a session', async () => {
    await begin()
    await add(1)
    const verifier = await verifierOn()
    expect(await verdict(verifier, KEY)).toBe('unknown')
    expect(await found(verifier, 'secret 1')).toBe('unknown')
    expect(await found(verifier, '')).toBe('unknown')
    expect(await found(verifier, `${KEY}k`)).toBe('unknown')
  })
})

test('a token of our own making goes before a 1.x user of the name beside it', async () => {
  const token = tokenFrom(new Uint8Array(32).fill(9))
  await writer.transaction(async inside => {
    await addAuthorization(inside, 1)
    await inside.secrets.add(secret(2, { digest: digestOf(token), authorizationId: id(1) }))
    await addAuthorization(inside, 3, { kind: 'v1', v1Name: 'telegraf' })
  })
  const verifier = await verifierOn()
  const credentials = { user: 'telegraf', password: token, address: 'here' }
  expect(await verifier.verifyV1(credentials)).toMatchObject({ ref: { id: id(1) } })
  // Any other token under that name is taken for the user's password, which it is not.
  expect(await verifier.verifyV1({ ...credentials, password: 'secret 1' })).toMatchObject({ reason: 'unknown' })
  expect(await verifier.verifyV1({ ...credentials, user: 'nobody', password: 'secret 1' })).toMatchObject({
    ref: { id: id(1) },
  })
})

test('a verdict on a password asks for a renewal, as one on a token does', async () => {
  const hasher = createPasswordHasher(16)
  const hash = await hasher.hash('the right password')
  await writer.transaction(async inside => {
    await addAuthorization(inside, 1, { kind: 'v1', v1Name: 'telegraf' })
    await inside.passwords.set({ kind: 'v1', id: id(1) }, hash, NOW_MS)
  })
  let renewals = 0
  const freshness = { renew: () => void renewals++, generation: () => 0, listen: () => {} }
  const verifier = await verifierOn(undefined, { freshness })
  const credentials = { user: 'telegraf', password: 'the right password', address: 'here' }
  expect(await verifier.verifyV1(credentials)).toMatchObject({ ref: { id: id(1) } })
  expect(renewals).toBe(1)
})
