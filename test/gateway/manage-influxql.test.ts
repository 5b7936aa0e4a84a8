// Statements that manage an InfluxDB 1.x: for operators, on the database that the bucket has there; for nobody else.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createToken, mayAll } from '../e2e/fixtures.ts'
import { AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' }

/** An operator's token of the plant's org, whose databases it names. */
const operatorOf = async ({ server, operator, orgID }: Plant) => {
  const { permissions } = await operator
    .get(`/api/v2/authorizations/${server.onboarded!.operatorAuthId}`)
    .then(answer => answer.json())
  return (await createToken(operator, { orgID, permissions })).token
}
const ask = (plant: Plant, token: string, q: string, db = '') =>
  plant.server.request('POST', '/query', { token, body: new URLSearchParams({ q, db }).toString(), headers: FORM })

describe('in front of an upstream that writes down what it sees', () => {
  let upstream: UpstreamDouble
  let plant: Plant
  let operator: string

  beforeAll(async () => {
    upstream = await startUpstreamDouble((_, outgoing) => outgoing.writeHead(200).end('{"results":[]}'))
    plant = await startPlant('influxdb1', upstream.url)
    operator = await operatorOf(plant)
  })
  afterAll(() => upstream.close())
  beforeEach(() => {
    upstream.seen.length = 0
  })
  const seen = () => upstream.seen.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

  test.each([
    ['SHOW USERS', '', { q: 'SHOW USERS' }],
    ['show queries', 'raw', { q: 'SHOW QUERIES', db: 'db_raw' }],
    ["SHOW STATS FOR 'indexes'", '', { q: "SHOW STATS FOR 'indexes'" }],
    ['SHOW GRANTS FOR app', '', { q: 'SHOW GRANTS FOR app' }],
    ['KILL QUERY 7', '', { q: 'KILL QUERY 7' }],
    ['DROP MEASUREMENT m', 'raw', { q: 'DROP MEASUREMENT m', db: 'db_raw' }],
    [
      'CREATE RETENTION POLICY year ON raw DURATION 52w REPLICATION 1 DEFAULT',
      'secret',
      { q: 'CREATE RETENTION POLICY year ON db_raw DURATION 52w REPLICATION 1 DEFAULT', db: 'db_raw' },
    ],
    ['DROP RETENTION POLICY year ON "raw"', '', { q: 'DROP RETENTION POLICY year ON db_raw', db: 'db_raw' }],
    ['DROP CONTINUOUS QUERY c ON raw', '', { q: 'DROP CONTINUOUS QUERY c ON db_raw', db: 'db_raw' }],
    [
      'CREATE CONTINUOUS QUERY c ON raw BEGIN SELECT mean(f) INTO secret..n FROM m GROUP BY time(1h) END',
      '',
      {
        q: 'CREATE CONTINUOUS QUERY c ON db_raw BEGIN SELECT mean(f) INTO db_secret..n FROM db_raw..m GROUP BY time(1h) END',
        db: 'db_raw',
      },
    ],
  ])('an operator’s %s arrives with the names there', async (q, db, expected) => {
    expect((await ask(plant, operator, q, db)).status).toBe(200)
    expect(seen()).toEqual([expected])
  })

  test.each([
    ['CREATE DATABASE x', '', 'databases are buckets here'],
    ['DROP DATABASE raw', 'raw', 'databases are buckets here'],
    ["CREATE USER u WITH PASSWORD 'hunter22secret'", '', 'users of the upstream are managed there'],
    ["SET PASSWORD FOR u = 'hunter22secret'", '', 'users of the upstream are managed there'],
    ['GRANT ALL TO u', '', 'users of the upstream are managed there'],
    ['REVOKE ALL ON raw FROM u', 'raw', 'users of the upstream are managed there'],
    ['DROP SHARD 1', 'raw', 'ask the upstream itself'],
    ["CREATE SUBSCRIPTION s ON raw.autogen DESTINATIONS ALL 'udp://h:1'", 'raw', 'ask the upstream itself'],
    ['DROP SUBSCRIPTION s ON raw.autogen', 'raw', 'ask the upstream itself'],
    ['DROP RETENTION POLICY year ON db_raw', 'raw', 'database not found: db_raw'],
    ['DROP MEASUREMENT m', '', 'database name required'],
    ['SHOW USERS', 'nowhere', 'database not found: nowhere'],
    ['SHOW USERS; SELECT f FROM m', 'raw', 'not permitted through this gateway: show users'],
    [
      'CREATE CONTINUOUS QUERY c ON raw BEGIN SELECT mean(f) INTO n FROM nowhere..m GROUP BY time(1h) END',
      '',
      'database not found: nowhere',
    ],
  ])('an operator’s %s does not arrive', async (q, db, error) => {
    const { status, text } = await ask(plant, operator, q, db)
    expect([status, JSON.parse(text).results[0].error]).toEqual([200, expect.stringContaining(error)])
    expect(seen()).toEqual([])
    expect(plant.server.output() + text).not.toContain('hunter22secret')
  })

  test('what changes something is not sent by GET', async () => {
    const q = encodeURIComponent('DROP MEASUREMENT m')
    const { text } = await plant.server.request('GET', `/query?db=raw&q=${q}`, { token: operator })
    expect(text).toContain('what changes something is not sent like this')
    expect(seen()).toEqual([])
  })

  test('whoever is no operator is answered as before, whatever he may do to the bucket', async () => {
    const permissions = mayAll('buckets', { orgID: plant.orgID })
    const { token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    for (const q of [
      'SHOW USERS',
      'DROP MEASUREMENT m',
      'DROP RETENTION POLICY year ON raw',
      'KILL QUERY 7',
      'CREATE DATABASE x',
      'DROP DATABASE raw',
      'DROP SHARD 1',
    ]) {
      const { text } = await ask(plant, token, q, 'raw')
      const what = /^(?:SHOW \w+|\w+ (?:RETENTION )?\w+)/.exec(q)![0].toLowerCase()
      expect(JSON.parse(text).results[0].error).toBe(`not permitted through this gateway: ${what}`)
    }
    expect(seen()).toEqual([])
  })

  test('other generations have no such statements', async () => {
    const other = await startPlant('influxdb2', upstream.url, 'org = "o"\n')
    const { text } = await ask(other, await operatorOf(other), 'DROP MEASUREMENT m', 'raw')
    expect(text).toContain('not permitted through this gateway: drop measurement')
    const { text: users } = await ask(other, await operatorOf(other), 'SHOW USERS')
    expect(users).toContain('error')
    expect(seen()).toEqual([])
  })
})

describe('in front of a real InfluxDB 1.x', () => {
  let influxd: Influxd
  let plant: Plant
  let operator: string

  beforeAll(async () => {
    influxd = await startInfluxd(true)
    for (const name of ['db_raw', 'db_secret']) {
      await influxd.query(`CREATE DATABASE "${name}"`)
      await influxd.write(name, 'm f=1 1\nn f=2 2')
    }
    const [settings, env] = AS_ADMIN
    plant = await startPlant('influxdb1', influxd.url, settings, env)
    operator = await operatorOf(plant)
  })
  afterAll(() => influxd.stop())
  const policies = async (database: string) =>
    (await influxd.query(`SHOW RETENTION POLICIES ON ${database}`))[0]!.values!.map(([name]) => name)

  test('retention policies, continuous queries and measurements are those of the bucket’s database', async () => {
    const before = await influxd.contentOf('db_secret')
    for (const q of [
      'CREATE RETENTION POLICY "year" ON "raw" DURATION 52w REPLICATION 1',
      'ALTER RETENTION POLICY "year" ON "raw" DURATION 104w',
      'DROP MEASUREMENT n',
    ]) {
      expect((await ask(plant, operator, q, 'raw')).json()).toEqual({ results: [{ statement_id: 0 }] })
    }
    expect(await policies('db_raw')).toEqual(['autogen', 'year'])
    expect(await influxd.query('SHOW MEASUREMENTS', 'db_raw')).toMatchObject([{ values: [['m']] }])
    expect(await influxd.contentOf('db_secret')).toBe(before)

    const query = 'CREATE CONTINUOUS QUERY c ON raw BEGIN SELECT mean(f) INTO "year".n FROM m GROUP BY time(1h) END'
    expect((await ask(plant, operator, query)).text).toContain('database not found')
    const own = 'CREATE CONTINUOUS QUERY c ON raw BEGIN SELECT mean(f) INTO n FROM m GROUP BY time(1h) END'
    expect((await ask(plant, operator, own)).json()).toEqual({ results: [{ statement_id: 0 }] })
    expect(JSON.stringify(await influxd.query('SHOW CONTINUOUS QUERIES'))).toContain(
      'CREATE CONTINUOUS QUERY c ON db_raw BEGIN SELECT mean(f) INTO db_raw.autogen.n FROM db_raw.autogen.m',
    )
  })

  test('the server tells an operator about itself', async () => {
    const columns = async (q: string) => (await ask(plant, operator, q)).json().results[0].series?.[0]?.columns
    expect(await columns('SHOW USERS')).toEqual(['user', 'admin'])
    expect(await columns('SHOW QUERIES')).toContain('qid')
    expect(await columns('SHOW DIAGNOSTICS')).toBeDefined()
    expect(await columns('SHOW SHARDS')).toContain('retention_policy')
  })
})
