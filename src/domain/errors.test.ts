import { expect, test } from 'vitest'
import { AppError, ERROR_CODES } from './errors.ts'

test('an error carries its code and its message, and nothing that was not given', () => {
  const error = new AppError('not found', 'bucket not found')
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ name: 'AppError', code: 'not found', message: 'bucket not found' })
  expect(error.retryAfterSeconds).toBeUndefined()
  expect('cause' in error).toBe(false)
})

test('an error keeps its cause apart from its message, for the log', () => {
  const cause = new Error('SQLITE_BUSY at /var/lib')
  const error = new AppError('unavailable', 'try again', { cause, retryAfterSeconds: 3 })
  expect(error.cause).toBe(cause)
  expect(error.message).not.toContain('SQLITE')
  expect(error.retryAfterSeconds).toBe(3)
})

test('a cause may be false or null, as long as there is one', () => {
  expect(new AppError('invalid', 'x', { cause: null }).cause).toBe(null)
  expect('cause' in new AppError('invalid', 'x', { cause: false })).toBe(true)
})

test('the codes are those of InfluxDB, each once', () => {
  expect(new Set(ERROR_CODES).size).toBe(ERROR_CODES.length)
  expect([...ERROR_CODES].sort()).toEqual([
    'conflict',
    'forbidden',
    'internal error',
    'invalid',
    'method not allowed',
    'not found',
    'not implemented',
    'request too large',
    'too many requests',
    'unauthorized',
    'unavailable',
    'unprocessable entity',
  ])
})
