// Queries to InfluxDB 3, by its own paths and by /query, and InfluxQL to 2.x: the database that was decided on is asked, by
// the upstream's name of it and in the one form that it reads in one way; of what is refused, nothing arrives.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SQL_TEXTS } from '../bypass/query-texts.ts'
import { BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import type { Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const FORM = 'application/x-www-form-urlencoded'
const SQL = '/api/v3/query_sql'
const INFLUXQL = '/api/v3/query_influxql'

let upstream: UpstreamDouble
let core: Plant
let two: Plant
/** Reads two buckets at `core`, and one that is bound to what the server keeps of itself. */
let wide: string

beforeAll(async () => {
  upstream = await startUpstreamDouble((_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Type': 'application/json' }).end('[]'),
  )
  ;[core, two] = await Promise.all([startPlant('influxdb3-core', upstream.url), startPlant('influxdb2', upstream.url)])
  const { operator, orgID, buckets } = core
  const permissions = [may('read', 'buckets', { id: buckets.raw, orgID })]
  for (const [name, database, retentionPolicy] of [
    ['second', 'db_second', ''],
    ['itself', '_internal', ''],
    ['policed', 'db_policed', 'year'],
  ]) {
    const id = await createBucket(operator, orgID, name!)
    ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database, retentionPolicy }))
    permissions.push(may('read', 'buckets', { id, orgID }))
  }
  wide = (await createToken(operator, { orgID, permissions })).token
})
afterAll(() => upstream.close())

type Parameters = Readonly<Record<string, unknown>>
const encoded = (parameters: Parameters) => new URLSearchParams(parameters as Record<string, string>).toString()

/** Sends, and says what the upstream saw of it. */
async function sent(plant: Plant, method: string, path: string, asked?: Asked) {
  upstream.seen.length = 0
  const got = await plant.server.request(method, path, { token: plant.tokens.reader, ...asked })
  return { got, seen: [...upstream.seen] }
}
const get = (path: string, parameters: Parameters, asked?: Asked) =>
  sent(core, 'GET', `${path}?${encoded(parameters)}`, asked)
const post = (path: string, body: unknown, asked?: Asked) => sent(core, 'POST', path, { body, ...asked })
const query = (plant: Plant, parameters: Parameters, asked?: Asked) =>
  sent(plant, 'POST', '/query', { body: encoded(parameters), headers: { 'Content-Type': FORM }, ...asked })
const form = (body: string) => Object.fromEntries(new URLSearchParams(body))

describe('an allowed query of version 3 arrives', () => {
  test.each<[string, string, Parameters, Parameters]>([
    ['SQL', SQL, { db: 'raw', q: 'SELECT * FROM m' }, { db: 'db_raw', q: 'SELECT * FROM m' }],
    [
      'SQL as it was written',
      SQL,
      { db: 'raw', q: 'select "a" from iox.m -- x' },
      { db: 'db_raw', q: 'select "a" from iox.m -- x' },
    ],
    [
      'the list of tables',
      SQL,
      { db: 'raw', q: 'SHOW TABLES', format: 'csv' },
      { db: 'db_raw', q: 'SHOW TABLES', format: 'csv' },
    ],
    ['InfluxQL', INFLUXQL, { db: 'raw', q: 'select f from m' }, { db: 'db_raw', q: 'SELECT f FROM m' }],
    [
      'InfluxQL that names its database',
      INFLUXQL,
      { db: 'raw', q: 'SELECT f FROM raw.autogen.m' },
      { db: 'db_raw', q: 'SELECT f FROM m' },
    ],
    [
      'InfluxQL that alone names it',
      INFLUXQL,
      { q: 'SELECT f FROM (SELECT f FROM raw..m)', format: 'jsonl' },
      { db: 'db_raw', q: 'SELECT f FROM (SELECT f FROM m)', format: 'jsonl' },
    ],
    [
      'a schema',
      INFLUXQL,
      { q: 'SHOW TAG VALUES ON raw FROM m WITH KEY = k' },
      { db: 'db_raw', q: 'SHOW TAG VALUES FROM m WITH KEY = k' },
    ],
  ])('%s, by GET and by POST, as JSON by POST', async (_, path, asked, expected) => {
    for (const { got, seen } of [await get(path, asked), await post(path, asked)]) {
      expect([got.status, got.text]).toEqual([200, '[]'])
      expect(seen).toMatchObject([{ method: 'POST', target: path, headers: { 'content-type': 'application/json' } }])
      expect(JSON.parse(seen[0]!.body)).toEqual(expected)
      expect(seen[0]!.headers).not.toHaveProperty('authorization')
    }
  })

  test('with its parameters, spelt as they were', async () => {
    for (const [path, q] of [
      [SQL, 'SELECT * FROM m WHERE a = $a'],
      [INFLUXQL, 'SELECT f FROM m WHERE a = $a'],
    ] as const) {
      const params = `{"a":1.0,"b":"'; DROP"}`
      const expected = `{"db":"db_raw","q":${JSON.stringify(q)},"params":${params}}`
      expect((await get(path, { db: 'raw', q, params })).seen[0]!.body).toBe(expected)
      expect((await post(path, `{"q":${JSON.stringify(q)},"params":${params},"db":"raw"}`)).seen[0]!.body).toBe(
        expected,
      )
    }
  })
})

