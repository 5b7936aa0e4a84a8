import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { type OpenedSqliteStore, openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, id, NOW_MS, ORG, secret, USER, user } from '../../test/contract/samples.ts'
import type { AuthorizationChange } from '../domain/authorization.ts'
import type { AuthorizationId, UserId } from '../domain/id.ts'
import type { Permission } from '../domain/permission.ts'
import { inspect } from './inspection.ts'
import { storePath } from './open-sqlite-store.ts'
import { lookAtPresent } from './restore.ts'
import type { Difference } from './revocations.ts'
import { openSqlite } from './sqlite.ts'
import type { Nouns } from './store.ts'

const LATER_MS = NOW_MS + 1000
const TOKEN: AuthorizationId = id(1)
const OTHER: UserId = id(0x0c)
const HASH = { salt: 's', parameters: 'p', hash: 'old' }
const reading: Permission = { action: 'read', resource: { type: 'buckets', orgId: ORG } }
const writing: Permission = { action: 'write', resource: { type: 'buckets', orgId: ORG } }

let folder: string
let present: OpenedSqliteStore

/** A store with one token of the owning user, another user with a role and a password, and a v1 authorization. */
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-revocations-'))
  present = (await fresh(openSqliteStore)) as OpenedSqliteStore
  await present.store.transaction(async nouns => {
    await addOwners(nouns)
    await nouns.users.create(user(0x0c, { name: 'bob' }), NOW_MS)
    await nouns.memberships.add({ type: 'orgs', resourceId: ORG, userId: OTHER, role: 'owner' }, NOW_MS)
    await nouns.passwords.set({ kind: 'user', id: OTHER }, HASH, NOW_MS)
    await addAuthorization(nouns, 1, { description: 'telegraf', permissions: [reading, writing] })
    await addAuthorization(nouns, 2, { kind: 'v1', v1Name: 'old-client', description: 'for 1.x' })
    await nouns.passwords.set({ kind: 'v1', id: id(2) }, HASH, NOW_MS)
  })
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What a restore would undo of a change that is made after the backup. */
async function differenceAfter(change: (nouns: Nouns) => Promise<unknown>, nowMs = LATER_MS): Promise<Difference> {
  const path = join(folder, 'backup.db')
  const source = await inspect(storePath(present.directory), 'shared')
  source.copyTo(path)
  await source.close()
  await present.store.transaction(async nouns => void (await change(nouns)))
  const backup = await openSqlite({ path, journalMode: 'delete' })
  const { difference } = await lookAtPresent(backup, storePath(present.directory), nowMs)
  await backup.close()
  return difference!
}

const undoneBy = async (change: (nouns: Nouns) => Promise<unknown>, nowMs?: number) =>
  (await differenceAfter(change, nowMs)).revocations

const changeToken = (change: AuthorizationChange) => async (nouns: Nouns) => {
  const { version } = (await nouns.authorizations.find(TOKEN))!
  return nouns.authorizations.update(TOKEN, version, change, LATER_MS)
}
const setPermissions = (permissions: readonly Permission[]) => async (nouns: Nouns) => {
  await changeToken({})(nouns)
  return nouns.permissions.replace(TOKEN, permissions)
}
const removeToken = async (nouns: Nouns) => {
  await nouns.secrets.removeOf(TOKEN)
  return nouns.authorizations.remove(TOKEN)
}

const token = { id: TOKEN, name: 'telegraf', of: 'owning user' }
const bob = { id: OTHER, name: 'bob', of: '' }

