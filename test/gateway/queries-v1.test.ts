// InfluxQL at /query through the gateway: what is allowed arrives with the upstream's names, by POST and in a form; of what
// is not, nothing arrives.
import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUCKETS, createBucket, createToken, DBRPS, may, ok } from '../e2e/fixtures.ts'
import type { Answer, Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const RESULTS = '{"results":[{"statement_id":0}]}'
const FORM = 'application/x-www-form-urlencoded'

let upstream: UpstreamDouble
let plant: Plant
/** Reads and writes `raw`, reads `second`. */
let wide: string
/** Reads and writes two buckets that share a database of the upstream. */
let sharing: string

beforeAll(async () => {
  upstream = await startUpstreamDouble((_, outgoing) =>
    outgoing.writeHead(200, { 'Content-Type': 'application/json', 'X-Influxdb-Version': '1.8.10' }).end(RESULTS),
  )
  plant = await startPlant('influxdb1', upstream.url)
  const { operator, orgID, buckets } = plant
  const bound = async (name: string, database: string, retentionPolicy = '') => {
    const id = await createBucket(operator, orgID, name)
    ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database, retentionPolicy }))
    return id
  }
  const second = await bound('second', 'db -2-')
  const [short, long] = [await bound('shared', 'db_shared'), await bound('shared/long', 'db_shared', 'year')]
  const on = (action: 'read' | 'write', id: string) => may(action, 'buckets', { id, orgID })
  const raw = buckets.raw
  wide = (await createToken(operator, { orgID, permissions: [on('read', raw), on('write', raw), on('read', second)] }))
    .token
  const all = [short, long].flatMap(id => [on('read', id), on('write', id)])
  sharing = (await createToken(operator, { orgID, permissions: all })).token
})
afterAll(() => upstream.close())

type Parameters = Readonly<Record<string, string>>
const encoded = (parameters: Parameters) => new URLSearchParams(parameters).toString()

/** Sends, and says what the upstream saw of it. */
async function sent(method: string, path: string, asked?: Asked) {
  upstream.seen.length = 0
  const got = await plant.server.request(method, path, { token: plant.tokens.reader, ...asked })
  return { got, seen: [...upstream.seen] }
}
const get = (parameters: Parameters, asked?: Asked) => sent('GET', `/query?${encoded(parameters)}`, asked)
const post = (parameters: Parameters, asked?: Asked) =>
  sent('POST', '/query', { body: encoded(parameters), ...asked, headers: { 'Content-Type': FORM, ...asked?.headers } })

const form = (body: string): Parameters => Object.fromEntries(new URLSearchParams(body))
/** What stands in the place of the first failing statement. */
const failure = ({ status, json }: Answer) => (status === 200 ? json().results : status)
const missing = (database: string, statement = 0) => [
  { statement_id: statement, error: `database not found: ${database}` },
]

