// InfluxQL at /query through the gateway: what is allowed arrives with the upstream's names, by POST and in a form.
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createToken, DBRPS, may, ok } from '../e2e/fixtures.ts'
import { encoded, FORM, form, type Parameters, RESULTS, startV1Queries, type V1Queries } from './v1-queries.ts'

let queries: V1Queries
beforeAll(async () => {
  queries = await startV1Queries()
})
afterAll(() => queries.close())

const sent: V1Queries['sent'] = (...asked) => queries.sent(...asked)
const get: V1Queries['get'] = (...asked) => queries.get(...asked)
const post: V1Queries['post'] = (...asked) => queries.post(...asked)

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
    const target = `/query?${encoded({ db: 'raw', q: 'SELECT f FROM m', u: 'me', p: queries.plant.tokens.reader })}`
    const { got, seen } = await sent('GET', target, { token: undefined as never, headers: { Cookie: 'a=b' } })
    expect(got.status).toBe(200)
    expect(seen[0]!.headers).not.toHaveProperty('authorization')
    expect(seen[0]!.headers).not.toHaveProperty('cookie')
    expect(JSON.stringify(seen)).not.toContain(queries.plant.tokens.reader)
  })

  test('from two databases of a token that may read both, which are named in the text alone', async () => {
    const { seen } = await get({ q: 'SELECT f FROM raw..m, second..m' }, { token: queries.wide })
    expect(form(seen[0]!.body)).toEqual({ q: 'SELECT f FROM db_raw..m, "db -2-"..m' })
  })

  test('that changes data, by POST, with the database where the statement cannot name it', async () => {
    const deletion = await post({ db: 'raw', q: 'DELETE FROM m' }, { token: queries.plant.tokens.both })
    expect(form(deletion.seen[0]!.body)).toEqual({ q: 'DELETE FROM m', db: 'db_raw' })
    const into = await post({ db: 'raw', q: 'SELECT f INTO raw..n FROM second..m' }, { token: queries.wide })
    expect(form(into.seen[0]!.body)).toEqual({ q: 'SELECT f INTO db_raw..n FROM "db -2-"..m' })
  })

  test('by the name of a mapping, which is nobody’s name at the upstream', async () => {
    const { operator, orgID, buckets } = queries.plant
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

describe('a token', () => {
  test.each([
    ['none', undefined as never],
    ['an unknown one', 'unknown'],
  ])('that is %s reaches nothing', async (_, token) => {
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })
    expect([got.status, seen]).toEqual([401, []])
  })

  test('that was disabled while its query was still coming reads nothing', async () => {
    const { operator, orgID, buckets, server } = queries.plant
    const permissions = [may('read', 'buckets', { id: buckets.raw, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    queries.upstream.seen.length = 0
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
    expect([status, queries.upstream.seen]).toEqual([401, []])
  })

  test('that was disabled reads nothing more', async () => {
    const { operator, orgID, buckets } = queries.plant
    const permissions = [may('read', 'buckets', { id: buckets.raw, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    expect((await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })).seen).toHaveLength(1)
    ok(await operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' }))
    const { got, seen } = await get({ db: 'raw', q: 'SELECT f FROM m' }, { token })
    expect([got.status, seen]).toEqual([401, []])
  })
})
