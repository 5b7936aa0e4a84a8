// The end of a server, wished for or not: SIGTERM finishes what was begun; a store that fails is 503 and nothing else.
import { execFileSync } from 'node:child_process'
import { closeSync, copyFileSync, openSync, readFileSync, writeSync } from 'node:fs'
import * as http from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { isRefused, openConnection, type RawConnection } from './raw-connection.ts'
import { type Answer, type Asked, type Onboarded, SETUP, type Server, startServer, temporaryFolder } from './server.ts'

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const WITHIN_MS = 10_000

/** Ends a server by SIGTERM; it must end well and in time. */
async function stopInTime(server: Server): Promise<void> {
  const begunMs = performance.now()
  expect(await server.stop('SIGTERM')).toBe(0)
  expect(performance.now() - begunMs).toBeLessThan(WITHIN_MS)
}

async function untilRefused(server: Server): Promise<void> {
  while (!(await isRefused(server.port))) await sleep(10)
}

async function newToken(server: Server, asked: { description?: string; agent?: http.Agent } = {}) {
  const { orgId, operator } = server.onboarded as Onboarded
  const permissions = ['authorizations', 'buckets'].flatMap(type =>
    ['read', 'write'].map(action => ({ action, resource: { type, orgID: orgId } })),
  )
  const { agent, description = '' } = asked
  const body = { orgID: orgId, description, permissions }
  const answer = await server.request('POST', '/api/v2/authorizations', {
    token: operator,
    body,
    ...(agent && { agent }),
  })
  expect(answer.status, answer.text).toBe(201)
  return answer.json() as { id: string; token: string }
}

const opened: RawConnection[] = []
async function open(server: Server): Promise<RawConnection> {
  const connection = await openConnection(server.port)
  opened.push(connection)
  return connection
}
afterEach(() => {
  for (const connection of opened.splice(0)) connection.close()
})

/** The head of a change whose body is still to come; the server has read it when it says to go on. */
async function beginChange(server: Server, id: string, length: number): Promise<RawConnection> {
  const connection = await open(server)
  const head = [
    `PATCH /api/v2/authorizations/${id} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Token ${SETUP.token}`,
    `Content-Length: ${length}`,
    'Expect: 100-continue',
  ]
  await connection.send(`${head.join('\r\n')}\r\n\r\n`)
  await connection.until(/^HTTP\/1\.1 100 /)
  return connection
}

describe('SIGTERM', () => {
  test('lets a change that was begun come to its end, which the next start has; new connections are refused', async () => {
    const server = await startServer({ onboard: true })
    const { id } = await newToken(server)
    const body = JSON.stringify({ status: 'inactive', description: 'changed while stopping' })
    const change = await beginChange(server, id, body.length)
    await change.send(body.slice(0, 10))

    const stopped = stopInTime(server)
    await untilRefused(server)
    await change.send(body.slice(10))
    expect(await change.until(/changed while stopping/)).toMatch(/\r\nHTTP\/1\.1 200 OK\r\n/)
    expect(change.received()).toMatch(/\r\nConnection: close\r\n/)
    await stopped

    const again = await startServer({ dataDir: server.dataDir })
    const found = await again.request('GET', `/api/v2/authorizations/${id}`, { token: SETUP.token })
    expect(found.json()).toMatchObject({ status: 'inactive', description: 'changed while stopping' })
    await stopInTime(again)
  })

  test('lets a long list that a slow client takes come to its end', async () => {
    const server = await startServer({ onboard: true })
    const agent = new http.Agent({ keepAlive: true, maxSockets: 16 })
    // Some 15 MB: far more than the system's buffers between the two hold.
    const count = 1200
    const description = '長'.repeat(4000)
    await Promise.all(Array.from({ length: count }, () => newToken(server, { description, agent })))
    agent.destroy()

    const list = http.get(`${server.url}/api/v2/authorizations`, {
      agent: false,
      headers: { Authorization: `Token ${SETUP.token}` },
    })
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      list.once('response', resolve)
      list.once('error', reject)
    })
    const stopped = stopInTime(server)
    await untilRefused(server)
    const isOver = /"GET","path":"\/api\/v2\/authorizations"/.test(server.output())
    expect(isOver, 'the list was over too early to show anything').toBe(false)
    const chunks: Buffer[] = []
    for await (const chunk of answer) {
      chunks.push(chunk as Buffer)
      if (chunks.length % 10 === 0) await sleep(5)
    }
    expect(answer.complete).toBe(true)
    expect(JSON.parse(Buffer.concat(chunks).toString()).authorizations).toHaveLength(count + 1)
    await stopped
  })

  test('leaves everything in the one file, for whoever copies that', async () => {
    const server = await startServer({ onboard: true })
    const { id, token } = await newToken(server)
    await stopInTime(server)
    const dataDir = temporaryFolder()
    copyFileSync(storePath(server.dataDir), storePath(dataDir))
    const copy = await startServer({ dataDir })
    expect((await copy.request('GET', `/api/v2/authorizations/${id}`, { token })).status).toBe(200)
    await stopInTime(copy)
  })

  test('does not wait for connections on which nothing was asked', async () => {
    const server = await startServer({ onboard: true })
    const agent = new http.Agent({ keepAlive: true })
    await server.request('GET', '/health', { agent })
    const silent = await Promise.all(Array.from({ length: 20 }, () => open(server)))
    await stopInTime(server)
    await Promise.all(silent.map(({ closed }) => closed))
    agent.destroy()
  })

  test('cuts a request that does not come to its end, after the configured time, and ends well', async () => {
    const server = await startServer({ onboard: true, env: { SLUICE_LIMITS_SHUTDOWN_SECONDS: '1' } })
    const { id } = await newToken(server)
    const stalled = await beginChange(server, id, 1000)
    const half = await open(server)
    await half.send('GET /health HTTP/1.1\r\nHost: loc')
    await stopInTime(server)
    await Promise.all([stalled.closed, half.closed])
  })
})

