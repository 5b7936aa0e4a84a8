// The command line over TLS and through proxies, and what it says where that fails.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer as createSecureServer } from 'node:https'
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../e2e/server.ts'
import { makeHome } from './call.ts'
import { messageOf, messages, run, SOME } from './failing-calls.ts'
import { proxyServer } from './proxy-server.ts'
import { json, listen, type RecordingServer, recordingServer } from './recording-server.ts'

describe('TLS', () => {
  let certificate: string
  let url: string
  let port: number

  beforeAll(async () => {
    const folder = makeHome().path
    certificate = join(folder, 'certificate.pem')
    const key = join(folder, 'key.pem')
    const { status } = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=influx.test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ])
    expect(status).toBe(0)
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"authorizations":[],"status":"pass"}')
    })
    port = await listen(server)
    url = `https://127.0.0.1:${port}`
  })

  test('a certificate that nobody vouches for is refused, and it is said what to do', async () => {
    for (const message of await messages(SOME, url)) {
      expect(message).toMatch(
        /": the certificate cannot be trusted \(self-signed certificate\)\. Give its authority in NODE_EXTRA_CA_CERTS; --skip-verify trusts anybody$/,
      )
    }
    expect((await run(['ping', '--skip-verify'], url)).stdout).toBe('OK\n')
    expect((await run(['ping'], url, { INFLUX_SKIP_VERIFY: 'true' })).stdout).toBe('OK\n')
    expect((await run(['ping'], url, { NODE_EXTRA_CA_CERTS: certificate })).stdout).toBe('OK\n')
  })

  test('a certificate of another name is refused', async () => {
    const [message] = await messages([['ping']], `https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: certificate })
    expect(message).toMatch(/the certificate cannot be trusted \(Hostname\/IP does not match certificate's altnames/)
  })

  test('is asked for where it is spoken, and only there', async () => {
    for (const message of await messages(SOME, `http://127.0.0.1:${port}`)) {
      expect(message).toMatch(
        /": the server closed the connection without an answer\. Does it speak TLS\? Then the address begins with https:\/\/$/,
      )
    }
    const plain = await recordingServer()
    for (const message of await messages(SOME, plain.url.replace('http:', 'https:'))) {
      expect(message).toMatch(/": the server does not speak TLS here: use an address that begins with http:\/\/$/)
    }
  })

  test('goes through a proxy in a tunnel', async () => {
    const proxy = await proxyServer({ to: port })
    const env = { HTTPS_PROXY: proxy.url }
    expect((await run(['ping', '--skip-verify'], 'https://influx.test', env)).stdout).toBe('OK\n')
    expect(messageOf(await run(['ping'], 'https://influx.test', env), [])).toContain(
      'the certificate cannot be trusted',
    )
    expect(proxy.asked).toEqual(['CONNECT influx.test:443', 'CONNECT influx.test:443'])
  })
})

describe('a proxy of the environment', () => {
  let target: RecordingServer
  beforeEach(async () => {
    target = await recordingServer(({ path }) =>
      path === '/health' ? json(200, { status: 'pass' }) : path === '/api/v2/write' ? { status: 204 } : json(404, {}),
    )
  })

  test('is asked for what is elsewhere, in clear, and not for this machine', async () => {
    const proxy = await proxyServer({ to: target.port })
    const env = { HTTP_PROXY: proxy.url }
    expect((await run(['ping'], 'http://influx.test:8086', env)).stdout).toBe('OK\n')
    expect((await run(SOME[1]!, 'http://influx.test:8086', env)).exit).toBe(0)
    expect(
      target.requests.map(({ headers: { host, authorization }, text }) => ({ host, authorization, text })),
    ).toEqual([
      { host: 'influx.test:8086', authorization: undefined, text: '' },
      { host: 'influx.test:8086', authorization: 'Token a-token-of-tests', text: 'm v=1\n' },
    ])
    expect((await run(['ping'], target.url, env)).stdout).toBe('OK\n')
    expect(proxy.asked).toEqual([
      'GET http://influx.test:8086/health',
      'POST http://influx.test:8086/api/v2/write?bucket=b&org=acme&precision=ns',
    ])
  })

  test('that is down is named, not the server', async () => {
    const port = await freePort()
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, HTTPS_PROXY: `http://127.0.0.1:${port}` }
    for (const url of ['http://influx.test', 'https://influx.test']) {
      const variable = url.startsWith('https') ? 'HTTPS_PROXY' : 'HTTP_PROXY'
      for (const message of await messages(SOME, url, env)) {
        expect(message).toContain(`": the proxy 127.0.0.1:${port} (${variable}) cannot be reached`)
      }
    }
  })

  test('that refuses is named', async () => {
    const proxy = await proxyServer({ to: target.port, refuses: 403 })
    const login = await proxyServer({ to: target.port, refuses: 407 })
    const [tunnel] = await messages([['ping']], 'https://influx.test', { HTTPS_PROXY: proxy.url })
    expect(tunnel).toMatch(
      /": the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not let this connection through \(403\)$/,
    )
    for (const [url, variable] of [
      ['http://influx.test', 'HTTP_PROXY'],
      ['https://influx.test', 'HTTPS_PROXY'],
    ]) {
      const [message] = await messages([['ping']], url!, { [variable!]: login.url })
      expect(message).toMatch(/": the proxy 127\.0\.0\.1:\d+ \(HTTPS?_PROXY\) wants user and password/)
    }
  })
})