describe('an allowed query arrives', () => {
  test.each<[string, Parameters, Parameters]>([
    ['of the request’s database', { db: 'raw', q: 'select f from m' }, { q: 'SELECT f FROM db_raw..m', db: 'db_raw' }],
    ['of a named database', { q: 'SELECT f FROM "raw".."m"' }, { q: 'SELECT f FROM db_raw..m', db: 'db_raw' }],
    [
      'of the named policy',
      { db: 'raw', rp: 'autogen', q: 'SELECT f FROM m' },
      { q: 'SELECT f FROM db_raw..m', db: 'db_raw' },
    ],
    ['of a policy in the text', { q: 'SELECT f FROM raw.autogen.m' }, { q: 'SELECT f FROM db_raw..m', db: 'db_raw' }],
    [
      'without its comments',
      { db: 'raw', q: 'SELECT f /* x */ FROM m -- ; y' },
      { q: 'SELECT f FROM db_raw..m', db: 'db_raw' },
    ],
    [
      'with its sub-queries',
      { db: 'raw', q: 'SELECT f FROM (SELECT f FROM raw..m), /x/' },
      { q: 'SELECT f FROM (SELECT f FROM db_raw..m), db_raw../x/', db: 'db_raw' },
    ],
    [
      'with several statements',
      { db: 'raw', q: 'SELECT f FROM m; SHOW TAG KEYS' },
      { q: 'SELECT f FROM db_raw..m; SHOW TAG KEYS ON db_raw', db: 'db_raw' },
    ],
    [
      'with its options',
      {
        db: 'raw',
        q: 'SELECT f FROM m WHERE t = $t',
        epoch: 'ms',
        chunked: 'true',
        chunk_size: '9',
        pretty: 'true',
        params: '{"t":"a"}',
      },
      {
        q: 'SELECT f FROM db_raw..m WHERE t = $t',
        db: 'db_raw',
        epoch: 'ms',
        chunked: 'true',
        chunk_size: '9',
        pretty: 'true',
        params: '{"t":"a"}',
      },
    ],
    ['about schemas', { q: 'SHOW MEASUREMENTS ON raw' }, { q: 'SHOW MEASUREMENTS ON db_raw', db: 'db_raw' }],
    [
      'about policies',
      { db: 'raw', q: 'SHOW RETENTION POLICIES' },
      { q: 'SHOW RETENTION POLICIES ON db_raw', db: 'db_raw' },
    ],
  ])('%s, by GET and by POST, in the same form', async (_, asked, expected) => {
    for (const { got, seen } of [await get(asked), await post(asked)]) {
      expect([got.status, got.text]).toEqual([200, RESULTS])
      expect(seen).toMatchObject([{ method: 'POST', target: '/query', headers: { 'content-type': FORM } }])
      expect(form(seen[0]!.body)).toEqual(expected)
    }
  })

  test('by a POST with everything in the URL and no body, as some clients do', async () => {
    const { got, seen } = await sent('POST', `/query?${encoded({ db: 'raw', q: 'SELECT f FROM m' })}`)
    expect([got.status, form(seen[0]!.body).q]).toEqual([200, 'SELECT f FROM db_raw..m'])
  })

  test('without the client’s credential, wherever that stood', async () => {
    const target = `/query?${encoded({ db: 'raw', q: 'SELECT f FROM m', u: 'me', p: plant.tokens.reader })}`
    const { got, seen } = await sent('GET', target, { token: undefined as never, headers: { Cookie: 'a=b' } })
    expect(got.status).toBe(200)
    expect(seen[0]!.headers).not.toHaveProperty('authorization')
    expect(seen[0]!.headers).not.toHaveProperty('cookie')
    expect(JSON.stringify(seen)).not.toContain(plant.tokens.reader)
  })

  test('from two databases of a token that may read both, which are named in the text alone', async () => {
    const { seen } = await get({ q: 'SELECT f FROM raw..m, second..m' }, { token: wide })
    expect(form(seen[0]!.body)).toEqual({ q: 'SELECT f FROM db_raw..m, "db -2-"..m' })
  })

  test('that changes data, by POST, with the database where the statement cannot name it', async () => {
    const deletion = await post({ db: 'raw', q: 'DELETE FROM m' }, { token: plant.tokens.both })
    expect(form(deletion.seen[0]!.body)).toEqual({ q: 'DELETE FROM m', db: 'db_raw' })
    const into = await post({ db: 'raw', q: 'SELECT f INTO raw..n FROM second..m' }, { token: wide })
    expect(form(into.seen[0]!.body)).toEqual({ q: 'SELECT f INTO db_raw..n FROM "db -2-"..m' })
  })

  test('by the name of a mapping, which is nobody’s name at the upstream', async () => {
    const { operator, orgID, buckets } = plant
    const mapping = { orgID, bucketID: buckets.secret, database: 'db_raw', retention_policy: 'x', default: true }
    ok(await operator.post(DBRPS, mapping), 201)
    const { token } = await createToken(operator, {
      orgID,
      permissions: [may('read', 'buckets', { id: buckets.secret, orgID })],
    })
    const { seen } = await get({ db: 'db_raw', q: 'SELECT f FROM m' }, { token })
    expect(form(seen[0]!.body)).toEqual({ q: 'SELECT f FROM db_secret..m', db: 'db_secret' })
  })
})

