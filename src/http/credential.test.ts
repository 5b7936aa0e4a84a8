import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import * as fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { basicCredentials, credentialOf } from './credential.ts'

/** A request, as far as these functions look at it. */
const request = (headers: Record<string, string>) => ({ headers }) as unknown as IncomingMessage
const of = (authorization: string, cookie?: string) =>
  credentialOf(request({ authorization, ...(cookie && { cookie }) }))
const token = (text: string) => ({ kind: 'token', text })
const session = (key: string) => ({ kind: 'session', key })
const NONE = { kind: 'none' }

describe('a token', () => {
  test.each([
    ['Token abc', 'abc'],
    ['Bearer abc', 'abc'],
    ['token abc', 'abc'],
    ['TOKEN abc', 'abc'],
    ['bEaReR abc', 'abc'],
    ['Token a b  c', 'a b  c'],
    ['Token a,b;c="d"', 'a,b;c="d"'],
    ['Token Token abc', 'Token abc'],
    // A second space belongs to the token, which then is another one.
    ['Token  abc', ' abc'],
    // UTF-8, as Node reads it.
    ['Token \u00c5\u00bc', 'ż'],
  ])('%j presents %j', (header, text) => expect(of(header)).toEqual(token(text)))

  test.each([
    '',
    'Token',
    'Token ',
    'Tokenabc',
    'Token\tabc',
    ' Token abc',
    'Basic YTpi',
    'Digest abc',
    'abc',
    'Bearer',
  ])('%j presents none', header => expect(of(header)).toEqual(NONE))

  test('goes before a session, even a wrong one', () => {
    expect(of('Token wrong', 'influxdb-oss-session=key')).toEqual(token('wrong'))
  })

  test('is the first of several headers', async () => {
    const seen = await sent('Authorization: Token first', 'Authorization: Token second')
    expect(seen).toEqual(token('first'))
    expect(await sent('Authorization: Basic YTpi', 'Authorization: Token second')).toEqual(NONE)
    expect(await sent('Authorization: Token \u00c5\u00bc')).toEqual(token('ż'))
    expect(await sent('authorization:   Token trimmed   ')).toEqual(token('trimmed'))
    expect(await sent('Authorization: Token ')).toEqual(NONE)
  })

  /** What a real request with these headers, as bytes, presents. */
  async function sent(...headers: string[]) {
    let seen: unknown
    const server = createServer((incoming, outgoing) => {
      seen = credentialOf(incoming)
      outgoing.end()
    })
    onTestFinished(() => void server.close())
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
    socket.end(Buffer.from(['GET / HTTP/1.1', 'Host: x', ...headers, '', ''].join('\r\n'), 'latin1'))
    await once(socket.resume(), 'close')
    return seen
  }
})

describe('a session', () => {
  test.each([
    ['influxdb-oss-session=key', 'key'],
    ['a=b; influxdb-oss-session=key; c=d', 'key'],
    ['a=b;influxdb-oss-session=key', 'key'],
    ['influxdb-oss-session=a==; x=y', 'a=='],
    ['influxdb-oss-session="key"', 'key'],
    ['influxdb-oss-session=first; influxdb-oss-session=second', 'first'],
  ])('is found in the cookies %j', (cookie, key) => {
    expect(credentialOf(request({ cookie }))).toEqual(session(key))
    expect(of('Basic YTpi', cookie), 'beside another scheme').toEqual(session(key))
  })

  test.each([
    '',
    'other=key',
    'Influxdb-Oss-Session=key',
    'xinfluxdb-oss-session=key',
    'influxdb-oss-sessionx=key',
    ';;=',
  ])('is not found in %j', cookie => expect(credentialOf(request({ cookie }))).toEqual(NONE))

  test('is the key or nothing, whatever else the header holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary-ascii' }).map(text => text.replaceAll(';', ''))), others => {
        fc.pre(others.every(other => !other.trim().startsWith('influxdb-oss-session=')))
        const cookie = [...others, 'influxdb-oss-session=key'].join(';')
        expect(credentialOf(request({ cookie }))).toEqual(session('key'))
        expect(credentialOf(request({ cookie: others.join(';') }))).toEqual(NONE)
      }),
    )
  })
})

describe('a user name and a password', () => {
  const basic = (text: string) =>
    basicCredentials(request({ authorization: `Basic ${Buffer.from(text).toString('base64')}` }))

  test.each([
    ['ann:secret', { user: 'ann', password: 'secret' }],
    ['ann:', { user: 'ann', password: '' }],
    [':secret', { user: '', password: 'secret' }],
    ['ann:se:cr:et', { user: 'ann', password: 'se:cr:et' }],
    ['żółć:🙂', { user: 'żółć', password: '🙂' }],
  ])('are read from %j', (text, expected) => expect(basic(text)).toEqual(expected))

  test('are read whatever the case of the scheme', () => {
    expect(basicCredentials(request({ authorization: 'bAsIc YTpi' }))).toEqual({ user: 'a', password: 'b' })
  })

  test.each([
    '',
    'Basic',
    'Basic ',
    'Basic YQ==',
    'Basic YTpi YTpi',
    'Basic YT*pi',
    'Basic  YTpi',
    'Token YTpi',
    'Basic YTp-',
  ])('are not read from %j', authorization => expect(basicCredentials(request({ authorization }))).toBeUndefined())

  test('come back as they were sent', () => {
    const user = fc.string({ unit: 'grapheme' }).map(text => text.replaceAll(':', ''))
    fc.assert(
      fc.property(user, fc.string({ unit: 'grapheme' }), (name, password) => {
        expect(basic(`${name}:${password}`)).toEqual({ user: name, password })
      }),
    )
  })
})
