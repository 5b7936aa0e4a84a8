import { expect, test } from 'vitest'
import { localTime, relativeTime } from './time-text.ts'

const NOW = Date.parse('2026-06-15T12:00:00Z')

test.each([
  ['2026-06-15T11:59:50.123456789Z', 'just now'],
  ['2026-06-15T12:00:20Z', 'just now'],
  ['2026-06-15T12:00:50Z', 'in less than a minute'],
  ['2026-06-15T11:58:00Z', '2 minutes ago'],
  ['2026-06-14T11:00:00Z', 'yesterday'],
  ['2026-06-12T12:00:00Z', '3 days ago'],
  ['2026-06-15T14:30:00Z', 'in 2 hours'],
  ['2024-06-01T00:00:00Z', '2 years ago'],
  ['whenever', 'whenever'],
])('%s is %s', (iso, words) => {
  expect(relativeTime(iso, NOW)).toBe(words)
})

test('an absolute time has the parts that people compare, in their order', () => {
  expect(localTime('2026-01-02T03:04:05Z')).toMatch(/^2026-01-0[123] \d\d:\d\d:05$/)
  expect(localTime('whenever')).toBe('whenever')
})
