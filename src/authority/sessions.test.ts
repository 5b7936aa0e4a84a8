import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { digestOf } from '../domain/token.ts'
import { isDenial } from '../domain/verdict.ts'
import { createAuthority } from './authority.ts'
import type { Caller } from './caller.ts'
import { followChanges } from './freshness.ts'
import { createIds } from './ids.ts'
import { createPasswordHasher } from './password-hasher.ts'
import { EXTENSION_MS } from './sessions.ts'
import { createVerifier } from './verifier.ts'

const LENGTH_MS = 60 * 60_000
const CREDENTIALS = { user: 'admin', password: 'admin-password', address: '192.0.2.1' }
const UNAUTHORIZED = expect.objectContaining({ code: 'unauthorized', message: 'unauthorized access' })

/** An authority with one user, and a clock that the test turns. */
async function start() {
  const { store, sqlite } = (await fresh(openSqliteStore)) as Awaited<ReturnType<typeof openSqliteStore>>
  const time = { nowMs: Date.UTC(2026, 0, 1) }
  const clock = { nowMs: () => time.nowMs }
  // The real hash, at the least cost: how long it takes is another test's question.
  const hasher = createPasswordHasher(2)
  const means = { store, clock, hasher, ids: createIds(clock, randomBytes), random: randomBytes }
  const { sessions, setup, users } = createAuthority(means, { sessionLengthMs: LENGTH_MS })
  const verifier = createVerifier({
    store,
    freshness: await followChanges({ store, dataVersion: () => sqlite.dataVersion() }),
    clock,
    hasher,
  })
  const first = await setup.onboard({
    username: CREDENTIALS.user,
    password: CREDENTIALS.password,
    org: 'plant',
    bucket: 'raw',
    retentionSeconds: 0,
  })
  return {
    time,
    store,
    sessions,
    users,
    operator: (await verifier.verify(first.token)) as Caller,
    /** `good`, or why a session is refused. */
    async judge(key: string) {
      const found = await verifier.verifySession(key)
      return isDenial(found) ? found.reason : 'good'
    },
  }
}

describe('a session', () => {
  test('lasts as long as configured, and is over at that very instant', async () => {
    const { time, sessions, judge } = await start()
    const { key, expiresAtMs } = await sessions.signIn(CREDENTIALS)
    expect(expiresAtMs).toBe(time.nowMs + LENGTH_MS)
    time.nowMs = expiresAtMs - 1
    expect(await judge(key)).toBe('good')
    time.nowMs = expiresAtMs
    expect(await judge(key)).toBe('unknown')
  })

  test('used in its last minutes lasts five minutes from then', async () => {
    const { time, sessions, judge } = await start()
    const { key, expiresAtMs } = await sessions.signIn(CREDENTIALS)
    time.nowMs = expiresAtMs - 60_000
    await sessions.extend(digestOf(key))
    time.nowMs += EXTENSION_MS - 1
    expect(await judge(key)).toBe('good')
    time.nowMs += 1
    expect(await judge(key)).toBe('unknown')
  })

  test('is never made shorter by being used', async () => {
    const { time, sessions, judge } = await start()
    const { key, expiresAtMs } = await sessions.signIn(CREDENTIALS)
    time.nowMs += 60_000
    await sessions.extend(digestOf(key))
    time.nowMs = expiresAtMs - 1
    expect(await judge(key)).toBe('good')
  })

  test('that is over cannot be signed out, and its row goes with the next sign-in', async () => {
    const { time, store, sessions } = await start()
    const { key, expiresAtMs } = await sessions.signIn(CREDENTIALS)
    time.nowMs = expiresAtMs
    await expect(sessions.signOut(key)).rejects.toEqual(UNAUTHORIZED)
    expect(await store.sessions.find(digestOf(key))).toBeDefined()
    await sessions.signIn(CREDENTIALS)
    expect(await store.sessions.find(digestOf(key))).toBeUndefined()
  })

  test('that was signed out stays so when a request that was under way extends it', async () => {
    const { sessions, judge } = await start()
    const { key } = await sessions.signIn(CREDENTIALS)
    await sessions.signOut(key)
    await sessions.extend(digestOf(key))
    expect(await judge(key)).toBe('unknown')
    await expect(sessions.signOut(key)).rejects.toEqual(UNAUTHORIZED)
  })

  test('is one of several, each with a key of its own that ends alone', async () => {
    const { sessions, judge } = await start()
    const keys = [(await sessions.signIn(CREDENTIALS)).key, (await sessions.signIn(CREDENTIALS)).key] as const
    expect(keys[0]).not.toBe(keys[1])
    for (const key of keys) expect(key).toMatch(/^[\w-]{86}==$/)
    await sessions.signOut(keys[0])
    expect([await judge(keys[0]), await judge(keys[1])]).toEqual(['unknown', 'good'])
  })

  test('of an inactive user begins, and is good for nothing until he is active again', async () => {
    const { sessions, users, operator, judge } = await start()
    const other = await users.create(operator, { name: 'ann', status: 'active' })
    await users.setPassword(operator, other.id, 'password of ann')
    await users.change(operator, other.id, { status: 'inactive' })
    const { key } = await sessions.signIn({ user: 'ann', password: 'password of ann', address: '192.0.2.1' })
    expect(await judge(key)).toBe('owner-inactive')
    await users.change(operator, other.id, { status: 'active' })
    expect(await judge(key)).toBe('good')
    await users.delete(operator, other.id)
    expect(await judge(key)).toBe('unknown')
  })
})

describe('signing in', () => {
  test('is refused in one way, whatever is wrong', async () => {
    const { sessions, users, operator } = await start()
    await users.create(operator, { name: 'without-password', status: 'active' })
    for (const wrong of [{ password: 'wrong' }, { user: 'nobody' }, { user: 'without-password' }, { password: '' }])
      await expect(sessions.signIn({ ...CREDENTIALS, ...wrong })).rejects.toEqual(UNAUTHORIZED)
  })
})
