// Queries to InfluxDB 3 by a token that is limited to measurements: what is sure to read those alone arrives, else nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createToken, may } from '../e2e/fixtures.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const SQL = '/api/v3/query_sql'
const INFLUXQL = '/api/v3/query_influxql'
const LIMITED = 'insufficient permissions: the token is limited to some measurements of this bucket'

let upstream: UpstreamDouble
let plant: Plant
/** Reads `cpu` and `Disk IO` of the bucket `raw`. */
let token: string

beforeAll(async () => {
  upstream = await startUpstreamDouble((_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
  )
  plant = await startPlant('influxdb3-core', upstream.url)
  const { operator, orgID, buckets } = plant
  const permissions = ['cpu', 'Disk IO'].map(name =>
    may('read', 'buckets', { id: buckets.raw, orgID, measurements: [name] }),
  )
  token = (await createToken(operator, { orgID, permissions })).token
})
afterAll(() => upstream.close())

/** Asks, and says what the upstream saw of it. */
async function asked(path: string, q: string, as = token) {
  upstream.seen.length = 0
  const got = await plant.server.request('POST', path, { token: as, body: { db: 'raw', q } })
  return { got, seen: upstream.seen.map(({ body }) => JSON.parse(body)) }
}

describe('SQL', () => {
  test.each([
    'SELECT * FROM cpu',
    'SELECT * FROM CPU',
    'SELECT * FROM iox.cpu c JOIN "Disk IO" d ON c.time = d.time',
    'WITH mem AS (SELECT * FROM cpu) SELECT * FROM mem',
    "SELECT * FROM cpu WHERE host = 'mem' AND n IN (SELECT n FROM cpu)",
    'EXPLAIN SELECT * FROM cpu',
    'SHOW COLUMNS FROM cpu',
  ])('that reads those alone arrives: %s', async q => {
    const { got, seen } = await asked(SQL, q)
    expect([got.status, seen]).toEqual([200, [{ db: 'db_raw', q }]])
  })

  test.each([
    'SELECT * FROM mem',
    'SELECT * FROM "CPU"',
    'SELECT * FROM "disk io"',
    'SELECT * FROM cpu, mem',
    'SELECT * FROM cpu JOIN mem USING (time)',
    'SELECT * FROM cpu UNION ALL SELECT * FROM mem',
    'SELECT * FROM cpu WHERE n IN (SELECT n FROM mem)',
    'SELECT (SELECT max(n) FROM mem) FROM cpu',
    'WITH cpu AS (SELECT * FROM mem) SELECT * FROM cpu',
    // DataFusion knows nothing of WITH in arrays, and in some versions in LIMIT.
    'WITH mem AS (SELECT 1 AS n) SELECT [(SELECT max(n) FROM mem)] FROM cpu',
    'WITH mem AS (SELECT 1 AS n) SELECT * FROM cpu LIMIT (SELECT max(n) FROM mem)',
    "SELECT * FROM last_cache('mem')",
    'SHOW TABLES',
    'SHOW COLUMNS FROM mem',
    'SELECT 1',
  ])('that may read others does not arrive: %s', async q => {
    const { got, seen } = await asked(SQL, q)
    expect([got.status, got.json(), seen]).toEqual([403, { error: LIMITED }, []])
    // To a token without limits it does.
    expect((await asked(SQL, q, plant.tokens.reader)).seen).toHaveLength(1)
  })

  test('says nothing of a bucket that is not his', async () => {
    const got = await plant.server.request('POST', SQL, { token, body: { db: 'secret', q: 'SELECT * FROM cpu' } })
    const nothing = await plant.server.request('POST', SQL, { token, body: { db: 'nothing', q: 'SELECT * FROM cpu' } })
    expect([got.status, got.text]).toEqual([404, nothing.text.replace('nothing', 'secret')])
  })
})

describe('InfluxQL', () => {
  test.each([
    'SELECT n FROM cpu',
    'SELECT n FROM cpu, "Disk IO"',
    'SELECT max(n) FROM (SELECT n FROM cpu)',
    'SHOW FIELD KEYS FROM cpu',
  ])('that reads those alone arrives: %s', async q => {
    const { got, seen } = await asked(INFLUXQL, q)
    expect([got.status, seen]).toEqual([200, [{ db: 'db_raw', q }]])
  })

  test.each(['SELECT n FROM mem', 'SELECT n FROM CPU', 'SELECT n FROM /cpu/', 'SHOW MEASUREMENTS', 'SHOW FIELD KEYS'])(
    'that may read others does not arrive: %s',
    async q => {
      const { got, seen } = await asked(INFLUXQL, q)
      expect([got.status, got.json(), seen]).toEqual([403, { error: LIMITED }, []])
    },
  )

  test('shows the database by its name', async () => {
    const { got } = await asked(INFLUXQL, 'SHOW DATABASES')
    expect(got.json()).toEqual([{ 'iox::database': 'raw', deleted: false }])
  })
})
