import { beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../../test/contract/open.ts'
import { openSqliteStore } from '../../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, NOW_MS, USER } from '../../../test/contract/samples.ts'
import type { Authorization } from '../../domain/authorization.ts'
import { INSTANCE_ID } from '../../domain/id.ts'
import { operatorPermissions, type Permission } from '../../domain/permission.ts'
import type { Store } from '../../store/store.ts'
import { DAY_MS } from './finding.ts'
import { checkOperators } from './operators.ts'

const READ_BUCKETS: Permission = { action: 'read', resource: { type: 'buckets' } }

let store: Store
beforeEach(async () => {
  store = (await fresh(openSqliteStore)).store
})

const check = async () => (await checkOperators(store, NOW_MS))[0]!
const addOperator = (number: number, fields: Partial<Authorization> = {}) =>
  store.transaction(nouns => addAuthorization(nouns, number, { permissions: operatorPermissions(), ...fields }))

describe('who may do everything', () => {
  test('nobody, before the set-up, which is fine', async () => {
    expect(await check()).toMatchObject({ level: 'ok', what: expect.stringMatching(/set this up yet/) })
  })

  test('the holders of operator tokens, counted', async () => {
    await store.transaction(addOwners)
    await addOperator(1)
    expect(await check()).toEqual({ level: 'ok', what: 'There is one active operator token.' })
    await addOperator(2)
    expect(await check()).toEqual({ level: 'ok', what: 'There are 2 active operator tokens.' })
  })

  test.each([
    ['an inactive one', { status: 'inactive' }],
    ['an expired one', { expiresAtMs: NOW_MS }],
    ['one with a permission less', { permissions: operatorPermissions().slice(1) }],
    ['one with as many, all the same', { permissions: operatorPermissions().map(() => READ_BUCKETS) }],
  ] as const)('not the holder of %s', async (_, fields) => {
    await store.transaction(addOwners)
    await addOperator(1, fields)
    expect(await check()).toMatchObject({
      level: 'bad',
      todo: expect.stringContaining('sluice recovery create-operator'),
    })
  })

  test('not the holder whose user is inactive', async () => {
    await store.transaction(addOwners)
    await addOperator(1)
    await store.transaction(({ users }) => users.update(USER, { status: 'inactive' }))
    expect(await check()).toMatchObject({ level: 'bad' })
  })

  test('an owner of the instance with a password, who can help himself', async () => {
    await store.transaction(async nouns => {
      await addOwners(nouns)
      await nouns.memberships.add({ type: 'instance', resourceId: INSTANCE_ID, userId: USER, role: 'owner' }, NOW_MS)
    })
    expect(await check()).toMatchObject({ level: 'bad' })
    const hash = { salt: 's', parameters: 'p', hash: 'h' }
    await store.transaction(({ passwords }) => passwords.set({ kind: 'user', id: USER }, hash, NOW_MS))
    expect(await check()).toMatchObject({
      level: 'warn',
      what: expect.stringContaining('"owning user" owns the instance'),
    })
    await store.transaction(({ users }) => users.update(USER, { status: 'inactive' }))
    expect(await check()).toMatchObject({ level: 'bad' })
  })

  test('for how long: the last to expire counts', async () => {
    await store.transaction(addOwners)
    await addOperator(1, { expiresAtMs: NOW_MS + 2 * DAY_MS })
    await addOperator(2, { expiresAtMs: NOW_MS + 5 * DAY_MS })
    expect(await check()).toMatchObject({ level: 'warn', what: expect.stringMatching(/expires in 5 days/) })
    await addOperator(3)
    expect(await check()).toMatchObject({ level: 'ok' })
  })
})
