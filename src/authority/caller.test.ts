import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fresh } from '../../test/contract/open.ts'
import { openSqliteStore } from '../../test/contract/open-sqlite.ts'
import { addAuthorization, addOwners, bucket, id, NOW_MS, ORG, USER } from '../../test/contract/samples.ts'
import { INSTANCE_ID, type ResourceId } from '../domain/id.ts'
import { covers, type Permission, printPermission, type Resource } from '../domain/permission.ts'
import { digestOf } from '../domain/token.ts'
import { DENIAL_REASONS, isDenial } from '../domain/verdict.ts'
import {
  boundOf,
  type Caller,
  denialError,
  type Grant,
  lookUpCaller,
  may,
  membershipPermissions,
  requirePermission,
  requireToGrant,
  requireWithin,
  sessionGrants,
} from './caller.ts'

const read = (resource: Resource): Permission => ({ action: 'read', resource })
const write = (resource: Resource): Permission => ({ action: 'write', resource })

/** Somebody whose permissions come from these grants. */
function callerWith(...grants: Grant[]): Caller {
  return {
    ref: { kind: 'authorization', id: id(1) },
    userId: USER,
    orgId: ORG,
    atMs: NOW_MS,
    status: 'active',
    ownerActive: true,
    expiresAtMs: undefined,
    permissions: grants.flatMap(({ permissions }) => permissions),
    grants,
  }
}
const lasting = (...permissions: Permission[]): Grant => ({ permissions, expiresAtMs: undefined })
const until = (expiresAtMs: number, ...permissions: Permission[]): Grant => ({ permissions, expiresAtMs })
const refusal = (act: () => void) => {
  try {
    act()
    return undefined
  } catch (cause) {
    const { code, message } = cause as { code: string; message: string }
    return `${code}: ${message}`
  }
}
const bucketsOfOrg: Resource = { type: 'buckets', orgId: ORG }
const oneBucket: Resource = { type: 'buckets', id: id(7), orgId: ORG }
const foreignBucket: ResourceId = id(0x99)

describe('what a caller needs', () => {
  test('he has, or the permission that is missing is named', () => {
    const caller = callerWith(lasting(read(bucketsOfOrg)))
    expect(refusal(() => requirePermission(caller, read(oneBucket)))).toBeUndefined()
    expect(refusal(() => requirePermission(caller, write(oneBucket)))).toBe(
      `unauthorized: write:orgs/${ORG}/buckets/${id(7)} is unauthorized`,
    )
  })

  test('he has no longer once his credential is over', () => {
    const caller = { ...callerWith(lasting(read(bucketsOfOrg))), expiresAtMs: NOW_MS }
    expect(may(caller, read(oneBucket))).toBe(false)
    expect(may({ ...caller, atMs: NOW_MS - 1 }, read(oneBucket))).toBe(true)
    expect(may({ ...caller, expiresAtMs: undefined, status: 'inactive' }, read(oneBucket))).toBe(false)
    expect(may({ ...caller, expiresAtMs: undefined, ownerActive: false }, read(oneBucket))).toBe(false)
  })
})

describe('handing out', () => {
  const grant = (caller: Caller, ...permissions: Permission[]) => refusal(() => requireToGrant(caller, permissions))
  const notAllowed = (permission: Permission) => {
    const name = printPermission(permission)
    return `forbidden: permission ${name} is not allowed: ${name} is unauthorized`
  }

  test('what one holds, or a part of it, is allowed', () => {
    const caller = callerWith(lasting(read(bucketsOfOrg), write(oneBucket)))
    expect(grant(caller, read(bucketsOfOrg), read(oneBucket), write(oneBucket))).toBeUndefined()
    expect(grant(caller)).toBeUndefined()
  })

  test('more than one holds is refused, naming the first that is too much', () => {
    const caller = callerWith(lasting(read(bucketsOfOrg), write(oneBucket)))
    for (const more of [write(bucketsOfOrg), read({ type: 'buckets' }), read({ type: 'tasks', orgId: ORG })]) {
      expect(grant(caller, read(oneBucket), more, write({ type: 'users' }))).toBe(notAllowed(more))
    }
  })

  test('a user under one’s own org takes holding the user: the org beside him is not looked at when it is used', () => {
    const wanted = write({ type: 'users', id: id(5), orgId: ORG })
    expect(grant(callerWith(lasting(write({ type: 'users', orgId: ORG }))), wanted)).toBe(notAllowed(wanted))
    expect(grant(callerWith(lasting(write({ type: 'users', id: id(5) }))), wanted)).toBeUndefined()
  })

  test('a foreign bucket by way of one’s own org leads nowhere', () => {
    // Whoever holds his org's buckets may name any id under it, which opens nothing in another org ...
    const first = callerWith(lasting(read(bucketsOfOrg)))
    const named = read({ type: 'buckets', id: foreignBucket, orgId: ORG })
    expect(grant(first, named)).toBeUndefined()
    expect(covers(named, read({ type: 'buckets', id: foreignBucket, orgId: id(0x98) }))).toBe(false)
    // ... and who holds that cannot drop the org from it, which would.
    const bare = read({ type: 'buckets', id: foreignBucket })
    expect(grant(callerWith(lasting(named, read(bucketsOfOrg))), bare)).toBe(notAllowed(bare))
  })
})

