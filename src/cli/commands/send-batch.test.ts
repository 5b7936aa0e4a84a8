// When a batch that was put off is sent again.
import { expect, test } from 'vitest'
import { ApiError } from '../api-error.ts'
import { putOff } from './send-batch.ts'

const NOW = Date.parse('2024-01-01T00:00:00Z')
const refusal = (status: number, retryAfter?: string) => new ApiError('no', status, retryAfter)

test('when the answer says so: after seconds, or at a time', () => {
  expect(putOff(refusal(429, '30'), 1, NOW)).toBe(30_000)
  expect(putOff(refusal(503, 'Mon, 01 Jan 2024 00:01:00 GMT'), 1, NOW)).toBe(60_000)
  expect(putOff(refusal(503, 'Sun, 31 Dec 2023 00:00:00 GMT'), 1, NOW)).toBe(0)
})

test('when it does not say: after a time that doubles', () => {
  expect([1, 2, 3, 4, 5].map(retry => putOff(refusal(503), retry, NOW))).toEqual([1000, 2000, 4000, 8000, 16_000])
  expect(putOff(refusal(429, 'soon'), 1, NOW)).toBe(1000)
})

test('anything else is final', () => {
  for (const status of [0, 400, 401, 404, 413, 422, 500, 502, 504]) {
    expect(putOff(refusal(status, '1'), 1, NOW)).toBe(undefined)
  }
})
