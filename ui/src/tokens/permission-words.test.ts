import { expect, test } from 'vitest'
import type { Permission, ResourceType } from './authorization.ts'
import { all, bucket } from './fixtures.ts'
import { permissionWords } from './permission-words.ts'

const words = (permissions: Permission[], types?: readonly ResourceType[]) =>
  permissionWords({ permissions, org: 'plant' }, types).join('; ')

test('one bucket to write, all to read', () => {
  expect(words([all('read', 'buckets'), bucket('write', 'raw')])).toBe('write to bucket raw; read all buckets of plant')
})

test('objects with the same actions share a clause', () => {
  expect(words([bucket('write', 'raw', 'a'), bucket('read', 'b', 'b'), bucket('write', 'home', 'c')])).toBe(
    'write to buckets raw and home; read bucket b',
  )
  expect(words(['1', '2', '3', '4', '5', '6'].map(name => bucket('read', name, name)))).toBe(
    'read buckets 1, 2, 3, 4 and 2 more',
  )
})

test('both actions, several types, deleted objects', () => {
  expect(
    words([bucket('read', undefined), all('read', 'tasks'), all('write', 'tasks'), all('read', 'notificationRules')]),
  ).toBe(
    'read bucket 9c00000000000001 (deleted); read and write all tasks of plant; read all notification rules of plant',
  )
})

test('what is limited to measurements says to which, and is not all', () => {
  const limited = (permission: Permission, ...measurements: string[]): Permission => ({
    ...permission,
    resource: { ...permission.resource, measurements },
  })
  const [cpu, both] = [limited(bucket('write', 'raw'), 'cpu'), limited(bucket('write', 'raw'), 'cpu', 'mem')]
  expect(words([both])).toBe('write to measurements cpu and mem of bucket raw')
  expect(words([limited(bucket('write', 'raw'), 'cpu, mem', 'salt and pepper', 'disk')])).toBe(
    'write to measurements “cpu, mem”, “salt and pepper” and disk of bucket raw',
  )
  expect(words([cpu, bucket('read', 'raw')])).toBe('read bucket raw; write to measurement cpu of bucket raw')
  expect(words([limited(all('read', 'buckets'), 'cpu'), cpu])).toBe(
    'read measurement cpu of all buckets of plant; write to measurement cpu of bucket raw',
  )
  expect(words([limited(all('read', 'buckets'), 'cpu'), all('write', 'buckets')], ['buckets'])).toBe(
    'write to all buckets of plant; read measurement cpu of all buckets of plant',
  )
})

test('a token with all that there is says so', () => {
  const types: ResourceType[] = ['buckets', 'tasks', 'orgs', 'users', 'instance']
  const everything = [all('read', 'buckets'), all('write', 'buckets'), all('read', 'tasks'), all('write', 'tasks')]
  const own: Permission = { action: 'read', resource: { type: 'orgs', id: 'x', name: 'plant' } }
  expect(words([...everything, own], types)).toBe('do anything in plant')
  expect(words(everything.slice(1), types)).not.toContain('anything')
})

test('a token of the operator says so', () => {
  const types: ResourceType[] = ['buckets']
  const everywhere = (['read', 'write'] as const).map(action => ({ action, resource: { type: 'buckets' as const } }))
  expect(words(everywhere, types)).toBe('do anything in every organization of this server')
  expect(words(everywhere)).toBe('read and write all buckets of every organization')
})
