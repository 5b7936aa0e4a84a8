import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OBJECTS, type ObjectName, VECTORS, type VectorPermission } from '../../test/vectors/permissions.ts'
import { idOf, type OrgId, type ResourceId } from './id.ts'
import {
  ACTIONS,
  covers,
  coversAny,
  grantRequirement,
  instancePermissions,
  isOperator,
  mePermissions,
  operatorPermissions,
  orgRolePermissions,
  type Permission,
  printPermission,
  RESOURCE_TYPES,
  type Resource,
  type ResourceType,
} from './permission.ts'

const idNamed = (name: ObjectName) => idOf<string>(BigInt(OBJECTS.indexOf(name) + 1))
const permissionOf = ({ action, resource: { type, id, orgID } }: VectorPermission): Permission => ({
  action,
  resource: { type, ...(id && { id: idNamed(id) }), ...(orgID && { orgId: idNamed(orgID) as string as OrgId }) },
})

describe('does what is held allow what is required?', () => {
  test.each(VECTORS)('$name ($why)', ({ held, required, allowed }) => {
    expect(coversAny(held.map(permissionOf), permissionOf(required))).toBe(allowed)
    if (held.length === 1) expect(covers(permissionOf(held[0]!), permissionOf(required))).toBe(allowed)
  })

  test('the vectors have a name each, and decide both ways', () => {
    expect(VECTORS.length).toBeGreaterThan(40)
    expect(new Set(VECTORS.map(({ name }) => name)).size).toBe(VECTORS.length)
    expect(new Set(VECTORS.map(({ held, required }) => JSON.stringify([held, required]))).size).toBe(VECTORS.length)
    expect(VECTORS.filter(({ allowed }) => allowed).length).toBeGreaterThan(15)
    expect(VECTORS.filter(({ allowed }) => !allowed).length).toBeGreaterThan(15)
  })
})

// Few values, so that equal ones are frequent.
const ids = [1n, 2n, 3n].map(value => idOf<string>(value))
const orgs = [8n, 9n].map(value => idOf<'org'>(value))
const types: readonly ResourceType[] = ['authorizations', 'buckets', 'dashboards', 'orgs', 'users', 'instance']
const measurements = fc.subarray(['cpu', 'mem', 'disk'], { minLength: 1 })
const resource = fc
  .record(
    { type: fc.constantFrom(...types), id: fc.constantFrom(...ids), orgId: fc.constantFrom(...orgs), measurements },
    { requiredKeys: ['type'] },
  )
  .map(
    ({ type, id, orgId, measurements }): Resource => ({
      type,
      ...(id && { id }),
      ...(orgId && { orgId }),
      ...(measurements && type === 'buckets' && { measurements }),
    }),
  )
const permission = fc.record({ action: fc.constantFrom(...ACTIONS), resource })
const permissions = fc.array(permission, { maxLength: 8 })

/**
 * What is ever asked when something is done: of objects in an org their id and org, or the org for a new one; of users and
 * orgs the id alone, or nothing for a new one; and "any token at all" for those that reach beyond their org.
 */
const isAsked = ({ resource: { type, id, orgId } }: Permission) => {
  if (type === 'instance') return false
  if (type === 'users' || type === 'orgs') return orgId === undefined
  return orgId !== undefined || (type === 'authorizations' && id === undefined)
}
const asked = permission.filter(isAsked)

