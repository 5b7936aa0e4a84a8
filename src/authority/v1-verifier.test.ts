import { beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addOwners, authorization, id, NOW_MS } from '../../test/contract/samples.ts'
import type { AuthorizationId } from '../domain/id.ts'
import type { Store } from '../store/store.ts'
import { createPasswordHasher, type PasswordHasher } from './password-hasher.ts'
import { createThrottle } from './throttle.ts'
import { createV1Verifier, type V1Verifier } from './v1-verifier.ts'

const PASSWORD = 'the right password'
const NAME = 'telegraf'
const ID = id<'authorization'>(1) as AuthorizationId

let store: Store
let hasher: PasswordHasher
let verify: V1Verifier
/** How often the slow hash was computed. */
let hashes: number
/** Called when a password is being checked. */
let whileChecking: () => Promise<unknown>

beforeEach(async () => {
  ;({ store } = await fresh(openSqliteStore))
  const real = createPasswordHasher(16)
  hashes = 0
  whileChecking = async () => {}
  hasher = {
    hash: real.hash,
    async matches(password, stored) {
      hashes++
      await whileChecking()
      return real.matches(password, stored)
    },
  }
  verify = createV1Verifier(
    store,
    hasher,
    createThrottle(() => NOW_MS),
  )
  await store.transaction(async inside => {
    await addOwners(inside)
    await inside.authorizations.create(authorization(1, { kind: 'v1', v1Name: NAME }))
  })
  await setPassword(PASSWORD)
})

async function setPassword(password: string): Promise<void> {
  await store.passwords.set({ kind: 'v1', id: ID }, await hasher.hash(password), NOW_MS)
}
const asked = (password = PASSWORD, user = NAME) => verify({ user, password, address: 'here' })
const RIGHT = expect.objectContaining({ authorizationId: ID, status: 'active' })

describe('a 1.x user', () => {
  test('is known by name and password', async () => {
    expect(await asked()).toEqual(RIGHT)
    for (const wrong of ['', 'the wrong password', `${PASSWORD} `, PASSWORD.toUpperCase()]) {
      expect(await asked(wrong)).toBeUndefined()
    }
  })

  test('whose name nobody has is told apart, for the password may then be a token', async () => {
    for (const name of ['nobody', 'Telegraf', 'telegraf ', '']) expect(await asked(PASSWORD, name)).toBe('no-such-user')
    expect(hashes).toBe(0)
  })

  test('without a password is refused, whatever is presented', async () => {
    await store.passwords.remove({ kind: 'v1', id: ID })
    expect(await asked()).toBeUndefined()
    expect(await asked('')).toBeUndefined()
    expect(hashes, 'and that takes as long as a wrong one').toBe(2)
  })

  test('is found with what holds now: status and expiry are judged elsewhere', async () => {
    await store.authorizations.update(ID, 1, { status: 'inactive', expiresAtMs: NOW_MS }, NOW_MS)
    expect(await asked()).toMatchObject({ status: 'inactive', expiresAtMs: NOW_MS })
  })
})

describe('a password that was found right', () => {
  test('is not hashed slowly again', async () => {
    for (let at = 0; at < 5; at++) expect(await asked()).toEqual(RIGHT)
    expect(hashes).toBe(1)
  })

  test('lets no other in beside it', async () => {
    await asked()
    expect(await asked('the wrong password')).toBeUndefined()
    expect(await asked('')).toBeUndefined()
    expect(await asked()).toEqual(RIGHT)
    expect(hashes).toBe(3)
  })

  test('is forgotten once it was changed', async () => {
    await asked()
    await setPassword('a new password')
    expect(await asked()).toBeUndefined()
    expect(await asked('a new password')).toEqual(RIGHT)
    await setPassword(PASSWORD)
    expect(await asked('a new password')).toBeUndefined()
    expect(await asked()).toEqual(RIGHT)
  })

  test('is forgotten once it was taken away', async () => {
    await asked()
    await store.passwords.remove({ kind: 'v1', id: ID })
    expect(await asked()).toBeUndefined()
  })

  test('shows each change of its authorization at once', async () => {
    await asked()
    await store.authorizations.update(ID, 1, { status: 'inactive' }, NOW_MS)
    expect(await asked()).toMatchObject({ status: 'inactive' })
    await store.authorizations.remove(ID)
    expect(await asked()).toBe('no-such-user')
    expect(hashes).toBe(1)
  })

  test('is not that of a later user of the same name', async () => {
    await asked()
    await store.authorizations.remove(ID)
    await store.authorizations.create(authorization(2, { kind: 'v1', v1Name: NAME }))
    expect(await asked()).toBeUndefined()
  })
})

describe('while a password is being checked, which takes a while', () => {
  test('the authorization is made inactive: what counts is how things stand then', async () => {
    whileChecking = () => store.authorizations.update(ID, 1, { status: 'inactive' }, NOW_MS)
    expect(await asked()).toMatchObject({ status: 'inactive' })
  })

  test('the authorization is deleted: nobody is let in', async () => {
    whileChecking = () => store.authorizations.remove(ID)
    expect(await asked()).toBeUndefined()
  })

  test('the password is changed: the old one is not remembered', async () => {
    whileChecking = async () => {
      whileChecking = async () => {}
      await setPassword('a new password')
    }
    await asked()
    expect(await asked()).toBeUndefined()
    expect(await asked('a new password')).toEqual(RIGHT)
  })
})

describe('who guesses', () => {
  test('has to wait, while another user of the same address that is known does not', async () => {
    await store.transaction(async inside => {
      await inside.authorizations.create(authorization(2, { kind: 'v1', v1Name: 'other' }))
      await inside.passwords.set({ kind: 'v1', id: id(2) }, await hasher.hash(PASSWORD), NOW_MS)
    })
    await asked(PASSWORD, 'other')
    for (let at = 0; at < 6; at++) expect(await asked(`guess ${at}`)).toBeUndefined()
    const before = hashes
    await expect(asked('another guess')).rejects.toMatchObject({ code: 'too many requests' })
    await expect(asked(), 'even if he is right now').rejects.toMatchObject({ code: 'too many requests' })
    expect(hashes, 'and costs us nothing').toBe(before)
    expect(await asked(PASSWORD, 'other')).toMatchObject({ authorizationId: id(2) })
  })

  test('does not shut out the agent that got in before', async () => {
    await asked()
    for (let at = 0; at < 6; at++) expect(await asked(`guess ${at}`)).toBeUndefined()
    await expect(asked('another guess')).rejects.toMatchObject({ code: 'too many requests' })
    expect(await asked()).toEqual(RIGHT)
  })
})
