// Arrow Flight through the gateway: what is allowed arrives in one form and in the upstream's names, and its rows come back.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { rowsOf } from './arrow-data.ts'
import { answerOf, begin, call, type Metadata } from './flight-call.ts'
import { DOUBLE_TOKEN, type SeenCall } from './flight-double.ts'
import { any, get, info, prepare, prepared, Q, READ_INFO, sqlCommand, statement, ticketIn } from './flight-messages.ts'
import { bearer, type FlightPlant, mine, RAW, startFlightPlant } from './flight-plant.ts'

let flight: FlightPlant
beforeAll(async () => {
  flight = await startFlightPlant()
})
afterAll(() => flight.close())
beforeEach(() => flight.upstream.reset())

const ask: FlightPlant['ask'] = (...asked) => flight.ask(...asked)

const ROWS = () => Buffer.from(rowsOf('db_raw'))
const ticketOf = (seen: readonly SeenCall[]) => (seen[0]!.call as { ticket: unknown }).ticket

describe('an allowed query arrives, and its rows come back', () => {
  test.each<[string, object | Uint8Array, Metadata, object]>([
    ['SQL', { database: 'raw', sql_query: Q }, [], { language: 'sql', text: Q }],
    ['SQL, and the metadata agrees', { bucket: 'raw', sql_query: Q }, [RAW, ['bucket', 'raw']], { text: Q }],
    [
      'InfluxQL',
      { database: 'raw', sql_query: 'select f from raw.autogen.m', query_type: 'influxql' },
      [],
      { language: 'influxql', text: 'SELECT f FROM m' },
    ],
    [
      'SQL with parameters',
      { database: 'raw', sql_query: Q, query_type: 'sql', params: { o: 'x' } },
      [],
      { text: Q, params: '{"o":"x"}' },
    ],
    ['protobuf', any(READ_INFO, writeMessage([1, 'raw'], [2, Q])), [], { language: 'sql', text: Q }],
    ['bare protobuf', writeMessage([1, 'raw'], [2, Q], [3, 1]), [], { language: 'sql', text: Q }],
  ])('%s', async (_, ticket, metadata, expected) => {
    const { got, seen } = await ask('DoGet', get(ticket), metadata)
    expect([got.status, got.body]).toEqual([0, ROWS()])
    expect(got.headers['content-type']).toBe('application/grpc')
    expect(ticketOf(seen)).toMatchObject({ kind: 'text', database: 'db_raw', ...expected })
  })

  test('with our own credential, and of his metadata what does no harm', async () => {
    const metadata: Metadata = [
      ['grpc-timeout', '5S'],
      ['user-agent', 'grpc-go/1'],
      ['x-request-id', 'one'],
      ['x-influxdata-partition-limit', '1'],
      ['iox-debug', 'true'],
      ['x-forwarded-for', '1.2.3.4'],
    ]
    const { seen } = await ask('DoGet', get({ database: 'raw', sql_query: Q }), metadata)
    const { headers } = seen[0]!
    expect(headers).toMatchObject({
      authorization: `Bearer ${DOUBLE_TOKEN}`,
      'grpc-timeout': '5S',
      'user-agent': 'grpc-go/1',
      'x-request-id': 'one',
      te: 'trailers',
      database: 'db_raw',
    })
    const names = Object.keys(headers).filter(name => !name.startsWith(':'))
    expect(names.sort()).toEqual(
      [
        'authorization',
        'content-type',
        'database',
        'grpc-accept-encoding',
        'grpc-timeout',
        'te',
        'user-agent',
        'x-request-id',
      ].sort(),
    )
  })

  test.each<[string, () => string]>([
    ['Token', () => `Token ${flight.plant.tokens.reader}`],
    ['Basic', () => `Basic ${Buffer.from(`any:${flight.plant.tokens.reader}`).toString('base64')}`],
  ])('by %s', async (_, authorization) => {
    const got = await call(
      flight.session,
      'DoGet',
      [['authorization', authorization()]],
      get({ database: 'raw', sql_query: Q }),
    )
    expect([got.status, got.body]).toEqual([0, ROWS()])
  })

  test('of FlightSQL in two steps, and the ticket between them is ours', async () => {
    const { got, seen } = await ask('GetFlightInfo', info(statement(Q)), [RAW])
    expect([got.status, seen[0]!.headers.database]).toEqual([0, 'db_raw'])
    const ticket = ticketIn(got.body.subarray(0))
    expect(got.body.toString('latin1')).not.toMatch(/db_raw|elsewhere/)
    flight.upstream.reset()
    const rows = await ask('DoGet', get(ticket), [RAW])
    expect([rows.got.status, rows.got.body]).toEqual([0, ROWS()])
    expect(ticketOf(rows.seen)).toEqual({
      kind: 'command',
      database: 'db_raw',
      command: { kind: 'statement', text: Q },
    })
  })

  test('of FlightSQL in InfluxQL, if the metadata says so', async () => {
    const metadata: Metadata = [RAW, ['x-influxdata-query-language', 'influxql']]
    const { got, seen } = await ask('GetFlightInfo', info(statement('select f from raw..m')), metadata)
    const influxql = { kind: 'statement', text: 'SELECT f FROM m' }
    expect(seen).toMatchObject([
      { call: { command: influxql }, headers: { 'x-influxdata-query-language': 'influxql' } },
    ])
    flight.upstream.reset()
    const rows = await ask('DoGet', get(ticketIn(got.body)))
    expect([rows.got.status, ticketOf(rows.seen)]).toEqual([
      0,
      { kind: 'command', database: 'db_raw', command: influxql },
    ])
    expect(rows.seen[0]!.headers['x-influxdata-query-language']).toBe('influxql')
  })

  test.each(['CommandGetSqlInfo', 'CommandGetCatalogs', 'CommandGetDbSchemas', 'CommandGetTables'])(
    '%s',
    async name => {
      const { got, seen } = await ask('GetFlightInfo', info(sqlCommand(name)), [RAW])
      expect([got.status, seen.length]).toEqual([0, 1])
      expect((await ask('DoGet', get(ticketIn(got.body)))).got.status).toBe(0)
    },
  )

  test('which was prepared: each step says its text again', async () => {
    expect((await ask('DoAction', prepare(Q), [RAW])).got.status).toBe(0)
    const put = framed([writeMessage([1, writeMessage([1, 2], [2, prepared(Q)])], [2, 'schema'])])
    expect((await ask('DoPut', put, [RAW])).got.status).toBe(0)
    const { got } = await ask('GetFlightInfo', info(prepared(Q)), [RAW])
    expect((await ask('DoGet', get(ticketIn(got.body)))).got.body).toEqual(ROWS())
    expect(flight.upstream.seen.map(({ method, headers }) => [method, headers.database])).toEqual(
      ['DoAction', 'DoPut', 'GetFlightInfo', 'DoGet'].map(method => [method, 'db_raw']),
    )
  })
})

