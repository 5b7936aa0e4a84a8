// Deletions through the gateway: to 2.x, in the place's own names, and of what is refused, nothing.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUCKETS, createBucket, createToken, mayAll, ok } from '../e2e/fixtures.ts'
import type { Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const TIMES = { start: '2026-01-01T00:00:00Z', stop: '2026-02-01T00:00:00Z' }
const PREDICATE = '_measurement="m" AND t=\'a\''

let upstream: UpstreamDouble
let two: Plant
let one: Plant

beforeAll(async () => {
  upstream = await startUpstreamDouble()
  ;[two, one] = await Promise.all([
    startPlant('influxdb2', upstream.url, 'org = "their org"\n'),
    startPlant('influxdb1', upstream.url),
  ])
})
afterAll(() => upstream.close())

/** Sends, and says what the upstream saw of it. */
async function sent(plant: Plant, search: string, asked?: Asked) {
  upstream.seen.length = 0
  const got = await plant.server.request('POST', `/api/v2/delete?${search}`, {
    token: plant.tokens.writer,
    body: TIMES,
    ...asked,
  })
  return { got, seen: [...upstream.seen] }
}

describe('a deletion', () => {
  test.each<[string, () => string]>([
    ['by names', () => 'org=plant&bucket=raw'],
    ['by ids', () => `orgID=${two.orgID}&bucketID=${two.buckets.raw}`],
    ['by ids in the place of names', () => `org=${two.orgID}&bucket=${two.buckets.raw}`],
  ])('%s arrives in the place’s names', async (_, search) => {
    for (const body of [TIMES, { ...TIMES, predicate: PREDICATE }]) {
      const { got, seen } = await sent(two, search(), { body })
      expect(got.status).toBe(204)
      expect(seen).toMatchObject([{ method: 'POST', target: '/api/v2/delete?bucket=db_raw&org=their%20org' }])
      expect(JSON.parse(seen[0]!.body)).toEqual(body)
      expect(seen[0]!.headers).not.toHaveProperty('authorization')
    }
  })

  const RAW = 'org=plant&bucket=raw'
  test.each<[string, () => string, () => Asked, number]>([
    ['of a reader', () => RAW, () => ({ token: two.tokens.reader }), 403],
    ['of nobody', () => RAW, () => ({ token: undefined as never }), 401],
    ['of another bucket', () => 'org=plant&bucket=secret', () => ({}), 403],
    ['of another bucket by id', () => `org=plant&bucketID=${two.buckets.secret}`, () => ({}), 403],
    ['of a bucket that does not exist', () => 'org=plant&bucket=nothing', () => ({}), 403],
    ['of the upstream’s name', () => 'org=plant&bucket=db_raw', () => ({}), 403],
    ['in another org', () => 'org=org1&bucket=raw', () => ({}), 403],
    ['of two buckets', () => `${RAW}&bucketID=${two.buckets.secret}`, () => ({}), 400],
    ['of one twice', () => `${RAW}&bucket=secret`, () => ({}), 400],
    ['with an unknown parameter', () => `${RAW}&db=secret`, () => ({}), 400],
    ['without a bucket', () => 'org=plant', () => ({}), 400],
    [
      'with a key twice',
      () => RAW,
      () => ({ body: `{"start":"${TIMES.start}","start":"${TIMES.start}","stop":"${TIMES.stop}"}` }),
      400,
    ],
    ['with an unknown key', () => RAW, () => ({ body: { ...TIMES, bucket: 'secret' } }), 400],
    ['without an end', () => RAW, () => ({ body: { start: TIMES.start } }), 400],
    [
      'with a predicate that may be read in two ways',
      () => RAW,
      () => ({ body: { ...TIMES, predicate: 'a="b" OR c="d"' } }),
      400,
    ],
    ['without a body', () => RAW, () => ({ body: undefined }), 400],
    [
      'that is compressed',
      () => RAW,
      () => ({ body: gzipSync(JSON.stringify(TIMES)), headers: { 'Content-Encoding': 'gzip' } }),
      400,
    ],
    ['that calls itself Flight', () => RAW, () => ({ headers: { 'Content-Type': 'application/grpc' } }), 400],
  ])('%s is refused, and does not arrive', async (_, search, asked, status) => {
    const { got, seen } = await sent(two, search(), asked())
    expect([got.status, seen]).toEqual([status, []])
  })

  test('goes to no other generation', async () => {
    const { got, seen } = await sent(one, 'org=plant&bucket=raw')
    expect([got.status, got.json().message, seen]).toEqual([400, expect.stringContaining('not InfluxDB 2'), []])
    expect((await sent(one, 'org=plant&bucket=secret')).got.status).toBe(403)
  })

  test('from a bucket that is nowhere, or at a retention policy, does not arrive', async () => {
    const { operator, orgID } = two
    const id = await createBucket(operator, orgID, 'nowhere')
    const { token } = await createToken(operator, { orgID, permissions: mayAll('buckets', { id, orgID }) })
    const place = { upstream: 'lab', database: 'db_nowhere', retentionPolicy: 'year' }
    ok(await operator.put(`${BUCKETS}/${id}/binding`, place))
    expect(await sent(two, 'org=plant&bucket=nowhere', { token })).toMatchObject({ got: { status: 403 }, seen: [] })
    ok(await operator.delete(`${BUCKETS}/${id}/binding`), 204)
    expect(await sent(two, 'org=plant&bucket=nowhere', { token })).toMatchObject({ got: { status: 503 }, seen: [] })
  })
})
