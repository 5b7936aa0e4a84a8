import { describe, expect, test } from 'vitest'
import type { ResourceType } from './authorization.ts'
import { HOME, ME } from './fixtures.ts'
import { allAccess } from './permission-list.ts'
import {
  coversAll,
  type Item,
  isPicked,
  isWide,
  limitsFault,
  NOTHING,
  permissionsOf,
  setLimit,
  setSingle,
  setWide,
  setWides,
  ticked,
  tickedBut,
  wideCheck,
  widesCheck,
} from './selection.ts'

const TYPES: readonly ResourceType[] = ['authorizations', 'buckets', 'orgs', 'tasks', 'users', 'checks', 'instance']
const PLACE = { orgID: HOME, org: 'plant', userID: ME }
const item = (name: string, more: Partial<Item> = {}): Item => ({ type: 'buckets', id: `id-${name}`, name, ...more })
const sent = (selection = NOTHING) => permissionsOf(selection, TYPES, PLACE)

describe('boxes of a custom token', () => {
  test('ticking "All Buckets" covers single buckets, which then cannot be changed by themselves', () => {
    const picked = setSingle(NOTHING, 'read', item('raw'), true)
    const covered = setWide(picked, 'read', 'buckets', true)
    expect(isPicked(covered, 'read', item('raw'))).toBe(false)
    expect(setSingle(covered, 'read', item('raw'), false)).toBe(covered)
    expect(sent(covered)).toEqual([{ action: 'read', resource: { type: 'buckets', orgID: HOME } }])
  })

  test('unticking "All Buckets" unticks every bucket', () => {
    const on = setWide(setSingle(NOTHING, 'read', item('raw'), true), 'read', 'buckets', true)
    expect(ticked(setWide(on, 'read', 'buckets', false))).toBe(0)
  })

  test('a single bucket does not tick "All Buckets", which shows "some"', () => {
    const picked = setSingle(NOTHING, 'read', item('raw'), true)
    expect(isWide(picked, 'read', 'buckets')).toBe(false)
    expect(wideCheck(picked, 'read', 'buckets')).toBe('mixed')
    expect(wideCheck(picked, 'write', 'buckets')).toBe(false)
    expect(wideCheck(setSingle(picked, 'read', item('raw'), false), 'read', 'buckets')).toBe(false)
  })

  test('read and write are independent', () => {
    const both = setWide(setSingle(NOTHING, 'write', item('raw'), true), 'read', 'buckets', true)
    expect(isPicked(both, 'write', item('raw'))).toBe(true)
    expect(coversAll(both, 'buckets')).toBe(false)
    expect(coversAll(setWide(both, 'write', 'buckets', true), 'buckets')).toBe(true)
  })

  test('"All Other Resources" sets every line to one value, and is mixed while they differ', () => {
    const others: ResourceType[] = ['tasks', 'checks']
    const one = setWide(NOTHING, 'read', 'tasks', true)
    expect(widesCheck(one, 'read', others)).toBe('mixed')
    const every = setWides(one, 'read', others, true)
    expect(widesCheck(every, 'read', others)).toBe(true)
    expect(widesCheck(setWides(every, 'read', others, false), 'read', others)).toBe(false)
  })

  test('what a filter hides stays ticked, and is counted', () => {
    const some = setWide(setSingle(NOTHING, 'read', item('raw'), true), 'read', 'tasks', true)
    expect(tickedBut(some, ({ name }) => name === undefined)).toBe(1)
    expect(tickedBut(some, () => false)).toBe(2)
  })
})

