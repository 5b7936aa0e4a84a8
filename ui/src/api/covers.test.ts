import { expect, test } from 'vitest'
import { covers, type Held } from './covers.ts'

const may = (held: Held['resource'], wanted: Held['resource']) =>
  covers({ action: 'write', resource: held }, { action: 'write', resource: wanted })

test('the action must be the same', () => {
  expect(covers({ action: 'read', resource: { type: 'orgs' } }, { action: 'write', resource: { type: 'orgs' } })).toBe(
    false,
  )
})

test.each([
  [{ type: 'instance' }, { type: 'users' }, true],
  [{ type: 'users' }, { type: 'users' }, true],
  [{ type: 'users' }, { type: 'orgs' }, false],
  [{ type: 'users', orgID: 'a' }, { type: 'users' }, false],
  [{ type: 'buckets', orgID: 'a' }, { type: 'buckets', orgID: 'a' }, true],
  [{ type: 'buckets', orgID: 'a' }, { type: 'buckets', id: '1', orgID: 'a' }, true],
  [{ type: 'buckets', orgID: 'b' }, { type: 'buckets', id: '1', orgID: 'a' }, false],
  [{ type: 'buckets', id: '1', orgID: 'a' }, { type: 'buckets', id: '1', orgID: 'a' }, true],
  [{ type: 'buckets', id: '1', orgID: 'b' }, { type: 'buckets', id: '1', orgID: 'a' }, false],
  [{ type: 'buckets', id: '2' }, { type: 'buckets', id: '1', orgID: 'a' }, false],
  [{ type: 'orgs', id: 'a' }, { type: 'orgs', id: 'a' }, true],
  [{ type: 'orgs', id: 'a' }, { type: 'orgs' }, false],
  [{ type: 'buckets', orgID: 'a', measurements: ['cpu'] }, { type: 'buckets', id: '1', orgID: 'a' }, false],
])('%j allows %j: %s', (held, wanted, allowed) => {
  expect(may(held, wanted)).toBe(allowed)
})
