import { expect, test } from 'vitest'
import { expiresAtOf, expiryOf, lifetimeFrom, lifetimeValue } from './expiry.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

test.each([
  [undefined, 'never', 'Never expires'],
  ['2028-11-25T12:00:00Z', 'later', 'Expires in 2 years'],
  ['2026-11-28T12:00:00Z', 'soon', 'Expires in 3 days'],
  ['2026-11-25T12:00:00Z', 'expired', 'Expired just now'],
  ['2026-11-20T12:00:00Z', 'expired', 'Expired 5 days ago'],
])('an expiry at %s is %s: %s', (instant, kind, words) => expect(expiryOf(instant, NOW)).toEqual({ kind, words }))

test('a lifetime becomes an instant', () => {
  const now = new Date(NOW)
  expect(expiresAtOf(lifetimeFrom('never', now), now)).toEqual({ instant: undefined })
  expect(expiresAtOf(lifetimeFrom('7', now), now)).toEqual({ instant: '2026-12-02T12:00:00.000Z' })
  expect(lifetimeValue(lifetimeFrom('until', now))).toBe('until')
})

test('an unreadable or past date is told, not sent', () => {
  const now = new Date(NOW)
  expect(expiresAtOf({ kind: 'until', value: '' }, now)).toHaveProperty('fault')
  expect(expiresAtOf({ kind: 'until', value: '2020-01-01T00:00' }, now)).toHaveProperty('fault')
})

test('a date is typed in the zone of the reader', () => {
  const now = new Date(NOW)
  const lifetime = lifetimeFrom('until', now)
  expect(expiresAtOf(lifetime, now)).toEqual({ instant: '2026-12-25T12:00:00.000Z' })
})
