// nginx and Caddy before a real InfluxDB 1.x: forward-auth allows only what means there what it means to Sluice.
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Influxd, startInfluxd } from '../gateway/influxd.ts'
import { type Plant, startPlant } from '../gateway/plant.ts'
import { BUCKETS, createBucket, createToken, DBRPS, mayAll, ok } from './fixtures.ts'
import { type ForwardingProxy, startCaddy, startNginx } from './proxies.ts'
import { type Asked, send } from './server.ts'

let influxd: Influxd
let plant: Plant
/** The bucket of that name. */
let same: string
/** Reads and writes the buckets that are of one name here and there: `same`, and `several` by its policies. */
let token: string
const proxies: Partial<Record<'nginx' | 'Caddy', ForwardingProxy>> = {}

async function bucket(name: string, database: string, retentionPolicy = ''): Promise<string> {
  const id = await createBucket(plant.operator, plant.orgID, name)
  ok(await plant.operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database, retentionPolicy }))
  return id
}

async function map(bucketID: string, database: string, retention_policy: string): Promise<void> {
  const mapping = { orgID: plant.orgID, bucketID, database, retention_policy, default: retention_policy === 'autogen' }
  ok(await plant.operator.post(DBRPS, mapping), 201)
}

beforeAll(async () => {
  influxd = await startInfluxd(false)
  for (const name of ['same', 'several', 'crossed', 'theirs', 'secret', 'db_raw', 'raw', 'db_secret']) {
    await influxd.query(`CREATE DATABASE "${name}"`)
    await influxd.write(name, `m,of=${name} f=1 1000`)
  }
  await influxd.query('CREATE RETENTION POLICY weekly ON several DURATION INF REPLICATION 1')
  await influxd.query('CREATE RETENTION POLICY hidden ON several DURATION INF REPLICATION 1')
  await influxd.query('CREATE RETENTION POLICY hidden ON same DURATION INF REPLICATION 1')
  await influxd.query('SELECT f AS "hidden-row" INTO same.hidden.trick FROM same..m', 'same')
  plant = await startPlant('influxdb1', influxd.url, '', { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1' })
  const several = await bucket('several', 'several', 'autogen')
  const weekly = await bucket('several/weekly', 'several', 'weekly')
  await map(several, 'several', 'autogen')
  await map(weekly, 'several', 'weekly')
  // What is `crossed` to Sluice is `theirs` there, and there is a database of that name, too.
  same = await bucket('same', 'same')
  const own = [same, several, weekly, await bucket('crossed', 'theirs')]
  const permissions = own.flatMap(id => mayAll('buckets', { id, orgID: plant.orgID }))
  token = (await createToken(plant.operator, { orgID: plant.orgID, permissions })).token
  const upstreamPort = Number(new URL(influxd.url).port)
  proxies.nginx = await startNginx(plant.server.port, upstreamPort, true)
  proxies.Caddy = await startCaddy(plant.server.port, upstreamPort)
})
afterAll(() => influxd.stop())

const DATABASES = ['same', 'several', 'crossed', 'theirs', 'secret', 'db_raw', 'raw', 'db_secret']
const everything = async () => JSON.stringify(await Promise.all(DATABASES.map(influxd.contentOf)))
const valuesOf = async (text: string) => (await influxd.query(text)).flatMap(({ values }) => values)

describe.each(['nginx', 'Caddy'] as const)('%s', name => {
  const ask = (method: string, target: string, asked: Asked = {}) =>
    send(proxies[name]!.url, method, target, { token, ...asked })
  const write = (target: string, asked: Asked = {}) => ask('POST', target, { body: 'm,of=proxy f=2 2000', ...asked })
  const query = (q: string, more = '&db=same', asked: Asked = {}) =>
    ask('GET', `/query?q=${encodeURIComponent(q)}${more}`, asked)

  test('lets through what is written under the name that the database has', async () => {
    const line = `arrived,by=${name} f=1 1`
    expect((await write('/write?db=same', { body: line })).status).toBe(204)
    expect((await write('/write?db=several&rp=weekly', { body: line })).status).toBe(204)
    const packed = { body: gzipSync(`packed,by=${name} f=1 1`), headers: { 'Content-Encoding': 'gzip' } }
    expect((await write('/write?db=same&precision=s', packed)).status).toBe(204)
    const by = `WHERE "by" = '${name}'`
    expect(await valuesOf(`SELECT * FROM same.autogen.arrived ${by}`)).toEqual([[1, name, 1]])
    expect(await valuesOf(`SELECT * FROM several.weekly.arrived ${by}`)).toEqual([[1, name, 1]])
    expect(await valuesOf(`SELECT * FROM same.autogen.packed ${by}`)).toHaveLength(1)
  })

  test('leaves everything as it was where a name means another database there', async () => {
    const before = await everything()
    for (const target of [
      // Bound to `theirs`: the write would go to `crossed`.
      '/write?db=crossed',
      `/api/v2/write?orgID=${plant.orgID}&bucket=crossed`,
      // Somebody else's, by either name.
      '/write?db=theirs',
      '/write?db=secret',
      '/write?db=raw',
      '/write?db=db_raw',
      // The default policy might be any; and others are nobody's.
      '/write?db=several',
      '/write?db=same&rp=autogen',
      '/write?db=same&rp=hidden',
      '/write?db=several&rp=hidden',
      // Twice, disguised, or on another path.
      '/write?db=same&db=secret',
      '/write?db=same&d%62=secret',
      '/write?db=same&DB=secret',
      '/write?db=same;db=secret',
      '/write?db=same%00secret',
      '/write/?db=same',
      '//write?db=secret',
      '/./write?db=secret',
      '/WRITE?db=secret',
      '/api/v3/write_lp?db=same',
      '/api/v1/prom/write?db=same',
    ]) {
      const { status } = await write(target)
      expect([target, status >= 400 && status < 500]).toEqual([target, true])
    }
    expect(await everything()).toBe(before)
  })

  test('believes no header of a client’s about what is asked', async () => {
    const before = await everything()
    const forged = {
      'X-Forwarded-Method': 'POST',
      'X-Forwarded-Uri': '/write?db=same',
      'X-Original-Method': 'POST',
      'X-Original-URI': '/write?db=same',
      'X-Original-URL': '/write?db=same',
      'X-Rewrite-URL': '/write?db=secret',
      'X-HTTP-Method-Override': 'GET',
      Connection: 'X-Forwarded-Uri, X-Original-URI',
    }
    for (const [header, value] of Object.entries(forged)) {
      for (const target of ['/write?db=secret', '/query?db=secret&q=DROP%20MEASUREMENT%20m']) {
        expect((await write(target, { headers: { [header]: value } })).status, header).toBe(403)
      }
    }
    expect(await everything()).toBe(before)
  })

  test('a body says nothing about where a write goes', async () => {
    const [before, secret] = [await influxd.contentOf('same'), await influxd.contentOf('secret')]
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const { status } = await write('/write?db=same', { body: 'db=secret&rp=hidden', headers })
    expect(status).toBe(400)
    const fields = ['db=secret', 'rp=hidden'].map(field => field.split('='))
    const parts = fields.map(([n, v]) => `--x\r\nContent-Disposition: form-data; name="${n}"\r\n\r\n${v}\r\n`).join('')
    const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' }
    await write('/write?db=same', { body: `${parts}--x--\r\n`, headers: multipart })
    expect(await influxd.contentOf('secret')).toBe(secret)
    expect(await influxd.contentOf('same')).toBe(before)
  })

  test('lets through queries by GET that name what the upstream has by that name', async () => {
    const values = async (text: string, more?: string) => {
      const { status, json } = await query(text, more)
      expect([text, status]).toEqual([text, 200])
      return json().results[0].series?.[0].values.length ?? json()
    }
    expect(await values("SELECT f FROM m WHERE of = 'same'")).toBe(1)
    expect(await values("SELECT f FROM same..m WHERE of = 'same'", '')).toBe(1)
    expect(await values("SELECT f FROM several.autogen.m WHERE of = 'several'", '')).toBe(1)
    expect(await values("SELECT f FROM (SELECT f FROM m WHERE of = 'same')", '&db=same&epoch=s&pretty=true')).toBe(1)
    expect(await values('SELECT f FROM several.weekly.arrived LIMIT 1', '&db=several')).toBe(1)
  })

  test('and none that would reach anything else, or could', async () => {
    const before = await everything()
    const refused: [string, string?, Asked?][] = [
      ['SELECT * FROM secret..m'],
      ['SELECT * FROM m', '&db=secret'],
      ['SELECT * FROM m', '&db=crossed'],
      ['SELECT * FROM crossed..m'],
      ['SELECT * FROM m; SELECT * FROM secret..m'],
      ['SELECT * FROM m, secret..m'],
      ['SELECT * FROM (SELECT * FROM secret..m)'],
      ['SELECT * FROM /.*/', '&db=crossed'],
      ['SELECT * FROM m', ''],
      // The policy beside the text is that of every measurement; and the default might be any.
      ['SELECT * FROM m', '&db=same&rp=hidden'],
      ['SELECT * FROM same.hidden.m'],
      ['SELECT * FROM same.autogen.m'],
      ['SELECT * FROM several..m'],
      ['SELECT * FROM m', '&db=several'],
      ['SELECT * FROM several.hidden.m'],
      // All policies of the database, of which several are others'.
      ['SHOW MEASUREMENTS', '&db=several'],
      ['SHOW TAG VALUES ON secret WITH KEY = of'],
      ['SHOW DATABASES'],
      ['SHOW USERS'],
      ['SHOW QUERIES'],
      ['SELECT * INTO copied FROM m'],
      ['DROP MEASUREMENT m'],
      ['CREATE DATABASE made'],
      ['SELECT * FROM m WHERE of = $x', '&db=same&params=%7B%22x%22%3A%22same%22%7D'],
      ['SELECT * FROM m\r'],
      ['SELECT * FROM m', '&db=same&db=secret'],
      ['SELECT * FROM m', '&db=same&q=SELECT%20*%20FROM%20secret..m'],
      ['SELECT * FROM m', '&db=same&Q=x'],
      ['SELECT * FROM m', '&db=same', { headers: { 'Content-Type': 'multipart/form-data; boundary=x' } }],
      ['SELECT * FROM m', '&db=same', { headers: { 'Content-Type': 'application/vnd.influxql' } }],
    ]
    for (const [text, more, asked] of refused) {
      const { status, text: answer } = await query(text, more, asked)
      expect([text, more, status >= 400 && status < 500, answer.includes('series')]).toEqual([text, more, true, false])
    }
    for (const method of ['POST', 'HEAD', 'PUT', 'OPTIONS']) {
      const { status } = await ask(method, '/query?db=same&q=SELECT%20*%20FROM%20m')
      expect([method, status]).toEqual([method, 403])
    }
    expect(await everything()).toBe(before)
  })

  test('no body of a query by GET gets past it, out of which InfluxDB would take another policy', async () => {
    const part = 'Content-Disposition: form-data; name="rp"\r\n\r\nhidden\r\n'
    const body = `--x\r\n${part}--x--\r\n`
    const headers = { 'Content-Type': 'multipart/form-data; boundary=x' }
    const target = '/query?db=same&q=SELECT%20*%20FROM%20trick'
    const direct = await send(influxd.url, 'GET', target, { body, headers })
    expect(direct.text).toContain('hidden-row')
    const { status, text } = await ask('GET', target, { body, headers })
    expect([status, text.includes('hidden-row')]).toEqual([403, false])
    const without = await ask('GET', target)
    expect([without.status, without.text.includes('hidden-row')]).toEqual([200, false])
    // A proxy sends no body that has no type, or InfluxDB takes nothing out of it.
    const untyped = await ask('GET', target, { body })
    expect(untyped.text).not.toContain('hidden-row')
    // Nor one whose type it was told to keep to itself.
    const kept = await ask('GET', target, { body, headers: { ...headers, Connection: 'Content-Type' } })
    expect(kept.text).not.toContain('hidden-row')
  })

  test('refuses a token that is disabled, and one that only reads or only writes', async () => {
    const permissions = mayAll('buckets', { orgID: plant.orgID })
    const { id, token: own } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    const both = async () => [
      (await query('SELECT * FROM m', '&db=same', { token: own })).status,
      (await write('/write?db=same', { token: own, body: `late,by=${name} f=1 1` })).status,
    ]
    expect(await both()).toEqual([200, 204])
    ok(await plant.operator.patch(`/api/v2/authorizations/${id}`, { status: 'inactive' }))
    expect(await both()).toEqual([401, 401])
    const alone = async (action: 'read' | 'write') =>
      (
        await createToken(plant.operator, {
          orgID: plant.orgID,
          permissions: permissions.filter(one => one.action === action),
        })
      ).token
    expect((await query('SELECT * FROM m', '&db=same', { token: await alone('write') })).status).toBe(403)
    expect((await write('/write?db=same', { token: await alone('read') })).status).toBe(403)
  })

  test('holds a token that is limited to measurements to them, and lets it write nothing', async () => {
    const resource = { type: 'buckets', id: same, orgID: plant.orgID, measurements: ['m'] }
    const permissions = ['read', 'write'].map(action => ({ action, resource }))
    const limited = (await createToken(plant.operator, { orgID: plant.orgID, permissions })).token
    const statusOf = async (text: string) => (await query(text, '&db=same', { token: limited })).status
    expect(await statusOf('SELECT * FROM m')).toBe(200)
    for (const text of ['SELECT * FROM arrived', 'SELECT * FROM /.*/', 'SHOW MEASUREMENTS', 'SELECT * FROM m, arrived'])
      expect([text, await statusOf(text)]).toEqual([text, 403])
    expect((await write('/write?db=same', { token: limited })).status).toBe(403)
  })
})
