// nginx and Caddy ask before they forward: what is allowed reaches the upstream, and nothing else ever does.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type ForwardingProxy, startCaddy, startNginx, startUpstream, type Upstream } from './proxies.ts'
import { type Server, send, startServer } from './server.ts'
import { allowed, bearing, type Case, denied, makeWriters, undecidable, v2, type Writers } from './writes.ts'

let server: Server
let writers: Writers

beforeAll(async () => {
  server = await startServer({
    onboard: true,
    env: { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1', SLUICE_LOG_LEVEL: 'warn' },
  })
  writers = await makeWriters(server)
})

async function setStatus(id: string, status: string): Promise<void> {
  const asked = { token: writers.ids.operator, body: { status } }
  expect((await server.request('PATCH', `/api/v2/authorizations/${id}`, asked)).status).toBe(200)
}

/** The headers by which a client would say what the proxy is to say. */
const FORGED = {
  'X-Forwarded': (target: string) => ({ 'X-Forwarded-Method': 'POST', 'X-Forwarded-Uri': target }),
  'X-Original': (target: string) => ({ 'X-Original-Method': 'POST', 'X-Original-URI': target }),
}

describe.each(['nginx', 'Caddy', 'nginx that passes headers on'] as const)('%s before an upstream', name => {
  let upstream: Upstream
  let proxy: ForwardingProxy

  beforeAll(async () => {
    upstream = await startUpstream()
    proxy =
      name === 'Caddy'
        ? await startCaddy(server.port, upstream.port)
        : await startNginx(server.port, upstream.port, name === 'nginx')
  })
  beforeEach(() => {
    upstream.seen.length = 0
  })

  const sendTo = ({ method = 'POST', target, headers }: Case) =>
    send(proxy.url, method, target, { headers, ...(method === 'POST' && { body: 'm f=1' }) })

  test('writes that are allowed reach it, as they were sent', async () => {
    const cases = allowed(writers)
    for (const asked of cases) expect((await sendTo(asked)).status, asked.what).toBe(204)
    expect(upstream.seen).toEqual(cases.map(({ target }) => `POST ${target}`))
  })

  test('what is refused never does', async () => {
    for (const [status, asked] of denied(writers)) expect((await sendTo(asked)).status, asked.what).toBe(status)
    // The proxy may have an answer of its own to a strange path, before it asks.
    for (const asked of undecidable(writers))
      expect((await sendTo(asked)).status, asked.what).toBeGreaterThanOrEqual(400)
    expect(upstream.seen).toEqual([])
  })

  test('a client cannot say for the proxy what it asks for', async () => {
    const harmless = v2(writers)
    const query = { what: '', target: '/api/v2/query?org=org1', headers: bearing(writers.ids.operator) }
    for (const dialect of ['X-Forwarded', 'X-Original'] as const) {
      const headers = { ...bearing(writers.ids.operator), ...FORGED[dialect](harmless) }
      expect((await sendTo({ ...query, headers })).status, dialect).toBe(403)
      expect((await sendTo({ ...query, method: 'GET', headers })).status, dialect).toBe(403)
    }
    const both = { ...FORGED['X-Forwarded'](harmless), ...FORGED['X-Original'](harmless) }
    expect((await sendTo({ ...query, headers: { ...bearing(writers.ids.operator), ...both } })).status).toBe(403)
    expect(upstream.seen).toEqual([])
  })

  test('a token is refused on the request after its deactivation', async () => {
    const { id, token } = writers.writer
    const asked = { what: '', target: v2(writers), headers: bearing(token) }
    const rounds = 20
    for (let round = 0; round < rounds; round++) {
      await setStatus(id, 'inactive')
      expect((await sendTo(asked)).status).toBe(401)
      expect(upstream.seen).toHaveLength(round)
      await setStatus(id, 'active')
      expect((await sendTo(asked)).status).toBe(204)
    }
    expect(upstream.seen).toHaveLength(rounds)
  })
})

test('nothing gets past a proxy whose Sluice is gone', async () => {
  const other = await startServer({ onboard: true, env: { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1' } })
  const [nginxUpstream, caddyUpstream] = [await startUpstream(), await startUpstream()]
  const nginx = await startNginx(other.port, nginxUpstream.port, true)
  const caddy = await startCaddy(other.port, caddyUpstream.port)
  const write = ({ url }: ForwardingProxy) =>
    send(url, 'POST', '/write?db=bucket1', { token: writers.ids.operator, body: 'm f=1' })
  for (const proxy of [nginx, caddy]) expect((await write(proxy)).status).toBe(204)
  await other.kill()
  for (const proxy of [nginx, caddy]) expect((await write(proxy)).status).toBeGreaterThanOrEqual(500)
  expect([nginxUpstream.seen.length, caddyUpstream.seen.length]).toEqual([1, 1])
})
