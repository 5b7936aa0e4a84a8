// InfluxQL at /query through the gateway: of what is not allowed, nothing arrives.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Asked } from '../e2e/server.ts'
import { FORM, failure, missing, type Parameters, startV1Queries, type V1Queries } from './v1-queries.ts'

let queries: V1Queries
beforeAll(async () => {
  queries = await startV1Queries()
})
afterAll(() => queries.close())

const sent: V1Queries['sent'] = (...asked) => queries.sent(...asked)
const get: V1Queries['get'] = (...asked) => queries.get(...asked)
const post: V1Queries['post'] = (...asked) => queries.post(...asked)

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
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token: queries.plant.tokens.writer })
    expect([failure(got), seen]).toEqual([missing('raw'), []])
  })

  test('of the operator too, in an org of his own where there is no such database', async () => {
    const { got, seen } = await get(
      { db: 'raw', q: 'SELECT f FROM m' },
      { token: queries.plant.server.onboarded!.operator },
    )
    expect([failure(got), seen]).toEqual([missing('raw'), []])
  })

  test('which names no database', async () => {
    for (const q of ['SELECT f FROM m', 'SHOW MEASUREMENTS']) {
      const { got, seen } = await get({ q })
      expect([failure(got), seen]).toEqual([[{ statement_id: 0, error: 'database name required' }], []])
    }
    const { got, seen } = await post({ q: 'DELETE FROM m' }, { token: queries.plant.tokens.both })
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error: 'database name required' }], []])
  })

  test.each<[string, () => string, Parameters, string]>([
    ['of a reader', () => queries.plant.tokens.reader, { db: 'raw', q: 'DELETE FROM m' }, 'insufficient permissions'],
    [
      'of a reader, of series',
      () => queries.plant.tokens.reader,
      { db: 'raw', q: 'DROP SERIES FROM m' },
      'insufficient permissions',
    ],
    [
      'of a reader, by INTO',
      () => queries.plant.tokens.reader,
      { db: 'raw', q: 'SELECT f INTO n FROM m' },
      'insufficient permissions',
    ],
    [
      'into a database that he reads',
      () => queries.wide,
      { q: 'SELECT f INTO second..n FROM raw..m' },
      'insufficient permissions',
    ],
    [
      'into another database',
      () => queries.wide,
      { db: 'raw', q: 'SELECT f INTO secret..n FROM m' },
      'database not found: secret',
    ],
    [
      'into many of another',
      () => queries.wide,
      { db: 'raw', q: 'SELECT f INTO secret..:MEASUREMENT FROM m' },
      'database not found: secret',
    ],
    [
      'into its own from another',
      () => queries.wide,
      { db: 'raw', q: 'SELECT f INTO n FROM secret..m' },
      'database not found: secret',
    ],
    ['of another database', () => queries.wide, { db: 'secret', q: 'DELETE FROM m' }, 'database not found: secret'],
  ])('which changes data %s', async (_, token, asked, error) => {
    const { got, seen } = await post(asked, { token: token() })
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error }], []])
  })

  test('which changes data by GET', async () => {
    for (const q of ['DELETE FROM m', 'SELECT f INTO n FROM m', 'EXPLAIN ANALYZE SELECT f INTO n FROM m']) {
      const { got, seen } = await get({ db: 'raw', q }, { token: queries.plant.tokens.both })
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
      for (const token of [queries.plant.tokens.both, queries.plant.server.onboarded!.operator]) {
        const { got, seen } = await post({ db: statement === 0 ? 'nothing' : 'raw', q: text }, { token })
        // An operator is refused because his org has no such database; manage-influxql.test.ts has what he may.
        const isOperators = token !== queries.plant.tokens.both
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