describe('of a query that is refused, nothing arrives', () => {
  test.each<[string, Parameters, string, number]>([
    ['another database by its parameter', { db: 'secret', q: 'SELECT f FROM m' }, 'secret', 0],
    ['one that does not exist', { db: 'nothing', q: 'SELECT f FROM m' }, 'nothing', 0],
    ['the upstream’s name of its own', { db: 'db_raw', q: 'SELECT f FROM m' }, 'db_raw', 0],
    ['the upstream’s name of another', { db: 'db_secret', q: 'SELECT f FROM m' }, 'db_secret', 0],
    ['the upstream’s own database', { db: '_internal', q: 'SELECT f FROM m' }, '_internal', 0],
    ['another database in the text', { db: 'raw', q: 'SELECT f FROM secret..m' }, 'secret', 0],
    ['one with a policy', { db: 'raw', q: 'SELECT f FROM "secret"."autogen"."m"' }, 'secret', 0],
    ['one without a database beside it', { q: 'SELECT f FROM secret..m' }, 'secret', 0],
    ['one in a sub-query', { db: 'raw', q: 'SELECT f FROM (SELECT f FROM secret..m)' }, 'secret', 0],
    [
      'one in a deep sub-query',
      { db: 'raw', q: 'SELECT f FROM (SELECT f FROM (SELECT f FROM secret..m))' },
      'secret',
      0,
    ],
    ['one as the second source', { db: 'raw', q: 'SELECT f FROM m, secret..m' }, 'secret', 0],
    ['one by a regular expression', { db: 'raw', q: 'SELECT f FROM secret../.*/' }, 'secret', 0],
    ['one in EXPLAIN', { db: 'raw', q: 'EXPLAIN SELECT f FROM secret..m' }, 'secret', 0],
    ['one in EXPLAIN ANALYZE', { db: 'raw', q: 'EXPLAIN ANALYZE SELECT f FROM secret..m' }, 'secret', 0],
    ['one in a second statement', { db: 'raw', q: 'SELECT f FROM m; SELECT f FROM secret..m' }, 'secret', 1],
    ['one after a comment', { db: 'raw', q: 'SELECT f FROM m -- x\n; SELECT f FROM secret..m' }, 'secret', 1],
    ['one between comments', { db: 'raw', q: 'SELECT f/* x */FROM secret..m' }, 'secret', 0],
    ['one by ON', { db: 'raw', q: 'SHOW TAG KEYS ON secret' }, 'secret', 0],
    ['one by ON, its values', { db: 'raw', q: 'SHOW TAG VALUES ON secret WITH KEY = k' }, 'secret', 0],
    ['one by ON, its fields', { db: 'raw', q: 'SHOW FIELD KEYS ON secret' }, 'secret', 0],
    ['one by ON, its measurements', { db: 'raw', q: 'SHOW MEASUREMENTS ON secret' }, 'secret', 0],
    ['one by ON, its policies', { db: 'raw', q: 'SHOW RETENTION POLICIES ON secret' }, 'secret', 0],
    ['one in the sources of SHOW', { db: 'raw', q: 'SHOW TAG KEYS ON raw FROM secret..m' }, 'secret', 0],
    [
      'one in the sources of its values',
      { db: 'raw', q: 'SHOW TAG VALUES ON raw FROM secret..m WITH KEY = k' },
      'secret',
      0,
    ],
    ['one in WITH MEASUREMENT', { db: 'raw', q: 'SHOW MEASUREMENTS WITH MEASUREMENT =~ secret../x/' }, 'secret', 0],
    ['a policy that does not exist', { db: 'raw', rp: 'other', q: 'SELECT f FROM m' }, 'raw', 0],
    ['one as its policy', { db: 'raw', q: 'SELECT f FROM secret.m' }, 'raw', 0],
    ['a name like its own but for case', { db: 'RAW', q: 'SELECT f FROM m' }, 'RAW', 0],
    ['a name with a space after it', { db: 'raw ', q: 'SELECT f FROM m' }, 'raw ', 0],
  ])('which reads %s: it does not exist, whether it does or not', async (_, asked, database, statement) => {
    for (const { got, seen } of [await get(asked), await post(asked)]) {
      expect(failure(got)).toEqual(missing(database, statement))
      expect(seen).toEqual([])
    }
  })

  test('of a token that may only write, which sees no more than others', async () => {
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token: plant.tokens.writer })
    expect([failure(got), seen]).toEqual([missing('raw'), []])
  })

  test('of the operator too, in an org of his own where there is no such database', async () => {
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token: plant.server.onboarded!.operator })
    expect([failure(got), seen]).toEqual([missing('raw'), []])
  })

  test('which names no database', async () => {
    for (const q of ['SELECT f FROM m', 'SHOW MEASUREMENTS']) {
      const { got, seen } = await get({ q })
      expect([failure(got), seen]).toEqual([[{ statement_id: 0, error: 'database name required' }], []])
    }
    const { got, seen } = await post({ q: 'DELETE FROM m' }, { token: plant.tokens.both })
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error: 'database name required' }], []])
  })

  test.each<[string, () => string, Parameters, string]>([
    ['of a reader', () => plant.tokens.reader, { db: 'raw', q: 'DELETE FROM m' }, 'insufficient permissions'],
    [
      'of a reader, of series',
      () => plant.tokens.reader,
      { db: 'raw', q: 'DROP SERIES FROM m' },
      'insufficient permissions',
    ],
    [
      'of a reader, by INTO',
      () => plant.tokens.reader,
      { db: 'raw', q: 'SELECT f INTO n FROM m' },
      'insufficient permissions',
    ],
    [
      'into a database that he reads',
      () => wide,
      { q: 'SELECT f INTO second..n FROM raw..m' },
      'insufficient permissions',
    ],
    [
      'into another database',
      () => wide,
      { db: 'raw', q: 'SELECT f INTO secret..n FROM m' },
      'database not found: secret',
    ],
    [
      'into many of another',
      () => wide,
      { db: 'raw', q: 'SELECT f INTO secret..:MEASUREMENT FROM m' },
      'database not found: secret',
    ],
    [
      'into its own from another',
      () => wide,
      { db: 'raw', q: 'SELECT f INTO n FROM secret..m' },
      'database not found: secret',
    ],
    ['of another database', () => wide, { db: 'secret', q: 'DELETE FROM m' }, 'database not found: secret'],
  ])('which changes data %s', async (_, token, asked, error) => {
    const { got, seen } = await post(asked, { token: token() })
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error }], []])
  })

  test('which changes data by GET', async () => {
    for (const q of ['DELETE FROM m', 'SELECT f INTO n FROM m', 'EXPLAIN ANALYZE SELECT f INTO n FROM m']) {
      const { got, seen } = await get({ db: 'raw', q }, { token: plant.tokens.both })
      expect(failure(got)[0].error).toMatch(/^insufficient permissions/)
      expect(seen).toEqual([])
    }
  })

  test.each([
    'CREATE DATABASE x',
    'DROP DATABASE raw',
    'DROP MEASUREMENT m',
    'DROP RETENTION POLICY p ON raw',
    'CREATE RETENTION POLICY p ON raw DURATION 1h REPLICATION 1',
    'ALTER RETENTION POLICY autogen ON raw DURATION 1h',
    'CREATE CONTINUOUS QUERY c ON raw BEGIN SELECT mean(f) INTO raw..n FROM secret..m GROUP BY time(1h) END',
    'SHOW CONTINUOUS QUERIES',
    'SHOW QUERIES',
    'SHOW USERS',
    'SHOW GRANTS FOR u',
    'SHOW STATS',
    'SHOW DIAGNOSTICS',
    'SHOW SHARDS',
    'SHOW SUBSCRIPTIONS',
    'KILL QUERY 1',
    'DROP SHARD 1',
    'GRANT ALL PRIVILEGES ON raw TO u',
    "CREATE USER u WITH PASSWORD 'pass' WITH ALL PRIVILEGES",
    "SET PASSWORD FOR u = 'pass'",
  ])('which manages: %s, alone or after another', async q => {
    for (const [statement, text] of [q, `SELECT f FROM m; ${q}`].entries()) {
      for (const token of [plant.tokens.both, plant.server.onboarded!.operator]) {
        const { got, seen } = await post({ db: statement === 0 ? 'nothing' : 'raw', q: text }, { token })
        // An operator is refused because his org has no such database; manage-influxql.test.ts has what he may.
        const isOperators = token !== plant.tokens.both
        const error = isOperators
          ? /^not permitted through|^database not found: (raw|nothing)/
          : /^not permitted through/
        const isFirst = isOperators && statement === 1
        expect(failure(got)).toEqual([{ statement_id: isFirst ? 0 : statement, error: expect.stringMatching(error) }])
        expect(seen).toEqual([])
      }
    }
  })

  test.each([
    '',
    'SELEC f FROM m',
    'USE secret',
    '-- nothing',
    'SHOW MEASUREMENTS ON *',
    'SELECT f FROM $t',
    'SELECT f FROM/**/secret..m',
    'DELETE FROM secret..m',
  ])('which is not InfluxQL that all read alike: %j', async q => {
    for (const { got, seen } of [await get({ db: 'raw', q }), await post({ db: 'raw', q })]) {
      expect([got.status, seen]).toEqual([400, []])
      expect(Object.keys(got.json())).toEqual(['error'])
    }
  })

  const Q = 'q=SELECT%20f%20FROM%20m'
  test.each<[string, string, string, Asked]>([
    ['with db twice', 'GET', `/query?db=raw&db=secret&${Q}`, {}],
    ['with db in two spellings', 'GET', `/query?db=raw&%64b=secret&${Q}`, {}],
    ['with DB', 'GET', `/query?db=raw&DB=secret&${Q}`, {}],
    ['with db[]', 'GET', `/query?db=raw&db[]=secret&${Q}`, {}],
    ['with a semicolon', 'GET', `/query?db=raw;db=secret&${Q}`, {}],
    ['with a zero byte', 'GET', `/query?db=raw%00&${Q}`, {}],
    ['with an unknown parameter', 'GET', `/query?db=raw&bucket=secret&${Q}`, {}],
    ['by GET with a body', 'GET', `/query?db=raw&${Q}`, { body: 'db=secret', headers: { 'Content-Type': FORM } }],
    [
      'with db in the URL and in the body',
      'POST',
      `/query?db=raw&${Q}`,
      { body: 'db=secret', headers: { 'Content-Type': FORM } },
    ],
    ['with q in the URL and in the body', 'POST', `/query?db=raw&${Q}`, { body: Q, headers: { 'Content-Type': FORM } }],
    ['with a body of no type', 'POST', `/query?db=raw&${Q}`, { body: 'db=secret' }],
    ['with a JSON body', 'POST', `/query?${Q}`, { body: { db: 'raw' } }],
    [
      'with a form in JSON',
      'POST',
      `/query?db=raw&${Q}`,
      { body: '{"x":"&db=secret&"}', headers: { 'Content-Type': 'application/json' } },
    ],
    [
      'as InfluxQL',
      'POST',
      '/query?db=raw',
      { body: 'SELECT f FROM m', headers: { 'Content-Type': 'application/vnd.influxql' } },
    ],
    [
      'as multipart',
      'POST',
      '/query?db=raw',
      {
        body: `--x\r\nContent-Disposition: form-data; name="q"; filename="/etc/passwd"\r\n\r\nSELECT\r\n--x--`,
        headers: { 'Content-Type': 'multipart/form-data; boundary=x' },
      },
    ],
    [
      'compressed',
      'POST',
      '/query',
      { body: gzipSync(`db=secret&${Q}`), headers: { 'Content-Type': FORM, 'Content-Encoding': 'gzip' } },
    ],
    [
      'that calls itself compressed',
      'POST',
      '/query',
      { body: `db=raw&${Q}`, headers: { 'Content-Type': FORM, 'Content-Encoding': 'gzip' } },
    ],
    [
      'with bytes that are no UTF-8',
      'POST',
      '/query',
      { body: Buffer.from(`db=raw\xff&${Q}`, 'latin1'), headers: { 'Content-Type': FORM } },
    ],
    ['with params that are no object', 'GET', `/query?db=raw&${Q}&params=[]`, {}],
    ['that calls itself Flight', 'POST', `/query?db=raw&${Q}`, { headers: { 'Content-Type': 'application/grpc' } }],
  ])('which comes %s', async (_, method, path, asked) => {
    const { got, seen } = await sent(method, path, asked)
    expect([got.status, seen]).toEqual([400, []])
  })

  test('which is too long, however its length is said', async () => {
    const body = `db=raw&q=${'x'.repeat(1_048_576)}`
    const headers = { 'Content-Type': FORM }
    const { got, seen } = await sent('POST', '/query', { body, headers })
    expect([got.status, seen]).toEqual([413, []])
    const chunked = await sent('POST', '/query', {
      body: body.repeat(5),
      headers: { ...headers, 'Transfer-Encoding': 'chunked' },
    })
    expect([chunked.got.status, chunked.seen]).toEqual([413, []])
  })
})

