// Client libraries of InfluxDB, unchanged, through the gateway to a real InfluxDB 1.x: what is allowed works, and a refusal
// is told as each library tells one.
import * as http from 'node:http'
import { gzipSync } from 'node:zlib'
import { HttpError, InfluxDB, Point, setLogger } from '@influxdata/influxdb-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runPython } from '../clients/python.ts'
import { createToken, mayAll, ok, V1_AUTHORIZATIONS } from '../e2e/fixtures.ts'
import { AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'

let influxd: Influxd
let plant: Plant
/** On the bucket `raw`, like those of the plant, but inactive. */
let disabled: string

const V1_USER = { username: 'telegraf', password: 'password-of-telegraf' }

beforeAll(async () => {
  influxd = await startInfluxd(true)
  for (const name of ['db_raw', 'db_secret', 'raw', 'secret']) await influxd.query(`CREATE DATABASE "${name}"`)
  for (const name of ['db_secret', 'secret']) await influxd.write(name, 'hidden,place=here points=7 1000')
  plant = await startPlant('influxdb1', influxd.url, ...AS_ADMIN)
  const { operator, orgID, buckets } = plant
  const permissions = mayAll('buckets', { id: buckets.raw, orgID })
  disabled = (await createToken(operator, { orgID, permissions, status: 'inactive' })).token
  const { id } = ok(await operator.post(V1_AUTHORIZATIONS, { orgID, token: V1_USER.username, permissions }), 201)
  ok(await operator.post(`${V1_AUTHORIZATIONS}/${id}/password`, { password: V1_USER.password }), 204)
})
afterAll(() => influxd.stop())

const rowsOf = async (measurement: string) =>
  (await influxd.query(`SELECT * FROM "${measurement}"`, 'db_raw')).flatMap(({ values }) => values)
const others = async () => (await Promise.all(['db_secret', 'secret', 'raw'].map(influxd.contentOf))).join('\n')

/** Does some work, after which no other database than the token's has anything new. */
async function leavingOthers<T>(work: () => Promise<T>): Promise<T> {
  const before = await others()
  const done = await work()
  expect(await others()).toBe(before)
  expect(before).toContain('"here"')
  return done
}

describe('the library for Python of InfluxDB 1.x', () => {
  type Outcome = { readonly ok: unknown } | { readonly error: string; readonly code: number | null }
  const run = (steps: readonly object[]) =>
    leavingOthers(() => runPython<Outcome[]>('influxdb_v1.py', { port: plant.server.port, steps }))
  const point = (measurement: string, time: number) => ({
    measurement,
    tags: { by: 'v1.py' },
    time,
    fields: { f: time },
  })
  const credentials = () => ({
    'Basic with a user of version 1': V1_USER,
    'Basic with a token': { username: 'anybody', password: plant.tokens.both },
    'the header of version 2': { token: plant.tokens.both },
  })

  test('writes and asks, by every credential that version 1 takes', async () => {
    for (const [what, auth] of Object.entries(credentials())) {
      const measurement = `of ${what}`
      const [written, read] = await run([
        { auth, database: 'raw', write: [1, 2, 3].map(time => point(measurement, time)) },
        { auth, database: 'raw', query: `SELECT f, "by" FROM "${measurement}" WHERE f > 1` },
      ])
      expect([what, written]).toEqual([what, { ok: true }])
      const row = (f: number) => ({ time: `1970-01-01T00:00:0${f}Z`, f, by: 'v1.py' })
      expect(read).toEqual({ ok: [row(2), row(3)] })
      expect(await rowsOf(measurement)).toHaveLength(3)
    }
  })

  test('raises its own error for another database, for a token that is disabled, and for a wrong password', async () => {
    const auth = { token: plant.tokens.both }
    const refused = (code: number | null) => ({ error: 'InfluxDBClientError', code })
    const steps: [object, ReturnType<typeof refused>][] = [
      [{ auth, database: 'secret', write: [point('hidden', 1)] }, refused(404)],
      [{ auth, database: 'db_secret', write: [point('hidden', 1)] }, refused(404)],
      // Those of a query stand in an answer of status 200, as 1.x does it.
      [{ auth, database: 'secret', query: 'SELECT * FROM hidden' }, refused(null)],
      [{ auth, database: 'raw', query: 'SELECT * FROM db_secret..hidden' }, refused(null)],
      [{ auth, database: 'raw', query: 'DROP DATABASE secret' }, refused(null)],
      [{ auth: { token: disabled }, database: 'raw', write: [point('late', 1)] }, refused(401)],
      [{ auth: { token: disabled }, database: 'raw', query: 'SELECT * FROM late' }, refused(401)],
      [{ auth: { ...V1_USER, password: 'wrong-password' }, database: 'raw', write: [point('late', 1)] }, refused(401)],
    ]
    expect(await run(steps.map(([step]) => step))).toEqual(steps.map(([, outcome]) => outcome))
    expect(await rowsOf('late')).toEqual([])
  })
})

describe('the library for Python of InfluxDB 2', () => {
  type Outcome = { readonly ok: true } | { readonly error: string; readonly status: number; readonly message: string }
  const run = (steps: readonly object[]) =>
    leavingOthers(() => runPython<Outcome[]>('influxdb_v2.py', { url: plant.server.url, steps }))

  test('writes by the bucket’s name and by its id, packed or not', async () => {
    const step = { token: plant.tokens.writer, org: 'plant', bucket: 'raw' }
    const outcomes = await run([
      {
        ...step,
        write: [
          ['by_v2_py', 1, 1],
          ['by_v2_py', 2, 2],
        ],
      },
      { ...step, bucket: plant.buckets.raw, org: plant.orgID, gzip: true, write: [['by_v2_py', 3, 3]] },
    ])
    expect(outcomes).toEqual([{ ok: true }, { ok: true }])
    expect(await rowsOf('by_v2_py')).toEqual([1, 2, 3].map(at => [at, 'v2.py', at]))
  })

  test('raises its own error for another bucket, and for a token that only reads or is disabled', async () => {
    const step = { token: plant.tokens.writer, org: 'plant', bucket: 'raw', write: [['hidden', 9, 1]] }
    const outcomes = await run([
      { ...step, bucket: 'secret' },
      { ...step, bucket: plant.buckets.secret },
      { ...step, bucket: 'db_secret' },
      { ...step, token: plant.tokens.reader },
      { ...step, token: disabled },
    ])
    const refused = (status: number) => expect.objectContaining({ error: 'ApiException', status })
    expect(outcomes).toEqual([403, 403, 403, 403, 401].map(refused))
    expect(outcomes.at(-1)).toMatchObject({ message: 'token is inactive' })
    expect(await rowsOf('hidden')).toEqual([])
  })
})

describe('the library for JavaScript', () => {
  // It also writes each failure to the console.
  setLogger({ error() {}, warn() {} })

  const write = async (token: string, bucket: string, measurement: string) => {
    const influx = new InfluxDB({ url: plant.server.url, token, timeout: 30_000 })
    const api = influx.getWriteApi('plant', bucket, 'ms', { maxRetries: 0 })
    api.writePoint(new Point(measurement).tag('by', 'js').floatField('f', 0.5).timestamp(7))
    try {
      await api.flush()
      return undefined
    } catch (cause) {
      return cause
    } finally {
      await api.close().catch(() => {})
    }
  }

  test('writes, and throws its own error for another bucket and for a token that is disabled', async () => {
    expect(await write(plant.tokens.writer, 'raw', 'by_js')).toBeUndefined()
    expect(await rowsOf('by_js')).toEqual([[7_000_000, 'js', 0.5]])
    const errors = await leavingOthers(async () => [
      await write(plant.tokens.writer, 'secret', 'hidden'),
      await write(plant.tokens.reader, 'raw', 'hidden'),
      await write(disabled, 'raw', 'hidden'),
    ])
    expect(errors.map(error => error instanceof HttpError && [error.statusCode, error.code])).toEqual([
      [403, 'forbidden'],
      [403, 'forbidden'],
      [401, 'unauthorized'],
    ])
    expect(await rowsOf('hidden')).toEqual([])
  })
})

describe('an agent that writes as Telegraf does', () => {
  const lines = (measurement: string) =>
    Array.from({ length: 1000 }, (_, at) => `${measurement},host=h${at % 7} idle=${at},user=1i ${at + 1}\n`).join('')

  /** In chunks, because it packs while it sends. */
  function send(path: string, headers: http.OutgoingHttpHeaders, body: Uint8Array): Promise<[number, string]> {
    const { hostname, port } = new URL(plant.server.url)
    const all = { 'User-Agent': 'Telegraf/1.30.0 Go/1.22', 'Content-Type': 'text/plain; charset=utf-8', ...headers }
    return new Promise((resolve, reject) => {
      const request = http.request({ hostname, port, method: 'POST', path, headers: all, agent: false }, answer => {
        let text = ''
        answer.on('data', chunk => (text += chunk)).on('end', () => resolve([answer.statusCode!, text]))
      })
      request.on('error', reject)
      for (let at = 0; at < body.length; at += 1024) request.write(body.subarray(at, at + 1024))
      request.end()
    })
  }
  const GZIP = { 'Content-Encoding': 'gzip' }
  const basic = ({ username, password }: typeof V1_USER) => ({
    Authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
  })

  test('has its batches there by the paths of version 1 and 2', async () => {
    await leavingOthers(async () => {
      const v1 = '/write?consistency=any&db=raw'
      expect(await send(v1, { ...basic(V1_USER), ...GZIP }, gzipSync(lines('cpu_v1')))).toEqual([204, ''])
      const v2 = '/api/v2/write?bucket=raw&org=plant'
      const token = { Authorization: `Token ${plant.tokens.writer}` }
      expect(await send(v2, { ...token, ...GZIP }, gzipSync(lines('cpu_v2')))).toEqual([204, ''])
    })
    for (const name of ['cpu_v1', 'cpu_v2']) expect(await rowsOf(name)).toHaveLength(1000)
  })

  test('creates no database, which it tries first and does without', async () => {
    await leavingOthers(async () => {
      const create = Buffer.from(`q=${encodeURIComponent('CREATE DATABASE "raw"')}`)
      const headers = { ...basic(V1_USER), 'Content-Type': 'application/x-www-form-urlencoded' }
      const [status, text] = await send('/query', headers, create)
      expect([status, JSON.parse(text).results[0].error]).toEqual([
        200,
        expect.stringContaining('not permitted through this gateway'),
      ])
    })
  })

  test('is told what it may not write by the statuses that it goes by', async () => {
    await leavingOthers(async () => {
      const packed = gzipSync(lines('hidden'))
      const inactive = { ...basic({ username: 'any', password: disabled }), ...GZIP }
      expect((await send('/write?consistency=any&db=raw', inactive, packed))[0]).toBe(401)
      expect((await send('/write?consistency=any&db=secret', { ...basic(V1_USER), ...GZIP }, packed))[0]).toBe(404)
      const token = { Authorization: `Token ${plant.tokens.writer}` }
      expect((await send('/api/v2/write?bucket=secret&org=plant', { ...token, ...GZIP }, packed))[0]).toBe(403)
    })
    expect(await rowsOf('hidden')).toEqual([])
  })
})
