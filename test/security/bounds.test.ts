// What somebody with a right to make tokens could do with very many of them, or very wide ones: not much.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Caller, lookUpSession } from '../../src/authority/caller.ts'
import { followChanges } from '../../src/authority/freshness.ts'
import { createPasswordHasher } from '../../src/authority/password-hasher.ts'
import { createVerifier } from '../../src/authority/verifier.ts'
import type { UserId } from '../../src/domain/id.ts'
import type { Permission } from '../../src/domain/permission.ts'
import { digestOf } from '../../src/domain/token.ts'
import type { Sql } from '../../src/store/sql.ts'
import { storeOn } from '../../src/store/store.ts'
import { ADDRESS, buildStage, callerBy, type Parts, passwordOf, type Stage } from './cast.ts'
import { both, permission } from './reach.ts'

let stage: Stage
let parts: Parts
let operator: Caller

beforeAll(async () => {
  stage = await buildStage()
})
afterAll(() => stage.strike())
beforeEach(async () => {
  parts = await stage.open()
  operator = await callerBy(parts, stage.cast.operator.token, 'token')
})
afterEach(() => parts.close())

async function makeTokens(count: number, userId: UserId, permissions: readonly Permission[]): Promise<string[]> {
  const wanted = { orgId: stage.cast.orgs.plant, userId, status: 'active', description: '', permissions } as const
  const made = await Promise.all(
    Array.from({ length: count }, () => parts.authority.authorizations.create(operator, wanted)),
  )
  return made.map(({ token }) => token as string)
}

describe('a session of somebody with many tokens', () => {
  async function sessionOf(name: 'admin' | 'eve'): Promise<string> {
    const credentials = { user: name, password: passwordOf(name), address: ADDRESS }
    return (await parts.authority.sessions.signIn(credentials)).key
  }

  /** Statements that looking a session up takes, and what it holds. */
  async function lookUp(key: string): Promise<{ statements: number; caller: Caller }> {
    let statements = 0
    const { sql } = parts
    const counting: Sql = {
      all: statement => {
        statements++
        return sql.all(statement)
      },
      run: statement => sql.run(statement),
      transaction: work => sql.transaction(work),
      close: () => sql.close(),
    }
    const caller = await lookUpSession(storeOn(counting), digestOf(key), parts.clock.nowMs())
    return { statements, caller: caller as Caller }
  }

  test('is looked up in as many statements as that of one with a single token', async () => {
    const { eve } = stage.cast.users
    await makeTokens(1, eve, both('tasks', { orgId: stage.cast.orgs.plant }))
    const key = await sessionOf('eve')
    const one = await lookUp(key)
    await makeTokens(200, eve, both('tasks', { orgId: stage.cast.orgs.plant }))
    const many = await lookUp(key)
    expect(many.statements).toBe(one.statements)
    // What 200 tokens give alike is held once.
    expect(many.caller.permissions).toEqual(one.caller.permissions)
  })

  test("of the instance's owner is looked up without looking at them", async () => {
    const { admin } = stage.cast.users
    const key = await sessionOf('admin')
    const before = await lookUp(key)
    await makeTokens(200, admin, both('tasks'))
    const after = await lookUp(key)
    expect(after).toEqual({ ...before, caller: { ...before.caller } })
  })
})

test('the verifier remembers so many permissions, however they are spread over tokens', async () => {
  const wide = Array.from({ length: 40 }, (_, at) => permission('read', 'tasks', { id: `${at + 1}`.padStart(16, '0') }))
  const tokens = await makeTokens(20, stage.cast.users.eve, wide)
  const verifier = createVerifier({
    store: parts.store,
    freshness: await followChanges({ store: parts.store, dataVersion: () => 0 }),
    clock: parts.clock,
    hasher: createPasswordHasher(2),
    maxRememberedPermissions: 100,
  })
  for (const token of [...tokens, ...tokens]) {
    expect(await verifier.verify(token)).toMatchObject({ permissions: wide })
    expect(verifier.size()).toBeLessThanOrEqual(2)
  }
  const [narrow = ''] = await makeTokens(1, stage.cast.users.eve, both('tasks'))
  await verifier.verify(narrow)
  expect(verifier.size()).toBe(3)
})