describe('of a query of version 3 that is refused, nothing arrives', () => {
  test.each<[string, Parameters]>([
    ['another database', { db: 'secret', q: 'SELECT * FROM m' }],
    ['one that does not exist', { db: 'nothing', q: 'SELECT * FROM m' }],
    ['the upstream’s name of its own', { db: 'db_raw', q: 'SELECT * FROM m' }],
    ['the upstream’s name of another', { db: 'db_secret', q: 'SELECT * FROM m' }],
    ['the server’s own', { db: '_internal', q: 'SELECT * FROM m' }],
    ['a policy of its own', { db: 'raw/autogen', q: 'SELECT * FROM m' }],
    ['its own in capitals', { db: 'RAW', q: 'SELECT * FROM m' }],
    ['its own and a space', { db: 'raw ', q: 'SELECT * FROM m' }],
  ])('which asks for %s: it is not there', async (_, asked) => {
    for (const path of [SQL, INFLUXQL]) {
      for (const { got, seen } of [await get(path, asked), await post(path, asked)]) {
        expect([got.status, got.json()]).toEqual([404, { error: `query error: database not found: ${asked.db}` }])
        expect(seen).toEqual([])
      }
    }
  })

  test.each<[string, number]>([
    ['SELECT * FROM secret..m', 404],
    ['SELECT * FROM "secret"."autogen"."m"', 404],
    ['SELECT * FROM (SELECT * FROM secret..m)', 404],
    ['SELECT * FROM m, secret..m', 404],
    ['SELECT * FROM secret../.*/', 404],
    ['SELECT * FROM "system"."queries"', 404],
    ['SELECT * FROM raw.rp1.m', 404],
    ['EXPLAIN SELECT * FROM secret..m', 404],
    ['SHOW MEASUREMENTS ON secret', 404],
    ['SHOW TAG KEYS FROM secret..m', 404],
    ['SHOW MEASUREMENTS ON *', 400],
    ['SELECT * FROM m; SELECT * FROM m', 400],
    ['SHOW DATABASES; SELECT * FROM m', 400],
    ['SHOW RETENTION POLICIES', 400],
    ['SELECT * FROM $t', 400],
    ['SELEC', 400],
    ['', 400],
    ['DELETE FROM m', 403],
    ['SELECT * INTO n FROM m', 403],
    ['DROP MEASUREMENT m', 403],
    ['CREATE DATABASE x', 403],
    ['SHOW QUERIES', 403],
  ])('which is the InfluxQL %s', async (q, status) => {
    for (const { got, seen } of [await get(INFLUXQL, { db: 'raw', q }), await post(INFLUXQL, { db: 'raw', q })]) {
      expect([got.status, seen]).toEqual([status, []])
      expect(Object.keys(got.json())).toEqual(['error'])
    }
  })

  // A text of nothing is another fault.
  test.each([...SQL_TEXTS.filter(text => text !== ''), 'DELETE FROM m'])('which is the SQL %s', async q => {
    for (const { got, seen } of [await get(SQL, { db: 'raw', q }), await post(SQL, { db: 'raw', q })]) {
      expect([got.status, seen]).toEqual([400, []])
    }
  })

  const Q = 'SELECT * FROM m'
  test.each<[string, string, string, Asked]>([
    ['with an array', 'POST', '', { body: `["secret","${Q}","json",null]` }],
    ['with db twice in JSON', 'POST', '', { body: `{"db":"raw","db":"secret","q":"${Q}"}` }],
    ['with an escaped key', 'POST', '', { body: `{"db":"raw","\\u0064b":"secret","q":"${Q}"}` }],
    ['with a key in capitals', 'POST', '', { body: `{"db":"raw","DB":"secret","q":"${Q}"}` }],
    ['with an unknown key', 'POST', '', { body: { db: 'raw', database: 'secret', q: Q } }],
    ['with db in the URL and in JSON', 'POST', '?db=raw', { body: { db: 'secret', q: Q } }],
    ['by POST with all in the URL', 'POST', `?db=raw&q=${encodeURIComponent(Q)}`, {}],
    ['by POST with the format in the URL', 'POST', '?format=json', { body: { db: 'raw', q: Q } }],
    ['with a form', 'POST', '', { body: `db=raw&q=${Q}`, headers: { 'Content-Type': FORM } }],
    ['with a form that is called JSON', 'POST', '', { body: `db=raw&q=${Q}` }],
    [
      'with JSON that is called a form',
      'POST',
      '',
      { body: `{"db":"raw","q":"${Q}"}`, headers: { 'Content-Type': FORM } },
    ],
    [
      'with compressed JSON',
      'POST',
      '',
      { body: gzipSync(`{"db":"raw","q":"${Q}"}`), headers: { 'Content-Encoding': 'gzip' } },
    ],
    ['with params that are a list', 'POST', '', { body: { db: 'raw', q: Q, params: [1] } }],
    ['by GET with a body', 'GET', `?db=raw&q=${encodeURIComponent(Q)}`, { body: { db: 'secret', q: Q } }],
    ['with db twice in the URL', 'GET', `?db=raw&db=secret&q=${encodeURIComponent(Q)}`, {}],
    ['with db in two spellings', 'GET', `?db=raw&%64b=secret&q=${encodeURIComponent(Q)}`, {}],
    ['with a password in the URL', 'GET', `?db=raw&p=x&q=${encodeURIComponent(Q)}`, {}],
    ['without db', 'GET', `?q=${encodeURIComponent(Q)}`, {}],
    ['without q', 'GET', '?db=raw', {}],
    [
      'that calls itself Flight',
      'POST',
      '',
      { body: { db: 'raw', q: Q }, headers: { 'Content-Type': 'application/grpc' } },
    ],
  ])('which comes %s', async (_, method, search, asked) => {
    for (const path of [SQL, INFLUXQL]) {
      const { got, seen } = await sent(core, method, path + search, asked)
      expect([got.status, seen]).toEqual([400, []])
    }
  })

  test('which is for what InfluxDB 3 keeps of itself, even if a bucket is bound to it', async () => {
    const asked = { db: 'itself', q: 'SELECT * FROM m' }
    for (const path of [SQL, INFLUXQL]) {
      const { got, seen } = await post(path, asked, { token: wide })
      expect([got.status, got.json(), seen]).toEqual([404, { error: 'query error: database not found: itself' }, []])
    }
    const { got, seen } = await query(core, asked, { token: wide })
    const error = 'database not found: itself'
    expect([got.json(), seen]).toEqual([{ results: [{ statement_id: 0, error }] }, []])
  })

  test('which is for a bucket that is bound to a retention policy, as there are none', async () => {
    for (const path of [SQL, INFLUXQL]) {
      const { got, seen } = await post(path, { db: 'policed', q: 'SELECT * FROM m' }, { token: wide })
      expect([got.status, seen]).toEqual([403, []])
    }
  })

  test('which concerns two databases at once', async () => {
    const { got, seen } = await post(INFLUXQL, { q: 'SELECT * FROM raw..m, second..m' }, { token: wide })
    expect([got.status, seen]).toEqual([400, []])
  })

  test.each<[string, () => string | undefined, number]>([
    ['a writer', () => core.tokens.writer, 404],
    ['nobody', () => undefined, 401],
    ['somebody unknown', () => 'unknown', 401],
  ])('which comes from %s', async (_, token, status) => {
    for (const path of [SQL, INFLUXQL]) {
      const { got, seen } = await post(path, { db: 'raw', q: 'SELECT * FROM m' }, { token: token() as never })
      expect([got.status, seen]).toEqual([status, []])
    }
  })

  test('which goes to another generation', async () => {
    for (const path of [SQL, INFLUXQL]) {
      const body = { db: 'raw', q: 'SELECT * FROM m' }
      const { got, seen } = await sent(two, 'POST', path, { body })
      expect([got.status, got.json().error, seen]).toEqual([400, expect.stringContaining('not InfluxDB 3'), []])
      // Of what he may not see he does not learn what it is.
      expect((await sent(two, 'POST', path, { body: { ...body, db: 'secret' } })).got.status).toBe(404)
    }
  })
})

