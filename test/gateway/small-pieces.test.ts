// Bodies that come byte by byte, each byte a chunk of its own: they take no more memory than others.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createToken, may } from '../e2e/fixtures.ts'
import { openConnection } from '../e2e/raw-connection.ts'
import { type Plant, startPlant } from './plant.ts'
import { startUpstreamDouble, type UpstreamDouble } from './upstream-double.ts'

const MEGABYTE = 1_048_576
/** As many as are sent side by side, each as long as a body may be that is read whole. */
const AT_ONCE = 2
const MAX_GROWTH = 120 * MEGABYTE
const PIECES = '1\r\n \r\n'.repeat(8192)

let upstream: UpstreamDouble
let plant: Plant
/** Where what is refused is passed on, so that nothing of a query is thrown away. */
let observing: Plant
/** May write one measurement. */
let limited: string

beforeAll(async () => {
  upstream = await startUpstreamDouble()
  plant = await startPlant('influxdb1', upstream.url)
  observing = await startPlant('influxdb1', upstream.url, '[gateway]\nmode = "observe"\n')
  const { operator, orgID, buckets } = plant
  const permissions = [may('write', 'buckets', { id: buckets.raw, orgID, measurements: ['cpu'] })]
  limited = (await createToken(operator, { orgID, permissions })).token
})
afterAll(() => upstream.close())

const residentBytes = ({ server }: Plant) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]) * 1024

/** Sends a body of spaces, and gives the status of the answer. */
async function send({ server }: Plant, path: string, headers: string): Promise<number> {
  const connection = await openConnection(server.port)
  await connection.send(`POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${headers}Transfer-Encoding: chunked\r\n\r\n`)
  for (let left = MEGABYTE / 8192; left > 0; left--) await connection.send(PIECES)
  await connection.send('0\r\n\r\n')
  const answer = await connection.until(/^HTTP\/1\.1 \d{3}/)
  connection.close()
  return Number(answer.slice(9, 12))
}

const asking = (token: string) => `Authorization: Token ${token}\r\n`

test.each<[string, () => Plant, string, () => string, number]>([
  ['from a stranger', () => plant, '/api/v2/setup', () => 'Content-Type: application/json\r\n', 400],
  ['of a query', () => plant, '/query', () => asking(plant.tokens.reader), 400],
  ['of a query that may be passed on', () => observing, '/query', () => asking(observing.tokens.reader), 204],
  ['of a write that is held back', () => plant, '/write?db=raw', () => asking(limited), 204],
  ['of a change', () => plant, '/api/v2/dbrps', () => asking(plant.tokens.reader), 400],
])('a body %s', { timeout: 120_000 }, async (_, at, path, headers, status) => {
  const before = residentBytes(at())
  let most = before
  const timer = setInterval(() => (most = Math.max(most, residentBytes(at()))), 10)
  const statuses = await Promise.all(Array.from({ length: AT_ONCE }, () => send(at(), path, headers())))
  clearInterval(timer)
  console.log(`${AT_ONCE} bodies at ${path}: memory grew by ${((most - before) / MEGABYTE).toFixed(0)} MiB`)
  expect(statuses).toEqual(Array(AT_ONCE).fill(status))
  expect(most - before).toBeLessThan(MAX_GROWTH)
})
