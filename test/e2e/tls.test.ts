// TLS on the one port: who speaks it is served, who does not is told so, who says nothing is in nobody's way.
import { existsSync, writeFileSync } from 'node:fs'
import * as https from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Certificate, makeCertificate } from './certificate.ts'
import { isRefused, openConnection, type RawConnection } from './raw-connection.ts'
import { freePort, runProgram, SETUP, type Server, send, startServer, temporaryFolder } from './server.ts'

let certificate: Certificate
let server: Server

const argsFor = ({ certFile, keyFile }: Pick<Certificate, 'certFile' | 'keyFile'>) => [
  '--tls-cert',
  certFile,
  '--tls-key',
  keyFile,
]
const startSecurely = (shutdownSeconds = '1') =>
  startServer({
    onboard: true,
    ca: certificate.ca,
    args: argsFor(certificate),
    env: { SLUICE_LIMITS_SHUTDOWN_SECONDS: shutdownSeconds },
  })

beforeAll(async () => {
  certificate = makeCertificate()
  server = await startSecurely()
})

describe('a server with a certificate', () => {
  test('serves over TLS', async () => {
    expect(server.url).toMatch(/^https:/)
    expect(server.output()).toContain(`Sluice is ready at https://127.0.0.1:${server.port}`)
    const answer = await server.request('GET', '/api/v2/authorizations', { token: SETUP.token })
    expect([answer.status, answer.json().authorizations.length]).toEqual([200, 1])
  })

  test('is not taken for real by who does not trust the certificate', async () => {
    await expect(send(server.url, 'GET', '/health', {}, '')).rejects.toThrow(/self-signed certificate/)
  })

  test('speaks nothing older than TLS 1.2', async () => {
    const options = {
      host: '127.0.0.1',
      port: server.port,
      ca: certificate.ca,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    } as const
    await expect(
      new Promise((resolve, reject) => {
        const socket = connect({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' }, () => resolve(socket.destroy()))
        socket.once('error', reject)
      }),
    ).rejects.toThrow(/tlsv1 alert protocol version/)
  })

  test('tells who speaks plain HTTP to its port what to do, whatever he asks, and does nothing of it', async () => {
    const plain = server.url.replace('https:', 'http:')
    const asked = { token: SETUP.token, body: { name: 'made in clear' } }
    for (const [method, path] of [
      ['GET', '/health'],
      ['POST', '/api/v2/orgs'],
      ['POST', '/api/v2/write'],
    ] as const) {
      const answer = await send(plain, method, path, asked)
      expect([answer.status, answer.json()]).toEqual([
        400,
        { code: 'invalid', message: 'this port speaks TLS: use an address that begins with https://' },
      ])
      expect(answer.headers.connection).toBe('close')
    }
    const orgs = await server.request('GET', '/api/v2/orgs', { token: SETUP.token })
    expect(orgs.json().orgs.map((org: { name: string }) => org.name)).toEqual([SETUP.org])
  })

  test('gives a session cookie that travels over TLS only', async () => {
    const basic = Buffer.from(`${SETUP.username}:${SETUP.password}`).toString('base64')
    const answer = await server.request('POST', '/api/v2/signin', { headers: { Authorization: `Basic ${basic}` } })
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; Secure; SameSite=Strict$/)])
  })
})

describe('a bad certificate stops the start with a sentence', () => {
  /** Runs the server, which must end by itself, and gives what it said to whoever started it. */
  async function refusal(files: { certFile: string; keyFile: string }): Promise<string> {
    const folder = temporaryFolder()
    const port = await freePort()
    const args = ['serve', '--listen', `127.0.0.1:${port}`, '--data', join(folder, 'data'), ...argsFor(files)]
    const { ended, output } = runProgram(args, folder)
    expect(await ended).toBe(1)
    expect(await isRefused(port)).toBe(true)
    const said = output()
    expect(said).not.toMatch(/\n\s+at |error:[0-9A-F]{8}/)
    return said
  }
  const fileWith = (text: string) => {
    const file = join(temporaryFolder(), 'file.pem')
    writeFileSync(file, text)
    return file
  }

  test('if a file is not there', async () => {
    const certFile = join(temporaryFolder(), 'no-such.pem')
    expect(existsSync(certFile)).toBe(false)
    expect(await refusal({ ...certificate, certFile })).toContain(`sluice cannot start: ${certFile} does not exist`)
  })

  test('if the certificate is none', async () => {
    const certFile = fileWith('not a certificate')
    const { keyFile } = certificate
    expect(await refusal({ certFile, keyFile })).toContain(
      `${certFile} and ${keyFile} are no certificate and key: both must be PEM`,
    )
  })

  test('if the key is none', async () => {
    const keyFile = fileWith('')
    const { certFile } = certificate
    expect(await refusal({ certFile, keyFile })).toContain(
      `${certFile} and ${keyFile} are no certificate and key: both must be PEM`,
    )
  })

  test('if the key is another one', async () => {
    const { keyFile } = makeCertificate()
    expect(await refusal({ ...certificate, keyFile })).toContain('the key is not that of the certificate')
  })
})

describe('connections on which nothing comes, or not enough', () => {
  const EACH = 100
  /** The first bytes of a TLS handshake, and no more. */
  const HALF_HANDSHAKE = Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01)

  async function crowd(): Promise<RawConnection[]> {
    const all: RawConnection[] = []
    for (let n = 0; n < EACH; n++) {
      const [silent, half, head] = await Promise.all([
        openConnection(server.port),
        openConnection(server.port),
        openConnection(server.port, { ca: certificate.ca }),
      ])
      await half.send(HALF_HANDSHAKE)
      await head.send('POST /api/v2/authorizations HTTP/1.1\r\nHost: lo')
      all.push(silent, half, head)
    }
    return all
  }

  test('do not keep others from being served, nor the server from ending in time', async () => {
    const connections = await crowd()
    const agent = new https.Agent({ keepAlive: true, maxSockets: 4 })
    for (let n = 0; n < 50; n++) {
      // On a connection of its own, and on one that stays open and idle.
      expect((await server.request('GET', '/api/v2/authorizations', { token: SETUP.token })).status).toBe(200)
      const { orgId } = server.onboarded!
      const body = { orgID: orgId, permissions: [{ action: 'read', resource: { type: 'buckets', orgID: orgId } }] }
      const made = await server.request('POST', '/api/v2/authorizations', { token: SETUP.token, body, agent })
      expect(made.status).toBe(201)
    }
    const isOpen = ({ socket }: RawConnection) => !socket.destroyed
    expect(connections.filter(isOpen)).toHaveLength(3 * EACH)
    expect(await server.stop()).toBe(0)
    await Promise.all(connections.map(({ closed }) => closed))
    agent.destroy()
  })

  test('are not waited for if they are only kept open', async () => {
    const own = await startSecurely('10')
    const agent = new https.Agent({ keepAlive: true })
    await own.request('GET', '/health', { agent })
    const silent = await openConnection(own.port)
    const begunMs = performance.now()
    expect(await own.stop()).toBe(0)
    // Left alone, the one would be closed after 5 s and the other after 10 s.
    expect(performance.now() - begunMs).toBeLessThan(4000)
    await silent.closed
    agent.destroy()
  })
})
