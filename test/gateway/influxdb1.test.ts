// Writes through the gateway to a real InfluxDB 1.x: what is allowed can be read there, the other database stays as it was.
import { gzipSync } from 'node:zlib'
import { InfluxDB, Point } from '@influxdata/influxdb-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN, AS_ADMIN, type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'

describe.each([
  ['without authentication', false],
  ['with authentication', true],
])('an InfluxDB 1.x %s', (_, auth) => {
  let influxd: Influxd
  let plant: Plant

  beforeAll(async () => {
    influxd = await startInfluxd(auth)
    for (const name of ['db_raw', 'db_secret', 'raw', 'secret']) await influxd.query(`CREATE DATABASE "${name}"`)
    await influxd.write('db_secret', 'hidden,place=here points=7 1000')
    await influxd.write('secret', 'hidden,place=there points=8 1000')
    const [settings, env] = auth ? AS_ADMIN : []
    plant = await startPlant('influxdb1', influxd.url, settings, env)
  })
  afterAll(() => influxd.stop())

  const post = (path: string, body: string | Uint8Array, headers = {}) =>
    plant.server.request('POST', path, { token: plant.tokens.writer, body, headers })
  const rowsOf = async (measurement: string) =>
    (await influxd.query(`SELECT * FROM "${measurement}"`, 'db_raw')).flatMap(({ values }) => values)

  test.each([
    ['v1', () => '/write?db=raw&precision=s', '1', '1000000000'],
    ['v2', () => `/api/v2/write?orgID=${plant.orgID}&bucket=raw&precision=ms`, '1000', '1000000000'],
    ['v3', () => '/api/v3/write_lp?db=raw&precision=nanosecond', '1000', '1000'],
  ])('has what was written by %s, in the database that the bucket is bound to', async (api, path, time, stored) => {
    const { status, text } = await post(path(), `by_${api},t=a f=1 ${time}`)
    expect([status, text]).toEqual([204, ''])
    expect(await rowsOf(`by_${api}`)).toEqual([[Number(stored), 1, 'a']])
    expect(await influxd.query('SHOW MEASUREMENTS', 'raw')).toEqual([])
  })

  test('has what was written in compressed form', async () => {
    const { status } = await post('/write?db=raw', gzipSync('packed f=1 5'), { 'Content-Encoding': 'gzip' })
    expect(status).toBe(204)
    expect(await rowsOf('packed')).toEqual([[5, 1]])
  })

  test('has 5,000 lines that the client library of version 2 wrote', async () => {
    const client = new InfluxDB({ url: plant.server.url, token: plant.tokens.writer, timeout: 30_000 })
    // Batches that it sends by itself nobody can wait for.
    const api = client.getWriteApi(plant.orgID, 'raw', 'ns', { batchSize: 5001, maxRetries: 0 })
    for (let at = 0; at < 5000; at++) {
      api.writePoint(
        new Point('library')
          .tag('host', `h${at % 10}`)
          .intField('n', at)
          .timestamp(`${at + 1}`),
      )
      if (at % 1000 === 999) await api.flush()
    }
    await api.close()
    const [counted] = await influxd.query('SELECT COUNT(n), SUM(n) FROM library', 'db_raw')
    expect(counted?.values).toEqual([[0, 5000, (5000 * 4999) / 2]])
  })

  test('says itself what is wrong with a line, and nothing of its credential', async () => {
    const { status, text } = await post('/write?db=raw', 'no fields')
    expect([status, text]).toEqual([400, expect.stringContaining('unable to parse')])
    expect(text).not.toContain(ADMIN.password)
  })

  test.each(['no fields \u0001', 'm f=1 1\nm f=\u007f 2'])(
    'is not asked again for what it refuses: %j',
    async lines => {
      const { status, text, headers } = await post('/write?db=raw', lines)
      expect([status, text, headers['retry-after']]).toEqual([400, expect.stringContaining('control char'), undefined])
      // The next one has a connection of its own, or a good one.
      expect((await post('/write?db=raw', 'after f=1 1')).status).toBe(204)
    },
  )

  test('has nothing new in another database than the token’s, whatever the token asks for', async () => {
    const contents = () => Promise.all(['db_secret', 'secret', 'raw'].map(influxd.contentOf))
    const before = await contents()
    const { orgID, buckets } = plant
    const targets = [
      '/write?db=secret',
      '/write?db=db_secret',
      '/write?db=raw&rp=secret',
      '/write?db=raw&db=secret',
      `/api/v2/write?orgID=${orgID}&bucket=secret`,
      `/api/v2/write?orgID=${orgID}&bucket=${buckets.secret}`,
      `/api/v2/write?orgID=${orgID}&bucket=db_secret`,
      '/api/v3/write_lp?db=secret',
    ]
    for (const target of targets) {
      const { status } = await post(target, 'hidden,place=here points=9 1000')
      expect([400, 403, 404], target).toContain(status)
    }
    expect(await contents()).toEqual(before)
    expect(before[0]).toContain('"here"')
  })
})

test('an InfluxDB 1.x that refuses the gateway’s credential is trouble of ours, not of the client', async () => {
  const influxd = await startInfluxd(true)
  const plant = await startPlant('influxdb1', influxd.url)
  const { status, text } = await plant.server.request('POST', '/write?db=raw', {
    token: plant.tokens.writer,
    body: 'm f=1',
  })
  await influxd.stop()
  const error = 'the upstream refused the credential of this gateway: its operator has to look after it'
  expect([status, JSON.parse(text)]).toEqual([502, { error }])
})
