import { describe, expect, test } from 'vitest'
import type { Permission } from './authorization.ts'
import { allAccessDescription, cloneDescription, generatedDescription } from './description.ts'
import { all, bucket } from './fixtures.ts'

describe('the generated description', () => {
  const cases: readonly [string, readonly Permission[], string][] = [
    ['one named bucket', [bucket('read', 'home')], 'Read buckets home'],
    [
      'a type and a bucket, in the order of the list',
      [all('read', 'tasks'), bucket('write', 'raw')],
      'Read tasks Write buckets raw',
    ],
    [
      'an organization goes without its name',
      [{ action: 'read', resource: { type: 'orgs', id: 'a', name: 'plant' } }],
      'Read orgs',
    ],
    ['three reads', [all('read', 'tasks'), all('read', 'labels'), all('read', 'views')], 'Read Multiple'],
    ['three writes', [all('write', 'tasks'), all('write', 'labels'), all('write', 'views')], 'Write Multiple'],
    [
      'both, whichever came first',
      [all('write', 'tasks'), all('write', 'labels'), all('read', 'views')],
      'Read Multiple Write Multiple',
    ],
    ['outer blanks are trimmed', [bucket('read', 'home ')], 'Read buckets home'],
  ]
  test.each(cases)('%s', (_, permissions, expected) => {
    expect(generatedDescription(permissions)).toBe(expected)
  })

  test('an all-access token says of what', () => {
    expect(allAccessDescription('plant')).toBe('All access to plant')
  })
})

describe('the description of a clone', () => {
  const now = new Date('2026-11-25T19:30:05.999Z')

  test('says when, in UTC', () => {
    expect(cloneDescription('  sensor writer ', now)).toBe('sensor writer (cloned at 2026-11-25 19:30:05)')
  })

  test('a clone of a clone has two suffixes', () => {
    expect(cloneDescription('a (cloned at 2026-01-01 00:00:00)', now)).toBe(
      'a (cloned at 2026-01-01 00:00:00) (cloned at 2026-11-25 19:30:05)',
    )
  })

  test.each([null, undefined, ''])('a missing description is empty text (%s)', source => {
    expect(cloneDescription(source, now)).toBe(' (cloned at 2026-11-25 19:30:05)')
  })

  test('a source that fills the limit is cut between letters', () => {
    const clone = cloneDescription('😀'.repeat(2048), now)
    expect(clone.length).toBeLessThanOrEqual(4096)
    expect(clone.isWellFormed()).toBe(true)
    expect(clone.endsWith(' (cloned at 2026-11-25 19:30:05)')).toBe(true)
  })
})
