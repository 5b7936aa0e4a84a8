// The mode `observe` over Arrow Flight: what would be refused arrives as it came, and is counted; enforcing then refuses it.
import type { ClientHttp2Session } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { AUTHORIZATIONS, createToken, may, ok } from '../e2e/fixtures.ts'
import { block, FLAG, frame, GRPC_HEADERS, openHttp2, TYPE } from '../e2e/http2-frames.ts'
import { startServer } from '../e2e/server.ts'
import { rowsOf } from './arrow-data.ts'
import { begin, call, type Metadata, openSession } from './flight-call.ts'
import { DOUBLE_TOKEN, type FlightDouble, fail, startFlightDouble, succeed } from './flight-double.ts'
import { commandTicket, get, info, prepare, Q, statement } from './flight-messages.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble } from './upstream-double.ts'

const OBSERVATIONS = '/api/v2/observations'
const ENV = { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN, SLUICE_GATEWAY_MODE: 'observe' }
const OURS = `Bearer ${DOUBLE_TOKEN}`
/** Of the upstream, which Sluice does not know. */
const FOREIGN = 'Bearer apiv3_of-the-upstream-itself'
const DO_GET = '/arrow.flight.protocol.FlightService/DoGet'

let upstream: FlightDouble
let plant: Plant
let session: ClientHttp2Session

beforeAll(async () => {
  upstream = await startFlightDouble()
  plant = await startPlant('influxdb3-core', upstream.url, '', ENV)
  session = openSession(plant.server.url)
})
afterAll(async () => {
  session.destroy()
  await upstream.close()
})
beforeEach(async () => {
  upstream.reset()
  ok(await plant.operator.delete(OBSERVATIONS), 204)
})

const rows = async () => ok(await plant.operator.get(OBSERVATIONS)).observations
const bearer = (token = plant.tokens.reader) => ['authorization', `Bearer ${token}`] as const
const ask = (method: string, body: Uint8Array, metadata: Metadata = [bearer()]) => call(session, method, metadata, body)
const secret = get({ database: 'db_secret', sql_query: Q })

