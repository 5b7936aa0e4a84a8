// One request at a time on a connection, one protocol, and one id for whoever has to talk about a request.
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

let upstream: UpstreamDouble
let plant: Plant

beforeAll(async () => {
  // So slow that a second request comes before the first is answered.
  upstream = await startUpstreamDouble((_, outgoing) => setTimeout(() => outgoing.writeHead(204).end(), 100))
  plant = await startPlant('influxdb1', upstream.url)
})
afterAll(() => upstream.close())

/** Sends pieces a little apart, and gives all that came until the server closed, or for so long. */
function exchange(pieces: readonly string[], forMs = 1500): Promise<{ text: string; closed: boolean }> {
  return new Promise(resolve => {
    const socket = connect(plant.server.port, '127.0.0.1')
    let text = ''
    const end = (closed: boolean) => {
      socket.destroy()
      resolve({ text, closed })
    }
    socket.on('data', chunk => (text += chunk))
    socket.once('close', () => end(true)).on('error', () => {})
    setTimeout(() => end(false), forMs)
    for (const [at, piece] of pieces.entries()) setTimeout(() => socket.write(piece), at * 20)
  })
}

const writing = (line: string, more = '') =>
  `POST /write?db=raw HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${plant.tokens.writer}\r\n${more}` +
  `Content-Length: ${line.length}\r\n\r\n${line}`
const statuses = (text: string) => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(found => found[1])

describe('a request that comes before the one before it is answered', () => {
  test.each([
    ['in one piece', (one: string, two: string) => [one + two]],
    ['after a while', (one: string, two: string) => [one, two]],
  ])('%s, is 400, does not arrive, and ends the connection', async (_, pieces) => {
    upstream.seen.length = 0
    const { text, closed } = await exchange(pieces(writing('m f=1'), writing('m f=2') + writing('m f=3')))
    expect([statuses(text), closed]).toEqual([['204', '400'], true])
    expect(text).toContain('send one at a time on a connection')
    expect(upstream.seen.map(({ body }) => body)).toEqual(['m f=1'])
  })

  test('is taken when the one before is answered', async () => {
    upstream.seen.length = 0
    const { text, closed } = await exchange([writing('m f=1'), ...Array(40).fill(''), writing('m f=2')], 1800)
    expect([statuses(text), closed]).toEqual([['204', '204'], false])
    expect(upstream.seen.map(({ body }) => body)).toEqual(['m f=1', 'm f=2'])
  })
})

describe('a client that wants its connection closed, and is still sending when it is answered', () => {
  const head = (target: string, more: string) =>
    `POST ${target} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Token ${plant.tokens.writer}\r\n` +
    `Connection: close${more}\r\nContent-Length: 6\r\n\r\nm `

  test.each(['', ', authorization'])('is told that it will be, is read, and has it closed: close%s', async more => {
    upstream.seen.length = 0
    const pieces = [head('/write?db=secret', more), ...Array(15).fill(''), 'f=1\n']
    const { text, closed } = await exchange(pieces)
    expect([statuses(text), closed, upstream.seen.length]).toEqual([['404'], true, 0])
    expect(text).toContain('\r\nConnection: close\r\n')
  })

  test('sees it closed in the end, though it sends no more', async () => {
    const { text, closed } = await exchange([head('/write?db=secret', '')], 5000)
    expect([statuses(text), closed]).toEqual([['404'], true])
  })
})

test.each(['websocket', 'h2c, websocket', 'H2C', 'HTTP/2.0'])(
  'an upgrade to %s is 400, does not arrive, and ends the connection',
  async protocol => {
    upstream.seen.length = 0
    const { text, closed } = await exchange([writing('m f=1', `Connection: Upgrade\r\nUpgrade: ${protocol}\r\n`)])
    expect([statuses(text), closed, upstream.seen.length]).toEqual([['400'], true, 0])
  },
)

describe('an offer of HTTP/2, as the client of InfluxDB 3 in Java makes it,', () => {
  const OFFER =
    'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAA\r\n'

  test('is passed over: the request is answered in HTTP/1.1, the next one on its connection too', async () => {
    upstream.seen.length = 0
    const { text } = await exchange([writing('m f=1', OFFER), ...Array(40).fill(''), writing('m f=2')], 1800)
    expect([statuses(text), upstream.seen.map(({ body }) => body)]).toEqual([
      ['204', '204'],
      ['m f=1', 'm f=2'],
    ])
    const passedOn = upstream.seen[0]!.rawHeaders.map(name => name.toLowerCase())
    expect(passedOn).not.toContain('upgrade')
    expect(passedOn).not.toContain('http2-settings')
  })

  test('opens no way past the gateway: what follows at once does not arrive', async () => {
    upstream.seen.length = 0
    const { text } = await exchange([`${writing('m f=1', OFFER)}${writing('m f=2', '')}`])
    expect([statuses(text)[0], upstream.seen.map(({ body }) => body)]).toEqual(['204', ['m f=1']])
  })
})

describe('the id of a request', () => {
  const post = (id: string | undefined, token: string = plant.tokens.writer) =>
    plant.server.request('POST', '/write?db=raw', {
      token,
      body: 'm f=1',
      headers: id === undefined ? {} : { 'X-Request-Id': id },
    })
  const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

  test('is the client’s own: the upstream, the client and the log have it', async () => {
    upstream.seen.length = 0
    const { headers } = await post('telegraf:42/a-b_c.d')
    expect(headers['x-request-id']).toBe('telegraf:42/a-b_c.d')
    expect(upstream.seen[0]!.headers['x-request-id']).toBe('telegraf:42/a-b_c.d')
    await expect.poll(() => plant.server.output()).toContain('"requestId":"telegraf:42/a-b_c.d"')
  })

  test.each([
    ['no id', undefined],
    ['one with spaces', 'a b'],
    ['one that is as long as a token', 'x'.repeat(88)],
  ])('is a new one for %s', async (_, given) => {
    upstream.seen.length = 0
    const { headers } = await post(given)
    expect(headers['x-request-id']).toMatch(UUID)
    expect(upstream.seen[0]!.headers['x-request-id']).toBe(headers['x-request-id'])
  })

  test('is told with a refusal, too', async () => {
    expect((await post('mine', 'unknown')).headers['x-request-id']).toBe('mine')
  })
})