describe('whatever the permissions', () => {
  const manyRuns = { numRuns: 5000 }

  test('each covers itself', () => {
    fc.assert(fc.property(permission, one => covers(one, one)))
  })

  test('a set allows what some member allows, and nothing else', () => {
    fc.assert(
      fc.property(permissions, permission, (held, required) => {
        expect(coversAny(held, required)).toBe(held.some(one => covers(one, required)))
      }),
      manyRuns,
    )
  })

  test('holding more never allows less', () => {
    fc.assert(
      fc.property(permissions, permissions, permission, (held, more, required) => {
        if (coversAny(held, required)) expect(coversAny([...more, ...held], required)).toBe(true)
      }),
      manyRuns,
    )
  })

  test('the order in which they are held does not count', () => {
    fc.assert(
      fc.property(permissions, permission, (held, required) => {
        expect(coversAny([...held].reverse(), required)).toBe(coversAny(held, required))
      }),
    )
  })

  test('nothing but the instance covers the instance', () => {
    fc.assert(
      fc.property(permission, permission, (held, { action, resource }) => {
        fc.pre(held.resource.type !== 'instance')
        expect(covers(held, { action, resource: { ...resource, type: 'instance' } })).toBe(false)
      }),
    )
  })

  test('read and write never mix', () => {
    fc.assert(
      fc.property(permission, permission, (held, required) => {
        fc.pre(held.action !== required.action)
        expect(covers(held, required)).toBe(false)
      }),
    )
  })

  test('what is limited to measurements allows what touches none but those, and less than without the limit', () => {
    const limited = permission.filter(({ resource }) => resource.measurements !== undefined)
    fc.assert(
      fc.property(limited, permission, (held, required) => {
        const { measurements = [], ...whole } = held.resource
        const isWithin = required.resource.measurements?.every(name => measurements.includes(name)) ?? false
        expect(covers(held, required)).toBe(isWithin && covers({ ...held, resource: whole }, required))
      }),
      manyRuns,
    )
  })

  test('all 44 of an operator cover whatever is ever asked', () => {
    fc.assert(fc.property(asked, required => coversAny(operatorPermissions(), required)))
  })

  test('handing out takes at least holding: what a gift opens, its giver could open', () => {
    fc.assert(
      fc.property(permissions, permission, asked, (held, gift, required) => {
        fc.pre(coversAny(held, grantRequirement(gift)) && covers(gift, required))
        expect(coversAny(held, required)).toBe(true)
      }),
      { numRuns: 1500, maxSkipsPerRun: 1000 },
    )
  })

  test('handing on a gift takes no more than its giver had: no chain of gifts opens anything new', () => {
    fc.assert(
      fc.property(permissions, permissions, permission, asked, (held, gifts, last, required) => {
        const given = gifts.filter(gift => coversAny(held, grantRequirement(gift)))
        fc.pre(coversAny(given, grantRequirement(last)) && covers(last, required))
        expect(coversAny(held, grantRequirement(last))).toBe(true)
        expect(coversAny(held, required)).toBe(true)
      }),
      { numRuns: 1000, maxSkipsPerRun: 5000 },
    )
  })

  test('what it takes to hand one out is never weaker than the permission itself', () => {
    fc.assert(
      fc.property(permission, asked, (gift, required) => {
        // Whatever the gift opens, the requirement opens as well.
        if (covers(gift, required)) expect(covers(grantRequirement(gift), required)).toBe(true)
      }),
      manyRuns,
    )
  })
})

describe('a permission that is limited to measurements', () => {
  const place = { type: 'buckets', id: ids[0] as ResourceId, orgId: orgs[0] as OrgId } as const
  const limited = (...measurements: string[]): Permission => ({ action: 'write', resource: { ...place, measurements } })
  const whole: Permission = { action: 'write', resource: place }

  test('is covered by one for all, and covers one for some of them', () => {
    expect(covers(whole, limited('cpu'))).toBe(true)
    expect(covers(limited('cpu', 'mem'), limited('mem'))).toBe(true)
    expect(covers(limited('cpu'), limited('cpu', 'mem'))).toBe(false)
    expect(covers(limited('cpu'), limited('CPU'))).toBe(false)
  })

  test('does not cover the bucket as such, nor another bucket', () => {
    expect(covers(limited('cpu'), whole)).toBe(false)
    expect(covers(limited('cpu'), { action: 'write', resource: { type: 'buckets', orgId: place.orgId } })).toBe(false)
    const other: Permission = {
      action: 'write',
      resource: { ...place, id: ids[1] as ResourceId, measurements: ['cpu'] },
    }
    expect(covers(limited('cpu'), other)).toBe(false)
  })

  test('tells that a bucket may be touched at all by a demand that touches nothing in it', () => {
    expect(covers(limited('cpu'), limited())).toBe(true)
    expect(covers(limited(), limited('cpu'))).toBe(false)
  })

  test('makes nobody an operator', () => {
    const all = operatorPermissions()
    const narrowed = all.map(one =>
      one.resource.type === 'buckets' ? { ...one, resource: { ...one.resource, measurements: ['cpu'] } } : one,
    )
    expect([isOperator(all), isOperator(narrowed)]).toEqual([true, false])
  })
})

