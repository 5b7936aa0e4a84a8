import { describe, expect, test } from 'vitest'
import { bulkPlan, pageCheck, selectionWords } from './bulk.ts'
import { authorizationOf } from './fixtures.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const active = authorizationOf({ id: 'a' })
const inactive = authorizationOf({ id: 'b', status: 'inactive' })
const expired = authorizationOf({ id: 'c', status: 'inactive', expiresAt: '2026-01-01T00:00:00Z' })
const operator = authorizationOf({ id: 'd', permissions: [{ action: 'read', resource: { type: 'instance' } }] })

describe('what several tokens are in for', () => {
  test('deactivating leaves alone what is inactive already', () => {
    expect(bulkPlan('deactivate', [active, inactive], NOW)).toEqual({
      affected: [active],
      consequences: [
        '1 token becomes inactive: whatever uses it is refused at once, until you activate it again.',
        '1 token is inactive already and stays so.',
      ],
      warnings: [],
    })
  })

  test('deleting says how many are active, and points out operator tokens', () => {
    expect(bulkPlan('delete', [active, inactive, operator], NOW)).toMatchObject({
      consequences: ['3 tokens will be deleted for good. This cannot be undone.'],
      warnings: [
        '2 are active: whatever uses them stops working at once.',
        '1 is an operator token, which manages the whole server. Be sure that you keep another one.',
      ],
    })
  })

  test('activating says which stay refused', () => {
    expect(bulkPlan('activate', [inactive, expired], NOW).warnings).toEqual([
      '1 has expired and stays refused until its expiry is changed.',
    ])
  })
})

test('a selection that spans pages says so', () => {
  expect(selectionWords(new Set(['a', 'b']), [active, inactive])).toBe('2 selected')
  expect(selectionWords(new Set(['a', 'x']), [active, inactive])).toBe('2 selected, 1 on this page')
})

test('the page’s box: a tick for exactly the page, a dash otherwise', () => {
  expect(pageCheck(new Set(), [active])).toBe(false)
  expect(pageCheck(new Set(['a', 'b']), [active, inactive])).toBe(true)
  expect(pageCheck(new Set(['a']), [active, inactive])).toBe('mixed')
  expect(pageCheck(new Set(['a', 'b', 'x']), [active, inactive])).toBe('mixed')
})