describe('a database of the upstream that several buckets share', () => {
  test('is read by policy', async () => {
    const { seen } = await get({ q: 'SELECT f FROM shared..m, shared.long.m' }, { token: sharing })
    expect(form(seen[0]!.body).q).toBe('SELECT f FROM db_shared..m, db_shared.year.m')
  })

  test.each([
    { db: 'shared', q: 'SHOW MEASUREMENTS' },
    { db: 'shared', q: 'SHOW TAG KEYS FROM "long".m' },
    { db: 'shared', rp: 'long', q: 'SHOW TAG KEYS FROM m' },
    { db: 'shared', q: 'DELETE FROM m' },
    { db: 'shared', rp: 'long', q: 'DROP SERIES FROM m' },
  ])('is neither shown nor emptied as a whole: $q', async asked => {
    const { got, seen } = await post(asked, { token: sharing })
    const error = 'not permitted through this gateway: it reaches other buckets, too'
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error }], []])
  })
})

describe('a database of the upstream where another bucket once was', () => {
  test('is not shown or emptied either: its points are still there', async () => {
    const { operator, orgID } = plant
    const [stays, leaves] = [await createBucket(operator, orgID, 'left'), await createBucket(operator, orgID, 'gone')]
    const bind = (id: string, retentionPolicy: string) =>
      operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database: 'db_left', retentionPolicy })
    ok(await bind(stays, ''))
    const permissions = [may('read', 'buckets', { id: stays, orgID })]
    const { token } = await createToken(operator, { orgID, permissions })
    expect((await get({ db: 'left', q: 'SHOW MEASUREMENTS' }, { token })).seen).toHaveLength(1)
    ok(await bind(leaves, 'year'))
    ok(await operator.delete(`${BUCKETS}/${leaves}`), 204)
    expect((await get({ db: 'left', q: 'SHOW MEASUREMENTS' }, { token })).seen).toEqual([])
    expect((await get({ db: 'left', q: 'SELECT f FROM m' }, { token })).seen).toHaveLength(1)
  })
})

