import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { routeLabel } from './route-label.ts'

/** Any code point, halves of surrogate pairs too. The generator that fast-check has for this takes seconds to set up. */
const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))

const ID = '00000000000000ab'

describe('the label of a path', () => {
  test.each([
    ['/', '/'],
    ['/ping', '/ping'],
    ['/health', '/health'],
    ['/ready', '/ready'],
    ['/metrics', '/metrics'],
    ['/authorize', '/authorize'],
    ['/write', '/write'],
    ['/query', '/query'],
    ['/api/v2', '/api/v2'],
    ['/api/v2/setup', '/api/v2/setup'],
    ['/api/v2/write', '/api/v2/write'],
    ['/api/v3/query_sql', '/api/v3/query_sql'],
    ['/api/v2/me/password', '/api/v2/me/password'],
    ['/api/v2/authorizations', '/api/v2/authorizations'],
    ['/api/v2/authorizations/', '/api/v2/authorizations'],
    [`/api/v2/authorizations/${ID}`, '/api/v2/authorizations/:id'],
    [`/api/v2/authorizations/${ID.toUpperCase()}/`, '/api/v2/authorizations/:id'],
    [`/api/v2/authorizations/${ID}/permissions`, '/api/v2/authorizations/:id/permissions'],
    [`/api/v2/users/${ID}/password`, '/api/v2/users/:id/password'],
    [`/api/v2/orgs/${ID}/members/${ID}`, '/api/v2/orgs/:id/members/:id'],
    [`/api/v2/buckets/${ID}/owners`, '/api/v2/buckets/:id/owners'],
    [`/private/legacy/authorizations/${ID}/password`, '/private/legacy/authorizations/:id/password'],
  ])('%s is %s', (path, label) => expect(routeLabel(path)).toBe(label))

  test.each([
    '',
    '/foo',
    '/ping/',
    '/api',
    '/api/v3',
    '/api/v2/nope',
    '/API/v2/users',
    '//api/v2/users',
    '/api/v2//users',
    '/api/v2/users/..',
    '/api/v2/users/abc',
    '/api/v2/users/00000000000000a',
    '/api/v2/users/00000000000000abc',
    `/api/v2/users/${ID}/nope`,
    `/api/v2/users/${ID}/password/${ID}`,
    `/api/v2/users/${ID}//`,
    `/api/v2/me/${ID}`,
    `/${ID}`,
    // A pasted token, and what the labels themselves look like.
    `/api/v2/authorizations/slc_${'0'.repeat(49)}`,
    '/api/v2/users/:id/',
    'constructor',
    '__proto__',
  ])('%j is other', path => {
    const label = routeLabel(path)
    // A literal `:id` is not an id, but makes no new series either.
    expect(['other', '/api/v2/users/:id']).toContain(label)
    if (!path.includes(':id')) expect(label).toBe('other')
  })

  test('is one of few, whatever is asked for', () => {
    const labels = new Set<string>()
    const segment = fc.constantFrom(
      ...[
        'api',
        'v2',
        'v3',
        'private',
        'legacy',
        'users',
        'orgs',
        'buckets',
        'authorizations',
        'me',
        'members',
        'owners',
      ],
      ...['password', 'permissions', 'write', 'query', 'ping', '', '.', ID, 'ffffffffffffffff', 'x'],
    )
    const path = fc.oneof(
      fc.array(segment, { maxLength: 8 }).map(all => `/${all.join('/')}`),
      fc
        .tuple(fc.constantFrom('/api/v2/', '/private/legacy/'), fc.array(segment, { maxLength: 4 }))
        .map(([start, all]) => start + all.join('/')),
      fc.string({ unit: character }),
    )
    fc.assert(
      fc.property(path, one => {
        const label = routeLabel(one)
        labels.add(label)
        expect(label).not.toMatch(/[0-9a-f]{16}/i)
        // A label is its own label, so that it can be counted by what was logged.
        if (label !== 'other') expect(routeLabel(label.replaceAll(':id', ID))).toBe(label)
      }),
      { numRuns: 1500 },
    )
    expect(labels.size).toBeLessThan(60)
    expect(labels.size).toBeGreaterThan(5)
  })

  test('of a path of a million characters is found: work that grew faster than the path would not end', () => {
    for (const one of ['/', 'a', `/${ID}`, '/.', '0', ID]) {
      expect(routeLabel(`/api/v2/users/${one.repeat(1_000_000 / one.length)}/`)).toBe('other')
    }
  })
})
