// Writes by tokens that are limited to measurements: what has lines of those alone arrives, of anything else nothing does.
import { request } from 'node:http'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createToken, may } from '../e2e/fixtures.ts'
import type { Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const MEBIBYTE = 1_048_576
const LIMITED = 'insufficient permissions: the token is limited to some measurements of this bucket'

let upstream: UpstreamDouble
let plant: Plant
let small: Plant
/** Writes `cpu` and `my cpu,1` of the bucket `raw`, by two permissions. */
let token: string

beforeAll(async () => {
  upstream = await startUpstreamDouble()
  ;[plant, small] = await Promise.all([
    startPlant('influxdb1', upstream.url),
    startPlant('influxdb2', upstream.url, 'max_body_bytes = 1024\n'),
  ])
  token = await limitedAt(plant)
})
afterAll(() => upstream.close())

async function limitedAt({ operator, orgID, buckets }: Plant): Promise<string> {
  const only = (name: string) => may('write', 'buckets', { id: buckets.raw, orgID, measurements: [name] })
  const permissions = [only('cpu'), only('my cpu,1')]
  return (await createToken(operator, { orgID, permissions })).token
}

/** Sends, and says what the upstream saw of it. */
async function sent(body: string | Buffer, asked: Asked = {}, path = '/write?db=raw') {
  upstream.seen.length = 0
  const got = await plant.server.request('POST', path, { token, body, ...asked })
  return { got, seen: [...upstream.seen] }
}
const GZIP: Asked = { headers: { 'Content-Encoding': 'gzip' } }

const lines = (count: number) => Array.from({ length: count }, (_, at) => `cpu,host=h${at % 7} n=${at}i ${at}\n`)
/** 5,000 lines, one of them of something else. */
const withForeign = (at: number, foreign = 'mem n=1i 1\n') => lines(5000).with(at, foreign).join('')

describe('a body of the token’s own measurements', () => {
  test.each([
    ['v1', () => '/write?db=raw', '/write?db=db_raw&precision=n'],
    ['v2', () => `/api/v2/write?orgID=${plant.orgID}&bucket=raw&precision=s`, '/write?db=db_raw&precision=s'],
    ['v3', () => '/api/v3/write_lp?db=raw&precision=second', '/write?db=db_raw&precision=s'],
  ])('arrives by %s, byte for byte', async (_, path, target) => {
    const body = `# c\r\n${lines(5000).join('')} my\\ cpu\\,1,a=b s="mem n=1\nmem n=1\\"" 5\r\n\ncpu n=2`
    const { got, seen } = await sent(body, {}, path())
    expect(got.status).toBe(204)
    expect(seen).toMatchObject([{ method: 'POST', target, body }])
    expect(seen[0]!.headers['content-length']).toBe(String(Buffer.byteLength(body)))
  })

  test('arrives unpacked, all members of it', async () => {
    const [one, two] = [lines(3000).join(''), 'my\\ cpu\\,1 n=1']
    const { got, seen } = await sent(Buffer.concat([gzipSync(one), gzipSync(two)]), GZIP)
    expect(got.status).toBe(204)
    expect(seen).toMatchObject([{ body: one + two }])
    expect(seen[0]!.headers).not.toHaveProperty('content-encoding')
  })

  test('may be empty, or nothing but comments', async () => {
    for (const body of ['', '\n', '# mem n=1']) {
      const { got, seen } = await sent(body)
      expect([got.status, seen.map(one => one.body)], JSON.stringify(body)).toEqual([204, [body]])
    }
  })

  test('goes by as it comes for a token without limits, whatever it is', async () => {
    const body = gzipSync('a\\b n=1\rmem n=1')
    const { seen } = await sent(body, { ...GZIP, token: plant.tokens.writer })
    expect(gunzipSync(seen[0]!.bytes).toString()).toBe('a\\b n=1\rmem n=1')
  })
})

describe('of a body with one foreign line in 5,000 nothing arrives', () => {
  const foreign: [string, string][] = [
    ['at the beginning', withForeign(0)],
    ['in the middle', withForeign(2500)],
    ['at the end', withForeign(4999)],
    ['at the end, without a line feed', withForeign(4999, 'mem n=1i 1')],
    ['after an empty line and a comment', withForeign(2500, '\n# c\n  mem n=1i\n')],
    ['whose name begins alike', withForeign(4999, 'cpu2 n=1i\n')],
    ['whose name differs by case', withForeign(4999, 'CPU n=1i\n')],
    ['whose name is the own one and more behind an escape', withForeign(4999, 'cpu\\,host=a n=1i\n')],
    ['after a string that seems to go on', withForeign(4999, 'cpu s="a\\\\"\nmem n=1i\n')],
  ]
  test.each(foreign)('%s', async (_, body) => {
    for (const path of ['/write?db=raw', '/api/v3/write_lp?db=raw&precision=second']) {
      const { got, seen } = await sent(body, {}, path)
      expect([got.status, seen]).toEqual([403, []])
      expect(got.text).toContain(`${LIMITED}, and the body has lines of others: nothing was written`)
    }
  })

  test.each(foreign)('packed, %s', async (_, body) => {
    const half = Math.floor(body.length / 2)
    const members = [gzipSync(body.slice(0, half)), gzipSync(body.slice(half))]
    for (const packed of [gzipSync(body), Buffer.concat(members)]) {
      const { got, seen } = await sent(packed, GZIP)
      expect([got.status, seen]).toEqual([403, []])
    }
  })
})

describe('what servers might read differently is refused, and nothing of it arrives', () => {
  test.each<[string, string]>([
    ['a carriage return alone', 'cpu n=1\rmem n=1\n'],
    ['a tab before the name', '\tcpu n=1\n'],
    ['NUL', 'cpu n=1\0\nmem n=1\n'],
    ['a quote in a name', 'cpu"\nmem n=1 n=1\n'],
    ['a backslash in a name', 'cp\\u n=1\n'],
    ['a backslash at the end of a comment', '# \\\nmem n=1\n'],
    ['a string without an end', 'cpu s="a\nmem n=1\n'],
    ['a point without fields', 'cpu\nmem n=1\n'],
    ['a name that is no UTF-8', 'cpu n=1\n\xff n=1\n'],
  ])('%s', async (_, text) => {
    const body = Buffer.from(text, 'latin1')
    for (const [bytes, asked] of [
      [body, {}],
      [gzipSync(body), GZIP],
    ] as const) {
      const { got, seen } = await sent(bytes, asked)
      expect([got.status, seen]).toEqual([400, []])
      expect(got.text).toMatch(/line \d+: .+; a token that is limited to measurements writes nothing/)
    }
  })

  test.each<[string, Buffer]>([
    ['cut off', gzipSync(lines(50).join('')).subarray(0, -5)],
    ['damaged', gzipSync(lines(50).join('')).fill(0xff, 40, 60)],
    ['not packed at all', Buffer.from('cpu n=1')],
    ['empty', Buffer.alloc(0)],
  ])('gzip that is %s', async (_, body) => {
    const { got, seen } = await sent(body, GZIP)
    expect([got.status, seen]).toEqual([400, []])
    expect(got.text).toContain('cannot be unpacked')
  })
})

describe('a body is held back up to a length', () => {
  const filled = (bytes: number) => `cpu s="${'x'.repeat(bytes - 8)}"`

  test('of 8 MiB, which still arrives', async () => {
    const { got, seen } = await sent(filled(8 * MEBIBYTE))
    expect([got.status, seen.map(({ bytes }) => bytes.length)]).toEqual([204, [8 * MEBIBYTE]])
  })

  test.each<[string, () => [string | Buffer, Asked]]>([
    ['as it is', () => [filled(8 * MEBIBYTE + 1), {}]],
    [
      'as it is, without saying how long',
      () => [filled(8 * MEBIBYTE + 1), { headers: { 'Transfer-Encoding': 'chunked' } }],
    ],
    ['when it is unpacked', () => [gzipSync(filled(8 * MEBIBYTE + 1)), GZIP]],
    ['when many members are unpacked', () => [Buffer.concat(Array(9).fill(gzipSync(`${filled(MEBIBYTE)}\n`))), GZIP]],
  ])('and refused beyond it: %s', async (_, body) => {
    const [bytes, asked] = body()
    const { got, seen } = await sent(bytes, asked)
    expect([got.status, seen]).toEqual([413, []])
    expect(got.text).toContain(`at most ${8 * MEBIBYTE} bytes at once`)
  })

  test('that the upstream takes, if that is less', async () => {
    const own = await limitedAt(small)
    upstream.seen.length = 0
    const write = (body: string) => small.server.request('POST', '/write?db=raw', { token: own, body })
    expect((await write(filled(1025))).status).toBe(413)
    expect(upstream.seen).toEqual([])
    expect((await write(filled(1024))).status).toBe(204)
    expect(upstream.seen).toHaveLength(1)
  })
})

test('a token that is disabled while its body comes slowly writes nothing', async () => {
  const { operator, orgID, buckets } = plant
  const permissions = [may('write', 'buckets', { id: buckets.raw, orgID, measurements: ['cpu'] })]
  const { id, token: slow } = await createToken(operator, { orgID, permissions })
  upstream.seen.length = 0
  const status = await new Promise(resolve => {
    const headers = { Authorization: `Token ${slow}` }
    const sending = request(`${plant.server.url}/write?db=raw`, { method: 'POST', headers }, answer => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sending.once('error', () => resolve('broken off'))
    sending.write('cpu n=1\n')
    setTimeout(async () => {
      await operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' })
      sending.end('cpu n=2\n')
    }, 1200)
  })
  expect([status, upstream.seen]).toEqual([401, []])
})

test('it writes to no other bucket, and reads and deletes nothing', async () => {
  for (const path of ['/write?db=secret', '/write?db=db_raw', '/write?db=nothing']) {
    const { got, seen } = await sent('cpu n=1', {}, path)
    expect([got.status, got.json().error, seen], path).toEqual([404, 'no dbrp mapping found', []])
  }
  const own = await limitedAt(small)
  upstream.seen.length = 0
  const body = { start: '2026-01-01T00:00:00Z', stop: '2026-02-01T00:00:00Z', predicate: '_measurement="cpu"' }
  const deleted = await small.server.request('POST', '/api/v2/delete?org=plant&bucket=raw', { token: own, body })
  expect([deleted.status, deleted.json().message]).toEqual([403, `${LIMITED}, so it deletes nothing`])
  const read = await plant.server.request('GET', '/query?db=raw&q=SELECT%20n%20FROM%20cpu', { token })
  expect(read.json().results).toEqual([{ statement_id: 0, error: 'database not found: raw' }])
  expect(upstream.seen).toEqual([])
})
