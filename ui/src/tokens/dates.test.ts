import { expect, test } from 'vitest'
import { absolute, relative } from './dates.ts'
import { expiresAtOf, expiryOf, lifetimeFrom, lifetimeValue } from './expiry.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

test('absolute, in the zone of the reader', () => {
  expect(absolute('2026-01-02T03:04:05.678Z', 'UTC')).toBe('2026-01-02 03:04:05')
  expect(absolute('2026-01-02T00:04:05Z', 'America/New_York')).toBe('2026-01-01 19:04:05')
})

test.each([
  ['2026-11-25T11:59:30Z', 'just now'],
  ['2026-11-25T12:00:30Z', 'in less than a minute'],
  ['2026-11-25T11:58:59Z', '1 minute ago'],
  ['2026-11-22T12:00:00Z', '3 days ago'],
  ['2026-12-09T12:00:00Z', 'in 2 weeks'],
  ['2024-11-25T12:00:00Z', '2 years ago'],
])('%s is %s', (instant, words) => expect(relative(instant, NOW)).toBe(words))

test.each([
  [undefined, 'never', 'Never expires'],
  ['2027-11-25T12:00:00Z', 'later', 'Expires in 1 year'],
  ['2026-11-28T12:00:00Z', 'soon', 'Expires in 3 days'],
  ['2026-11-25T12:00:00Z', 'expired', 'Expired just now'],
])('an expiry at %s is %s: %s', (instant, kind, words) => expect(expiryOf(instant, NOW)).toEqual({ kind, words }))

test('a lifetime becomes an instant', () => {
  const now = new Date(NOW)
  expect(expiresAtOf(lifetimeFrom('never', now), now)).toEqual({ instant: undefined })
  expect(expiresAtOf(lifetimeFrom('7', now), now)).toEqual({ instant: '2026-12-02T12:00:00.000Z' })
  expect(expiresAtOf({ kind: 'until', value: '' }, now)).toHaveProperty('fault')
  expect(expiresAtOf({ kind: 'until', value: '2020-01-01T00:00' }, now)).toHaveProperty('fault')
  expect(lifetimeValue(lifetimeFrom('until', now))).toBe('until')
})