describe('what is sent', () => {
  test('nothing is ticked, nothing is sent', () => expect(sent()).toEqual([]))

  test('types in the order of the server, all before single, read before write, user buckets before system buckets', () => {
    let selection = setSingle(NOTHING, 'write', item('_tasks', { isSystem: true }), true)
    selection = setSingle(selection, 'write', item('t10'), true)
    selection = setSingle(selection, 'write', item('t2'), true)
    selection = setSingle(selection, 'write', item('raw'), true)
    selection = setWide(selection, 'read', 'buckets', true)
    selection = setWide(selection, 'write', 'checks', true)
    selection = setWide(selection, 'read', 'checks', true)
    selection = setWide(selection, 'read', 'authorizations', true)
    expect(
      sent(selection).map(({ action, resource }) => `${action} ${resource.type} ${resource.name ?? ''}`.trim()),
    ).toEqual([
      'read authorizations',
      'read buckets',
      'write buckets raw',
      'write buckets t2',
      'write buckets t10',
      'write buckets _tasks',
      'read checks',
      'write checks',
    ])
  })

  test('a single bucket is named by id, org and name; orgs and users are one’s own', () => {
    let selection = setSingle(NOTHING, 'read', item('raw'), true)
    selection = setWides(selection, 'read', ['orgs', 'users', 'instance'], true)
    expect(sent(selection)).toEqual([
      { action: 'read', resource: { type: 'buckets', id: 'id-raw', orgID: HOME, name: 'raw' } },
      { action: 'read', resource: { type: 'orgs', id: HOME, name: 'plant' } },
      { action: 'read', resource: { type: 'users', id: ME } },
    ])
  })
})

describe('a limit to measurements', () => {
  const raw = item('raw')
  const both = setSingle(setSingle(NOTHING, 'read', raw, true), 'write', raw, true)
  const limited = setLimit(both, raw, 'cpu\na, "b"\n')
  const limits = (selection = limited) =>
    sent(selection).map(({ action, resource }) => [action, resource.name, resource.measurements])

  test('is of one bucket, and holds for all that is ticked of it', () => {
    expect(limits(setSingle(limited, 'read', item('home'), true))).toEqual([
      ['read', 'home', undefined],
      ['read', 'raw', ['cpu', 'a, "b"']],
      ['write', 'raw', ['cpu', 'a, "b"']],
    ])
  })

  test('without a name is none: the list is left out, not empty', () => {
    for (const permission of sent(setLimit(limited, raw, '\n'))) {
      expect(permission.resource).not.toHaveProperty('measurements')
    }
  })

  test('does not limit what covers all buckets, and still holds for the other action', () => {
    expect(limits(setWide(limited, 'read', 'buckets', true))).toEqual([
      ['read', undefined, undefined],
      ['write', 'raw', ['cpu', 'a, "b"']],
    ])
  })

  test('that the server would refuse is named by its bucket, as long as that is ticked', () => {
    const wrong = setLimit(both, raw, 'cpu\ncpu')
    expect(limitsFault(limited)).toBeUndefined()
    expect(limitsFault(wrong)).toBe('Correct the measurements of bucket raw.')
    expect(limitsFault(setSingle(setSingle(wrong, 'read', raw, false), 'write', raw, false))).toBeUndefined()
  })

  test('of all buckets together has at most a thousand names, for reading and for writing', () => {
    const names = Array.from({ length: 100 }, (_, at) => `m${at}`).join('\n')
    const many = ['1', '2', '3', '4', '5', '6'].reduce((so, name) => {
      const one = setSingle(setSingle(so, 'read', item(name), true), 'write', item(name), true)
      return setLimit(one, item(name), names)
    }, NOTHING)
    expect(limitsFault(many)).toMatch(/^These are 1200 measurements/)
    expect(limitsFault(setSingle(setSingle(many, 'read', item('1'), false), 'read', item('2'), false))).toBeUndefined()
  })
})

test('all access: alphabetical, without `instance`, reading one’s own org, reading and writing oneself', () => {
  const list = allAccess(['users', 'tasks', 'orgs', 'instance', 'Buckets' as ResourceType], PLACE)
  expect(list.map(({ action, resource }) => `${action} ${resource.type} ${resource.id ?? resource.orgID}`)).toEqual([
    `read Buckets ${HOME}`,
    `write Buckets ${HOME}`,
    `read orgs ${HOME}`,
    `read tasks ${HOME}`,
    `write tasks ${HOME}`,
    `read users ${ME}`,
    `write users ${ME}`,
  ])
})
