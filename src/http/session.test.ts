import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { refuseForeign, sessionCookie } from './session.ts'

describe('the cookie of a session', () => {
  const session = { key: 'the-key==', expiresAtMs: Date.UTC(2026, 0, 31, 12, 0, 5) }

  test('is for our API only, out of reach of scripts and of other sites', () => {
    expect(sessionCookie(session, false)).toBe(
      'influxdb-oss-session=the-key==; Path=/api/; Expires=Sat, 31 Jan 2026 12:00:05 GMT; HttpOnly; SameSite=Strict',
    )
  })

  test('travels over TLS only, where there is TLS', () => {
    expect(sessionCookie(session, true)).toContain('HttpOnly; Secure; SameSite=Strict')
  })
})

describe('a request with a session', () => {
  const OWN = ['https://sluice.example']
  const isRefused = (headers: Record<string, string>, method = 'POST', own: readonly string[] = OWN) => {
    try {
      refuseForeign({ method, headers } as unknown as IncomingMessage, own)
      return false
    } catch (cause) {
      expect(cause).toMatchObject({ code: 'forbidden' })
      return true
    }
  }
  const host = 'localhost:8086'

  test('from a program, which says nothing of origins, is taken', () => {
    expect(isRefused({ host })).toBe(false)
  })

  test('from our own page is taken, under the name that was asked or a configured one', () => {
    expect(isRefused({ host, origin: 'http://localhost:8086', 'sec-fetch-site': 'same-origin' })).toBe(false)
    expect(isRefused({ host, origin: 'https://localhost:8086' })).toBe(false)
    expect(isRefused({ host, origin: 'https://sluice.example' })).toBe(false)
    expect(isRefused({ host, 'sec-fetch-site': 'none' })).toBe(false)
  })

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['another port of the same machine', { origin: 'http://localhost:3000' }],
    ['a name that begins like ours', { origin: 'http://localhost:8086.evil.example' }],
    ['a site that hides its name', { origin: 'null' }],
    ['an origin in another spelling', { origin: 'HTTPS://sluice.example' }],
    ['an empty origin', { origin: '' }],
    ['another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a sibling of ours, as the browser says', { 'sec-fetch-site': 'same-site' }],
    ['a site in words that do not exist yet', { 'sec-fetch-site': 'some-future-word' }],
    [
      'another site, whatever it claims as its origin',
      { origin: 'http://localhost:8086', 'sec-fetch-site': 'cross-site' },
    ],
  ])('that was made by %s is refused', (_, headers) => {
    expect(isRefused({ host, ...headers })).toBe(true)
    expect(isRefused({ host, ...headers }, 'DELETE')).toBe(true)
    expect(isRefused({ host, ...headers }, 'PATCH')).toBe(true)
  })

  test('that only reads may come from anywhere: its answer is not shown to other sites', () => {
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      expect(isRefused({ host, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, method)).toBe(false)
    }
    expect(isRefused({ host, origin: 'https://evil.example' }, 'get'), 'in no other spelling').toBe(true)
  })
})
