// No secret gets through, wherever it stands in a text of HTTP.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { maskSecrets } from './mask.ts'

describe('a secret is masked', () => {
  test('in headers, which keep what kind it was', () => {
    const cases: [string, string][] = [
      ['Authorization: Token abc', 'Authorization: Token ***'],
      ['authorization: bearer abc def', 'authorization: bearer ***'],
      ['Authorization: abc', 'Authorization: ***'],
      ['Proxy-Authorization: Basic abc', 'Proxy-Authorization: Basic ***'],
      ['Cookie: influxdb-oss-session=abc; other=def', 'Cookie: ***'],
      ['set-cookie: influxdb-oss-session=abc', 'set-cookie: ***'],
      ['X-Sluice-Setup-Code: abc', 'X-Sluice-Setup-Code: ***'],
      ['> Authorization: Token abc', '> Authorization: Token ***'],
      ['Authorization: ', 'Authorization: '],
    ]
    for (const [text, masked] of cases) expect(maskSecrets(`a\n${text}\nb`)).toBe(`a\n${masked}\nb`)
  })

  test('in JSON, also with quotes in it, and in JSON that was cut off', () => {
    const cases: [string, string][] = [
      ['{"token":"abc","id":"1"}', '{"token":"***","id":"1"}'],
      ['{"password" : "a\\"b\\\\"}', '{"password" : "***"}'],
      ['{"TOKEN":"abc"}', '{"TOKEN":"***"}'],
      ['{"setupCode":"123456"}', '{"setupCode":"***"}'],
      ['{"a":[{"token": "abc"},{"token": "def"}]}', '{"a":[{"token": "***"},{"token": "***"}]}'],
      ['{"token":""}', '{"token":""}'],
      ['{"token":"abc', '{"token":"***'],
      ['{"token":"abc\\', '{"token":"***'],
    ]
    for (const [text, masked] of cases) expect(maskSecrets(text)).toBe(masked)
  })

  test('in addresses and forms', () => {
    expect(maskSecrets('GET /query?u=ann&p=abc&db=x HTTP/1.1')).toBe('GET /query?u=ann&p=***&db=x HTTP/1.1')
    expect(maskSecrets('GET /api/v2/authorizations?token=abc')).toBe('GET /api/v2/authorizations?token=***')
    expect(maskSecrets('password=abc&u=ann')).toBe('password=***&u=ann')
  })

  test('anywhere, if its form tells it', () => {
    const token = `slc_${'aB3'.repeat(16)}x`
    expect(maskSecrets(`cannot use ${token} here: ${token}`)).toBe('cannot use slc_*** here: slc_***')
  })
})

test('what is no secret stays', () => {
  const text = [
    'GET /api/v2/authorizations?org=acme HTTP/1.1',
    'Content-Type: application/json',
    '',
    '{"id":"0123","tokens":"visible","description":"my token","passwords":"visible"}',
  ].join('\n')
  expect(maskSecrets(text)).toBe(text)
})

test('no secret survives, whatever it is made of', () => {
  // Long enough not to turn up by chance, and in one line, as headers are.
  const secret = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 60 })
    .filter(text => /^\S(?:.*\S)?$/.test(text) && !/\*{2}/.test(text))
  const carriers: ((secret: string) => [text: string, inIt: string])[] = [
    text => [`POST / HTTP/1.1\nAuthorization: Token ${text}\n\nbody`, text],
    text => [`Cookie: influxdb-oss-session=${text}`, text],
    text => [JSON.stringify({ a: 1, token: text, b: [2] }), JSON.stringify(text).slice(1, -1)],
    text => [JSON.stringify([{ password: text }], undefined, '\t'), JSON.stringify(text).slice(1, -1)],
    text => [JSON.stringify({ token: text }).slice(0, -2), JSON.stringify(text).slice(1, -1)],
    text => [`GET /query?${new URLSearchParams({ u: 'a', p: text, db: 'x' })} HTTP/1.1`, encodeURIComponent(text)],
    text => [`GET /x?token=${encodeURIComponent(text)}`, encodeURIComponent(text)],
  ]
  fc.assert(
    fc.property(secret, fc.constantFrom(...carriers), (text, carry) => {
      const [carrier, inIt] = carry(text)
      expect(maskSecrets(carrier)).not.toContain(inIt)
      expect(maskSecrets(carrier)).not.toContain(text)
    }),
    { numRuns: 1000 },
  )
})