describe('a restore would undo', () => {
  test.each([
    ['a deactivation', changeToken({ status: 'inactive' }), { ...token, undone: 'token deactivated' }],
    ['a deletion', removeToken, { ...token, undone: 'token deleted' }],
    ['an expiry', changeToken({ expiresAtMs: LATER_MS + 5 }), { ...token, undone: 'token expires earlier' }],
    ['a loss of permissions', setPermissions([reading]), { ...token, undone: 'token lost permissions' }],
    [
      'a limit to measurements',
      setPermissions([reading, { ...writing, resource: { ...writing.resource, measurements: ['cpu'] } }]),
      { ...token, undone: 'token lost permissions' },
    ],
    ['the end of a secret', (nouns: Nouns) => nouns.secrets.removeOf(TOKEN), { ...token, undone: 'secret ended' }],
    [
      'the deactivation of a user',
      (nouns: Nouns) => nouns.users.update(OTHER, { status: 'inactive' }),
      { ...bob, undone: 'user deactivated' },
    ],
    [
      'a change of password',
      (nouns: Nouns) => nouns.passwords.set({ kind: 'user', id: OTHER }, { ...HASH, hash: 'new' }, LATER_MS),
      { ...bob, undone: 'password changed' },
    ],
    [
      'the removal of a password',
      (nouns: Nouns) => nouns.passwords.remove({ kind: 'user', id: OTHER }),
      { ...bob, undone: 'password changed' },
    ],
    [
      'a change of the password of a 1.x client',
      (nouns: Nouns) => nouns.passwords.set({ kind: 'v1', id: id(2) }, { ...HASH, hash: 'new' }, LATER_MS),
      { id: id(2), name: 'for 1.x', of: 'old-client', undone: 'password changed' },
    ],
    [
      'the removal of a role',
      (nouns: Nouns) => nouns.memberships.remove('orgs', ORG, OTHER),
      { ...bob, of: 'owner of owning org', undone: 'role removed' },
    ],
    [
      'the lessening of a role',
      async (nouns: Nouns) => {
        await nouns.memberships.remove('orgs', ORG, OTHER)
        await nouns.memberships.add({ type: 'orgs', resourceId: ORG, userId: OTHER, role: 'member' }, LATER_MS)
      },
      { ...bob, of: 'owner of owning org', undone: 'role removed' },
    ],
  ])('%s', async (_, change, revocation) => {
    expect(await undoneBy(change)).toEqual([revocation])
  })

  test('the deletion of a user, said once and not for each of his roles', async () => {
    const remove = async ({ users, passwords, memberships }: Nouns) => {
      await users.remove(OTHER, LATER_MS)
      await passwords.remove({ kind: 'user', id: OTHER })
      await memberships.removeUser(OTHER)
    }
    expect(await undoneBy(remove)).toEqual([{ ...bob, undone: 'user deleted' }])
  })

  test('an expiry that was brought forward, and not one that was put off', async () => {
    await present.store.transaction(changeToken({ expiresAtMs: LATER_MS + 100 }))
    expect(await undoneBy(changeToken({ expiresAtMs: LATER_MS + 50 }))).toMatchObject([
      { undone: 'token expires earlier' },
    ])
    rmSync(join(folder, 'backup.db'))
    expect(await undoneBy(changeToken({ expiresAtMs: LATER_MS + 200 }))).toEqual([])
    rmSync(join(folder, 'backup.db'))
    expect(await undoneBy(changeToken({ expiresAtMs: null }))).toEqual([])
  })

  test('every revocation of several', async () => {
    const undone = await undoneBy(async nouns => {
      await nouns.users.update(OTHER, { status: 'inactive' })
      await changeToken({ status: 'inactive' })(nouns)
    })
    expect(undone.map(revocation => revocation.undone)).toEqual(['user deactivated', 'token deactivated'])
  })
})

describe('a restore would not undo', () => {
  test.each([
    ['nothing', async () => {}],
    ['a new description', changeToken({ description: 'renamed' })],
    [
      'more permissions',
      setPermissions([reading, writing, { action: 'read', resource: { type: 'tasks', orgId: ORG } }]),
    ],
    ['permissions in another order', setPermissions([writing, reading])],
    [
      'permissions that cover the old ones',
      setPermissions([
        { action: 'read', resource: { type: 'buckets' } },
        { action: 'write', resource: { type: 'buckets' } },
      ]),
    ],
    ['a new secret', (nouns: Nouns) => nouns.secrets.add({ ...secret(9), authorizationId: TOKEN })],
    [
      'a higher role',
      (nouns: Nouns) => nouns.memberships.add({ type: 'orgs', resourceId: ORG, userId: USER, role: 'owner' }, LATER_MS),
    ],
  ])('%s', async (_, change) => {
    expect(await undoneBy(change)).toEqual([])
  })

  test('what was revoked before the backup', async () => {
    await present.store.transaction(changeToken({ status: 'inactive' }))
    expect(await undoneBy(removeToken)).toEqual([])
  })

  test('the deletion of a token that has expired meanwhile', async () => {
    await present.store.transaction(changeToken({ expiresAtMs: LATER_MS }))
    expect(await undoneBy(removeToken, LATER_MS)).toEqual([])
  })

  test('the deletion of a token whose owner the backup has as inactive', async () => {
    await present.store.transaction(({ users }) => users.update(USER, { status: 'inactive' }))
    expect(await undoneBy(removeToken)).toEqual([])
  })
})

test('tokens and users that came since would be lost, and are counted if they are of use', async () => {
  const { lost } = await differenceAfter(async nouns => {
    await addAuthorization(nouns, 11)
    await addAuthorization(nouns, 12, { status: 'inactive' })
    await addAuthorization(nouns, 13, { expiresAtMs: LATER_MS })
    await nouns.users.create(user(0x0d, { name: 'new' }), LATER_MS)
  })
  expect(lost).toEqual({ authorizations: 1, users: 1 })
})
