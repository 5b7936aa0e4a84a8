// Arrow Flight by a token that is limited to measurements: what is sure to read those alone arrives, else nothing.
import type { ClientHttp2Session } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { createToken, may } from '../e2e/fixtures.ts'
import { rowsOf } from './arrow-data.ts'
import { call, type Metadata, openSession } from './flight-call.ts'
import { DOUBLE_TOKEN, type FlightDouble, startFlightDouble } from './flight-double.ts'
import {
  any,
  commandTicket,
  get,
  info,
  prepare,
  prepared,
  READ_INFO,
  sqlCommand,
  statement,
  ticketIn,
} from './flight-messages.ts'
import { type Plant, startPlant } from './plant.ts'

const LIMITED = 'insufficient permissions: the token is limited to some measurements of this bucket'

let upstream: FlightDouble
let plant: Plant
let session: ClientHttp2Session
/** Reads `cpu` and `Disk IO` of the bucket `raw`. */
let token: string

beforeAll(async () => {
  upstream = await startFlightDouble()
  plant = await startPlant('influxdb3-core', upstream.url, '', { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN })
  session = openSession(plant.server.url)
  const { operator, orgID, buckets } = plant
  const permissions = ['cpu', 'Disk IO'].map(name =>
    may('read', 'buckets', { id: buckets.raw, orgID, measurements: [name] }),
  )
  token = (await createToken(operator, { orgID, permissions })).token
})
afterAll(async () => {
  session.destroy()
  await upstream.close()
})
beforeEach(() => upstream.reset())

const RAW = ['database', 'raw'] as const
const INFLUXQL = ['x-influxdata-query-language', 'influxql'] as const

async function ask(method: string, body: Uint8Array, metadata: Metadata = [], as = token) {
  const got = await call(session, method, [['authorization', `Bearer ${as}`], ...metadata], body)
  return { got, seen: upstream.seen.splice(0) }
}

/** Every way to say a query. */
type Way = (text: string) => readonly [method: string, body: Uint8Array, metadata?: Metadata]

const put = (text: string) => framed([writeMessage([1, writeMessage([1, 2], [2, prepared(text)])], [2, 'schema'])])
const SQL_WAYS: Readonly<Record<string, Way>> = {
  'a JSON ticket': text => ['DoGet', get({ database: 'raw', sql_query: text })],
  'a ticket of protobuf': text => ['DoGet', get(any(READ_INFO, writeMessage([1, 'raw'], [2, text])))],
  'a ticket with a command': text => ['DoGet', get(commandTicket('raw', statement(text)))],
  FlightSQL: text => ['GetFlightInfo', info(statement(text)), [RAW]],
  'a statement to prepare': text => ['DoAction', prepare(text), [RAW]],
  'a prepared statement': text => ['GetFlightInfo', info(prepared(text)), [RAW]],
  'parameters of a prepared statement': text => ['DoPut', put(text), [RAW]],
}
const INFLUXQL_WAYS: Readonly<Record<string, Way>> = {
  'a JSON ticket': text => ['DoGet', get({ database: 'raw', sql_query: text, query_type: 'influxql' })],
  'a ticket of protobuf': text => ['DoGet', get(writeMessage([1, 'raw'], [2, text], [3, 2]))],
  FlightSQL: text => ['GetFlightInfo', info(statement(text)), [RAW, INFLUXQL]],
}

describe.each([
  {
    language: 'SQL',
    ways: SQL_WAYS,
    his: [
      'SELECT * FROM cpu',
      'SELECT * FROM iox.cpu c JOIN "Disk IO" d ON c.time = d.time',
      'EXPLAIN SELECT n AS cpu FROM CPU',
    ],
    others: [
      'SELECT * FROM mem',
      'SELECT * FROM "CPU"',
      'SELECT * FROM cpu WHERE n IN (SELECT n FROM mem)',
      'WITH cpu AS (SELECT * FROM mem) SELECT * FROM cpu',
      'SHOW TABLES',
      'SELECT 1',
    ],
  },
  {
    language: 'InfluxQL',
    ways: INFLUXQL_WAYS,
    his: ['SELECT n FROM cpu, "Disk IO"', 'SELECT max(n) FROM (SELECT n FROM cpu)', 'SHOW FIELD KEYS FROM cpu'],
    others: [
      'SELECT n FROM mem',
      'SELECT n FROM cpu, mem',
      'SELECT n FROM /cpu/',
      'SHOW MEASUREMENTS',
      'SHOW FIELD KEYS',
    ],
  },
])('$language', ({ ways, his, others }) => {
  describe.each(Object.keys(ways))('in %s', name => {
    const way = ways[name]!

    test.each(his)('that reads his measurements alone arrives: %s', async text => {
      const { got, seen } = await ask(...way(text))
      expect([got.status, seen.length, JSON.stringify(seen[0]?.call)]).toEqual([0, 1, expect.stringContaining('cpu')])
    })

    test.each(others)('that may read others does not arrive: %s', async text => {
      const { got, seen } = await ask(...way(text))
      expect([got.status, got.message, seen]).toEqual([7, LIMITED, []])
      // To a token without limits it does.
      const [method, body, metadata] = way(text)
      expect((await ask(method, body, metadata, plant.tokens.reader)).seen).toHaveLength(1)
    })
  })
})

test('rows come back in two steps, each judged', async () => {
  const { got } = await ask('GetFlightInfo', info(statement('SELECT * FROM cpu')), [RAW])
  const rows = await ask('DoGet', get(ticketIn(got.body)))
  expect([rows.got.status, rows.got.body]).toEqual([0, Buffer.from(rowsOf('db_raw'))])
  const all = await ask('GetFlightInfo', info(statement('SELECT * FROM mem')), [RAW], plant.tokens.reader)
  expect(await ask('DoGet', get(ticketIn(all.got.body)))).toMatchObject({ got: { status: 7 }, seen: [] })
})

describe('about the database', () => {
  test.each(['CommandGetTables', 'CommandGetPrimaryKeys', 'CommandGetExportedKeys', 'CommandGetImportedKeys'])(
    '%s, which names tables, does not arrive',
    async command => {
      for (const [method, body, metadata] of [
        ['GetFlightInfo', info(sqlCommand(command)), [RAW]],
        ['DoGet', get(commandTicket('raw', sqlCommand(command))), []],
      ] as [string, Uint8Array, Metadata][]) {
        const { got, seen } = await ask(method, body, metadata)
        expect([got.status, got.message, seen]).toEqual([7, LIMITED, []])
      }
    },
  )
})

test('a bucket that is not his is not there', async () => {
  const { got, seen } = await ask('DoGet', get({ database: 'secret', sql_query: 'SELECT * FROM cpu' }))
  const message = 'Cannot retrieve database: External error: database not found: secret'
  expect([got.status, got.message, seen]).toEqual([13, message, []])
})
