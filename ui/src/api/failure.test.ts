import { expect, test } from 'vitest'
import { Failure, failureOf, reasonOf } from './failure.ts'

test("the server's own words are shown, as a sentence", async () => {
  const answer = Response.json({ code: 'conflict', message: 'bucket with name raw already exists' }, { status: 422 })
  const failure = await failureOf(answer)
  expect(failure.message).toBe('Bucket with name raw already exists.')
  expect(failure.reason).toBe('bucket with name raw already exists')
  expect(failure.status).toBe(422)
})

test.each([
  ['<html>Bad gateway</html>', 502],
  ['', 500],
  ['{"message": 3}', 503],
  ['null', 500],
])('what is not from our server is not shown: %s', async (body, status) => {
  expect((await failureOf(new Response(body, { status }))).message).toBe(
    `The server answered with the status ${status}.`,
  )
})

test('no answer is said as such', () => {
  expect(new Failure(0, 'no answer').message).toMatch(/could not be reached/)
  expect(new Failure(0, 'no answer').isUnreachable).toBe(true)
})

test('a fault of our own shows nothing of its inside', () => {
  expect(reasonOf(new TypeError('cannot read x of undefined'))).toMatch(/unexpected/)
})