describe('how long something may last', () => {
  test('is for ever, on the strength of what is held for ever', () => {
    expect(boundOf(callerWith(lasting(read(bucketsOfOrg))), [read(oneBucket)])).toBeUndefined()
    expect(boundOf(callerWith(until(1)), []), 'or of nothing').toBeUndefined()
  })

  test('is as long as the longest-lived grant of each permission, and as the first of them that ends', () => {
    const caller = callerWith(
      until(100, read(bucketsOfOrg), write(bucketsOfOrg)),
      until(300, read(oneBucket)),
      until(200, read(bucketsOfOrg)),
      lasting(write({ type: 'tasks' })),
    )
    expect(boundOf(caller, [read(bucketsOfOrg)])).toBe(200)
    expect(boundOf(caller, [read(oneBucket)])).toBe(300)
    expect(boundOf(caller, [write(oneBucket)])).toBe(100)
    expect(boundOf(caller, [read(oneBucket), write(oneBucket)])).toBe(100)
    expect(boundOf(caller, [write({ type: 'tasks', orgId: ORG })])).toBeUndefined()
    expect(boundOf(caller, [write({ type: 'tasks' }), read(oneBucket)])).toBe(300)
  })

  test('is no time at all for what is not held', () => {
    expect(boundOf(callerWith(lasting(read(oneBucket))), [read(oneBucket), write(oneBucket)])).toBe(0)
  })

  test('counts the grant of a user by his id, whatever org stands beside him', () => {
    const caller = callerWith(
      lasting(write({ type: 'users', orgId: ORG })),
      until(9, write({ type: 'users', id: id(5) })),
    )
    expect(boundOf(caller, [write({ type: 'users', id: id(5), orgId: ORG })])).toBe(9)
  })

  const resource = fc.constantFrom<Resource>(bucketsOfOrg, oneBucket, { type: 'buckets' }, { type: 'users', id: id(5) })
  const permission = fc.tuple(fc.constantFrom(read, write), resource).map(([action, of]) => action(of))
  const permissions = fc.array(permission, { maxLength: 3 })
  const grant = fc.record({ permissions, expiresAtMs: fc.option(fc.nat({ max: 9 }), { nil: undefined }) })
  const longer = (bound: number | undefined) => bound ?? Number.POSITIVE_INFINITY

  test('never shrinks with another grant, and never grows with another permission', () => {
    fc.assert(
      fc.property(
        fc.array(grant, { maxLength: 4 }),
        grant,
        permissions,
        permission,
        (grants, more, wanted, another) => {
          const bound = longer(boundOf(callerWith(...grants), wanted))
          expect(longer(boundOf(callerWith(...grants, more), wanted))).toBeGreaterThanOrEqual(bound)
          expect(longer(boundOf(callerWith(...grants), [...wanted, another]))).toBeLessThanOrEqual(bound)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('is nothing exactly if something is not held', () => {
    const alive = fc.record({ permissions, expiresAtMs: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(alive, { maxLength: 4 }), permissions, (grants, wanted) => {
        const caller = callerWith(...grants)
        expect(boundOf(caller, wanted) === 0).toBe(refusal(() => requireToGrant(caller, wanted)) !== undefined)
      }),
      { numRuns: 500 },
    )
  })
})

describe('nobody outlives himself', () => {
  const within = (boundMs: number | undefined, untilMs: number | undefined) =>
    refusal(() => requireWithin(boundMs, untilMs))

  test('so what ends with his own credential, or before, is allowed', () => {
    expect(within(undefined, undefined)).toBeUndefined()
    expect(within(undefined, 1)).toBeUndefined()
    expect(within(NOW_MS, NOW_MS)).toBeUndefined()
    expect(within(NOW_MS, NOW_MS - 1)).toBeUndefined()
  })

  test('and what ends later, or never, is refused, saying when his own ends', () => {
    const message =
      'forbidden: your own credential expires at 2027-01-15T07:59:59.987Z: nothing it hands out may last longer'
    expect(within(NOW_MS, NOW_MS + 1)).toBe(message)
    expect(within(NOW_MS, undefined)).toBe(message)
    expect(within(0, 1), 'what he does not hold lasts no time at all').toContain('1970-01-01')
  })
})

describe('a membership', () => {
  const of = (type: 'orgs' | 'buckets' | 'instance', role: 'owner' | 'member', bucketOrgId: typeof ORG | null = null) =>
    membershipPermissions({ type, role, resourceId: id(0x0a), userId: USER, bucketOrgId }).map(printPermission)

  test('of an org gives the owner 44 permissions and the member 22', () => {
    expect(of('orgs', 'owner')).toHaveLength(44)
    expect(of('orgs', 'member')).toHaveLength(22)
    expect(of('orgs', 'owner')).toContain(`write:orgs/${ORG}/authorizations`)
  })

  test('of a bucket lets the member read it; owning one gives nothing, nor does one that is gone', () => {
    expect(of('buckets', 'member', ORG)).toEqual([`read:orgs/${ORG}/buckets/${id(0x0a)}`])
    expect(of('buckets', 'owner', ORG)).toEqual([])
    expect(of('buckets', 'member', null)).toEqual([])
  })

  test('of the instance gives its owner everything', () => {
    expect(of('instance', 'owner')).toEqual(['read:instance', 'write:instance'])
    expect(of('instance', 'member')).toEqual([])
  })
})

describe('a session', () => {
  const printed = (grants: readonly Grant[]) =>
    grants.map(({ permissions, expiresAtMs }) => [expiresAtMs, permissions.map(printPermission).sort()])

  test('holds its user, his memberships, and his tokens in force, each for as long as it lasts', async () => {
    const { store } = await fresh(openSqliteStore)
    await store.transaction(async inside => {
      await addOwners(inside)
      await inside.buckets.create(bucket(7))
      await inside.memberships.add({ type: 'buckets', resourceId: id(7), userId: USER, role: 'member' }, NOW_MS)
      await addAuthorization(inside, 1, { permissions: [write(oneBucket)] })
      await addAuthorization(inside, 2, {
        permissions: [write(oneBucket), write(bucketsOfOrg)],
        expiresAtMs: NOW_MS + 9,
      })
      await addAuthorization(inside, 3, { permissions: [read({ type: 'tasks' })], status: 'inactive' })
      await addAuthorization(inside, 4, { permissions: [read({ type: 'views' })], expiresAtMs: NOW_MS })
    })
    const [own, ...tokens] = printed(await sessionGrants(store, USER, NOW_MS))
    expect(own).toEqual([undefined, [`read:orgs/${ORG}/buckets/${id(7)}`, `read:users/${USER}`, `write:users/${USER}`]])
    expect(tokens).toHaveLength(2)
    expect(tokens).toContainEqual([undefined, [`write:orgs/${ORG}/buckets/${id(7)}`]])
    expect(tokens).toContainEqual([NOW_MS + 9, [`write:orgs/${ORG}/buckets`]])
  })

  test('of the owner of the instance holds everything, whatever his tokens are', async () => {
    const { store } = await fresh(openSqliteStore)
    await store.transaction(async inside => {
      await addOwners(inside)
      await inside.memberships.add({ type: 'instance', resourceId: INSTANCE_ID, userId: USER, role: 'owner' }, NOW_MS)
      await addAuthorization(inside, 1, { expiresAtMs: NOW_MS + 9 })
    })
    const [only, ...others] = printed(await sessionGrants(store, USER, NOW_MS))
    expect(only?.[1]).toContain('write:instance')
    expect(others).toEqual([])
  })
})

describe('a caller who is looked up again', () => {
  test('is who he was, as he is now, or refused', async () => {
    const { store } = await fresh(openSqliteStore)
    await store.transaction(async inside => {
      await addOwners(inside)
      await addAuthorization(inside, 1)
      const session = { digest: digestOf('key'), userId: USER, createdAtMs: NOW_MS, expiresAtMs: NOW_MS + 5 }
      await inside.sessions.create(session)
    })
    const outcome = async (ref: Caller['ref'], nowMs = NOW_MS) => {
      const found = await lookUpCaller(store, ref, nowMs)
      return isDenial(found) ? found.reason : found.ref
    }
    const token = { kind: 'authorization', id: id(1) } as Caller['ref']
    const session = { kind: 'session', digest: digestOf('key') } as const
    expect(await outcome(token)).toEqual(token)
    expect(await outcome(session)).toEqual(session)
    expect(await outcome(session, NOW_MS + 5)).toBe('unknown')
    await store.users.update(USER, { status: 'inactive' })
    expect(await outcome(token)).toBe('owner-inactive')
    expect(await outcome(session)).toBe('owner-inactive')
    await store.users.update(USER, { status: 'active' })
    await store.authorizations.update(id(1), 1, { status: 'inactive' }, NOW_MS)
    expect(await outcome(token)).toBe('inactive')
    await store.authorizations.remove(id(1))
    expect(await outcome(token)).toBe('unknown')
  })
})

describe('why a credential is refused', () => {
  test.each(DENIAL_REASONS)('is said for %s', reason => {
    const { code, message } = denialError({ allow: false, reason })
    expect(['unauthorized', 'forbidden']).toContain(code)
    expect(message).not.toBe('')
  })

  test('is not told to who does not hold the secret', () => {
    const [nothing, wrong] = [
      denialError({ allow: false, reason: 'no-credential' }),
      denialError({ allow: false, reason: 'unknown' }),
    ]
    expect([nothing.code, nothing.message]).toEqual(['unauthorized', 'unauthorized access'])
    expect([wrong.code, wrong.message]).toEqual([nothing.code, nothing.message])
  })

  test('names the permission that is missing', () => {
    const error = denialError({ allow: false, reason: 'missing-permission', missing: write(bucketsOfOrg) })
    expect([error.code, error.message]).toEqual(['unauthorized', `write:orgs/${ORG}/buckets is unauthorized`])
  })
})
