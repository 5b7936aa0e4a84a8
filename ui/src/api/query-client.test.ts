import { expect, test } from 'vitest'
import { Failure } from './failure.ts'
import { createQueryClient } from './query-client.ts'

/** How often a read is sent that always fails like this. */
async function attempts(cause: Error): Promise<number> {
  let sent = 0
  const client = createQueryClient()
  const read = () => {
    sent += 1
    return Promise.reject(cause)
  }
  const { retry } = client.getDefaultOptions().queries ?? {}
  await client.fetchQuery({ queryKey: ['a'], queryFn: read, retry: retry!, retryDelay: 0 }).catch(() => {})
  client.clear()
  return sent
}

test.each([0, 500, 503])('a read that failed with status %d is sent three times in all', async status => {
  expect(await attempts(new Failure(status, ''))).toBe(3)
})

test.each([400, 401, 403, 404, 422, 429])('one that was refused with %d is sent once', async status => {
  expect(await attempts(new Failure(status, ''))).toBe(1)
})

test('a fault of our own is not repeated, and changes never are', async () => {
  expect(await attempts(new TypeError('a mistake'))).toBe(1)
  expect(createQueryClient().getDefaultOptions().mutations?.retry).toBe(false)
})
