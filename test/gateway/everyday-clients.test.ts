// What programs that people run send passes, if their token permits it: nobody has to give up a client for the gateway.
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../e2e/server.ts'
import { EVERYDAY_REQUESTS, type EverydayRequest, type Kind } from './everyday-clients.ts'
import { AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'
import { type Seen, startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const KINDS: readonly Kind[] = ['influxdb1', 'influxdb2', 'influxdb3-core']
const UNITS: Readonly<Record<string, string>> = {
  n: 'ns',
  u: 'us',
  nanosecond: 'ns',
  microsecond: 'us',
  millisecond: 'ms',
  second: 's',
}

const rowsFor = (kind: Kind) => EVERYDAY_REQUESTS.filter(({ of = KINDS }) => of.includes(kind))
const named = (rows: readonly EverydayRequest[]) =>
  rows.map(row => [`${row.client} ${row.does}: ${row.means}`, row] as const)

function send(plant: Plant, row: EverydayRequest): Promise<Answer> {
  const { as = 'both', by = 'Token', method = 'POST', target, headers = {}, body, gzip } = row
  const token = plant.tokens[as]
  const authorization =
    by === 'Basic' ? `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}` : `${by} ${token}`
  const proof = by === 'u and p' ? `${target.includes('?') ? '&' : '?'}u=anybody&p=${encodeURIComponent(token)}` : ''
  return plant.server.request(method, `${target}${proof}`, {
    headers: {
      ...(proof === '' && { Authorization: authorization }),
      ...headers,
      ...(gzip && { 'Content-Encoding': 'gzip' }),
    },
    ...(body !== undefined && { body: gzip ? gzipSync(body) : body }),
  })
}

/** What the upstream was asked to do to `db_raw`, and the lines that it was sent. */
function meaningOf({ target, body, bytes, headers }: Seen): readonly [meaning: string, lines?: string] {
  const { pathname, searchParams } = new URL(target, 'http://upstream')
  const get = (name: string) => searchParams.get(name) ?? new URLSearchParams(body).get(name)
  if (pathname.includes('write')) {
    const [unit = '', database] = [get('precision') ?? '', get('db') ?? get('bucket')]
    const lines = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes).toString() : body
    return [`write ${UNITS[unit] ?? unit}${database === 'db_raw' ? '' : ` to ${database}`}`, lines]
  }
  if (pathname === '/query') return [`${get('q')}${get('db') === 'db_raw' ? '' : ` of ${get('db')}`}`]
  const { query, q, db } = JSON.parse(body)
  return [query ?? `${q}${db === 'db_raw' ? '' : ` of ${db}`}`]
}

/** InfluxQL is printed anew, with the database in it, so that the rest is compared as words. */
const words = (text: string) =>
  text
    .replaceAll(/["()\s]/g, '')
    .toLowerCase()
    .replaceAll(/ondb_raw|db_raw\.(?:autogen)?\./g, '')

describe.each(KINDS)('before an upstream %s', kind => {
  let upstream: UpstreamDouble
  let plant: Plant

  beforeAll(async () => {
    upstream = await startUpstreamDouble()
    const env = { SLUICE_UPSTREAM_LAB_TOKEN: 'token-of-the-gateway' }
    plant = await startPlant(kind, upstream.url, kind === 'influxdb2' ? 'org = "theirs"\n' : '', env)
  })
  afterAll(() => upstream.close())

  test.each(named(rowsFor(kind)))('%s', async (_, row) => {
    upstream.seen.length = 0
    const got = await send(plant, row)
    if (row.means === 'itself' || row.means === 'refused') {
      expect([got.status, upstream.seen]).toEqual([expect.toBeOneOf([200, 204]), []])
      if (row.means === 'refused') expect(got.json().results[0].error).toMatch(/not permitted/)
      else expect(got.text).not.toContain('error')
      return
    }
    expect([got.status, got.text]).toEqual([204, ''])
    expect(upstream.seen).toHaveLength(1)
    const [meaning, lines] = meaningOf(upstream.seen[0]!)
    expect(words(meaning)).toBe(words(row.means))
    if (lines !== undefined) expect(lines).toBe(row.body)
  })
})

describe('before a real InfluxDB 1.x', () => {
  let influxd: Influxd
  let plant: Plant

  beforeAll(async () => {
    influxd = await startInfluxd(true)
    await influxd.query('CREATE DATABASE "db_raw"')
    plant = await startPlant('influxdb1', influxd.url, ...AS_ADMIN)
  })
  afterAll(() => influxd.stop())

  test.each(named(rowsFor('influxdb1')))('%s', async (_, row) => {
    const { status, text } = await send(plant, row)
    expect([status, text]).toEqual([expect.toBeOneOf([200, 204]), expect.any(String)])
    if (row.means === 'refused') expect(text).toContain('not permitted')
    else expect(text).not.toContain('"error"')
  })
})
