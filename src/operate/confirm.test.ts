import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { confirm } from './confirm.ts'

/** The answer to a question, and all that was written. */
async function ask(typed: string): Promise<[boolean, string]> {
  const input = new PassThrough()
  const output = new PassThrough()
  const answer = confirm('Go on?', input, output)
  input.end(typed)
  return [await answer, output.read()?.toString() ?? '']
}

test.each(['yes\n', 'YES\n', '  yes \r\n'])('%j is a yes', async typed => {
  expect(await ask(typed)).toEqual([true, 'Go on? Type yes to go on: '])
})

test.each(['y\n', 'no\n', '\n', 'yes please\n', ''])('%j is none', async typed => {
  expect((await ask(typed))[0]).toBe(false)
})