describe('a handshake', () => {
  const payload = framed([writeMessage([2, 'hello'])])

  test('gives back the payload, and the token for the calls that follow', async () => {
    for (const authorization of [
      `Bearer ${flight.plant.tokens.reader}`,
      `Basic ${Buffer.from(`x:${flight.plant.tokens.reader}`).toString('base64')}`,
    ]) {
      const got = await call(flight.session, 'Handshake', [['authorization', authorization]], payload)
      expect([got.status, got.headers.authorization]).toEqual([0, `Bearer ${flight.plant.tokens.reader}`])
      expect(got.body).toEqual(Buffer.from(payload))
    }
    expect(flight.upstream.seen).toEqual([])
  })

  test('does not wait for a client that goes on to listen', async () => {
    const stream = begin(flight.session, 'Handshake', [bearer(flight.plant.tokens.reader)])
    stream.write(payload)
    expect((await answerOf(stream)).status).toBe(0)
  })

  test('needs a payload', async () => {
    const got = await call(flight.session, 'Handshake', [bearer(flight.plant.tokens.reader)], new Uint8Array())
    expect([got.status, got.message]).toEqual([3, 'Invalid handshake. No payload provided'])
  })
})

test('calls are counted and logged with their status and who made them', async () => {
  await ask('DoGet', mine(Q))
  await ask('DoGet', get({ database: 'secret', sql_query: Q }))
  const { text } = await flight.plant.server.request('GET', '/metrics')
  expect(text).toMatch(
    /sluice_grpc_calls_total\{route="\/arrow.flight.protocol.FlightService\/DoGet",status="0"\} [1-9]/,
  )
  expect(text).toMatch(
    /sluice_grpc_calls_total\{route="\/arrow.flight.protocol.FlightService\/DoGet",status="13"\} [1-9]/,
  )
  for (const verdict of ['asked', 'refused'])
    expect(text).toMatch(new RegExp(`sluice_gateway_verdicts_total.*${verdict}.*[1-9]`))
  await expect.poll(() => flight.plant.server.output()).toMatch(/FlightService\/DoGet.*13.*authorization:[0-9a-f]{16}/)
})
