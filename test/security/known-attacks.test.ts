// Ways to more rights that were found in token servers, this one among them. CVE-2024-30896: the holder of an all-access token
// of InfluxDB 2 could become an operator. Each case tries one way, and checks that the refusal changed nothing.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '../../src/authority/caller.ts'
import type { AuthorizationId, OrgId, UserId } from '../../src/domain/id.ts'
import { type Permission, printPermission } from '../../src/domain/permission.ts'
import { isDenial } from '../../src/domain/verdict.ts'
import { ADDRESS, buildStage, type Cast, callerBy, type Parts, passwordOf, type Stage } from './cast.ts'
import { allAccessSet, both, operatorSet, permission, personal } from './reach.ts'

let stage: Stage
let cast: Cast
let parts: Parts
/** The operator's token, ann's all-access token, and cat's token for the authorizations of `plant`. */
let operator: Caller
let ann: Caller
let cat: Caller

beforeAll(async () => {
  stage = await buildStage()
  cast = stage.cast
})
afterAll(() => stage.strike())
beforeEach(async () => {
  parts = await stage.open()
  operator = await callerBy(parts, cast.operator.token, 'token')
  ann = await callerBy(parts, cast.annToken.token, 'token')
  cat = await callerBy(parts, cast.catToken.token, 'token')
})
afterEach(() => parts.close())

/** What an attempt is refused as; it must not have changed anything. */
async function refusal(attempt: () => Promise<unknown>): Promise<string> {
  const before = await parts.marks()
  const refused = await attempt().then(
    () => 'accepted',
    cause => `${cause.code}: ${cause.message}`,
  )
  if (refused !== 'accepted') expect(await parts.marks()).toBe(before)
  return refused
}

const session = async (name: keyof Cast['users'], password = passwordOf(name)) => {
  const { key } = await parts.authority.sessions.signIn({ user: name, password, address: ADDRESS })
  return callerBy(parts, key, 'session')
}

/** A token that somebody makes; of the maker's own user unless told otherwise. */
async function token(
  by: Caller,
  permissions: readonly Permission[],
  more: { userId?: UserId; orgId?: OrgId; expiresAtMs?: number } = {},
) {
  const wanted = { orgId: cast.orgs.plant, status: 'active', description: '', permissions, ...more } as const
  const made = await parts.authority.authorizations.create(by, wanted)
  const text = made.token as string
  return {
    id: made.authorization.id,
    text,
    authorization: made.authorization,
    caller: await callerBy(parts, text, 'token'),
  }
}

const setPassword = (by: Caller, userId: UserId) => () =>
  parts.authority.users.setPassword(by, userId, 'a new password')
const makeInactive = (by: Caller, id: string) => () =>
  parts.authority.authorizations.change(by, id as AuthorizationId, { status: 'inactive' })
const replace =
  (by: Caller, id: string, permissions: readonly Permission[], version = 1) =>
  () =>
    parts.authority.authorizations.replacePermissions(by, id as AuthorizationId, version, permissions)
const verdictOn = async (text: string) => {
  const found = await parts.verifier.verify(text)
  return isDenial(found) ? found.reason : 'good'
}
const mayRead = async (text: string, bucketId: string) =>
  parts.authority.buckets.get(await callerBy(parts, text, 'token'), bucketId as never).then(
    () => true,
    () => false,
  )