describe('what would be refused', () => {
  test('arrives byte for byte, with our own credential if the token is known, and is counted', async () => {
    for (let n = 0; n < 2; n++) {
      const got = await ask('DoGet', secret)
      expect(got.headers['content-type']).toBe('application/grpc')
    }
    expect(upstream.seen.map(({ body, headers }) => [body, headers.authorization])).toEqual([
      [Buffer.from(secret), OURS],
      [Buffer.from(secret), OURS],
    ])
    expect(await rows()).toMatchObject([
      { reason: 'missing-permission', path: DO_GET, database: 'db_secret', count: 2 },
    ])
    expect((await rows())[0].credential).toMatch(/^[0-9a-f]{16}$/)
  })

  test('is answered by the upstream, rows and all', async () => {
    // In the one form that the double reads.
    const ticket = get(commandTicket('db_secret', statement(Q)))
    const got = await ask('DoGet', ticket)
    expect([got.status, got.body]).toEqual([0, Buffer.from(rowsOf('db_secret'))])
  })

  test.each<[string, string, Uint8Array, Metadata, string, string]>([
    ['a system table', 'DoGet', get({ database: 'raw', sql_query: 'SELECT * FROM system.x' }), [], 'undecidable', ''],
    ['a ticket that cannot be read', 'DoGet', get('{"database":"raw"'), [], 'undecidable', ''],
    [
      'a query by metadata',
      'GetFlightInfo',
      info(statement(Q)),
      [['database', 'secret']],
      'missing-permission',
      'secret',
    ],
    ['an action', 'DoAction', prepare(Q), [['bucket-name', 'ärger']], 'missing-permission', 'ärger'],
  ])('keeps its messages and what metadata says the database: %s', async (_, method, body, named, reason, database) => {
    const latin1 = named.map(([name, value]) => [name, Buffer.from(value).toString('latin1')] as const)
    const given: Metadata = [bearer(), ...latin1, ['x-influxdata-query-language', 'sql'], ['iox-debug', 'true']]
    await ask(method, body, given)
    expect(upstream.seen.map(({ method, body }) => [method, body])).toEqual([[method, Buffer.from(body)]])
    const { headers } = upstream.seen[0]!
    expect(headers).toMatchObject({ ...Object.fromEntries(latin1), 'x-influxdata-query-language': 'sql' })
    expect(headers).not.toHaveProperty('iox-debug')
    const [row] = await rows()
    expect([row.reason, row.path]).toEqual([reason, `/arrow.flight.protocol.FlightService/${method}`])
    if (database !== '') expect(row.database).toBe(database)
  })

  test('keeps metadata that names two databases', async () => {
    const two: Metadata = [bearer(), ['database', 'raw'], ['database', 'secret'], ['bucket', 'db_raw']]
    await ask('GetFlightInfo', info(statement(Q)), two)
    expect(upstream.seen[0]!.headers).toMatchObject({ database: 'raw, secret', bucket: 'db_raw' })
  })

  test('of an unknown token arrives with what the client brought, and the upstream’s answer is the client’s', async () => {
    upstream.answerWith((stream, { headers }) =>
      headers.authorization === FOREIGN ? succeed(stream, rowsOf('db_raw')) : fail(stream, 16, 'not mine'),
    )
    const long = get({ database: 'db_raw', sql_query: `SELECT ${' '.repeat(3_000_000)}1` })
    for (const body of [secret, long]) {
      const got = await ask('DoGet', body, [['authorization', FOREIGN]])
      expect([got.status, got.body]).toEqual([0, Buffer.from(rowsOf('db_raw'))])
    }
    const refused = await ask('DoGet', secret, [['authorization', 'Bearer wrong']])
    expect([refused.status, refused.message]).toEqual([16, 'not mine'])
    expect(upstream.seen.map(({ headers, body }) => [headers.authorization, body.length])).toEqual([
      [FOREIGN, secret.length],
      [FOREIGN, long.length],
      ['Bearer wrong', secret.length],
    ])
    expect(await rows()).toMatchObject([{ credential: 'unknown token', reason: 'unknown', path: DO_GET, count: 3 }])
  })

  test('without any credential arrives without one', async () => {
    await ask('GetFlightInfo', info(statement(Q)), [['database', 'db_raw']])
    expect(upstream.seen[0]!.headers).not.toHaveProperty('authorization')
    expect(await rows()).toMatchObject([{ credential: 'no credential', reason: 'no-credential', database: 'db_raw' }])
  })

  test('of a token that is off arrives with that token, never with ours', async () => {
    const permissions = [may('read', 'buckets', { id: plant.buckets.raw, orgID: plant.orgID })]
    const { id, token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    ok(await plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    const got = await ask('DoGet', get(commandTicket('db_secret', statement(Q))), [bearer(token)])
    expect([got.status, upstream.seen[0]!.headers.authorization]).toEqual([16, `Bearer ${token}`])
    expect(await rows()).toMatchObject([{ credential: id, reason: 'inactive' }])
  })
})

test('a stranger’s handshake is the upstream’s to answer, with the token that it gives him', async () => {
  upstream.answerWith(stream => {
    const head = { ':status': 200, 'content-type': 'application/grpc', authorization: 'Bearer from-the-upstream' }
    stream.respond(head, { waitForTrailers: true })
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
    stream.end(framed([writeMessage([2, 'x'])]))
  })
  const body = framed([writeMessage([2, 'hello'])])
  const got = await ask('Handshake', body, [['authorization', FOREIGN]])
  expect([got.status, got.headers.authorization]).toEqual([0, 'Bearer from-the-upstream'])
  // One that we know is ours, and what an upstream answers to us is nobody else's.
  const known = await ask('Handshake', body)
  expect([known.status, known.headers.authorization]).toEqual([0, `Bearer ${plant.tokens.reader}`])
  await ask('DoGet', secret).then(({ headers }) => expect(headers).not.toHaveProperty('authorization'))
  expect(upstream.seen.map(({ headers }) => headers.authorization)).toEqual([FOREIGN, OURS])
})

test('what is allowed arrives as it does where everything is enforced, and is not counted', async () => {
  const got = await ask('DoGet', get({ database: 'raw', sql_query: Q }))
  expect([got.status, got.body]).toEqual([0, Buffer.from(rowsOf('db_raw'))])
  expect(await rows()).toEqual([])
})

test('an upstream that refuses our credential is UNAVAILABLE, never UNAUTHENTICATED', async () => {
  upstream.answerWith(stream => fail(stream, 16, 'Unauthenticated'))
  expect((await ask('DoGet', secret)).status).toBe(14)
})

describe('is refused all the same', () => {
  test.each<[string, string, Uint8Array, Metadata, number]>([
    ['a coding', 'DoGet', secret, [['grpc-encoding', 'gzip']], 12],
    ['a disguised header', 'DoGet', secret, [['content_type', 'x']], 3],
    ['a cookie', 'DoGet', secret, [['cookie', 'a=b']], 3],
    ['another method of HTTP', 'DoGet', secret, [[':method', 'PUT']], 12],
    ['a compressed message', 'DoGet', Buffer.concat([Buffer.of(1), secret.slice(1)]), [], 3],
    ['a message that is cut off', 'DoGet', secret.slice(0, -1), [], 3],
  ])('what is malformed: %s', async (_, method, body, metadata, status) => {
    const got = await ask(method, body, [bearer(), ...metadata])
    expect([got.status, upstream.seen]).toEqual([status, []])
    expect(await rows()).toMatchObject([{ reason: 'malformed', path: DO_GET }])
  })

  test('two credentials', async () => {
    const connection = await openHttp2(plant.server.port)
    const two = [['authorization', FOREIGN] as const, bearer()]
    const head = frame(TYPE.headers, FLAG.endHeaders, 1, block([...GRPC_HEADERS, ...two]))
    await connection.send(Buffer.concat([head, frame(TYPE.data, FLAG.endStream, 1, secret)]))
    await expect.poll(rows).toMatchObject([{ reason: 'malformed', path: DO_GET }])
    expect(upstream.seen).toEqual([])
    connection.close()
  })

  test('a call of a known token that is longer than is read', async () => {
    const got = await ask('DoGet', get({ database: 'secret', sql_query: `SELECT ${' '.repeat(1_100_000)}1` }))
    expect([got.status, upstream.seen]).toEqual([8, []])
    expect(await rows()).toMatchObject([{ reason: 'too-large', path: DO_GET }])
  })

  test.each(['DoExchange', 'ListFlights', '/influxdata.platform.storage.Storage/ReadFilter', '/api/v3/query_sql'])(
    'what is none of Flight’s methods: %s',
    async method => {
      const got = await ask(method, secret, [['authorization', FOREIGN]])
      expect([got.status, upstream.seen]).toEqual([12, []])
      expect(await rows()).toEqual([])
    },
  )

  test('a call that breaks off', async () => {
    const own = openSession(plant.server.url)
    const stream = begin(own, 'DoGet', [bearer()])
    stream.on('error', () => {})
    stream.write(secret.slice(0, 20))
    await new Promise(resolve => setTimeout(resolve, 100))
    stream.close(8)
    await new Promise(resolve => setTimeout(resolve, 300))
    expect(upstream.seen).toEqual([])
    own.destroy()
  })
})

test('no secret stands in log or table', async () => {
  await ask('DoGet', secret, [['authorization', FOREIGN]])
  await ask('DoGet', secret)
  const text = `${plant.server.output()}${JSON.stringify(await rows())}`
  for (const one of ['of-the-upstream-itself', plant.tokens.reader, DOUBLE_TOKEN]) expect(text).not.toContain(one)
  expect(plant.server.output()).toContain('"message":"would be refused"')
})

test('the metrics have the verdict, that it was passed on, and what the upstream answered', async () => {
  upstream.answerWith(stream => fail(stream, 13, 'broken'))
  await ask('DoGet', secret)
  const { text } = await plant.server.request('GET', '/metrics')
  expect(text).toMatch(/^sluice_gateway_observed_total\{reason="missing-permission"\} [1-9]/m)
  expect(text).toMatch(/^sluice_gateway_verdicts_total\{outcome="refused",reason="missing-permission"\} [1-9]/m)
  for (const status of ['2xx', '4xx', '5xx'])
    expect(text).toMatch(
      new RegExp(`^sluice_upstream_requests_total\\{upstream="lab",status="${status}"\\} [1-9]`, 'm'),
    )
})

test('of several upstreams, the one of the bucket gets it, else the one that is said, if it has Flight', async () => {
  const other = await startFlightDouble()
  const http = await startUpstreamDouble()
  const settings = [
    `[upstream.other]\nkind = "influxdb3-core"\nurl = ${JSON.stringify(other.url)}`,
    `[upstream.old]\nkind = "influxdb1"\nurl = ${JSON.stringify(http.url)}`,
  ].join('\n')
  const env = { ...ENV, SLUICE_GATEWAY_OBSERVE_UPSTREAM: 'lab' }
  const all = await startPlant('influxdb3-core', upstream.url, settings, env)
  const bind = async (name: string) => {
    const binding = { upstream: name, database: 'x' }
    ok(await all.operator.put(`/api/v2/buckets/${all.buckets.secret}/binding`, binding))
  }
  const own = openSession(all.server.url)
  const query = (database: string, authorization: string) =>
    call(own, 'DoGet', [['authorization', authorization]], get({ database, sql_query: Q }))
  const known = `Bearer ${all.tokens.reader}`
  await bind('other')
  await query('secret', known)
  await query('nowhere', known)
  await query('secret', FOREIGN)
  expect([other.seen.length, upstream.seen.length]).toEqual([1, 2])
  await bind('old')
  expect((await query('secret', known)).status).toBe(13)
  expect([other.seen.length, upstream.seen.length, http.seen.length]).toEqual([1, 2, 0])
  own.destroy()
  await Promise.all([other.close(), http.close()])
})

test('where all goes to an upstream without Flight, calls are refused as ever', async () => {
  const http = await startUpstreamDouble()
  const old = await startPlant('influxdb1', http.url, '', { SLUICE_GATEWAY_MODE: 'observe' })
  const own = openSession(old.server.url)
  expect((await call(own, 'DoGet', [['authorization', FOREIGN]], secret)).status).toBe(16)
  expect(http.seen).toEqual([])
  own.destroy()
  await http.close()
})

test('enforcing refuses again', async () => {
  await plant.server.stop()
  const env = { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN, SLUICE_GATEWAY_MODE: 'enforce' }
  const enforcing = await startServer({ dataDir: plant.server.dataDir, env })
  const own = openSession(enforcing.url)
  expect((await call(own, 'DoGet', [bearer()], secret)).status).toBe(13)
  expect((await call(own, 'DoGet', [['authorization', FOREIGN]], secret)).status).toBe(16)
  expect(upstream.seen).toEqual([])
  own.destroy()
})
