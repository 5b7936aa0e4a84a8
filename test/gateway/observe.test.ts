// The mode `observe`: what would be refused arrives as it came, and is counted; enforcing then refuses it.
import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from '../e2e/command.ts'
import { clientOf, described } from '../e2e/described-server.ts'
import { AUTHORIZATIONS, createToken, mayAll, ok, refusal } from '../e2e/fixtures.ts'
import { exchange } from '../e2e/raw-exchange.ts'
import { type Asked, type Server, startServer, temporaryFolder } from '../e2e/server.ts'
import { ADMIN, AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { type Answering, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const OBSERVING = { SLUICE_GATEWAY_MODE: 'observe' }
const OBSERVATIONS = '/api/v2/observations'
const LINES = 'm,t=a f=1 1'
/** Of the upstream, which Sluice does not know. */
const FOREIGN = 'Token of-the-upstream-itself'
const OWN = 'Token upstream-credential'

let answer: Answering | undefined
let upstream: UpstreamDouble
let plant: Plant

beforeAll(async () => {
  upstream = await startUpstreamDouble((seen, outgoing) =>
    answer === undefined ? outgoing.writeHead(204).end() : answer(seen, outgoing),
  )
  plant = await startPlant('influxdb1', upstream.url, 'max_body_bytes = 100000\n', {
    ...OBSERVING,
    SLUICE_UPSTREAM_LAB_TOKEN: 'upstream-credential',
  })
})
afterAll(() => upstream.close())

beforeEach(async () => {
  upstream.seen.length = 0
  answer = undefined
  ok(await plant.operator.delete(OBSERVATIONS), 204)
})

const sent = (method: string, path: string, asked: Asked = {}) => plant.server.request(method, path, asked)
const rows = async () => ok(await plant.operator.get(OBSERVATIONS)).observations
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

describe('what would be refused', () => {
  test('arrives raw, with the upstream’s own credential if the token is known, and is counted', async () => {
    const { tokens } = plant
    for (let n = 0; n < 3; n++) {
      const { status } = await sent('POST', '/write?db=secret&precision=s', { token: tokens.writer, body: LINES })
      expect(status).toBe(204)
    }
    expect(upstream.seen).toHaveLength(3)
    expect(upstream.seen[0]).toMatchObject({
      method: 'POST',
      target: '/write?db=secret&precision=s',
      body: LINES,
      headers: { authorization: OWN },
    })
    expect(await rows()).toMatchObject([{ reason: 'missing-permission', path: '/write', database: 'secret', count: 3 }])
    expect((await rows())[0].credential).toMatch(/^[0-9a-f]{16}$/)
  })

  test('for a query keeps method, target and body as they were', async () => {
    const body = 'q=SHOW+USERS&db=secret'
    await sent('POST', '/query?epoch=ms', { token: plant.tokens.reader, body, headers: FORM })
    await sent('GET', '/query?db=a&db=b&q=SELECT%201', { token: plant.tokens.reader })
    await sent('PUT', '/query?db=secret', { token: plant.tokens.reader, body: 'x' })
    expect(upstream.seen.map(({ method, target, body }) => [method, target, body])).toEqual([
      ['POST', '/query?epoch=ms', body],
      ['GET', '/query?db=a&db=b&q=SELECT%201', ''],
      ['PUT', '/query?db=secret', 'x'],
    ])
    expect(upstream.seen[0]!.headers['content-type']).toBe(FORM['Content-Type'])
    expect((await rows()).map(({ reason, database }: Record<string, string>) => [reason, database])).toEqual([
      ['undecidable', 'secret'],
      ['undecidable', 'a'],
      ['missing-permission', 'secret'],
    ])
  })

  test('of an unknown token arrives with what the client brought, and the upstream’s answer is the client’s', async () => {
    answer = (_, outgoing) => outgoing.writeHead(401, { 'WWW-Authenticate': 'Basic realm="InfluxDB"' }).end('no')
    const foreign = await sent('POST', '/api/v2/write?org=o&bucket=b', {
      body: LINES,
      headers: { Authorization: FOREIGN },
    })
    expect([foreign.status, foreign.text, foreign.headers['www-authenticate']]).toEqual([
      401,
      'no',
      'Basic realm="InfluxDB"',
    ])
    await sent('GET', '/query?db=raw&q=SHOW%20DATABASES&u=somebody&p=pass-of-the-upstream')
    expect(upstream.seen.map(({ target, headers }) => [target, headers.authorization])).toEqual([
      ['/api/v2/write?org=o&bucket=b', FOREIGN],
      ['/query?db=raw&q=SHOW%20DATABASES&u=somebody&p=pass-of-the-upstream', undefined],
    ])
    expect(await rows()).toMatchObject([
      { credential: 'unknown token', reason: 'unknown', path: '/query', database: 'raw' },
      { credential: 'unknown token', reason: 'unknown', path: '/api/v2/write', database: 'b' },
    ])
  })

  test('without any credential arrives without one', async () => {
    await sent('POST', '/write?db=raw', { body: LINES, headers: { Cookie: 'influxdb-oss-session=x' } })
    expect(upstream.seen[0]!.headers).not.toHaveProperty('authorization')
    expect(upstream.seen[0]!.headers).not.toHaveProperty('cookie')
    expect(await rows()).toMatchObject([{ credential: 'no credential', reason: 'no-credential' }])
  })

  test('of a token that is off arrives with that token, never with ours', async () => {
    const permissions = mayAll('buckets', { orgID: plant.orgID })
    const { id, token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    ok(await plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    await sent('POST', '/write?db=raw', { token, body: LINES })
    expect(upstream.seen[0]!.headers.authorization).toBe(`Token ${token}`)
    expect(await rows()).toMatchObject([{ credential: id, reason: 'inactive', database: 'raw' }])
  })

  test('shows the upstream no token of ours that stands in the URL', async () => {
    const { reader } = plant.tokens
    await sent('GET', `/query?u=x&q=SHOW%20USERS&%70=${reader}&db=secret`)
    await sent('GET', `/query?u=x&q=SHOW%20USERS&p=${reader}&db=secret`)
    for (const seen of upstream.seen) {
      expect(seen).toMatchObject({ target: '/query?q=SHOW%20USERS&db=secret', headers: { authorization: OWN } })
    }
    expect(upstream.seen).toHaveLength(2)
  })
})

test('what is allowed arrives as it does where everything is enforced, and is not counted', async () => {
  const { status } = await sent('POST', '/write?db=raw', { token: plant.tokens.writer, body: LINES })
  expect([status, upstream.seen[0]!.target]).toEqual([204, '/write?db=db_raw&precision=n'])
  expect(await rows()).toEqual([])
})

test('a body that is longer than any query arrives whole, and so does a write over the limit', async () => {
  const long = randomBytes(3_000_000).toString('hex')
  const digest = (text: string) => createHash('sha256').update(text).digest('hex')
  await sent('POST', '/query', { token: plant.tokens.reader, body: `q=${long}`, headers: FORM })
  await sent('POST', '/write?db=raw', { token: plant.tokens.writer, body: long })
  await sent('POST', '/write?db=secret', {
    token: plant.tokens.writer,
    body: long,
    headers: { 'Transfer-Encoding': 'chunked' },
  })
  expect(upstream.seen.map(({ body }) => digest(body))).toEqual([`q=${long}`, long, long].map(digest))
  expect((await rows()).map(({ reason }: { reason: string }) => reason)).toEqual([
    'missing-permission',
    'too-large',
    'too-large',
  ])
})

test('a write that was read and judged by its measurements arrives as it was packed', async () => {
  const { orgID, buckets } = plant
  const resource = { type: 'buckets', id: buckets.raw, orgID, measurements: ['mine'] }
  const { token } = await createToken(plant.operator, { orgID, permissions: [{ action: 'write', resource }] })
  const body = gzipSync('mine f=1 1\nother f=2 2')
  await sent('POST', '/write?db=raw', { token, body, headers: { 'Content-Encoding': 'gzip' } })
  expect(upstream.seen.map(({ target, bytes }) => [target, bytes])).toEqual([['/write?db=raw', body]])
  expect(upstream.seen[0]!.headers).toMatchObject({ authorization: OWN, 'content-encoding': 'gzip' })
  expect(await rows()).toMatchObject([{ reason: 'missing-permission', database: 'raw' }])
})

test.each([
  ['two lengths', 'Content-Length: 3\r\nContent-Length: 3\r\n'],
  ['two credentials', 'Authorization: Token a\r\nAuthorization: Token b\r\nContent-Length: 3\r\n'],
  ['a length and chunks', 'Transfer-Encoding: chunked\r\nContent-Length: 3\r\n'],
  ['a disguised header', 'Content_Length: 3\r\nContent-Length: 3\r\n'],
  ['another protocol', 'Content-Type: application/grpc\r\nContent-Length: 3\r\n'],
])('what two servers might read in two ways is refused all the same: %s', async (_, headers) => {
  const text = await exchange(
    plant.server.port,
    `POST /write?db=raw HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\nabc`,
  )
  expect(text).toMatch(/^HTTP\/1\.1 400 /)
  expect(upstream.seen).toEqual([])
})

test('a body that breaks off is not passed on', async () => {
  const head = `POST /query HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${plant.tokens.reader}\r\nContent-Length: 99\r\n\r\n`
  await exchange(plant.server.port, `${head}q=DROP`, true)
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(upstream.seen).toEqual([])
})

test('nothing but data paths is passed on', async () => {
  for (const path of [
    '/authorize',
    '/api/v2/buckets',
    '/api/v2/tasks',
    '/api/v2/authorizations',
    '/debug/vars',
    '/write/',
    '//write',
    '/api/v2/observations',
    '/api/v3/configure/token/admin',
  ]) {
    const { status } = await sent('POST', path, { body: '{}', headers: { Authorization: FOREIGN } })
    expect([status >= 400, path]).toEqual([true, path])
  }
  expect(upstream.seen).toEqual([])
})

test('no secret stands in log or table', async () => {
  await sent('GET', `/query?db=raw&q=x&u=a&p=pass-of-the-upstream`)
  await sent('POST', '/write?db=raw', { body: LINES, headers: { Authorization: FOREIGN } })
  await sent('POST', '/write?db=secret', { token: plant.tokens.writer, body: LINES })
  const text = `${plant.server.output()}${JSON.stringify(await rows())}`
  for (const secret of ['pass-of-the-upstream', 'of-the-upstream-itself', plant.tokens.writer, 'upstream-credential']) {
    expect(text).not.toContain(secret)
  }
  expect(plant.server.output()).toContain('"message":"would be refused"')
})

describe('who looks', () => {
  test('is told that nothing is enforced: at the start, by health, by the metrics', async () => {
    expect(plant.server.output()).toContain('It OBSERVES')
    expect(plant.server.output()).toContain('"level":"warn","message":"gateway.mode is observe')
    expect((await sent('GET', '/health')).json().message).toContain('gateway.mode is observe')
    await sent('POST', '/write?db=secret', { token: plant.tokens.writer, body: LINES })
    const { text } = await sent('GET', '/metrics')
    expect(text).toMatch(/^sluice_gateway_observed_total\{reason="missing-permission"\} \d+$/m)
    expect(text).toMatch(/^sluice_gateway_verdicts_total\{outcome="refused",reason="missing-permission"\} \d+$/m)
    expect(text).toMatch(/^sluice_upstream_requests_total\{upstream="lab",status="2xx"\} \d+$/m)
    expect(text).toMatch(/^sluice_upstream_request_duration_seconds_count\{upstream="lab"\} \d+$/m)
  })

  test('must be an operator', async () => {
    const permissions = mayAll('buckets', { orgID: plant.orgID })
    const { token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    const other = clientOf(described(plant.server.request), { token })
    const message = '401 unauthorized: only an operator sees what the gateway observes'
    expect(refusal(await other.get(OBSERVATIONS))).toBe(message)
    expect(refusal(await other.delete(OBSERVATIONS))).toBe(message)
  })

  test('has a command for it', async () => {
    await sent('POST', '/write?db=secret', { token: plant.tokens.writer, body: LINES })
    const env = { INFLUX_HOST: plant.server.url, INFLUX_TOKEN: plant.server.onboarded!.operator }
    const table = await runCommand(['observations'], temporaryFolder(), { env })
    expect([table.code, table.stdout]).toEqual([0, expect.stringMatching(/^Count.*\n1\s+missing-permission\s/)])
    const json = await runCommand(['observations', '--json', '--clear'], temporaryFolder(), { env })
    expect(JSON.parse(json.stdout)).toMatchObject([{ count: 1, path: '/write', database: 'secret' }])
    expect(await rows()).toEqual([])
  })
})

test('of several upstreams, the one of the bucket gets it, else the one that is said', async () => {
  const other = await startUpstreamDouble()
  const settings = `[upstream.other]\nkind = "influxdb1"\nurl = ${JSON.stringify(other.url)}\n`
  const both = await startPlant('influxdb1', upstream.url, settings, {
    ...OBSERVING,
    SLUICE_GATEWAY_OBSERVE_UPSTREAM: 'lab',
  })
  ok(await both.operator.put(`/api/v2/buckets/${both.buckets.secret}/binding`, { upstream: 'other', database: 'x' }))
  const write = (path: string, asked: Asked) => both.server.request('POST', path, { body: LINES, ...asked })
  await write('/write?db=secret', { token: both.tokens.writer })
  await write(`/api/v2/write?orgID=${both.orgID}&bucket=secret`, { headers: { Authorization: FOREIGN } })
  await write('/write?db=nowhere', { token: both.tokens.writer })
  expect(other.seen.map(({ target }) => target)).toEqual([
    '/write?db=secret',
    `/api/v2/write?orgID=${both.orgID}&bucket=secret`,
  ])
  expect(upstream.seen.map(({ target }) => target)).toEqual(['/write?db=nowhere'])
  await other.close()
})

describe('in front of a real InfluxDB 1.x that asks for a credential', () => {
  let influxd: Influxd
  let lab: Plant
  let enforcing: Server

  beforeAll(async () => {
    influxd = await startInfluxd(true)
    for (const name of ['db_raw', 'app']) await influxd.query(`CREATE DATABASE "${name}"`)
    await influxd.query(`CREATE USER app WITH PASSWORD 'app-password'; GRANT ALL ON app TO app`)
    const [settings, env] = AS_ADMIN
    lab = await startPlant('influxdb1', influxd.url, settings, { ...env, ...OBSERVING })
  })
  afterAll(() => influxd.stop())

  const basic = (user: string, password: string) => ({
    Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  })
  const countIn = async (database: string) =>
    (await influxd.query('SELECT COUNT(f) FROM m', database))[0]?.values?.[0]?.[1]

  test('users of the upstream go on as before, those who are none are refused by it', async () => {
    const write = (headers: Record<string, string>) =>
      lab.server.request('POST', '/write?db=app', { body: LINES, headers })
    expect((await write(basic('app', 'app-password'))).status).toBe(204)
    expect((await write(basic('app', 'wrong'))).status).toBe(401)
    expect((await write({})).status).toBe(401)
    const query = '/query?db=app&q=SELECT%20f%20FROM%20m&u=app&p=app-password'
    expect((await lab.server.request('GET', query)).text).toContain('"values":[["1970-01-01T00:00:00.000000001Z",1]]')
    expect(await countIn('app')).toBe(1)
  })

  test('a token of ours reaches what it may not, until everything is enforced', async () => {
    const write = (server: Server, n: number) =>
      server.request('POST', '/write?db=app', { body: `m f=${n} ${n}`, token: lab.tokens.writer })
    expect((await write(lab.server, 2)).status).toBe(204)
    expect(await countIn('app')).toBe(2)
    const { observations } = ok(await lab.operator.get(OBSERVATIONS))
    expect(observations).toContainEqual(
      expect.objectContaining({ reason: 'missing-permission', path: '/write', database: 'app' }),
    )
    await lab.server.stop()
    const env = { SLUICE_UPSTREAM_LAB_PASSWORD: ADMIN.password, SLUICE_GATEWAY_MODE: 'enforce' }
    enforcing = await startServer({ dataDir: lab.server.dataDir, env })
    expect((await write(enforcing, 3)).status).toBe(404)
    const foreign = await enforcing.request('POST', '/write?db=app', {
      body: LINES,
      headers: basic('app', 'app-password'),
    })
    expect(foreign.status).toBe(401)
    expect(await countIn('app')).toBe(2)
  })
})
