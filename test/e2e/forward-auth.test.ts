// `GET /authorize`: the verdict for a proxy that asks before it forwards.
import { mkdirSync, writeFileSync } from 'node:fs'
import type * as http from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer, temporaryFolder } from './server.ts'
import {
  allowed,
  basic,
  bearing,
  type Case,
  denied,
  makeWriters,
  undecidable,
  V1_PASSWORD,
  v2,
  type Writers,
} from './writes.ts'

type Headers = http.OutgoingHttpHeaders

let server: Server
let writers: Writers

beforeAll(async () => {
  server = await startServer({
    onboard: true,
    env: { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1,127.0.0.8/31', SLUICE_LOG_LEVEL: 'warn' },
  })
  writers = await makeWriters(server)
})

async function setStatus(id: string, status: string): Promise<void> {
  const asked = { token: writers.ids.operator, body: { status } }
  expect((await server.request('PATCH', `/api/v2/authorizations/${id}`, asked)).status).toBe(200)
}

type Dialect = 'X-Forwarded' | 'X-Original'
const inDialect = (dialect: Dialect, method: string, target: string): Headers =>
  dialect === 'X-Forwarded'
    ? { 'X-Forwarded-Method': method, 'X-Forwarded-Uri': target }
    : { 'X-Original-Method': method, 'X-Original-URI': target }

const ask = (headers: Headers, from = '127.0.0.1', path = '/authorize') =>
  server.request('GET', path, { headers, from })
const askFor = ({ method = 'POST', target, headers }: Case, dialect: Dialect) =>
  ask({ ...headers, ...inDialect(dialect, method, target) })

test('it is not there unless it is configured', async () => {
  const other = await startServer({ onboard: true })
  const headers = { ...bearing(writers.ids.operator), ...inDialect('X-Forwarded', 'POST', '/write?db=bucket1') }
  for (const path of ['/authorize', '/authorize?x=1'])
    for (const asked of [headers, {}]) {
      const answer = await other.request('GET', path, { headers: asked })
      expect([answer.status, answer.json()]).toEqual([404, { code: 'not found', message: 'path not found' }])
    }
})

describe.each(['X-Forwarded', 'X-Original'] as const)('asked in the dialect of %s', dialect => {
  test('it allows writes whose target the URL decides', async () => {
    for (const asked of allowed(writers)) {
      const answer = await askFor(asked, dialect)
      expect([answer.status, answer.text], asked.what).toEqual([200, ''])
    }
  })

  test('it refuses who may not, with the status that agents go by', async () => {
    for (const [status, asked] of denied(writers)) {
      const answer = await askFor(asked, dialect)
      expect([asked.what, answer.status, answer.json().code]).toEqual([
        asked.what,
        status,
        status === 401 ? 'unauthorized' : 'forbidden',
      ])
    }
  })

  test('it refuses what it cannot decide, the operator too', async () => {
    const cases = undecidable(writers)
    for (const asked of cases) expect([asked.what, (await askFor(asked, dialect)).status]).toEqual([asked.what, 403])
    expect(cases.length).toBeGreaterThan(40)
  })

  test('it refuses a token on the call after its deactivation, and allows it on the call after its activation', async () => {
    const { id, token } = writers.writer
    const asked = { what: '', target: v2(writers), headers: bearing(token) }
    for (let round = 0; round < 25; round++) {
      for (const [status, expected] of [
        ['inactive', 401],
        ['active', 200],
      ] as const) {
        await setStatus(id, status)
        expect((await askFor(asked, dialect)).status, status).toBe(expected)
      }
    }
  })

  test('it slows guesses down by the client that the proxy names last, and no other client', async () => {
    const guess = (forwardedFor: string, password: string) =>
      ask({
        ...basic('v1-user', password),
        ...inDialect(dialect, 'POST', '/write?db=bucket1'),
        'X-Forwarded-For': forwardedFor,
      })
    const guesser = dialect === 'X-Forwarded' ? '203.0.113.5' : '203.0.113.6'
    await Promise.all(Array.from({ length: 12 }, (_, n) => guess(`198.51.100.${n}, ${guesser}`, 'wrong-password')))
    const answer = await guess(guesser, 'another-wrong-password')
    expect(answer.status).toBe(429)
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect((await guess(`${guesser}, 203.0.113.77`, V1_PASSWORD)).status).toBe(200)
  })
})

test('it refuses who is limited to measurements, since it sees no body', async () => {
  const { orgId: orgID, bucketId: id, operator } = writers.ids
  const limited = async (measurements?: string[]) => {
    const permissions = [{ action: 'write', resource: { type: 'buckets', id, orgID, measurements } }]
    const made = await server.request('POST', '/api/v2/authorizations', {
      token: operator,
      body: { orgID, permissions },
    })
    const headers = { ...bearing(made.json().token), ...inDialect('X-Forwarded', 'POST', v2(writers)) }
    return (await ask(headers)).status
  }
  expect([await limited(['cpu']), await limited()]).toEqual([403, 200])
})

describe('it is refused', () => {
  const good = (dialect: Dialect) => inDialect(dialect, 'POST', v2(writers))

  test('to addresses that are not trusted, whatever they have', async () => {
    const headers = { ...bearing(writers.ids.operator), ...good('X-Forwarded') }
    for (const from of ['127.0.0.2', '127.0.0.7', '127.0.0.10']) {
      const answer = await ask({ ...headers, 'X-Forwarded-For': '127.0.0.1', 'X-Real-IP': '127.0.0.1' }, from)
      expect([answer.status, answer.json().message]).toEqual([403, 'this address is not one of forward_auth.trusted'])
    }
    for (const from of ['127.0.0.1', '127.0.0.8', '127.0.0.9'])
      expect((await ask(headers, from)).status, from).toBe(200)
  })

  test('in both dialects at once, in half of one, and in none', async () => {
    const [forwarded, original] = [good('X-Forwarded'), good('X-Original')]
    const only = (headers: Headers, name: string) => ({ [name]: headers[name] })
    const unclear: Headers[] = [
      { ...forwarded, ...original },
      { ...forwarded, ...only(original, 'X-Original-URI') },
      { ...original, ...only(forwarded, 'X-Forwarded-Method') },
      { ...only(forwarded, 'X-Forwarded-Method'), ...only(original, 'X-Original-URI') },
      only(forwarded, 'X-Forwarded-Uri'),
      only(original, 'X-Original-Method'),
      {},
    ]
    for (const headers of unclear) {
      const answer = await ask({ ...bearing(writers.ids.operator), ...headers })
      expect([answer.status, answer.json().message], JSON.stringify(headers)).toEqual([
        403,
        expect.stringMatching(/^send the method and URI/),
      ])
    }
  })

  test('with a header that came twice or empty', async () => {
    for (const headers of [
      { ...good('X-Forwarded'), 'X-Forwarded-Uri': [v2(writers), v2(writers)] },
      { ...good('X-Forwarded'), 'X-Forwarded-Method': ['POST', 'POST'] },
      { ...good('X-Original'), 'X-Original-URI': '' },
      { ...good('X-Original'), 'X-Original-Method': '' },
    ])
      expect((await ask({ ...bearing(writers.ids.operator), ...headers })).status, JSON.stringify(headers)).toBe(403)
  })

  test('with headers that make another request of it to another reader', async () => {
    const token = bearing(writers.writer.token)
    for (const [said, headers] of [
      ['the header authorization is given twice', { Authorization: [token.Authorization, 'Token another'] }],
      ['the header content-type is given twice', { 'Content-Type': ['text/plain', 'application/grpc'] }],
      ['the header content-encoding is given twice', { 'Content-Encoding': ['gzip', 'identity'] }],
      ['a header has an underscore in its name', { Content_Type: 'text/plain' }],
      ['a data path is not upgraded to another protocol', { Connection: 'Upgrade', Upgrade: 'h2c' }],
      ['Arrow Flight does not pass here: it comes over HTTP/2', { 'Content-Type': 'application/grpc+proto' }],
    ] as [string, Headers][]) {
      const { status, json } = await ask({ ...token, ...good('X-Forwarded'), ...headers })
      expect([status, json().message]).toEqual([403, said])
    }
    expect((await ask({ ...token, ...good('X-Forwarded'), 'Content-Type': 'text/plain' })).status).toBe(200)
  })

  test('for targets that no proxy should pass on', async () => {
    for (const target of [
      `http://evil.example${v2(writers)}`,
      `${v2(writers)}#x`,
      v2(writers).slice(1),
      `${v2(writers)} `,
      `${v2(writers)}\t&x=1`,
      '*',
      'evil.example:443',
    ])
      expect(
        (await ask({ ...bearing(writers.ids.operator), ...inDialect('X-Original', 'POST', target) })).status,
        target,
      ).toBe(
        // Blanks around a header's value are not part of it.
        target.endsWith(' ') ? 200 : 403,
      )
  })

  test('under any other path', async () => {
    for (const path of ['/authorize/', '/authorize/x', '/Authorize', '//authorize', '/authoriz%65'])
      expect(
        (await ask({ ...bearing(writers.ids.operator), ...good('X-Original') }, '127.0.0.1', path)).status,
        path,
      ).toBe(404)
  })
})

describe('by what stands behind the proxies', () => {
  const TABLES = ['influxdb3-core', 'influxdb2', 'influxdb1'].map(
    kind => `[upstream.${kind}]\nkind = "${kind}"\nurl = "http://127.0.0.1:9"\norg = "org1"\n`,
  )

  /** A server before one of three upstreams, whose bucket is where it is told; nobody is asked there. */
  async function startBefore(upstream: string, database: string) {
    const dataDir = join(temporaryFolder(), 'data')
    mkdirSync(dataDir, { mode: 0o700 })
    const settings = `[forward_auth]\ntrusted = ["127.0.0.1"]\nupstream = "${upstream}"\n${TABLES.join('')}`
    writeFileSync(join(dataDir, 'sluice.toml'), settings)
    const other = await startServer({ dataDir, onboard: true, env: { SLUICE_LOG_LEVEL: 'warn' } })
    const { operator: token, bucketId } = other.onboarded!
    const bind = async (at: string, name: string) => {
      const body = { upstream: at, database: name }
      expect((await other.request('PUT', `/api/v2/buckets/${bucketId}/binding`, { token, body })).status).toBe(200)
    }
    const statusOf = async (method: string, target: string) => {
      const headers = { ...bearing(token), ...inDialect('X-Forwarded', method, target) }
      return (await other.request('GET', '/authorize', { headers })).status
    }
    const unbound = await statusOf('POST', '/api/v2/write?org=org1&bucket=bucket1')
    await bind(upstream, database)
    return { bind, statusOf, unbound, orgId: other.onboarded!.orgId, bucketId }
  }

  test('InfluxDB 3 Core: writes under the name of the database, and no query ever', async () => {
    const { statusOf, unbound, bind } = await startBefore('influxdb3-core', 'bucket1')
    expect(unbound).toBe(503)
    const writes = ['/write?db=bucket1', '/api/v2/write?org=org1&bucket=bucket1', '/api/v3/write_lp?db=bucket1']
    for (const target of writes) expect([target, await statusOf('POST', target)]).toEqual([target, 200])
    for (const path of ['/query', '/api/v3/query_sql', '/api/v3/query_influxql']) {
      const target = `${path}?db=bucket1&q=SELECT%20*%20FROM%20m`
      for (const method of ['GET', 'POST']) expect([target, await statusOf(method, target)]).toEqual([target, 403])
    }
    await bind('influxdb3-core', 'other')
    for (const target of writes) expect([target, await statusOf('POST', target)]).toEqual([target, 403])
    await bind('influxdb1', 'bucket1')
    for (const target of writes) expect([target, await statusOf('POST', target)]).toEqual([target, 403])
  })

  test('InfluxDB 2: writes by the names of bucket and organization; the rest it reads by its own ids and mappings', async () => {
    const { statusOf, orgId, bucketId } = await startBefore('influxdb2', 'bucket1')
    expect(await statusOf('POST', '/api/v2/write?org=org1&bucket=bucket1')).toBe(200)
    for (const target of [
      `/api/v2/write?orgID=${orgId}&bucket=bucket1`,
      `/api/v2/write?org=${orgId}&bucket=bucket1`,
      `/api/v2/write?org=org1&bucket=${bucketId}`,
      '/write?db=bucket1',
      '/api/v3/write_lp?db=bucket1',
    ])
      expect([target, await statusOf('POST', target)]).toEqual([target, 403])
    expect(await statusOf('GET', '/query?db=bucket1&q=SELECT%20*%20FROM%20m')).toBe(403)
  })

  test('InfluxDB 1: queries too, but none of a bucket that is on another upstream', async () => {
    const { statusOf, bind } = await startBefore('influxdb1', 'bucket1')
    const [write, query] = ['/write?db=bucket1', '/query?db=bucket1&q=SELECT%20*%20FROM%20m']
    expect([await statusOf('POST', write), await statusOf('GET', query)]).toEqual([200, 200])
    await bind('influxdb3-core', 'bucket1')
    expect([await statusOf('POST', write), await statusOf('GET', query)]).toEqual([403, 403])
  })
})