// --- A store that fails ----------------------------------------------------------------------

/** What must not be in the answer of a server whose store has failed: the engine's words, paths, our code. */
const LEAKS = /sqlite|malformed|corrupt|disk|i\/o|database|locked|busy|sluice\.db|\/tmp|\.js|at |errno|stack/i

function expectUnavailable(answer: Answer, what: string): void {
  expect([answer.status, answer.headers['x-platform-error-code']], `${what}: ${answer.text}`).toEqual([
    503,
    'unavailable',
  ])
  expect(answer.headers['retry-after'], what).toMatch(/^[1-9]\d*$/)
  expect(Object.keys(answer.json()).sort(), what).toEqual(['code', 'message'])
  expect(answer.text, what).not.toMatch(LEAKS)
}

/** Every way in which a token is judged. */
function verdicts({ onboarded }: Server, token: string): Record<string, [method: string, path: string, asked: Asked]> {
  const { orgId, bucketId } = onboarded as Onboarded
  const write = `/api/v2/write?orgID=${orgId}&bucket=${bucketId}`
  const forwarded = { 'X-Forwarded-Method': 'POST', 'X-Forwarded-Uri': write }
  const basic = `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`
  return {
    'a read': ['GET', '/api/v2/buckets', { token }],
    'a list': ['GET', '/api/v2/authorizations', { token }],
    'a session': ['GET', '/api/v2/me', { headers: { Cookie: `influxdb-oss-session=${'k'.repeat(88)}` } }],
    'a write of version 2': ['POST', write, { token, body: 'm f=1' }],
    'a write of version 1': ['POST', '/write?db=bucket1', { headers: { Authorization: basic }, body: 'm f=1' }],
    'a proxy that asks': ['GET', '/authorize', { token, headers: forwarded }],
    'a sign-in': ['POST', '/api/v2/signin', { headers: { Authorization: basic } }],
  }
}

describe('while the disk takes nothing more', () => {
  const limit = (server: Server, bytes: string) =>
    execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:unlimited`])

  test('changes are 503 and leave nothing, verdicts go on, and when it takes something again all is well', async () => {
    const server = await startServer({ onboard: true })
    const { id, token } = await newToken(server)
    limit(server, '0')
    const path = `/api/v2/authorizations/${id}`
    const change = (body: unknown) => server.request('PATCH', path, { token: SETUP.token, body })
    for (let n = 0; n < 3; n++) expectUnavailable(await change({ status: 'inactive' }), 'a change')
    expectUnavailable(await server.request('DELETE', path, { token: SETUP.token }), 'a deletion')
    // What was refused did not happen.
    const found = await server.request('GET', path, { token })
    expect([found.status, found.json().status]).toEqual([200, 'active'])

    limit(server, 'unlimited')
    expect((await change({ status: 'inactive' })).status).toBe(200)
    expect((await server.request('GET', path, { token })).json().message).toBe('token is inactive')
    await stopInTime(server)
  })
})

describe('while another process holds the store for writing', () => {
  test('changes are 503 after a while, and verdicts go on', async () => {
    const server = await startServer({ onboard: true })
    const { id, token } = await newToken(server)
    const path = `/api/v2/authorizations/${id}`
    const other = await openDatabase(storePath(server.dataDir))
    other.exec('begin immediate')
    try {
      const change = server.request('PATCH', path, { token: SETUP.token, body: { status: 'inactive' } })
      for (let n = 0; n < 20; n++) expect((await server.request('GET', path, { token })).status).toBe(200)
      expectUnavailable(await change, 'a change')
    } finally {
      other.exec('rollback')
      other.close()
    }
    expect((await server.request('DELETE', path, { token: SETUP.token })).status).toBe(204)
    expect((await server.request('GET', path, { token })).status).toBe(401)
    await stopInTime(server)
  })
})

describe('while the store cannot be read', () => {
  /** Writes into a file from its beginning, without making it any shorter: the server has it mapped. */
  function overwrite(file: string, bytes: Uint8Array): void {
    const descriptor = openSync(file, 'r+')
    writeSync(descriptor, bytes, 0, bytes.length, 0)
    closeSync(descriptor)
  }

  test('every verdict is 503, never 401 and never a pass, and when it can be read again all is well', async () => {
    const env = { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1' }
    const first = await startServer({ onboard: true, env })
    const made = await newToken(first)
    await stopInTime(first)
    // A new process, which remembers neither tokens nor pages.
    const server = { ...(await startServer({ dataDir: first.dataDir, env })), onboarded: first.onboarded as Onboarded }
    const files = [storePath(server.dataDir), `${storePath(server.dataDir)}-wal`]
    const whole = files.map(file => readFileSync(file))
    files.forEach((file, n) => void overwrite(file, Buffer.alloc(whole[n]!.length, 0xa5)))
    for (const token of [made.token, 'unknown-to-everybody']) {
      for (const [what, asked] of Object.entries(verdicts(server, token))) {
        expectUnavailable(await server.request(...asked), what)
      }
    }
    files.forEach((file, n) => void overwrite(file, whole[n]!))
    expect((await server.request('GET', `/api/v2/authorizations/${made.id}`, { token: made.token })).status).toBe(200)
    expect((await server.request('GET', '/api/v2/buckets', { token: 'unknown-to-everybody' })).status).toBe(401)
    await server.kill()
  })
})