describe('an all-access token does not become an operator (CVE-2024-30896)', () => {
  test('by reading the secrets of other tokens: there are none to read', async () => {
    const { authorizations } = await parts.authority.authorizations.list(ann, { page: { limit: 100 } })
    expect(authorizations.map(({ id }) => id)).toContain(cast.operator.id)
    expect(JSON.stringify(authorizations)).not.toMatch(/slc_|digest|hash|token"/)
  })

  test("by setting an operator's password, or that of its own user who is one", async () => {
    expect(await refusal(setPassword(ann, cast.users.admin))).toBe(
      `unauthorized: write:users/${cast.users.admin} is unauthorized`,
    )
    const { admin } = cast.users
    const own = await token(operator, allAccessSet(cast.orgs.plant, admin), { userId: admin })
    expect(await refusal(setPassword(own.caller, admin))).toMatch(/^forbidden: permission .* is not allowed/)
  })

  test("by setting the password of the instance's owner, though he has no token left", async () => {
    const { admin } = cast.users
    const asOwner = personal(admin, [{ type: 'orgs', id: cast.orgs.plant, userId: admin, role: 'owner' }])
    const { caller } = await token(operator, asOwner, { userId: cast.users.eve })
    await parts.authority.authorizations.delete(operator, cast.operator.id as AuthorizationId)
    expect(await refusal(setPassword(caller, admin))).toBe(
      'forbidden: permission read:authorizations is not allowed: read:authorizations is unauthorized',
    )
  })

  test('by adding an owner or a member', async () => {
    const { plant: id } = cast.orgs
    for (const role of ['owner', 'member'] as const) {
      const add = () => parts.authority.members.add(ann, { type: 'orgs', id }, role, cast.users.ann)
      expect(await refusal(add)).toBe(`unauthorized: write:orgs/${id} is unauthorized`)
    }
  })

  test('by editing permissions, its own or those of a wider token', async () => {
    const more = [...allAccessSet(cast.orgs.plant, cast.users.ann), permission('write', 'authorizations')]
    expect(await refusal(replace(ann, cast.annToken.id, more))).toBe(
      'forbidden: permission write:authorizations is not allowed: write:authorizations is unauthorized',
    )
    expect(await refusal(replace(ann, cast.operator.id, both('buckets')))).toBe(
      'unauthorized: write:authorizations is unauthorized',
    )
  })

  test('by making a token, for itself or for an operator', async () => {
    for (const wider of [operatorSet(), both('users'), both('orgs', { id: cast.orgs.harbour })]) {
      expect(await refusal(() => token(ann, wider))).toMatch(/^forbidden: /)
    }
    const forAdmin = () => token(ann, both('tasks', { orgId: cast.orgs.plant }), { userId: cast.users.admin })
    expect(await refusal(forAdmin)).toBe(`unauthorized: write:users/${cast.users.admin} is unauthorized`)
  })

  test('by setting the password of a v1 authorization that may do more', async () => {
    const wanted = { orgId: cast.orgs.plant, status: 'active', description: '', v1Name: 'collector' } as const
    const { users, buckets } = cast
    const permissions = both('buckets', { id: buckets[2]?.id })
    const v1 = await parts.authority.v1Authorizations.create(operator, { ...wanted, userId: users.ann, permissions })
    const set = (by: Caller) => () => parts.authority.v1Passwords.set(by, v1.authorization.id, 'a long password')
    expect(await refusal(set(ann))).toMatch(/^forbidden: permission read:buckets/)
    expect(await refusal(set(cat))).toBe(`unauthorized: write:users/${users.ann} is unauthorized`)
    expect(await refusal(set(operator))).toBe('accepted')
  })
})

describe('permissions that say less than they seem', () => {
  test("the id of a foreign bucket under one's own org opens nothing, and cannot be handed on without the org", async () => {
    const bob = await session('bob')
    const ships = cast.buckets[2]?.id as string
    const lure = [
      ...both('buckets', { id: ships, orgId: cast.orgs.plant }),
      permission('write', 'authorizations', { orgId: cast.orgs.plant }),
      permission('write', 'users', { id: cast.users.bob }),
    ]
    const { text, caller, authorization } = await token(bob, lure)
    expect(authorization.permissions[0]).not.toHaveProperty('name', 'ships')
    expect(await mayRead(text, ships)).toBe(false)
    expect(await refusal(() => token(caller, both('buckets', { id: ships })))).toMatch(/^forbidden: /)
  })

  test("users of an org do not become one user by writing the org beside the user's id", async () => {
    const bob = await session('bob')
    const { plant: orgId } = cast.orgs
    const forged = permission('write', 'users', { id: cast.users.admin, orgId })
    expect(await refusal(() => token(bob, [forged]))).toMatch(/^forbidden: /)
    const { id } = await token(bob, both('tasks', { orgId }))
    expect(await refusal(replace(bob, id, [forged]))).toMatch(/^forbidden: /)
  })

  test('nobody puts the instance into a token, not even its owner', async () => {
    const admin = await session('admin')
    const all = [permission('write', 'instance')]
    expect(await refusal(() => token(admin, all))).toMatch(/^invalid: .*instance/)
    const { id } = await token(admin, both('tasks', { orgId: cast.orgs.plant }))
    expect(await refusal(replace(admin, id, all))).toMatch(/^invalid: .*instance/)
  })

  test("a member's session creates, changes, deletes and invites nobody", async () => {
    await parts.authority.authorizations.delete(operator, cast.catToken.id as AuthorizationId)
    const member = await session('cat')
    const { plant: orgId } = cast.orgs
    const { authorizations, members } = parts.authority
    const id = cast.annToken.id as AuthorizationId
    const attempts = [
      () => token(member, [permission('read', 'buckets', { orgId })]),
      makeInactive(member, id),
      () => authorizations.delete(member, id),
      () => members.add(member, { type: 'orgs', id: orgId }, 'member', cast.users.eve),
      setPassword(member, cast.users.bob),
    ]
    for (const attempt of attempts) expect(await refusal(attempt)).toMatch(/^unauthorized: write:/)
  })
})

describe('what is gone stays gone', () => {
  test("a deleted user's id is not used again, so that his tokens stay dead", async () => {
    const dans = await token(operator, both('buckets', { orgId: cast.orgs.plant }), { userId: cast.users.dan })
    await parts.authority.users.delete(operator, cast.users.dan)
    const { caller } = await token(operator, both('users'))
    const revive = () => parts.authority.users.create(caller, { id: cast.users.dan, name: 'dan', status: 'active' })
    expect(await refusal(revive)).toBe('conflict: user id already exists')
    expect(await verdictOn(dans.text)).toBe('owner-inactive')
  })

  test('a new org of the same name has nothing of the old one', async () => {
    const dans = await token(operator, both('buckets', { orgId: cast.orgs.harbour }), { orgId: cast.orgs.harbour })
    await parts.authority.orgs.delete(operator, cast.orgs.harbour)
    await parts.authority.orgs.create(operator, { name: 'harbour', description: '' })
    expect(await verdictOn(dans.text)).toBe('unknown')
    expect((await session('dan')).permissions.map(printPermission)).toEqual(
      both('users', { id: cast.users.dan }).map(printPermission),
    )
  })

  test('a session that was found good before its user lost his role is refused in the act', async () => {
    const bob = await session('bob')
    await parts.authority.members.remove(operator, { type: 'orgs', id: cast.orgs.plant }, cast.users.bob)
    expect(await refusal(makeInactive(bob, cast.annToken.id))).toMatch(/^unauthorized: /)
    await makeInactive(operator, cast.catToken.id)()
    expect(await refusal(makeInactive(cat, cast.annToken.id))).toBe('unauthorized: token is inactive')
  })

  test('all sessions of a user end when somebody sets his password', async () => {
    const { key } = await parts.authority.sessions.signIn({
      user: 'bob',
      password: passwordOf('bob'),
      address: ADDRESS,
    })
    await setPassword(operator, cast.users.bob)()
    expect(await parts.verifier.verifySession(key)).toMatchObject({ allow: false, reason: 'unknown' })
  })
})

describe('nobody touches what outranks him', () => {
  test('directly, by a token for the authorizations of the org', async () => {
    const { authorizations } = parts.authority
    const id = cast.operator.id as AuthorizationId
    const wider = await token(operator, both('users', { id: cast.users.dan }), { userId: cast.users.ann })
    for (const target of [id, wider.id]) {
      for (const attempt of [
        makeInactive(cat, target),
        replace(cat, target, [permission('read', 'tasks', { orgId: cast.orgs.plant })]),
        () => authorizations.change(cat, target, { description: 'mine' }),
        () => authorizations.change(cat, target, { expiresAtMs: parts.clock.nowMs() + 1000 }),
        () => authorizations.delete(cat, target),
      ]) {
        expect(await refusal(attempt)).toMatch(/write:.*is unauthorized$/)
      }
    }
    expect(await refusal(makeInactive(cat, cast.annToken.id))).toBe('accepted')
  })

  test('by way of its owner: an all-access token of an operator neither deletes nor deactivates him', async () => {
    const { admin } = cast.users
    const { caller } = await token(operator, allAccessSet(cast.orgs.plant, admin), { userId: admin })
    const { users } = parts.authority
    for (const attempt of [
      () => users.delete(caller, admin),
      () => users.change(caller, admin, { status: 'inactive' }),
    ]) {
      expect(await refusal(attempt)).toBe('unauthorized: write:authorizations is unauthorized')
    }
    expect(await verdictOn(cast.operator.token)).toBe('good')
    await parts.authority.authorizations.delete(operator, cast.operator.id as AuthorizationId)
    expect(await refusal(() => users.delete(caller, admin))).toBe('unauthorized: write:authorizations is unauthorized')
  })

  test('by way of its org: an owner of the org cannot delete it while a wider token is in it', async () => {
    const bob = await session('bob')
    // Not the last one, so that it is this rule which refuses.
    await token(operator, operatorSet(), { orgId: cast.orgs.harbour })
    expect(await refusal(() => parts.authority.orgs.delete(bob, cast.orgs.plant))).toBe(
      'unauthorized: write:authorizations is unauthorized',
    )
    await parts.authority.authorizations.delete(operator, cast.operator.id as AuthorizationId)
    expect(await refusal(() => parts.authority.orgs.delete(bob, cast.orgs.plant))).toBe('accepted')
  })

  test('the org of the last active operator cannot be deleted, not even by him', async () => {
    expect(await refusal(() => parts.authority.orgs.delete(operator, cast.orgs.plant))).toMatch(
      /^conflict: this organization holds the last active operator token/,
    )
  })
})

describe('re-enabling, which is not granting, is not a way round', () => {
  /** Somebody who may disable bob's tokens and set bob's password, and may do nothing else. */
  const helpdesk = () =>
    token(
      operator,
      [...both('authorizations', { orgId: cast.orgs.harbour }), ...both('users', { id: cast.users.eve })],
      { orgId: cast.orgs.harbour, userId: cast.users.eve },
    )
  const wide = () =>
    token(operator, both('buckets', { orgId: cast.orgs.harbour }), { orgId: cast.orgs.harbour, userId: cast.users.eve })

  test('a token is made inactive, its owner gets a new password, the token is made active again', async () => {
    const { caller } = await helpdesk()
    const { id } = await wide()
    await makeInactive(caller, id)()
    expect(await refusal(setPassword(caller, cast.users.eve))).toMatch(/^forbidden: permission read:orgs.*buckets/)
  })

  test('nor if it has expired meanwhile', async () => {
    const { caller } = await helpdesk()
    const { id } = await wide()
    await parts.authority.authorizations.change(caller, id, { expiresAtMs: parts.clock.nowMs() + 1000 })
    parts.clock.advance(2000)
    expect(await refusal(setPassword(caller, cast.users.eve))).toMatch(/^forbidden: permission read:orgs.*buckets/)
    await parts.authority.authorizations.delete(caller, id)
    expect(await refusal(setPassword(caller, cast.users.eve))).toBe('accepted')
  })
})

describe('nobody outlives himself', () => {
  const HOUR_MS = 3_600_000
  let ends: number
  let brief: Caller
  let briefId: AuthorizationId

  beforeEach(async () => {
    ends = parts.clock.nowMs() + HOUR_MS
    const made = await token(operator, operatorSet(), { expiresAtMs: ends })
    brief = made.caller
    briefId = made.id
  })

  test('what an expiring token makes ends with it, and cannot be made to end later', async () => {
    const { authorization } = await token(brief, both('buckets'))
    expect(authorization.expiresAtMs).toBe(ends)
    expect(await refusal(() => token(brief, both('buckets'), { expiresAtMs: ends + 1 }))).toMatch(
      /^forbidden: your own/,
    )
    const longer = (id: AuthorizationId, expiresAtMs: number | null) => () =>
      parts.authority.authorizations.change(brief, id, { expiresAtMs })
    for (const id of [authorization.id, briefId]) {
      for (const later of [ends + 1, null]) expect(await refusal(longer(id, later))).toMatch(/^forbidden: your own/)
    }
    expect(await refusal(longer(authorization.id, ends - 1))).toBe('accepted')
  })

  test('an expiring token leaves nothing lasting: no password, no member, no permission on a lasting token', async () => {
    const { members } = parts.authority
    const parent = { type: 'orgs', id: cast.orgs.plant } as const
    expect(await refusal(setPassword(brief, cast.users.eve))).toMatch(/^forbidden: your own/)
    expect(await refusal(() => members.add(brief, parent, 'owner', cast.users.eve))).toMatch(/^forbidden: your own/)
    const more = [...both('authorizations', { orgId: cast.orgs.plant }), permission('read', 'users')]
    expect(await refusal(replace(brief, cast.catToken.id, more))).toMatch(/^forbidden: your own/)
  })

  test('what a session owes to an expiring token ends with that token', async () => {
    const shortOrg = [...both('authorizations'), permission('read', 'buckets')]
    await token(operator, shortOrg, { userId: cast.users.eve, expiresAtMs: ends })
    const eve = await session('eve')
    const { authorization } = await token(eve, [permission('read', 'buckets')])
    expect(authorization.expiresAtMs).toBe(ends)
  })
})

describe('names do not stand in for ids', () => {
  test('a v1 authorization does not capture the tokens of those who write its name beside them', async () => {
    const wanted = { orgId: cast.orgs.harbour, status: 'active', description: '', v1Name: 'telegraf' } as const
    const dan = await session('dan')
    const permissions = both('buckets', { orgId: cast.orgs.harbour })
    await parts.authority.v1Authorizations.create(dan, { ...wanted, permissions })
    const credentials = { user: 'telegraf', password: cast.annToken.token, address: ADDRESS }
    expect(await parts.verifier.verifyV1(credentials)).toMatchObject({ userId: cast.users.ann })
  })

  test('a user without a password is not signed in by an empty one', async () => {
    for (const password of ['', 'undefined', passwordOf('ann')]) {
      expect(await refusal(() => session('ann', password))).toBe('unauthorized: unauthorized access')
    }
  })
})