describe('handing out a permission', () => {
  const requirement = (resource: Resource) => grantRequirement({ action: 'write', resource }).resource
  const [id, orgId] = [ids[0] as ResourceId, orgs[0] as OrgId]

  test.each(['users', 'orgs'] as const)('on one of the %s does not count the org beside it', type => {
    expect(requirement({ type, id, orgId })).toEqual({ type, id })
    expect(requirement({ type, id })).toEqual({ type, id })
  })

  test('on all users of an org takes just that', () => {
    expect(requirement({ type: 'users', orgId })).toEqual({ type: 'users', orgId })
  })

  test('on an object takes its id and its org', () => {
    expect(requirement({ type: 'buckets', id, orgId })).toEqual({ type: 'buckets', id, orgId })
  })
})

describe('a permission in a message', () => {
  const [id, orgId] = [idOf<string>(0xabcn), idOf<'org'>(0x123n)]
  const print = (resource: Resource) => printPermission({ action: 'write', resource })

  test('with org and id', () =>
    expect(print({ type: 'buckets', id, orgId })).toBe('write:orgs/0000000000000123/buckets/0000000000000abc'))
  test('with an org', () => expect(print({ type: 'buckets', orgId })).toBe('write:orgs/0000000000000123/buckets'))
  test('with an id', () => expect(print({ type: 'users', id })).toBe('write:users/0000000000000abc'))
  test('with measurements', () =>
    expect(print({ type: 'buckets', orgId, measurements: ['cpu', 'a "b"'] })).toBe(
      'write:orgs/0000000000000123/buckets of measurements "cpu", "a \\"b\\""',
    ))
  test('with neither', () => expect(print({ type: 'users' })).toBe('write:users'))
  test('is another for another permission', () => {
    fc.assert(
      fc.property(permission, permission, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other)
        expect(printPermission(one) === printPermission(other)).toBe(same)
      }),
    )
  })
})

describe('the standard sets', () => {
  const orgId = orgs[0] as OrgId
  const printed = (all: readonly Permission[]) => all.map(printPermission)

  test('an operator holds 44: read and write on each ordinary type, by type, read first', () => {
    expect(printed(operatorPermissions())).toHaveLength(44)
    expect(printed(operatorPermissions()).slice(0, 4)).toEqual([
      'read:authorizations',
      'write:authorizations',
      'read:buckets',
      'write:buckets',
    ])
    expect(operatorPermissions().some(({ resource }) => resource.type === 'instance')).toBe(false)
  })

  test("an org's owner holds 44, with the org itself by id", () => {
    const all = printed(orgRolePermissions(orgId, 'owner'))
    expect(all).toHaveLength(44)
    expect(all).toContain(`write:orgs/${orgId}`)
    expect(all).toContain(`write:orgs/${orgId}/users`)
    expect(all).toContain(`read:orgs/${orgId}/buckets`)
  })

  test("an org's member holds 22, none of them to write", () => {
    const all = printed(orgRolePermissions(orgId, 'member'))
    expect(all).toHaveLength(22)
    expect(all.filter(text => text.startsWith('write'))).toEqual([])
  })

  test('a user holds himself; an owner of the instance holds it', () => {
    expect(printed(mePermissions(idOf(5n)))).toEqual(['read:users/0000000000000005', 'write:users/0000000000000005'])
    expect(printed(instancePermissions())).toEqual(['read:instance', 'write:instance'])
  })

  test('an operator is who holds all 44, or the instance', () => {
    expect(isOperator(operatorPermissions())).toBe(true)
    expect(isOperator([...operatorPermissions(), ...orgRolePermissions(orgId, 'owner')])).toBe(true)
    expect(isOperator(instancePermissions())).toBe(true)
    expect(isOperator(operatorPermissions().slice(1))).toBe(false)
    expect(isOperator(orgRolePermissions(orgId, 'owner'))).toBe(false)
    expect(isOperator([])).toBe(false)
  })

  test('the types are the 23 of InfluxDB, in its order', () => {
    expect(RESOURCE_TYPES).toHaveLength(23)
    expect(new Set(RESOURCE_TYPES).size).toBe(23)
    expect(RESOURCE_TYPES[0]).toBe('authorizations')
    expect(RESOURCE_TYPES.at(-1)).toBe('instance')
  })
})
