// What follows an answer that points elsewhere, and what must not.
import { describe, expect, test } from 'vitest'
import { type Outgoing, redirected } from './redirect.ts'

const answer = (status: number, location?: string) =>
  new Response(null, { status, headers: location === undefined ? {} : { location } })
const request = (method: string, url = 'https://influx.example/api'): Outgoing => ({
  method,
  url,
  headers: { Accept: 'application/json', Authorization: 'Token t', Cookie: 'c' },
})

test('an answer that points nowhere is the answer', () => {
  expect(redirected(request('GET'), answer(200))).toBe(undefined)
  expect(redirected(request('GET'), answer(302))).toBe(undefined)
  expect(redirected(request('GET'), answer(304, '/there'))).toBe(undefined)
})

describe('the credential', () => {
  const follow = (from: string, to: string) => redirected(request('GET', from), answer(302, to))

  test('goes along to the same host, from clear text to TLS too', () => {
    expect(follow('https://influx.example/api', '/there')).toEqual(request('GET', 'https://influx.example/there'))
    expect(follow('http://influx.example/api', 'https://influx.example/api')?.headers).toHaveProperty('Authorization')
  })

  test.each([
    ['https://influx.example/api', 'https://elsewhere.example/api'],
    ['https://influx.example/api', 'https://sub.influx.example/api'],
    ['https://influx.example/api', 'http://influx.example/api'],
  ])('does not go from %s to %s', (from, to) => {
    expect(follow(from, to)?.headers).toEqual({ Accept: 'application/json' })
  })
})

test('a POST is sent again only where it stays a POST', () => {
  expect(redirected(request('POST'), answer(307, '/there'))?.method).toBe('POST')
  expect(redirected(request('POST'), answer(308, '/there'))?.method).toBe('POST')
  for (const status of [301, 302, 303]) {
    expect(() => redirected(request('POST'), answer(status, 'https://moved.example/x'))).toThrow(
      'Post "https://influx.example/api": the server has moved to https://moved.example: give that as --host',
    )
  }
})
