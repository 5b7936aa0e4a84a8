import { describe, expect, test } from 'vitest'
import { type Exchange, secretsIn } from './traces.ts'

const secrets = (exchange: Partial<Exchange>) =>
  [...secretsIn({ path: '/', requestHeaders: {}, ...exchange })].filter(Boolean)
const basic = (text: string) => Buffer.from(text).toString('base64')

describe('secrets in an exchange', () => {
  test('tokens and passwords are found in bodies, however deep', () => {
    expect(
      secrets({ requestBody: '{"password":"p1","org":"o"}', responseBody: '{"list":[{"auth":{"token":"t1"}}]}' }),
    ).toEqual(['p1', 't1'])
  })

  test('a body that is not JSON has none', () => {
    expect(secrets({ requestBody: 'token=abc', responseBody: '{"token":' })).toEqual([])
  })

  test('credentials of every scheme are found', () => {
    expect(secrets({ requestHeaders: { Authorization: 'Token t1' } })).toEqual(['t1'])
    expect(secrets({ requestHeaders: { authorization: ['Bearer t2', 't3'] } })).toEqual(['t2', 't3'])
    expect(secrets({ requestHeaders: { Authorization: `Basic ${basic('user:pass:word')}` } })).toEqual([
      basic('user:pass:word'),
      'pass:word',
    ])
  })

  test('session keys are found where they are set and where they are used', () => {
    expect(
      secrets({ requestHeaders: { Cookie: 'session=k1' }, responseHeaders: { 'set-cookie': ['session=k2; Path=/'] } }),
    ).toEqual(['k1', 'k2'])
  })

  test('a query can carry a password or a token', () => {
    expect(secrets({ path: '/write?u=user&p=pass%20word&db=x' })).toEqual(['pass word'])
    expect(secrets({ path: '/api/v2/authorizations?token=t1' })).toEqual(['t1'])
  })

  test('the name of an authorization of version 1 is no secret, though it is called token', () => {
    const path = '/private/legacy/authorizations?token=name'
    expect(
      secrets({ path, requestBody: '{"token":"name"}', responseBody: '{"authorizations":[{"token":"name"}]}' }),
    ).toEqual([])
  })
})
