// The real clients of InfluxDB 3 and of Arrow, unchanged, through the gateway: rows of the database that a token is for, and
// a clear error for all else, of which the upstream sees nothing.
import { InfluxDBClient } from '@influxdata/influxdb3-client'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runPython } from '../clients/python.ts'
import { AUTHORIZATIONS, createToken, may, ok } from '../e2e/fixtures.ts'
import { DOUBLE_TOKEN, type FlightDouble, startFlightDouble } from './flight-double.ts'
import { type Plant, startPlant } from './plant.ts'

/** Python takes its time to start, on a busy machine above all. */
const PATIENCE_MS = 60_000

let upstream: FlightDouble
let plant: Plant

beforeAll(async () => {
  upstream = await startFlightDouble()
  plant = await startPlant('influxdb3-core', upstream.url, '', { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN })
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

interface Asked {
  readonly token?: string
  readonly database?: string
  readonly query?: string
}
type Outcome = { readonly rows: readonly unknown[] } | { readonly failed: string }
type Client = (asked: Asked) => Promise<Outcome>

const Q = 'SELECT owner FROM m'

const python =
  (client: string): Client =>
  ({ token = plant.tokens.reader, database = 'raw', query = Q }) =>
    runPython('flight.py', { client, url: plant.server.url, token, database, query })

const javascript: Client = async ({ token = plant.tokens.reader, database = 'raw', query = Q }) => {
  const client = new InfluxDBClient({ host: plant.server.url, token, database })
  const type = query.startsWith('SHOW') ? 'influxql' : 'sql'
  const rows: unknown[] = []
  try {
    for await (const row of client.query(query, database, { type })) rows.push(row)
    return { rows }
  } catch (cause) {
    return { failed: (cause as Error).message }
  } finally {
    await client.close()
  }
}

const CLIENTS: Readonly<Record<string, Client>> = {
  'influxdb3-python': python('influxdb3'),
  '@influxdata/influxdb3-client': javascript,
  'adbc-driver-flightsql': python('adbc'),
}

describe.each(Object.keys(CLIENTS))('%s', name => {
  const ask = CLIENTS[name]!

  test('gets the rows of its database', { timeout: PATIENCE_MS }, async () => {
    expect(await ask({})).toEqual({ rows: [{ owner: 'db_raw', value: 1 }] })
    for (const { call } of upstream.seen) expect(call).not.toHaveProperty('unread')
    expect(upstream.seen.at(-1)!.headers.database).toBe('db_raw')
  })

  test.each<[string, () => Asked | Promise<Asked>, RegExp]>([
    ['another database', () => ({ database: 'secret' }), /database not found: secret/],
    ['a database that is not there', () => ({ database: 'nothing' }), /database not found: nothing/],
    ['an unknown token', () => ({ token: 'apiv3_wrong' }), /Unauthenticated/],
    ['a system table', () => ({ query: 'SELECT * FROM system.queries' }), /a table of another schema/],
    ['a disabled token', async () => ({ token: await disabledToken() }), /Unauthenticated/],
  ])('is told that it may not have %s', { timeout: PATIENCE_MS }, async (_, asked, message) => {
    expect(await ask(await asked())).toEqual({ failed: expect.stringMatching(message) })
    // Drivers look around in their own database first.
    const queries = upstream.seen.filter(({ call }) => !JSON.stringify(call).includes('"kind":"about"'))
    expect(queries).toEqual([])
    expect(upstream.seen.filter(({ headers }) => headers.database !== 'db_raw')).toEqual([])
  })

  test('gets the rows of the one measurement that its token is for', { timeout: PATIENCE_MS }, async () => {
    const resource = { id: plant.buckets.raw, orgID: plant.orgID, measurements: ['m'] }
    const permissions = [may('read', 'buckets', resource)]
    const { token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
    expect(await ask({ token })).toEqual({ rows: [{ owner: 'db_raw', value: 1 }] })
    upstream.reset()
    const query = 'SELECT owner FROM other'
    expect(await ask({ token, query })).toEqual({ failed: expect.stringMatching(/limited to some measurements/) })
    expect(upstream.seen.filter(({ call }) => JSON.stringify(call).includes('other'))).toEqual([])
  })

  test('is told what is wrong with a query', { timeout: PATIENCE_MS }, async () => {
    expect(await ask({ query: 'SELECT * FROM nope' })).toEqual({
      failed: expect.stringMatching(/table 'public.iox.nope' not found/),
    })
  })
})

test.each(['influxdb3-python', '@influxdata/influxdb3-client'])(
  '%s asks in InfluxQL',
  { timeout: PATIENCE_MS },
  async name => {
    expect(await CLIENTS[name]!({ query: 'SHOW MEASUREMENTS ON raw' })).toHaveProperty('rows')
    expect(upstream.seen.at(-1)!.call).toMatchObject({ ticket: { language: 'influxql', text: 'SHOW MEASUREMENTS' } })
  },
)

async function disabledToken(): Promise<string> {
  const permissions = [may('read', 'buckets', { id: plant.buckets.raw, orgID: plant.orgID })]
  const { id, token } = await createToken(plant.operator, { orgID: plant.orgID, permissions })
  ok(await plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
  return token
}
