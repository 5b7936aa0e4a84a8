// HTTP/2 on the port of everything else: for gRPC alone, told apart by its first bytes or in the handshake of TLS.
import { readFileSync } from 'node:fs'
import { connect, type IncomingHttpHeaders } from 'node:http2'
import { connect as connectSecure, type TLSSocket } from 'node:tls'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { makeCertificate } from './certificate.ts'
import { FLAG, frame, openHttp2, PREFACE, request, TYPE } from './http2-frames.ts'
import { openConnection } from './raw-connection.ts'
import { SETUP, type Server, startServer } from './server.ts'

const certificate = makeCertificate()
let server: Server
let secure: Server

beforeAll(async () => {
  const { certFile, keyFile, ca } = certificate
  const args = ['--tls-cert', certFile, '--tls-key', keyFile]
  ;[server, secure] = await Promise.all([startServer({ onboard: true }), startServer({ onboard: true, ca, args })])
})

/** Sends a request over HTTP/2. */
async function ask(url: string, headers: Record<string, string>, body = '') {
  const session = connect(url, { ca: certificate.ca })
  try {
    return await new Promise<{ headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
      session.once('error', reject)
      const stream = session.request({ ':method': 'POST', ...headers })
      let answered: IncomingHttpHeaders = {}
      let text = ''
      stream.once('response', found => {
        answered = found
      })
      stream.setEncoding('utf8')
      stream.on('data', chunk => {
        text += chunk
      })
      stream.once('error', reject)
      stream.once('close', () => resolve({ headers: answered, text }))
      if (headers[':method'] !== 'GET') stream.end(body)
    })
  } finally {
    session.destroy()
  }
}

const GRPC = { ':path': '/nobody.has.Such/Method', 'content-type': 'application/grpc', te: 'trailers' }

describe('HTTP/2', () => {
  test.each([
    ['in clear, by prior knowledge', () => server],
    ['over TLS', () => secure],
  ])('%s: gRPC is answered as gRPC', async (_, one) => {
    const { headers } = await ask(one().url, GRPC)
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' })
  })

  test.each([
    ['POST', '/api/v2/orgs', 'application/json', JSON.stringify({ name: 'over HTTP/2' })],
    ['POST', '/write?db=bucket1', 'text/plain', 'm f=1'],
    ['POST', '/api/v2/orgs', 'Application/grpc', JSON.stringify({ name: 'over HTTP/2' })],
    ['GET', '/health', '', ''],
  ])('what is not gRPC is answered 505 and not done: %s %s as %s', async (method, path, type, body) => {
    for (const one of [server, secure]) {
      const authorization = `Token ${SETUP.token}`
      const asked = { ':method': method, ':path': path, authorization, ...(type && { 'content-type': type }) }
      const { headers, text } = await ask(one.url, asked, body)
      expect([headers[':status'], JSON.parse(text).message]).toEqual([505, expect.stringContaining('use HTTP/1.1')])
      const orgs = await one.request('GET', '/api/v2/orgs', { token: SETUP.token })
      expect(orgs.json().orgs.map((org: { name: string }) => org.name)).toEqual([SETUP.org])
    }
  })

  test('is told by its first bytes, however they come', async () => {
    const connection = await openConnection(server.port)
    for (const piece of [...PREFACE.slice(0, 5), PREFACE.slice(5)]) {
      await connection.send(piece)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    await connection.send(Buffer.concat([frame(TYPE.settings, 0, 0), request(1, FLAG.endHeaders | FLAG.endStream)]))
    expect(await connection.until(/grpc-status|\x00\x00/)).not.toContain('HTTP/1.1')
    connection.close()
  })

  test.each(['PUT', 'P', 'PR', 'PROPFIND', 'GET'])('HTTP/1.1 is, too: %s', async method => {
    const connection = await openConnection(server.port)
    for (const piece of [...method, ' /health HTTP/1.1\r\nHost: localhost\r\n\r\n']) {
      await connection.send(piece)
      await new Promise(resolve => setTimeout(resolve, 5))
    }
    expect(await connection.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 [24]/)
    connection.close()
  })

  test('in clear is closed by a port that speaks TLS', async () => {
    const connection = await openConnection(secure.port)
    await connection.send(PREFACE)
    await connection.closed
    expect(connection.received()).toBe('')
  })
})

describe('the handshake of TLS', () => {
  async function agreed(protocols: string[]): Promise<string | false | null> {
    const socket = await new Promise<TLSSocket>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: secure.port, ca: certificate.ca, ALPNProtocols: protocols }
      const made = connectSecure(options, () => resolve(made)).once('error', reject)
    })
    socket.destroy()
    return socket.alpnProtocol
  }

  test.each<[string, string[], string | false]>([
    ['HTTP/2 to whoever speaks nothing else', ['h2'], 'h2'],
    ['HTTP/2 to an older client of gRPC', ['grpc-exp', 'h2'], 'h2'],
    ['HTTP/1.1 to a browser', ['h2', 'http/1.1'], 'http/1.1'],
    ['HTTP/1.1 to whoever speaks nothing else', ['http/1.1'], 'http/1.1'],
    ['nothing to whoever asks for nothing', [], false],
  ])('gives %s', async (_, offered, expected) => {
    expect(await agreed(offered)).toBe(expected)
  })

  test('fails for whoever speaks neither', async () => {
    await expect(agreed(['spdy/3'])).rejects.toThrow(/no application protocol/)
  })
})

test.each<[string, () => Uint8Array]>([
  ['pings', () => frame(TYPE.ping, 0, 0, Buffer.alloc(8))],
  ['settings', () => frame(TYPE.settings, 0, 0, Buffer.of(0, 4, 0, 0, 255, 255))],
])('%s whose answers nobody reads take little memory', async (_, piece) => {
  const connection = await openHttp2(server.port)
  onTestFinished(connection.close)
  connection.socket.pause()
  const many = Buffer.concat(Array.from({ length: 1000 }, piece))
  const before = residentBytes(server)
  for (let n = 0; n < 2000 && !connection.socket.destroyed; n++) {
    if (!connection.socket.write(many)) await new Promise(resolve => setTimeout(resolve, 1))
    if (connection.socket.writableLength > 4_000_000) break
  }
  expect((await server.request('GET', '/health', { token: SETUP.token })).status).toBe(200)
  expect(residentBytes(server) - before).toBeLessThan(64_000_000)
})

function residentBytes({ pid }: Server): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

test('a server that ends says so to connections that are kept open, and does not wait for them', async () => {
  const own = await startServer({ env: { SLUICE_LIMITS_SHUTDOWN_SECONDS: '10' } })
  const session = connect(own.url)
  session.on('error', () => {})
  await new Promise(resolve => session.once('remoteSettings', resolve))
  const begunMs = performance.now()
  const goaway = new Promise(resolve => session.once('goaway', resolve))
  expect(await own.stop()).toBe(0)
  expect(performance.now() - begunMs).toBeLessThan(4000)
  expect(await goaway).toBe(0)
})