describe('SHOW DATABASES', () => {
  test.each<[string, () => string, string[]]>([
    ['a reader', () => plant.tokens.reader, ['raw']],
    ['one of several', () => wide, ['raw', 'second']],
    ['one of two policies, the name once', () => sharing, ['shared']],
  ])('shows %s what he may read, and asks nobody', async (_, token, names) => {
    for (const q of ['SHOW DATABASES', 'show databases;']) {
      const { got, seen } = await get({ q, db: 'secret' }, { token: token() })
      const series = { name: 'databases', columns: ['name'], values: names.map(name => [name]) }
      expect([failure(got), seen]).toEqual([[{ statement_id: 0, series: [series] }], []])
    }
  })

  test('shows a writer nothing', async () => {
    const { got } = await get({ q: 'SHOW DATABASES' }, { token: plant.tokens.writer })
    expect(failure(got)).toEqual([{ statement_id: 0, series: [{ name: 'databases', columns: ['name'] }] }])
  })

  test('is asked alone', async () => {
    for (const [statement, q] of ['SHOW DATABASES; SELECT f FROM m', 'SELECT f FROM m; SHOW DATABASES'].entries()) {
      const { got, seen } = await get({ db: 'raw', q })
      const error = 'SHOW DATABASES is answered alone: send it in a request of its own'
      expect([failure(got), seen]).toEqual([[{ statement_id: statement, error }], []])
    }
  })
})

