// Writes through the gateway: what is allowed arrives in the upstream's own form, what is not does not arrive at all.
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openConnection } from '../e2e/raw-connection.ts'
import type { Answer, Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { type Answering, closeAfterTest, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const LINES = 'm,t=a f=1 1\nm,t=b f=2 2'

let answer: Answering | undefined
let upstream: UpstreamDouble
let plant: Plant

beforeAll(async () => {
  upstream = await startUpstreamDouble((seen, outgoing) =>
    answer === undefined ? outgoing.writeHead(204, { 'X-Influxdb-Version': '1.8.10' }).end() : answer(seen, outgoing),
  )
  plant = await startPlant('influxdb1', upstream.url, 'answer_seconds = 1\nmax_body_bytes = 100000\n')
})
afterAll(() => upstream.close())

const WRITES = {
  v1: () => '/write?db=raw',
  v2: () => `/api/v2/write?orgID=${plant.orgID}&bucket=raw`,
  v3: () => '/api/v3/write_lp?db=raw&precision=second',
} as const

const post = (path: string, asked: Asked = {}): Promise<Answer> =>
  plant.server.request('POST', path, { body: LINES, token: plant.tokens.writer, ...asked })

/** Each text a member of its own. */
const packed = (...texts: string[]): Asked => ({
  body: Buffer.concat(texts.map(text => gzipSync(text))),
  headers: { 'Content-Encoding': 'gzip' },
})

/** Sends, and says what the upstream saw of it. */
async function sent(path: string, asked?: Asked) {
  upstream.seen.length = 0
  const got = await post(path, asked)
  return { got, seen: [...upstream.seen] }
}

describe('an allowed write', () => {
  test.each([
    ['v1', '/write?db=db_raw&precision=n'],
    ['v2', '/write?db=db_raw&precision=n'],
    ['v3', '/write?db=db_raw&precision=s'],
  ] as const)('of %s arrives, in the upstream’s own form and place', async (api, target) => {
    const { got, seen } = await sent(WRITES[api]())
    expect(got.status).toBe(204)
    expect(got.headers['x-influxdb-version']).toBe('1.8.10')
    expect(seen).toMatchObject([{ method: 'POST', target, body: LINES }])
  })

  test('brings nothing of the client but its data: no credential, no forwarding header', async () => {
    const headers = {
      Cookie: 'influxdb-oss-session=x',
      'X-Forwarded-For': '10.0.0.1',
      'X-Original-URI': '/query',
      'X-Request-Id': 'request-1',
      Connection: 'keep-alive, X-Secret',
      'X-Secret': '1',
      TE: 'trailers',
    }
    const { seen } = await sent(WRITES.v2(), { headers })
    const names = Object.keys(seen[0]!.headers)
    for (const name of ['authorization', 'cookie', 'x-forwarded-for', 'x-original-uri', 'x-secret', 'te']) {
      expect(names).not.toContain(name)
    }
    expect(seen[0]!.headers['x-request-id']).toBe('request-1')
  })

  test('passes compressed bytes on as they are', async () => {
    let body: Uint8Array = new Uint8Array()
    const raw = await startRaw(bytes => (body = bytes))
    const other = await startPlant('influxdb3-core', raw.url)
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'text/plain' }
    const { status } = await other.server.request('POST', '/write?db=raw', {
      token: other.tokens.writer,
      body: gzipSync(LINES),
      headers,
    })
    expect(status).toBe(204)
    expect(gunzipSync(body).toString()).toBe(LINES)
  })

  test('goes on with the length that the client says, whether it is held or passed on as it comes', async () => {
    for (const length of [60_000, 90_000]) {
      const { got, seen } = await sent(WRITES.v1(), { body: 'x'.repeat(length) })
      const { 'content-length': said, 'transfer-encoding': coding } = seen[0]!.headers
      expect([got.status, said, coding, seen[0]!.body.length]).toEqual([204, String(length), undefined, length])
    }
  })

  test('is the same however its bytes come, one write after the other on a connection', async () => {
    upstream.seen.length = 0
    const connection = await openConnection(plant.server.port)
    onTestFinished(() => connection.close())
    const head = `POST ${WRITES.v1()} HTTP/1.1\r\nHost: x\r\nAuthorization: Token ${plant.tokens.writer}\r\n`
    const known = `${head}Content-Length: ${LINES.length}\r\n\r\n`
    const chunks = `${LINES.length.toString(16)}\r\n${LINES}\r\n0\r\n\r\n`
    const ways = [
      [known + LINES],
      [known, LINES],
      [known + LINES.slice(0, 5), LINES.slice(5)],
      [`${head}Transfer-Encoding: chunked\r\n\r\n${chunks}`],
      [`${head}Transfer-Encoding: chunked\r\n\r\n`, chunks],
      [known + LINES],
    ]
    for (const [at, pieces] of ways.entries()) {
      for (const piece of pieces) {
        await connection.send(piece)
        await new Promise(resolve => setTimeout(resolve, 20))
      }
      await connection.until(new RegExp(`(?:HTTP/1.1 204[^]*){${at + 1}}`))
    }
    expect(upstream.seen.map(({ body }) => body)).toEqual(ways.map(() => LINES))
  })

  test('may be as long as the limit when it is unpacked', async () => {
    const { got, seen } = await sent(WRITES.v1(), packed('x'.repeat(99_999)))
    expect([got.status, seen.length]).toEqual([204, 1])
  })

  test('answers what the upstream answers', async () => {
    answer = (_, outgoing) =>
      outgoing.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"partial write"}')
    const { got } = await sent(WRITES.v1())
    answer = undefined
    expect([got.status, got.text]).toEqual([400, '{"error":"partial write"}'])
  })
})

