// Two gateways on one data directory: where a bucket is, and what it is called, is the same for both at the next request.
import * as http from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BUCKETS, DBRPS, ok } from '../e2e/fixtures.ts'
import { type Server, startServer } from '../e2e/server.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const ROUNDS = 40

let upstream: UpstreamDouble
let plant: Plant
let other: Server
const agent = new http.Agent({ keepAlive: true, timeout: 1000 })

beforeAll(async () => {
  upstream = await startUpstreamDouble()
  plant = await startPlant('influxdb1', upstream.url)
  other = await startServer({ dataDir: plant.server.dataDir })
})
afterAll(async () => {
  agent.destroy()
  await upstream.close()
})

/** Writes through both gateways; each time its status, and the target that the upstream saw. */
async function written(path: string): Promise<string[]> {
  const results: string[] = []
  for (const server of [other, plant.server]) {
    upstream.seen.length = 0
    const { status } = await server.request('POST', path, { token: plant.tokens.writer, body: 'm f=1', agent })
    results.push([status, ...upstream.seen.map(({ target }) => target)].join(' '))
  }
  return results
}
const twice = (text: string) => [text, text]

const AT = (database: string) => `204 /write?db=${database}&precision=n`

test('a bucket that is renamed has its new name, and no longer its old one', async () => {
  const paths = (name: string) => [`/write?db=${name}`, `/api/v2/write?org=plant&bucket=${name}`]
  const rename = async (name: string) => ok(await plant.operator.patch(`${BUCKETS}/${plant.buckets.raw}`, { name }))
  for (const path of paths('raw')) expect(await written(path)).toEqual(twice(AT('db_raw')))
  let [last, next] = ['raw', 'new']
  for (let round = 0; round < ROUNDS; round++) {
    await rename(next)
    for (const path of paths(last)) expect(await written(path)).toEqual(twice(path.startsWith('/api') ? '403' : '404'))
    for (const path of paths(next)) expect(await written(path)).toEqual(twice(AT('db_raw')))
    ;[last, next] = [next, last]
  }
  expect(last, 'as it was').toBe('raw')
}, 60_000)

test('a bucket that is bound elsewhere, or nowhere, is written there, or nowhere', async () => {
  const binding = `${BUCKETS}/${plant.buckets.raw}/binding`
  for (let round = 0; round < ROUNDS; round++) {
    const database = `db_${round}`
    ok(await plant.operator.put(binding, { upstream: 'lab', database }))
    expect(await written('/write?db=raw')).toEqual(twice(AT(database)))
    ok(await plant.operator.delete(binding), 204)
    expect(await written('/write?db=raw')).toEqual(twice('503'))
  }
  ok(await plant.operator.put(binding, { upstream: 'lab', database: 'db_raw' }))
}, 60_000)

test('a mapping counts as soon as it is made, and no longer when it is gone', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    expect(await written('/write?db=telegraf')).toEqual(twice('404'))
    const mapping = { orgID: plant.orgID, bucketID: plant.buckets.raw, database: 'telegraf', retention_policy: 'week' }
    const { id } = ok(await plant.operator.post(DBRPS, { ...mapping, default: true }), 201)
    expect(await written('/write?db=telegraf')).toEqual(twice(AT('db_raw')))
    ok(await plant.operator.delete(`${DBRPS}/${id}?orgID=${plant.orgID}`), 204)
  }
}, 60_000)

test('a bucket that is deleted is written no more', async () => {
  expect(await written('/write?db=raw')).toEqual(twice(AT('db_raw')))
  ok(await plant.operator.delete(`${BUCKETS}/${plant.buckets.raw}`), 204)
  expect(await written('/write?db=raw')).toEqual(twice('404'))
})
