// The Flight family of the bypass corpus: of what is denied the upstream sees nothing, of what is not, raw alone.
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlightCase, flight, READER_METADATA } from '../bypass/flight.ts'
import { call, openSession } from './flight-call.ts'
import { DOUBLE_TOKEN, type FlightDouble, type SeenCall, startFlightDouble } from './flight-double.ts'
import { type Plant, startPlant } from './plant.ts'

const FILE = new URL('../bypass/flight.json', import.meta.url)
const FOREIGN = /secret|_internal|system|information_schema|passwd|hostname|RAW/

let upstream: FlightDouble
let plant: Plant

beforeAll(async () => {
  upstream = await startFlightDouble()
  plant = await startPlant('influxdb3-core', upstream.url, '', { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN })
})
afterAll(() => upstream.close())

function faultOf({ expect: wanted = 'denied' }: FlightCase, status: number, seen: readonly SeenCall[]) {
  const all = JSON.stringify(seen.map(({ headers, call }) => [headers.database, call]))
  if (wanted === 'denied' && (seen.length > 0 || status === 0)) return `answered ${status}; the upstream saw ${all}`
  if (wanted === 'arrives' && (seen.length !== 1 || status !== 0)) return `answered ${status}; the upstream saw ${all}`
  const isRawAlone = seen.every(({ headers }) => headers.database === 'db_raw') && !FOREIGN.test(all)
  return isRawAlone && !all.includes('unread') ? undefined : `the upstream saw ${all}`
}

test('what is denied does not arrive, what is allowed arrives at the database of raw', async () => {
  const cases: FlightCase[] = JSON.parse(readFileSync(FILE, 'utf8'))
  const session = openSession(plant.server.url)
  const faults: string[] = []
  const statuses = new Map<number, number>()
  for (const one of cases) {
    upstream.reset()
    const metadata = (one.metadata ?? READER_METADATA).map(([name, value]) => {
      const token = (_: string, who: 'reader' | 'writer') => plant.tokens[who]
      return [name, value.replaceAll(/«(reader|writer)»/g, token)] as const
    })
    const got = await call(session, one.method, metadata, Buffer.from(one.bodyHex, 'hex'))
    statuses.set(got.status, (statuses.get(got.status) ?? 0) + 1)
    const fault = faultOf(one, got.status, upstream.seen)
    if (fault !== undefined) faults.push(`${one.name}: ${fault}`)
  }
  session.destroy()
  console.log(`flight: ${cases.length} calls; ${[...statuses].map(([status, n]) => `${n} × ${status}`).join(', ')}`)
  expect(faults).toEqual([])
}, 60_000)

test('the file is what its generator makes', async () => {
  const written = `[\n${flight()
    .map(one => JSON.stringify(one))
    .join(',\n')}\n]\n`
  await expect(written).toMatchFileSnapshot(FILE.pathname)
  expect(new Set(flight().map(({ name }) => name)).size).toBe(flight().length)
})
