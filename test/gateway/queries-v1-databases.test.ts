// Databases in InfluxQL through the gateway: those that several buckets share, and who is shown which.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import { failure, form, startV1Queries, type V1Queries } from './v1-queries.ts'

let queries: V1Queries
beforeAll(async () => {
  queries = await startV1Queries()
})
afterAll(() => queries.close())

const get: V1Queries['get'] = (...asked) => queries.get(...asked)
const post: V1Queries['post'] = (...asked) => queries.post(...asked)

describe('a database of the upstream that several buckets share', () => {
  test('is read by policy', async () => {
    const { seen } = await get({ q: 'SELECT f FROM shared..m, shared.long.m' }, { token: queries.sharing })
    expect(form(seen[0]!.body).q).toBe('SELECT f FROM db_shared..m, db_shared.year.m')
  })

  test.each([
    { db: 'shared', q: 'SHOW MEASUREMENTS' },
    { db: 'shared', q: 'SHOW TAG KEYS FROM "long".m' },
    { db: 'shared', rp: 'long', q: 'SHOW TAG KEYS FROM m' },
    { db: 'shared', q: 'DELETE FROM m' },
    { db: 'shared', rp: 'long', q: 'DROP SERIES FROM m' },
  ])('is neither shown nor emptied as a whole: $q', async asked => {
    const { got, seen } = await post(asked, { token: queries.sharing })
    const error = 'not permitted through this gateway: it reaches other buckets, too'
    expect([failure(got), seen]).toEqual([[{ statement_id: 0, error }], []])
  })
})

describe('a database of the upstream where another bucket once was', () => {
  test('is not shown or emptied either: its points are still there', async () => {
    const { operator, orgID } = queries.plant
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
    ['a reader', () => queries.plant.tokens.reader, ['raw']],
    ['one of several', () => queries.wide, ['raw', 'second']],
    ['one of two policies, the name once', () => queries.sharing, ['shared']],
  ])('shows %s what he may read, and asks nobody', async (_, token, names) => {
    for (const q of ['SHOW DATABASES', 'show databases;']) {
      const { got, seen } = await get({ q, db: 'secret' }, { token: token() })
      const series = { name: 'databases', columns: ['name'], values: names.map(name => [name]) }
      expect([failure(got), seen]).toEqual([[{ statement_id: 0, series: [series] }], []])
    }
  })

  test('shows a writer nothing', async () => {
    const { got } = await get({ q: 'SHOW DATABASES' }, { token: queries.plant.tokens.writer })
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
