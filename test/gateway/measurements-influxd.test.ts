// A real InfluxDB 1.x behind tokens that are limited to measurements: they write and read those, and nothing else.
import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lineProtocolReader } from '../../src/parse/line-protocol.ts'
import { createToken, may } from '../e2e/fixtures.ts'
import { send } from '../e2e/server.ts'
import { type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'

const LIMITED = 'insufficient permissions: the token is limited to some measurements of this bucket'

let influxd: Influxd
let plant: Plant
/** Reads and writes `cpu` of the bucket `raw`. */
let token: string

beforeAll(async () => {
  influxd = await startInfluxd(false)
  for (const name of ['db_raw', 'db_secret']) await influxd.query(`CREATE DATABASE "${name}"`)
  await influxd.write(
    'db_raw',
    'cpu,host=a n=1i 1000\nmem,host=hidden,zone=hidden free=7i 1000\ncpu2,host=hidden n=8i 1000',
  )
  plant = await startPlant('influxdb1', influxd.url)
  const { operator, orgID, buckets } = plant
  const permissions = (['read', 'write'] as const).map(action =>
    may(action, 'buckets', { id: buckets.raw, orgID, measurements: ['cpu'] }),
  )
  token = (await createToken(operator, { orgID, permissions })).token
})
afterAll(() => influxd.stop())

const write = (body: string | Uint8Array, headers = {}) =>
  plant.server.request('POST', '/write?db=raw', { token, body, headers })
const query = async (q: string) => {
  const body = new URLSearchParams({ db: 'raw', q, epoch: 'ns' }).toString()
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const answer = await plant.server.request('POST', '/query', { token, body, headers })
  expect(answer.status).toBe(200)
  return answer
}
const lines = Array.from({ length: 5000 }, (_, at) => `cpu,host=h${at % 10} n=${at}i ${2000 + at}`)

describe('a write', () => {
  test.each([
    ['as it is', (text: string) => write(text)],
    ['packed', (text: string) => write(gzipSync(text), { 'Content-Encoding': 'gzip' })],
  ])('%s, with one foreign line in 5,000, leaves nothing behind', async (_, sent) => {
    const before = await influxd.contentOf('db_raw')
    for (const at of [0, 2500, 4999]) {
      for (const foreign of ['mem,host=x free=1i 5', 'mem\\,host=x n=1i', '  mem n=1i']) {
        expect((await sent(lines.with(at, foreign).join('\n'))).status).toBe(403)
      }
    }
    expect(await influxd.contentOf('db_raw')).toBe(before)
  })

  test('of its own measurement is there afterwards, packed in several members too', async () => {
    const members = [lines.slice(0, 2500), lines.slice(2500)].map(part => gzipSync(`${part.join('\n')}\n`))
    const packed = Buffer.concat(members)
    expect((await write(packed, { 'Content-Encoding': 'gzip' })).status).toBe(204)
    const [counted] = await influxd.query('SELECT COUNT(n), SUM(n) FROM cpu WHERE time >= 2000', 'db_raw')
    expect(counted?.values).toEqual([[2000, 5000, (5000 * 4999) / 2]])
  })
})

describe('a query', () => {
  test.each<[string, string]>([
    ['SELECT n FROM cpu WHERE time = 1000', '"values":[[1000,1]]'],
    ['SELECT n FROM raw.autogen.cpu WHERE time = 1000', '[[1000,1]]'],
    ['SELECT max(n) FROM (SELECT n FROM cpu WHERE time = 1000)', '"cpu"'],
    ['SHOW FIELD KEYS FROM cpu', '["n","integer"]'],
    ['SHOW TAG KEYS FROM cpu', '["host"]'],
    ['SHOW TAG VALUES FROM cpu WITH KEY = host', '["host","a"]'],
    ["SHOW TAG VALUES FROM cpu WITH KEY =~ /.*/ WHERE _name = 'mem' OR _name = 'cpu'", '["host","a"]'],
    ['SHOW SERIES FROM cpu WHERE "_name" =~ /.*/', '"cpu,host=a"'],
    ["SELECT * FROM cpu WHERE _name = 'mem' OR host = 'a'", '[1000,"a",1]'],
    ['SELECT n INTO cpu FROM cpu WHERE time = 1000', '"written"'],
  ])('of its own measurement is answered, with nothing of others: %s', async (q, expected) => {
    const { text } = await query(q)
    expect(text).toContain(expected)
    expect(text).not.toMatch(/error|hidden|mem|cpu2|zone|free/)
  })

  test.each([
    'SELECT * FROM mem',
    'SELECT * FROM cpu, mem',
    'SELECT * FROM cpu; SELECT * FROM mem',
    'SELECT * FROM /cpu/',
    'SELECT * FROM /.*/',
    'SELECT * FROM raw..mem',
    'SELECT * FROM raw.autogen./mem/',
    'SELECT * FROM (SELECT * FROM mem)',
    'SELECT * FROM (SELECT n FROM cpu), (SELECT free FROM (SELECT * FROM mem))',
    'SELECT * FROM "CPU"',
    'EXPLAIN SELECT * FROM mem',
    'SELECT * INTO cpu FROM mem',
    'SELECT * INTO mem FROM cpu',
    'SELECT * INTO raw.autogen.:MEASUREMENT FROM cpu',
    'SELECT * INTO cpu FROM /.*/',
    'SHOW MEASUREMENTS',
    'SHOW MEASUREMENTS WITH MEASUREMENT = cpu',
    'SHOW MEASUREMENTS WITH MEASUREMENT =~ /m/',
    'SHOW SERIES',
    'SHOW SERIES FROM mem',
    'SHOW SERIES FROM /.*/',
    'SHOW SERIES FROM cpu, mem',
    'SHOW FIELD KEYS',
    'SHOW FIELD KEYS FROM mem',
    'SHOW TAG KEYS',
    'SHOW TAG KEYS FROM mem',
    'SHOW TAG VALUES WITH KEY = host',
    'SHOW TAG VALUES FROM mem WITH KEY = host',
    'SHOW SERIES CARDINALITY',
    'SHOW MEASUREMENT CARDINALITY',
    'SHOW SERIES EXACT CARDINALITY FROM mem',
    'SHOW RETENTION POLICIES',
    'DELETE FROM cpu',
    'DELETE FROM mem',
    "DELETE WHERE host = 'a'",
    'DROP SERIES FROM cpu',
    'DROP SERIES FROM /.*/',
  ])('that may reach others reveals and changes nothing: %s', async q => {
    const before = await influxd.contentOf('db_raw')
    const { results } = (await query(q)).json()
    expect(results).toEqual([{ statement_id: expect.any(Number), error: LIMITED }])
    expect(await influxd.contentOf('db_raw')).toBe(before)
  })

  test('that manages is refused as ever, and another bucket is not there', async () => {
    const before = await influxd.contentOf('db_raw')
    for (const q of ['DROP MEASUREMENT mem', 'DROP DATABASE raw', 'SHOW QUERIES', 'SELECT * FROM secret..cpu']) {
      const [result] = (await query(q)).json().results
      expect(result.error, q).toMatch(/^not permitted through this gateway|^database not found: secret$/)
    }
    expect(await influxd.contentOf('db_raw')).toBe(before)
    expect((await query('SHOW DATABASES')).text).toContain('[["raw"]]')
  })
})

describe('names in line protocol', () => {
  const part = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom('cpu', 'a', '\\,', '\\ ', '=', 'é', '😀', '/', "'", '#') },
    fc.constantFrom('\\', '\\\\', '"', '\\=', '\t', '\r', '#'),
  )
  const name = fc.array(part, { minLength: 1, maxLength: 5 }).map(parts => parts.join(''))
  const word = fc.constantFrom('t', 'x\\ y', 'x\\,y', 'a\\=b', '\\"', 'z\\', '"')
  const value = fc.constantFrom('1', '2i', 't', '"s"', '"a\nmem n=1"', '"\\""', '"\\\\"', '"a', '\\')
  const line = fc.oneof(
    { weight: 6, arbitrary: fc.tuple(name, word, word, value).map(([n, k, v, f]) => `${n},${k}=${v} f=${f} 1`) },
    { weight: 6, arbitrary: fc.tuple(name, value).map(([n, f]) => `${n} f=${f}`) },
    { weight: 4, arbitrary: name.map(n => `${n},host=a f=1i 5`) },
    fc.constantFrom('', '# c', '# "', '#\\', '  ', ' mem f=1', '\tmem f=1', 'mem', ',f=1'),
  )
  const body = fc
    .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { minLength: 1, maxLength: 5 })
    .map(all => all.flat().join(''))

  /** What the gateway would judge by; undefined if it would refuse. */
  function namesIn(text: string): string[] | undefined {
    const reader = lineProtocolReader()
    const found = reader.push(Buffer.from(text))
    return 'undecidable' in found || reader.end() !== undefined ? undefined : [...found]
  }

  test('are what InfluxDB makes of them, wherever the gateway decides by them', async () => {
    let [decided, whole] = [0, 0]
    const seed = Date.now() % 0x7fffffff
    const bodies = fc.sample(body, { numRuns: 1500, seed }).flatMap(text => {
      const names = namesIn(text)
      return names === undefined || names.length === 0 ? [] : [{ text, names }]
    })
    for (const { text, names } of bodies) {
      await influxd.query('CREATE DATABASE names')
      const { status } = await send(influxd.url, 'POST', '/write?db=names', { body: text })
      const stored = (await influxd.query('SHOW MEASUREMENTS', 'names')).flatMap(({ values = [] }) => values.flat())
      await influxd.query('DROP DATABASE names')
      decided++
      // Of a line that it does not take for one it stores nothing, and so must not be more than was judged.
      expect(names, JSON.stringify(text)).toEqual(expect.arrayContaining(stored))
      if (status !== 204) continue
      whole++
      expect(stored.toSorted(), JSON.stringify(text)).toEqual(names.toSorted())
    }
    console.log(
      `${decided} hostile bodies decided, ${whole} of them stored whole: each with the names that were judged (seed ${seed})`,
    )
    expect(whole).toBeGreaterThan(50)
  }, 120_000)
})