describe('SHOW DATABASES of version 3', () => {
  test('shows what may be read, and asks nobody', async () => {
    for (const asked of [{ q: 'SHOW DATABASES' }, { q: 'show databases', format: 'json', db: 'raw' }]) {
      const { got, seen } = await post(INFLUXQL, asked)
      expect([got.json(), seen]).toEqual([[{ 'iox::database': 'raw', deleted: false }], []])
    }
  })

  test('is not made in other formats, nor shown of a database that is not there', async () => {
    expect((await get(INFLUXQL, { q: 'SHOW DATABASES', format: 'csv' })).got.status).toBe(400)
    expect((await get(INFLUXQL, { q: 'SHOW DATABASES', db: 'secret' })).got.status).toBe(404)
    expect(upstream.seen).toEqual([])
  })
})

describe('InfluxQL at /query', () => {
  test('names no database to InfluxDB 3 but the one beside it', async () => {
    const { seen } = await query(core, { db: 'raw', q: 'SELECT f FROM raw.autogen.m, (SELECT f FROM m)', epoch: 'ms' })
    expect(seen).toMatchObject([{ method: 'POST', target: '/query', headers: { 'content-type': FORM } }])
    expect(form(seen[0]!.body)).toEqual({ q: 'SELECT f FROM m, (SELECT f FROM m)', db: 'db_raw', epoch: 'ms' })
  })

  test.each(['SELECT f FROM m; SELECT f FROM m', 'SELECT f FROM m, second..m', 'SHOW RETENTION POLICIES'])(
    'asks InfluxDB 3 for nothing that it does not do: %s',
    async q => {
      const { got, seen } = await query(core, { db: 'raw', q }, { token: wide })
      expect([got.status, Object.keys(got.json()), seen]).toEqual([400, ['error'], []])
    },
  )

  test.each(['DELETE FROM m', 'DROP SERIES FROM m', 'SELECT f INTO n FROM m'])('changes nothing there: %s', async q => {
    const { got, seen } = await query(core, { db: 'raw', q }, { token: core.tokens.both })
    expect([got.status, seen]).toEqual([400, []])
  })

  test('names database and policy to 2.x as those come of a bucket’s name', async () => {
    const { operator, orgID } = two
    const plain = await query(two, { db: 'raw', q: 'SELECT f FROM m; SHOW MEASUREMENTS' })
    expect(form(plain.seen[0]!.body)).toEqual({
      q: 'SELECT f FROM db_raw..m; SHOW MEASUREMENTS ON db_raw',
      db: 'db_raw',
    })
    const id = await createBucket(operator, orgID, 'parted')
    ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database: 'one/two/three' }))
    const { token } = await createToken(operator, { orgID, permissions: [may('read', 'buckets', { id, orgID })] })
    const parted = await query(two, { db: 'parted', q: 'SELECT f FROM m' }, { token })
    expect(form(parted.seen[0]!.body)).toEqual({ q: 'SELECT f FROM one."two/three".m', db: 'one' })
    // It would be that of the bucket `one`.
    const schema = await query(two, { db: 'parted', q: 'SHOW MEASUREMENTS' }, { token })
    expect([schema.got.json().results[0].error, schema.seen]).toEqual([
      'not permitted through this gateway: it reaches other buckets, too',
      [],
    ])
  })

  describe('of 2.x, of which two buckets have names that InfluxQL cannot tell apart,', () => {
    const REACHES = 'not permitted through this gateway: it reaches other buckets, too'
    let token: string
    beforeAll(async () => {
      const { operator, orgID } = two
      const permissions = []
      for (const database of ['twin', 'twin/autogen', 'several', 'several/weekly']) {
        const id = await createBucket(operator, orgID, database.replace('/', ' '))
        ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database }))
        permissions.push(may('read', 'buckets', { id, orgID }))
      }
      token = (await createToken(operator, { orgID, permissions })).token
    })

    test.each([
      ['twin', 'SELECT f FROM m'],
      ['twin autogen', 'SELECT f FROM m'],
      ['twin', 'SHOW MEASUREMENTS'],
      // It would tell the names of those that are called so, too.
      ['several', 'SHOW RETENTION POLICIES'],
      ['several weekly', 'SHOW RETENTION POLICIES'],
    ])('%s is not asked %s', async (db, q) => {
      const { got, seen } = await query(two, { db, q }, { token })
      expect([got.json().results[0].error, seen]).toEqual([REACHES, []])
    })

    test.each([
      ['several', 'SELECT f FROM m', 'SELECT f FROM several..m'],
      ['several', 'SHOW MEASUREMENTS', 'SHOW MEASUREMENTS ON several'],
      ['several weekly', 'SELECT f FROM m', 'SELECT f FROM several.weekly.m'],
      ['raw', 'SHOW RETENTION POLICIES', 'SHOW RETENTION POLICIES ON db_raw'],
    ])('%s is asked %s', async (db, q, asked) => {
      const { seen } = await query(two, { db, q }, { token: db === 'raw' ? two.tokens.reader : token })
      expect(form(seen[0]!.body).q).toBe(asked)
    })
  })

  test('is kept while the bucket is nowhere', async () => {
    const { operator, orgID } = core
    const id = await createBucket(operator, orgID, 'nowhere')
    ok(await operator.delete(`${BUCKETS}/${id}/binding`), 204)
    const { token } = await createToken(operator, { orgID, permissions: [may('read', 'buckets', { id, orgID })] })
    const asked = { db: 'nowhere', q: 'SELECT * FROM m' }
    for (const { got, seen } of [
      await query(core, asked, { token }),
      await post(SQL, asked, { token }),
      await post(INFLUXQL, asked, { token }),
    ]) {
      expect([got.status, seen]).toEqual([503, []])
    }
  })
})
