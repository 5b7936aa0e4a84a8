// The clients of InfluxDB 3, unchanged and told nothing but host, token and database, write through the gateway.
import { InfluxDBClient, setLogger } from '@influxdata/influxdb3-client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runPython } from '../clients/python.ts'
import { createBucket, createOrg, createToken, mayAll } from '../e2e/fixtures.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

/** Python takes its time to start, on a busy machine above all. */
const PATIENCE_MS = 60_000
const LINE = 'm,t=a f=1 1'

let upstream: UpstreamDouble
let plant: Plant

// What fails here is looked at by the tests.
setLogger({ error() {}, warn() {} })

beforeAll(async () => {
  upstream = await startUpstreamDouble()
  plant = await startPlant('influxdb3-core', upstream.url, '', { SLUICE_UPSTREAM_LAB_TOKEN: 'token-of-the-gateway' })
})
afterAll(() => upstream.close())
beforeEach(() => {
  upstream.seen.length = 0
})

interface Written {
  readonly ok?: true
  readonly error?: string
  readonly message?: string
}
type Step = { readonly database?: string; readonly v2?: boolean }

function byPython(...steps: readonly Step[]): Promise<Written[]> {
  const all = steps.map(step => ({ token: plant.tokens.writer, database: 'raw', line: LINE, ...step }))
  return runPython('influxdb_v3.py', { url: plant.server.url, steps: all })
}

async function byJavascript({ database = 'raw' }: Step, noSync = false): Promise<Written> {
  const client = new InfluxDBClient({ host: plant.server.url, token: plant.tokens.writer, database })
  try {
    await client.write(LINE, database, undefined, { noSync })
    return { ok: true }
  } catch (cause) {
    return { error: (cause as Error).name, message: (cause as Error).message }
  } finally {
    await client.close()
  }
}

const arrived = () => upstream.seen.map(({ method, target, body }) => [method, target, body.trim()])
const AT = '/api/v3/write_lp?accept_partial=false&db=db_raw&precision=nanosecond'
const AT_THREE = '/api/v3/write_lp?db=db_raw&precision=nanosecond'

test('influxdb3-python, by either path', { timeout: PATIENCE_MS }, async () => {
  expect(await byPython({}, { v2: true })).toEqual([{ ok: true }, { ok: true }])
  expect(arrived()).toEqual([
    ['POST', AT_THREE, LINE],
    ['POST', AT, LINE],
  ])
})

test('@influxdata/influxdb3-client, by either path', async () => {
  expect([await byJavascript({}), await byJavascript({}, true)]).toEqual([{ ok: true }, { ok: true }])
  expect(arrived()).toEqual([
    ['POST', AT, LINE],
    ['POST', `${AT_THREE.replace('&precision', '&no_sync=true&precision')}`, LINE],
  ])
})

test('neither writes to a database of somebody else', { timeout: PATIENCE_MS }, async () => {
  const foreign = [{ database: 'secret' }, { database: 'secret', v2: true }]
  const refused = [...(await byPython(...foreign)), await byJavascript(foreign[0]!)]
  expect(refused.map(({ message }) => message)).toEqual(refused.map(() => expect.stringContaining('insufficient')))
  expect(upstream.seen).toEqual([])
})

test('an org of the name that Python sends is that one', { timeout: PATIENCE_MS }, async () => {
  const orgID = await createOrg(plant.operator, 'default')
  const id = await createBucket(plant.operator, orgID, 'raw')
  const [missing] = await byPython({ v2: true })
  expect([missing?.message, upstream.seen]).toEqual([expect.stringMatching(/default\W+ not found/), []])
  const { token } = await createToken(plant.operator, { orgID, permissions: mayAll('buckets', { id, orgID }) })
  const outcomes = await runPython<Written[]>('influxdb_v3.py', {
    url: plant.server.url,
    steps: [{ token, database: 'raw', line: LINE, v2: true }],
  })
  expect(outcomes).toEqual([{ ok: true }])
  expect(arrived()).toEqual([['POST', expect.stringContaining(`db=default_raw_${id}`), LINE]])
})