describe('a write that is refused does not arrive', () => {
  test.each<[string, () => string, () => Asked, number]>([
    ['without a token', WRITES.v2, () => ({ token: undefined as never }), 401],
    ['with an unknown token', WRITES.v2, () => ({ token: 'unknown' }), 401],
    ['with one that may read only', WRITES.v2, () => ({ token: plant.tokens.reader }), 403],
    ['to another bucket', () => `/api/v2/write?orgID=${plant.orgID}&bucket=secret`, () => ({}), 403],
    [
      'to another bucket by id',
      () => `/api/v2/write?orgID=${plant.orgID}&bucket=${plant.buckets.secret}`,
      () => ({}),
      403,
    ],
    ['to another database', () => '/write?db=secret', () => ({}), 404],
    ['to the upstream’s name of a database', () => '/write?db=db_secret', () => ({}), 404],
    ['to the upstream’s name of its own', () => '/write?db=db_raw', () => ({}), 404],
    ['to a database that does not exist', () => '/write?db=nothing', () => ({}), 404],
    ['with the database twice', () => '/write?db=raw&db=secret', () => ({}), 400],
    ['with the database in two spellings', () => '/write?db=raw&%64b=secret', () => ({}), 400],
    ['with the database in capitals', () => '/write?db=raw&DB=secret', () => ({}), 400],
    ['with an unknown parameter', () => '/write?db=raw&database=secret', () => ({}), 400],
    ['in an unknown unit', () => '/write?db=raw&precision=x', () => ({}), 400],
    ['that calls itself Flight', WRITES.v3, () => ({ headers: { 'Content-Type': 'application/grpc+proto' } }), 400],
    [
      'with two content types',
      WRITES.v3,
      () => ({ headers: { 'Content-Type': ['text/plain', 'application/grpc'] } }),
      400,
    ],
    ['that is too long', WRITES.v3, () => ({ body: 'x'.repeat(100_001) }), 413],
    ['that is too long when it is unpacked', WRITES.v3, () => packed('x'.repeat(100_001)), 413],
    ['whose second part is too long when it is unpacked', WRITES.v1, () => packed(LINES, 'x'.repeat(100_000)), 413],
    ['that is packed by something else than gzip', WRITES.v2, () => ({ headers: { 'Content-Encoding': 'br' } }), 400],
    ['that is packed twice', WRITES.v2, () => ({ headers: { 'Content-Encoding': 'gzip, gzip' } }), 400],
  ])('%s', async (_, path, asked, status) => {
    const { got, seen } = await sent(path(), asked())
    expect([got.status, seen]).toEqual([status, []])
  })

  test('as soon as its token was disabled, whatever is on its way', async () => {
    const { operator, orgID, buckets } = plant
    const permissions = [{ action: 'write', resource: { type: 'buckets', id: buckets.raw, orgID } }]
    const { id, token } = (await operator.post('/api/v2/authorizations', { orgID, permissions })).json()
    let disabled = false
    let after = 0
    let late = 0
    const lane = async () => {
      for (let round = 0; round < 20 || !disabled; round++) {
        const begunAfter = disabled
        // What was on its way when the token was disabled may be cut off; what is sent afterwards is answered.
        const status = await post(WRITES.v2(), { token }).then(
          answer => answer.status,
          () => 'cut',
        )
        if (begunAfter) after++
        if (begunAfter && status !== 401) late++
      }
    }
    const lanes = Array.from({ length: 50 }, lane)
    await new Promise(resolve => setTimeout(resolve, 300))
    await operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' })
    disabled = true
    await Promise.all(lanes)
    console.log(`50 connections: ${after} writes after the token was disabled, ${late} accepted`)
    expect(late).toBe(0)
    expect((await sent(WRITES.v2(), { token })).seen).toEqual([])
  })
})