describe('a token', () => {
  test.each([
    ['none', undefined as never],
    ['an unknown one', 'unknown'],
  ])('that is %s reaches nothing', async (_, token) => {
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })
    expect([got.status, seen]).toEqual([401, []])
  })

  test('that was disabled while its query was still coming reads nothing', async () => {
    const { operator, orgID, buckets, server } = plant
    const permissions = [may('read', 'buckets', { id: buckets.raw, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    upstream.seen.length = 0
    const headers = { Authorization: `Token ${token}`, 'Content-Type': FORM, 'Transfer-Encoding': 'chunked' }
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const slow = request(`${server.url}/query`, { method: 'POST', headers, agent: false }, answer => {
        answer.resume().on('end', () => resolve(answer.statusCode))
      })
      slow.on('error', reject).write('db=raw&q=SELECT+f')
      setTimeout(async () => {
        ok(await operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' }))
        slow.end('+FROM+m')
      }, 1_200)
    })
    expect([status, upstream.seen]).toEqual([401, []])
  })

  test('that was disabled reads nothing more', async () => {
    const { operator, orgID, buckets } = plant
    const permissions = [may('read', 'buckets', { id: buckets.raw, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    expect((await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })).seen).toHaveLength(1)
    ok(await operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' }))
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })
    expect([got.status, seen]).toEqual([401, []])
  })
})
