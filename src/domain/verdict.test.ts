import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idOf } from './id.ts'
import { ACTIONS, coversAny, type Permission, RESOURCE_TYPES } from './permission.ts'
import { decide, isDenial, type Standing } from './verdict.ts'

const NOW = 1_800_000_000_000
const readBucket: Permission = { action: 'read', resource: { type: 'buckets', id: idOf(1n), orgId: idOf(2n) } }
const writeBucket: Permission = { ...readBucket, action: 'write' }
const good: Standing = { status: 'active', expiresAtMs: undefined, ownerActive: true, permissions: [readBucket] }

const reasonFor = (standing: Standing | undefined, demands: readonly Permission[] = []) => {
  const verdict = decide(standing, demands, NOW)
  return verdict.allow ? 'allow' : verdict.reason
}

describe('a verdict', () => {
  test('allows who holds all that is demanded', () => {
    expect(decide(good, [], NOW)).toEqual({ allow: true })
    expect(decide(good, [readBucket, readBucket], NOW)).toEqual({ allow: true })
  })

  test('names the first demand that is not covered', () => {
    const third: Permission = { action: 'write', resource: { type: 'users' } }
    expect(decide(good, [readBucket, writeBucket, third], NOW)).toEqual({
      allow: false,
      reason: 'missing-permission',
      missing: writeBucket,
    })
  })

  test('is that an unknown credential is unknown', () => expect(reasonFor(undefined)).toBe('unknown'))
  test('is that an inactive one is inactive', () => expect(reasonFor({ ...good, status: 'inactive' })).toBe('inactive'))
  test('is that one without an active owner has none', () =>
    expect(reasonFor({ ...good, ownerActive: false })).toBe('owner-inactive'))

  test('is that an expiry is over at its very instant, and not a millisecond earlier', () => {
    expect(reasonFor({ ...good, expiresAtMs: NOW + 1 })).toBe('allow')
    expect(reasonFor({ ...good, expiresAtMs: NOW })).toBe('expired')
    expect(reasonFor({ ...good, expiresAtMs: NOW - 1 })).toBe('expired')
    expect(reasonFor({ ...good, expiresAtMs: 0 })).toBe('expired')
  })

  test('gives the reason that its holder can act on first', () => {
    const bad = { status: 'inactive', expiresAtMs: NOW, ownerActive: false, permissions: [] } as const
    expect(reasonFor(bad, [readBucket])).toBe('inactive')
    expect(reasonFor({ ...bad, status: 'active' }, [readBucket])).toBe('expired')
    expect(reasonFor({ ...bad, status: 'active', expiresAtMs: undefined }, [readBucket])).toBe('owner-inactive')
    expect(reasonFor({ ...good, permissions: [] }, [readBucket])).toBe('missing-permission')
  })

  test('can be told from whatever was found instead', () => {
    expect(isDenial(decide(undefined, [], NOW))).toBe(true)
    expect(isDenial(decide(good, [], NOW))).toBe(false)
    expect(isDenial(good)).toBe(false)
    expect(isDenial({ allow: 'false' })).toBe(false)
  })
})

describe('whatever the standing and the demands', () => {
  const id = fc.constantFrom(undefined, idOf<string>(1n), idOf<string>(2n))
  const permission: fc.Arbitrary<Permission> = fc
    .tuple(fc.constantFrom(...ACTIONS), fc.constantFrom(...RESOURCE_TYPES), id, id)
    .map(([action, type, id, org]) => ({
      action,
      resource: { type, ...(id && { id }), ...(org && { orgId: org as never }) },
    }))
  const permissions = fc.array(permission, { maxLength: 6 })
  const standing: fc.Arbitrary<Standing> = fc.record({
    status: fc.constantFrom('active', 'inactive'),
    expiresAtMs: fc.option(fc.integer({ min: NOW - 2, max: NOW + 2 }), { nil: undefined }),
    ownerActive: fc.boolean(),
    permissions,
  })

  test('it is allowed exactly if the credential is good and each demand is covered', () => {
    fc.assert(
      fc.property(standing, permissions, (held, demands) => {
        const isGood = held.status === 'active' && !(held.expiresAtMs! <= NOW) && held.ownerActive
        const covered = demands.every(demand => coversAny(held.permissions, demand))
        expect(decide(held, demands, NOW).allow).toBe(isGood && covered)
      }),
      { numRuns: 1000 },
    )
  })

  test('demanding more never helps, and holding more never hurts', () => {
    fc.assert(
      fc.property(standing, permissions, permissions, (held, demands, more) => {
        if (!decide(held, demands, NOW).allow) expect(decide(held, [...demands, ...more], NOW).allow).toBe(false)
        const richer = { ...held, permissions: [...more, ...held.permissions] }
        if (decide(held, demands, NOW).allow) expect(decide(richer, demands, NOW).allow).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  test('time passing never makes a refused one good', () => {
    fc.assert(
      fc.property(standing, permissions, fc.nat({ max: 5 }), (held, demands, laterMs) => {
        if (!decide(held, demands, NOW).allow) expect(decide(held, demands, NOW + laterMs).allow).toBe(false)
      }),
    )
  })
})
