import { describe, expect, test } from 'vitest'
import { isWiderThanItsOrg } from './authorization.ts'
import { idOf, type OrgId, type ResourceId, type UserId } from './id.ts'
import { orgRolePermissions, type Permission, type Resource } from './permission.ts'

const own = idOf<'org'>(1n)
const foreign = idOf<'org'>(2n)
const owner = idOf<'user'>(3n)
const ownBucket: ResourceId = idOf(4n)
const foreignBucket: ResourceId = idOf(5n)
const unknownBucket: ResourceId = idOf(6n)
const id = (of: OrgId | UserId) => of as string as ResourceId

const orgs = new Map([
  [ownBucket, own],
  [foreignBucket, foreign],
])
const isWider = (...resources: Resource[]) => {
  const permissions: Permission[] = resources.map(resource => ({ action: 'read', resource }))
  return isWiderThanItsOrg({ orgId: own, userId: owner, permissions }, object => orgs.get(object))
}

describe('an authorization stays within its org', () => {
  test('if it holds nothing', () => expect(isWider()).toBe(false))
  test('if it names its org', () => expect(isWider({ type: 'buckets', orgId: own })).toBe(false))
  test('if it names an object beside its org', () =>
    expect(isWider({ type: 'buckets', id: ownBucket, orgId: own })).toBe(false))
  test('if it names an object of its org by id alone', () =>
    expect(isWider({ type: 'buckets', id: ownBucket })).toBe(false))
  test('if it names its org itself', () => expect(isWider({ type: 'orgs', id: id(own) })).toBe(false))
  test('if it names its owner', () => expect(isWider({ type: 'users', id: id(owner) })).toBe(false))

  test('if it is what an owner of the org gets, whole', () => {
    const permissions = orgRolePermissions(own, 'owner')
    expect(isWiderThanItsOrg({ orgId: own, userId: owner, permissions }, () => undefined)).toBe(false)
  })
})

describe('an authorization reaches beyond its org', () => {
  test('if it holds the instance', () => expect(isWider({ type: 'instance' })).toBe(true))
  test('if it holds the instance beside its own org', () =>
    expect(isWider({ type: 'instance', orgId: own })).toBe(true))
  test('if it names neither org nor object', () => expect(isWider({ type: 'buckets' })).toBe(true))
  test('if it names another org', () => expect(isWider({ type: 'buckets', orgId: foreign })).toBe(true))
  test('if it names an object of another org by id alone', () =>
    expect(isWider({ type: 'buckets', id: foreignBucket })).toBe(true))
  test('if it names an object that nobody knows', () =>
    expect(isWider({ type: 'buckets', id: unknownBucket })).toBe(true))
  test('if it names an object beside another org', () =>
    expect(isWider({ type: 'buckets', id: ownBucket, orgId: foreign })).toBe(true))
  test('if it names another user', () => expect(isWider({ type: 'users', id: idOf(7n) })).toBe(true))
  test('if it names another user beside its own org, which is not looked at', () =>
    expect(isWider({ type: 'users', id: idOf(7n), orgId: own })).toBe(true))
  test('if it names another org itself beside its own, which is not looked at', () =>
    expect(isWider({ type: 'orgs', id: id(foreign), orgId: own })).toBe(true))
  test('if only one of its permissions does', () =>
    expect(isWider({ type: 'buckets', orgId: own }, { type: 'tasks' }, { type: 'tasks', orgId: own })).toBe(true))
})
