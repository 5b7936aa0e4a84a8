// What sets up a database of InfluxDB 3: the list from our own catalogue, changes for operators at the bucket's database.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createToken, mayAll } from '../e2e/fixtures.ts'
import type { Asked } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const BASE = '/api/v3/configure'

let upstream: UpstreamDouble
let core: Plant
let operator: string

beforeAll(async () => {
  upstream = await startUpstreamDouble((_, outgoing) => outgoing.writeHead(200).end())
  core = await startPlant('influxdb3-core', upstream.url)
  const { server, orgID } = core
  const { permissions } = await core.operator
    .get(`/api/v2/authorizations/${server.onboarded!.operatorAuthId}`)
    .then(answer => answer.json())
  operator = (await createToken(core.operator, { orgID, permissions })).token
})
afterAll(() => upstream.close())
beforeEach(() => {
  upstream.seen.length = 0
})

const sent = (method: string, path: string, asked: Asked = {}) =>
  core.server.request(method, `${BASE}${path}`, { token: operator, ...asked })
const error = (text: string) => JSON.parse(text).error

describe('the list of databases', () => {
  test('has what the token may read, under the names it has here', async () => {
    const { status, text } = await sent('GET', '/database?format=json', { token: core.tokens.reader })
    expect([status, JSON.parse(text)]).toEqual([200, [{ 'iox::database': 'raw' }]])
    const deleted = await sent('GET', '/database?show_deleted=true&format=json', { token: core.tokens.reader })
    expect(deleted.json()).toEqual([{ 'iox::database': 'raw', deleted: false }])
    expect((await sent('GET', '/database?format=json', { token: core.tokens.writer })).json()).toEqual([])
    expect((await sent('GET', '/database?format=json')).json()).toContainEqual({ 'iox::database': 'secret' })
    expect(upstream.seen).toEqual([])
  })

  test.each(['/database', '/database?format=csv', '/database?format=json&db=x', '/database?format=json&format=json'])(
    'is not had by %s',
    async path => {
      expect((await sent('GET', path)).status).toBe(400)
      expect(upstream.seen).toEqual([])
    },
  )

  test('takes a token', async () => {
    expect((await core.server.request('GET', `${BASE}/database?format=json`)).status).toBe(401)
  })
})

test.each<[string, string, unknown, string, unknown]>([
  ['PUT', '/database', { db: 'raw', retention_period: '7d' }, '/database', { db: 'db_raw', retention_period: '7d' }],
  [
    'POST',
    '/database/retention_period?db=raw&duration=7d',
    undefined,
    '/database/retention_period?db=db_raw&duration=7d',
    '',
  ],
  ['DELETE', '/database/retention_period?db=raw', undefined, '/database/retention_period?db=db_raw', ''],
  [
    'POST',
    '/table',
    { db: 'raw', table: 'm', tags: ['t'], fields: [{ name: 'f', type: 'int64' }] },
    '/table',
    { db: 'db_raw', table: 'm', tags: ['t'], fields: [{ name: 'f', type: 'int64' }] },
  ],
  ['DELETE', '/table?table=a%20b&db=raw', undefined, '/table?db=db_raw&table=a%20b', ''],
  ['POST', '/last_cache', { db: 'raw', table: 'm', count: 1 }, '/last_cache', { db: 'db_raw', table: 'm', count: 1 }],
  ['DELETE', '/last_cache?db=raw&table=m&name=c', undefined, '/last_cache?db=db_raw&table=m&name=c', ''],
  [
    'DELETE',
    '/distinct_cache',
    { db: 'raw', table: 'm', name: 'c' },
    '/distinct_cache',
    { db: 'db_raw', table: 'm', name: 'c' },
  ],
])('an operator’s %s %s with %j arrives with the name there', async (method, path, body, target, expected) => {
  expect((await sent(method, path, { body })).status).toBe(200)
  const [seen, ...others] = upstream.seen
  expect(others).toEqual([])
  expect([seen!.method, seen!.target]).toEqual([method, `${BASE}${target}`])
  expect(seen!.body === '' ? '' : JSON.parse(seen!.body)).toEqual(expected)
  expect(seen!.headers['content-type']).toBe(body === undefined ? undefined : 'application/json')
})

describe('an operator’s request does not arrive', () => {
  test.each<[string, string, string, unknown, number]>([
    ['that creates a database', 'POST', '/database', { db: 'x' }, 403],
    ['that deletes one', 'DELETE', '/database?db=raw', undefined, 403],
    ['of the upstream’s own name', 'DELETE', '/table?db=db_raw&table=m', undefined, 404],
    ['of the server’s own database', 'DELETE', '/table?db=_internal&table=m', undefined, 404],
    ['without a database', 'DELETE', '/table?table=m', undefined, 400],
    ['with two', 'DELETE', '/table?db=raw&db=secret&table=m', undefined, 400],
    ['with one in URL and body each', 'DELETE', '/last_cache?db=raw&table=m&name=c', { db: 'secret' }, 400],
    ['with parameters in two places', 'DELETE', '/last_cache?table=m&name=c', { db: 'raw' }, 400],
    ['with a body where the URL counts', 'DELETE', '/table', { db: 'raw', table: 'm' }, 400],
    ['with a URL where the body counts', 'POST', '/table?db=raw&table=m', undefined, 400],
    ['with an escaped key', 'POST', '/table', '{"\\u0064b":"secret","db":"raw"}', 400],
    ['with a database that is no text', 'POST', '/table', { db: ['raw'] }, 400],
    ['with an unknown parameter', 'POST', '/table', { db: 'raw', table: 'm', node: 'x' }, 400],
    ['that makes a trigger', 'POST', '/processing_engine_trigger', { db: 'raw', plugin_filename: 'p.py' }, 403],
    ['that installs packages', 'POST', '/plugin_environment/install_packages', { packages: [] }, 403],
    ['that makes a token', 'POST', '/token/admin', undefined, 404],
    ['that makes another', 'POST', '/token/named_admin', { token_name: 'x' }, 404],
    ['that deletes one', 'DELETE', '/token?token_name=x', undefined, 404],
    ['of another method', 'PATCH', '/database', { db: 'raw' }, 403],
  ])('%s: %s %s', async (_, method, path, body, status) => {
    const headers = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const answer = await sent(method, path, { body, headers })
    expect([answer.status, upstream.seen]).toEqual([status, []])
  })

  test('to an upstream that is not InfluxDB 3', async () => {
    const one = await startPlant('influxdb1', upstream.url)
    const { permissions } = await one.operator
      .get(`/api/v2/authorizations/${one.server.onboarded!.operatorAuthId}`)
      .then(answer => answer.json())
    const { token } = await createToken(one.operator, { orgID: one.orgID, permissions })
    const answer = await one.server.request('DELETE', `${BASE}/table?db=raw&table=m`, { token })
    expect([answer.status, error(answer.text)]).toEqual([400, expect.stringContaining('is not InfluxDB 3')])
    expect(upstream.seen).toEqual([])
  })
})

test('whoever is no operator changes nothing, whatever he may do to the bucket', async () => {
  const { token } = await createToken(core.operator, {
    orgID: core.orgID,
    permissions: mayAll('buckets', { orgID: core.orgID }),
  })
  for (const path of [
    '/table?db=raw&table=m',
    '/last_cache?db=raw&table=m&name=c',
    '/database/retention_period?db=raw',
  ]) {
    const { status, text } = await sent('DELETE', path, { token })
    expect([status, error(text)]).toEqual([403, 'only an operator changes what is set up in a database'])
  }
  expect(upstream.seen).toEqual([])
})