describe('trouble of the upstream is not the client’s', () => {
  test('a credential that the upstream refuses is 502, not 401', async () => {
    answer = (_, outgoing) => outgoing.writeHead(401).end()
    const { got } = await sent(WRITES.v1())
    answer = undefined
    expect([got.status, got.json().error]).toEqual([502, expect.stringContaining('the credential of this gateway')])
  })

  test('silence is 504', async () => {
    answer = () => {}
    const { got } = await sent(WRITES.v1())
    answer = undefined
    expect([got.status, got.headers['retry-after']]).toEqual([504, '5'])
  })

  test('nobody there is 502', async () => {
    const other = await startPlant('influxdb2', 'http://127.0.0.1:9')
    const { status } = await other.server.request('POST', '/write?db=raw', { token: other.tokens.writer, body: LINES })
    expect(status).toBe(502)
  })
})

/** An upstream that keeps the bytes of a body. */
async function startRaw(keep: (bytes: Uint8Array) => void): Promise<{ url: string }> {
  const { createServer } = await import('node:http')
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    keep(Buffer.concat(chunks))
    outgoing.writeHead(204).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closeAfterTest({ close: async () => void server.close() } as UpstreamDouble)
  return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}` }
}

const FORBIDDEN = 'insufficient permissions for write'

describe('a write of version 2 tells what does not exist only to whoever would see it', () => {
  let all: string
  beforeAll(async () => {
    const { operator, orgID } = plant
    const permissions = [{ action: 'write', resource: { type: 'buckets', orgID } }]
    all = (await operator.post('/api/v2/authorizations', { orgID, permissions })).json().token
  })

  test.each<[string, string, 'narrow' | 'all', number, string]>([
    ['a bucket, to one of another bucket', 'org=plant&bucket=nothing', 'narrow', 403, FORBIDDEN],
    ['a bucket that is there, to the same', 'org=plant&bucket=secret', 'narrow', 403, FORBIDDEN],
    ['a bucket, to one who may write to all', 'org=plant&bucket=nothing', 'all', 404, 'bucket "nothing" not found'],
    ['an org', 'org=nothing&bucket=raw', 'all', 404, 'organization name "nothing" not found'],
    ['an org that is there', 'org=org1&bucket=bucket1', 'all', 404, 'organization name "org1" not found'],
    ['an org by id', 'orgID=0000000000000abc&bucket=raw', 'all', 404, 'organization not found'],
    ['what is no id', 'orgID=abc&bucket=raw', 'all', 400, 'id must have a length of 16 bytes'],
    ['a name in the place of an id', 'orgID=plant&bucket=raw', 'all', 400, 'id must have a length of 16 bytes'],
  ])('%s', async (_, search, who, status, message) => {
    const token = who === 'all' ? all : plant.tokens.writer
    const { got, seen } = await sent(`/api/v2/write?${search}`, { token })
    expect([got.status, got.json().message, seen]).toEqual([status, message, []])
  })
})
