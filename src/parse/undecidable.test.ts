import { expect, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { decided, refuse } from './undecidable.ts'

test('what was found is passed on', () => {
  expect(decided(() => ({ path: '/write' }))).toEqual({ path: '/write' })
})

test('a refusal from any depth becomes the answer', () => {
  expect(decided(() => [1].map(() => refuse('why')))).toEqual({ undecidable: 'why' })
})

test.each([new TypeError('a mistake'), new AppError('unavailable', 'trouble')])('%s is no refusal', cause => {
  expect(() =>
    decided(() => {
      throw cause
    }),
  ).toThrow(cause)
})
