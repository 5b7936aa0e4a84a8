// Flux through the gateway: what is allowed arrives with the upstream's names in the script; of what is refused, nothing.
import { gzipSync } from 'node:zlib'
import { InfluxDB } from '@influxdata/influxdb-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import type { Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const CSV = ',result,table\r\n\r\n'
const FLUX = 'application/vnd.flux'
const IN_PLANT = '/api/v2/query?org=plant'

let upstream: UpstreamDouble
let plant: Plant
/** Reads `raw` and a second bucket. */
let wide: string

beforeAll(async () => {
  upstream = await startUpstreamDouble((_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Type': 'text/csv; charset=utf-8' }).end(CSV),
  )
  plant = await startPlant('influxdb2', upstream.url, 'org = "their org"\n')
  const { operator, orgID, buckets } = plant
  const second = await createBucket(operator, orgID, 'second')
  ok(await operator.put(`${BUCKETS}/${second}/binding`, { upstream: 'lab', database: 'their/second ż' }))
  const permissions = [buckets.raw, second].map(id => may('read', 'buckets', { id, orgID }))
  wide = (await createToken(operator, { orgID, permissions })).token
})
afterAll(() => upstream.close())

/** Sends, and says what the upstream saw of it. */
async function sent(body: Asked['body'], asked?: Asked, target = IN_PLANT, at = plant) {
  upstream.seen.length = 0
  const got = await at.server.request('POST', target, { token: at.tokens.reader, body, ...asked })
  return { got, seen: [...upstream.seen] }
}

describe('an allowed script arrives', () => {
  const RAW = 'from(bucket: "raw") |> range(start: -1h)'
  const THEIRS = 'from(bucket: "db_raw") |> range(start: -1h)'

  test.each<[string, () => string]>([
    ['by name', () => 'org=plant'],
    ['by the org’s id', () => `orgID=${plant.orgID}`],
    ['by its id in the place of its name', () => `org=${plant.orgID}`],
  ])('in the org %s, as JSON and as a script, in the same form', async (_, search) => {
    const target = `/api/v2/query?${search()}`
    for (const { got, seen } of [
      await sent({ query: RAW }, {}, target),
      await sent(RAW, { headers: { 'Content-Type': FLUX } }, target),
    ]) {
      expect([got.status, got.text, got.headers['content-type']]).toEqual([200, CSV, 'text/csv; charset=utf-8'])
      expect(seen).toMatchObject([
        { method: 'POST', target: '/api/v2/query?org=their%20org', headers: { 'content-type': 'application/json' } },
      ])
      expect(JSON.parse(seen[0]!.body)).toEqual({ query: THEIRS, type: 'flux' })
      expect(seen[0]!.headers).not.toHaveProperty('authorization')
    }
  })

  test('with its dialect and its time', async () => {
    const rest = { dialect: { annotations: ['group'], header: true, delimiter: ';' }, now: '2026-01-01T00:00:00Z' }
    const { seen } = await sent({ ...rest, query: RAW, type: 'flux' })
    expect(JSON.parse(seen[0]!.body)).toEqual({ query: THEIRS, type: 'flux', ...rest })
  })

  test('of InfluxDB’s own client for JavaScript', async () => {
    upstream.seen.length = 0
    const client = new InfluxDB({ url: plant.server.url, token: plant.tokens.reader })
    expect(await client.getQueryApi('plant').queryRaw(RAW)).toBe(CSV)
    expect(JSON.parse(upstream.seen[0]!.body)).toMatchObject({ query: THEIRS, dialect: { header: true } })
    expect(await client.getQueryApi('plant').collectRows(RAW)).toEqual([])
    await expect(client.getQueryApi('plant').queryRaw(RAW.replace('raw', 'secret'))).rejects.toThrow('could not find')
    expect(upstream.seen).toHaveLength(2)
  })

  test('by a bucket’s id, which becomes its name there', async () => {
    const { seen } = await sent({ query: `from(bucketID: "${plant.buckets.raw.toUpperCase()}") |> range(start: 0)` })
    expect(JSON.parse(seen[0]!.body).query).toBe('from(bucket: "db_raw") |> range(start: 0)')
  })

  test('from two buckets of a token that may read both, and else as it was', async () => {
    const script = (one: string, other: string) =>
      `import "strings"\na = from(bucket: "${one}") // from(bucket: "raw")\nunion(tables: [a, from( bucket:"${other}" )])` +
      ' |> filter(fn: (r) => r._measurement == "from(bucket)" and r.t =~ /raw/)'
    const { seen } = await sent({ query: script('raw', 'second') }, { token: wide })
    expect(JSON.parse(seen[0]!.body).query).toBe(script('db_raw', 'their/second ż'))
  })
})

const read = (bucket: string) => `from(bucket: "${bucket}") |> range(start: 0)`
const missing = (name: string) => `failed to initialize execute state: could not find bucket "${name}"`

describe('of a script that is refused, nothing arrives', () => {
  test.each<[string, string, string]>([
    ['of a bucket that is another’s', read('secret'), missing('secret')],
    ['of one that does not exist', read('nothing'), missing('nothing')],
    ['by the upstream’s name of its own', read('db_raw'), missing('db_raw')],
    ['by the upstream’s name of another', read('db_secret'), missing('db_secret')],
    ['as a second source', `${read('raw')}\n${read('secret')}`, missing('secret')],
    ['inside a function', `${read('raw')} |> map(fn: (r) => ({r with x: ${read('secret')}}))`, missing('secret')],
  ])('which reads %s: there is no such bucket', async (_, query, message) => {
    const answer = { code: 'not found', message }
    for (const { got, seen } of [await sent({ query }), await sent(query, { headers: { 'Content-Type': FLUX } })]) {
      expect([got.status, got.json(), seen]).toEqual([404, answer, []])
    }
  })

  test('which reads by id another’s bucket, one that is nobody’s, or one of another org', async () => {
    const { operator, buckets } = plant
    const [elsewhere] = ok(await operator.get(`${BUCKETS}?org=org1&name=bucket1`)).buckets
    for (const id of [buckets.secret, '0000000000000abc', elsewhere.id]) {
      const { got, seen } = await sent({ query: `from(bucketID: "${id}") |> range(start: 0)` })
      expect([got.status, got.json().message, seen]).toEqual([404, missing(id), []])
    }
  })

  test('of one who may only write', async () => {
    const { got, seen } = await sent({ query: read('raw') }, { token: plant.tokens.writer })
    expect([got.status, got.json().message, seen]).toEqual([404, missing('raw'), []])
  })

  test.each<[string, Asked['body'], Asked['headers'], number, string]>([
    ['that lists buckets in a script', { query: 'buckets() |> yield()' }, {}, 400, 'not a script that passes'],
    ['that writes', { query: `${read('raw')} |> to(bucket: "raw")` }, {}, 400, 'not a script that passes'],
    ['that asks another host', { query: 'from(bucket: "raw", host: "http://x")' }, {}, 400, 'not a script that passes'],
    ['that makes a name up', { query: 'b = "raw" from(bucket: b)' }, {}, 400, 'not a script that passes'],
    ['that reads nothing', { query: '1 + 1' }, {}, 400, 'the script reads no bucket'],
    ['with a syntax tree', { query: read('raw'), ast: {} }, {}, 400, 'failed to decode request body'],
    ['with values from outside', { query: read('raw'), extern: {} }, {}, 400, 'failed to decode request body'],
    ['that is InfluxQL', { query: 'SELECT * FROM m', type: 'influxql' }, {}, 400, 'the type of the query is not flux'],
    ['with a dialect of its own', { query: read('raw'), dialect: { x: 1 } }, {}, 400, 'failed to decode request body'],
    ['in half a body', '{"query"', {}, 400, 'failed parsing request body as JSON; if sending a raw Flux script, set'],
    ['in no body', undefined, {}, 400, 'failed parsing request body as JSON'],
    ['as another type', read('raw'), { 'Content-Type': 'text/plain' }, 400, 'application/vnd.flux'],
    ['as Flight', read('raw'), { 'Content-Type': 'application/grpc' }, 400, ''],
    [
      'packed',
      gzipSync(JSON.stringify({ query: read('raw') })),
      { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' },
      400,
      'compressed',
    ],
  ])('%s', async (_, body, headers, status, message) => {
    const { got, seen } = await sent(body, { headers: headers! })
    expect([got.status, got.json().message, seen]).toEqual([status, expect.stringContaining(message), []])
  })

  test.each<[string, string, string]>([
    ['no org', '', 'failed to decode request body: Please provide either orgID or org'],
    ['two orgs', '?org=plant&orgID=0000000000000abc', 'failed to decode request body: org and orgID are both given'],
    ['an org that does not exist', '?org=x', 'failed to decode request body: organization name "x" not found'],
    ['an org of others', '?org=org1', 'failed to decode request body: organization name "org1" not found'],
    ['an id that is nobody’s', '?orgID=0000000000000abc', 'failed to decode request body: organization not found'],
    ['an id that is none', '?orgID=abc', 'failed to decode request body: id must have a length of 16 bytes'],
    [
      'a name in the place of an id',
      '?orgID=plant',
      'failed to decode request body: id must have a length of 16 bytes',
    ],
    ['an unknown parameter', '?org=plant&bucket=raw', 'a parameter is not known for this path'],
    ['an org twice', '?org=plant&org=org1', 'a parameter is given twice'],
  ])('in %s', async (_, search, message) => {
    const { got, seen } = await sent({ query: read('raw') }, {}, `/api/v2/query${search}`)
    expect([got.status, got.json(), seen]).toEqual([400, { code: 'invalid', message }, []])
  })

  test.each([
    ['no token', undefined],
    ['an unknown token', 'unknown'],
  ])('with %s', async (_, token) => {
    const { got, seen } = await sent({ query: read('raw') }, { token: token as string })
    expect([got.status, got.json().message, seen]).toEqual([401, 'unauthorized access', []])
  })

  test('by a path beside it', async () => {
    for (const path of ['analyze', 'ast', 'suggestions']) {
      const { got, seen } = await sent({ query: read('raw') }, {}, `/api/v2/query/${path}?org=plant`)
      expect([path, got.status, seen]).toEqual([path, 404, []])
    }
  })
})

describe('a script for a bucket', () => {
  /** A token for a new bucket that is bound to this place. */
  async function bound(name: string, place: Readonly<Record<string, string>> | undefined) {
    const { operator, orgID } = plant
    const id = await createBucket(operator, orgID, name)
    if (place === undefined) ok(await operator.delete(`${BUCKETS}/${id}/binding`), 204)
    else ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', ...place }))
    return (await createToken(operator, { orgID, permissions: [may('read', 'buckets', { id, orgID })] })).token
  }

  test('that is nowhere, at a retention policy, or under a name that no script holds, does not arrive', async () => {
    const cases: [string, Readonly<Record<string, string>> | undefined, number][] = [
      ['nowhere', undefined, 503],
      ['year', { database: 'db_year', retentionPolicy: 'year' }, 403],
      ['dollar', { database: `db_\${x}` }, 400],
    ]
    for (const [name, place, status] of cases) {
      const token = await bound(name, place)
      const { got, seen } = await sent({ query: read(name) }, { token })
      expect([name, got.status, seen]).toEqual([name, status, []])
    }
  })

  test.each(['influxdb1', 'influxdb3-core'])('of an upstream %s, which runs no Flux, does not arrive', async kind => {
    const other = await startPlant(kind, upstream.url)
    const { got, seen } = await sent({ query: read('raw') }, {}, IN_PLANT, other)
    const message = 'the upstream runs no Flux: ask by InfluxQL or SQL'
    expect([got.status, got.json(), seen]).toEqual([400, { code: 'invalid', message }, []])
    const foreign = await sent({ query: read('secret') }, {}, IN_PLANT, other)
    expect([foreign.got.status, foreign.seen]).toEqual([404, []])
  })

  test('of Cloud Serverless arrives', async () => {
    const cloud = await startPlant('cloud-serverless', upstream.url)
    const { seen } = await sent({ query: read('raw') }, {}, IN_PLANT, cloud)
    expect(seen.map(({ target, body }) => [target, JSON.parse(body).query])).toEqual([
      ['/api/v2/query', read('db_raw')],
    ])
  })
})

describe('the list of buckets, by which clients try a connection,', () => {
  /** Of `buckets()`, by the columns of its only table. */
  async function listed(dialect: object, asked?: Asked) {
    const { got, seen } = await sent({ query: 'buckets()', dialect }, asked)
    expect([got.status, got.headers['content-type'], seen]).toEqual([200, 'text/csv; charset=utf-8', []])
    return got.text
  }
  const DATATYPE = '#datatype,string,long,string,string,string,string,long'
  const GROUP = '#group,false,false,false,false,true,false,false'
  const DEFAULT = '#default,_result,,,,,,'
  const HEADER = ',result,table,name,id,organizationID,retentionPolicy,retentionPeriod'
  const row = (result = '') => `,${result},0,raw,${plant.buckets.raw},${plant.orgID},,0`
  const lines = (...all: string[]) => `${all.join('\r\n')}\r\n\r\n`

  test('has those that the token reads, as 2.x writes it; no upstream is asked', async () => {
    const annotations = ['datatype', 'group', 'default']
    expect(await listed({ annotations })).toBe(lines(DATATYPE, GROUP, DEFAULT, HEADER, row()))
    expect(await listed({ annotations: ['group'] })).toBe(lines(GROUP, HEADER, row('_result')))
    expect(await listed({ header: false, delimiter: ';' })).toBe(lines(row('_result').replaceAll(',', ';')))
    const { got } = await sent(' buckets()\n', { headers: { 'Content-Type': FLUX } })
    expect(got.text).toBe(lines(HEADER, row('_result')))
  })

  test('quotes names and tells how long a bucket keeps its points', async () => {
    const { operator, orgID } = plant
    const body = { orgID, name: 'a, b', retentionRules: [{ type: 'expire', everySeconds: 3600 }] }
    const { id } = ok(await operator.post(BUCKETS, body), 201)
    const { token } = await createToken(operator, { orgID, permissions: [may('read', 'buckets', { id, orgID })] })
    const text = await listed({ header: false }, { token })
    expect(text).toBe(lines(`,_result,0,"a, b",${id},${orgID},,3600000000000`))
  })

  test('is read by InfluxDB’s own client for JavaScript', async () => {
    const client = new InfluxDB({ url: plant.server.url, token: plant.tokens.reader })
    const rows = await client.getQueryApi('plant').collectRows('buckets()')
    expect(rows).toMatchObject([{ name: 'raw', id: plant.buckets.raw, retentionPeriod: 0 }])
  })

  test('is empty for who reads nothing, in the words of 2.x, and is of the org that is asked', async () => {
    const { got, seen } = await sent({ query: 'buckets()' }, { token: plant.tokens.writer })
    const message = `no buckets found in organization ${plant.orgID}`
    expect([got.status, got.json(), seen]).toEqual([404, { code: 'not found', message }, []])
    const foreign = await sent({ query: 'buckets()' }, {}, '/api/v2/query?org=org1')
    expect([foreign.got.status, foreign.seen]).toEqual([400, []])
  })

  test.each([
    'buckets() |> yield()',
    'buckets()\nbuckets()',
    'buckets(org: "org1")',
    'x = buckets()',
    `${read('raw')}\nbuckets()`,
  ])('stands alone: not in %s', async query => {
    const { got, seen } = await sent({ query })
    expect([got.status, seen]).toEqual([400, []])
  })

  test('is refused where no upstream runs Flux', async () => {
    const other = await startPlant('influxdb1', upstream.url)
    const { got } = await sent({ query: 'buckets()' }, {}, IN_PLANT, other)
    expect([got.status, got.json().message]).toEqual([400, 'the upstream runs no Flux: ask by InfluxQL or SQL'])
  })
})

test('a token that is limited to measurements asks nothing by Flux, and is told why', async () => {
  const { operator, orgID, buckets } = plant
  const permissions = [may('read', 'buckets', { id: buckets.raw, orgID, measurements: ['cpu'] })]
  const { token } = await createToken(operator, { orgID, permissions })
  const only = 'from(bucket: "raw") |> range(start: 0) |> filter(fn: (r) => r._measurement == "cpu")'
  const { got, seen } = await sent({ query: only }, { token })
  const message = 'insufficient permissions: the token is limited to some measurements of this bucket'
  expect([got.status, got.json().message, seen]).toEqual([403, message, []])
})
