import { describe, expect, test } from 'vitest'
import type { Permission } from './authorization.ts'
import { all, authorizationOf, bucket } from './fixtures.ts'
import { filtered, permissionGroups } from './permission-groups.ts'

const groupsOf = (...permissions: Permission[]) =>
  permissionGroups(authorizationOf({ permissions })).map(({ title, lines }) => ({
    title,
    lines: lines.map(({ label, actions }) => `${label}: ${[...actions].toSorted().join(', ')}`),
  }))

describe('permissions in groups', () => {
  test('read and write of one bucket are one line; user buckets before system buckets', () => {
    expect(
      groupsOf(
        bucket('write', '_tasks', 'c'),
        bucket('read', 'raw', 'a'),
        bucket('write', 'raw', 'a'),
        bucket('read', 'b2', 'b'),
      ),
    ).toEqual([{ title: 'Buckets', lines: ['b2: read', 'raw: read, write', '_tasks: write'] }])
  })

  test('all of a type first; single buckets only where they add something', () => {
    expect(groupsOf(bucket('write', 'raw'), all('read', 'buckets'))).toEqual([
      { title: 'Buckets', lines: ['All Buckets: read', 'raw: write'] },
    ])
    expect(groupsOf(bucket('write', 'raw'), all('read', 'buckets'), all('write', 'buckets'))).toEqual([
      { title: 'Buckets', lines: ['All Buckets: read, write'] },
    ])
  })

  test('one object is never shown as all of its type', () => {
    const one: Permission = { action: 'read', resource: { type: 'tasks', id: '0d1a2b3c4d5e6001' } }
    const org: Permission = { action: 'read', resource: { type: 'orgs', id: 'x', name: 'plant' } }
    expect(groupsOf(one, all('write', 'tasks'), org)).toEqual([
      {
        title: 'Other Resources',
        lines: ['Organization plant: read', 'All Tasks: write', 'Task 0d1a2b3c4d5e6001: read'],
      },
    ])
  })

  test('every type is shown, `instance` too; other organizations are named', () => {
    expect(
      groupsOf(
        { action: 'write', resource: { type: 'instance' } },
        { action: 'read', resource: { type: 'telegrafs' } },
        { action: 'read', resource: { type: 'buckets', orgID: 'other', org: 'lab' } },
      ),
    ).toEqual([
      { title: 'Buckets', lines: ['All Buckets of lab: read'] },
      { title: 'Telegrafs', lines: ['All Telegrafs of every organization: read'] },
      { title: 'Other Resources', lines: ['Instance: everything on this server: write'] },
    ])
  })

  test('a bucket without a name was deleted; what Sluice does not keep is not said to be', () => {
    const [buckets, telegrafs] = permissionGroups(
      authorizationOf({
        permissions: [bucket('read', undefined), { action: 'read', resource: { type: 'telegrafs', id: 'abc' } }],
      }),
    )
    expect(buckets?.lines[0]).toMatchObject({ naming: 'deleted', id: '9c00000000000001' })
    expect(telegrafs?.lines[0]).toMatchObject({ naming: 'not-kept-here', label: 'Telegraf configuration abc' })
  })

  test('what is limited to measurements has a line of its own, and is not all', () => {
    const limited = ({ action, resource }: Permission): Permission => ({
      action,
      resource: { ...resource, measurements: ['cpu', 'mem'] },
    })
    const permissions = [bucket('read', 'raw'), limited(bucket('write', 'raw')), limited(all('write', 'buckets'))]
    const [group] = permissionGroups(authorizationOf({ permissions: [...permissions, all('read', 'buckets')] }))
    expect(group?.lines.map(({ label, actions, measurements }) => [label, [...actions], measurements])).toEqual([
      ['All Buckets', ['write'], ['cpu', 'mem']],
      ['All Buckets', ['read'], []],
      ['raw', ['read'], []],
      ['raw', ['write'], ['cpu', 'mem']],
    ])
    expect(filtered(group!, 'mem').map(({ label }) => label)).toEqual(['All Buckets', 'All Buckets', 'raw'])
  })

  test('the filter keeps "All Buckets", and matches whatever the case', () => {
    const [group] = permissionGroups(
      authorizationOf({ permissions: [all('read', 'buckets'), bucket('write', 'Raw'), bucket('write', 'home', 'b')] }),
    )
    expect(filtered(group!, ' rA').map(({ label }) => label)).toEqual(['All Buckets', 'Raw'])
  })
})
