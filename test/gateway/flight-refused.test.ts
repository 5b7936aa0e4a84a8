// Arrow Flight through the gateway: of what is refused, nothing arrives.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { AUTHORIZATIONS, ok } from '../e2e/fixtures.ts'
import { block, FLAG, frame, GRPC_HEADERS, openHttp2, TYPE } from '../e2e/http2-frames.ts'
import { call, type Metadata } from './flight-call.ts'
import { DOUBLE_TOKEN } from './flight-double.ts'
import {
  action,
  any,
  commandTicket,
  get,
  info,
  prepare,
  prepared,
  Q,
  READ_INFO,
  sqlCommand,
  statement,
} from './flight-messages.ts'
import { bearer, type FlightPlant, mine, RAW, startFlightPlant } from './flight-plant.ts'

let flight: FlightPlant
beforeAll(async () => {
  flight = await startFlightPlant()
})
afterAll(() => flight.close())
beforeEach(() => flight.upstream.reset())

const ask: FlightPlant['ask'] = (...asked) => flight.ask(...asked)

const noDatabase = (name: string) => `Cannot retrieve database: External error: database not found: ${name}`

describe('of a call that is refused, nothing arrives', () => {
  test.each(['secret', 'nothing', 'db_raw', 'db_secret', '_internal', 'RAW', 'raw '])(
    'the database %s is not there, however it is named',
    async database => {
      const metadata: Metadata = [['database', database]]
      for (const [method, body, given] of [
        ['DoGet', get({ database, sql_query: Q }), []],
        ['DoGet', get({ namespace_name: database, sql_query: 'SELECT f FROM m', query_type: 'influxql' }), []],
        ['DoGet', get(any(READ_INFO, writeMessage([1, database], [2, Q]))), []],
        ['DoGet', get(writeMessage([1, database], [2, Q])), []],
        ['DoGet', get(commandTicket(database, statement(Q))), []],
        ['DoGet', get(commandTicket(database, sqlCommand('CommandGetTables'))), []],
        ['GetFlightInfo', info(statement(Q)), metadata],
        ['GetFlightInfo', info(sqlCommand('CommandGetTables')), [['iox-namespace-name', database]]],
        ['GetSchema', info(statement(Q)), metadata],
        ['DoAction', prepare(Q), metadata],
        ['GetFlightInfo', info(prepared(Q)), metadata],
      ] as [string, Uint8Array, Metadata][]) {
        const { got, seen } = await ask(method, body, given)
        // A space at the end does not come through a header.
        const name = given.length > 0 ? database.trim() : database
        if (name === 'raw') continue
        expect([got.status, got.message, seen], method).toEqual([13, noDatabase(name), []])
      }
    },
  )

  test.each<[string, string, Uint8Array, Metadata, number]>([
    ['a system table', 'DoGet', mine('SELECT * FROM system.queries'), [], 3],
    ['a system table by protobuf', 'DoGet', get(writeMessage([1, 'raw'], [2, 'SELECT * FROM system.queries'])), [], 3],
    ['a system table by FlightSQL', 'GetFlightInfo', info(statement('SELECT * FROM system.tokens')), [RAW], 3],
    ['a system table in a ticket', 'DoGet', get(commandTicket('raw', statement('SELECT * FROM system.tokens'))), [], 3],
    ['a system table, prepared', 'DoAction', prepare('SELECT * FROM system.queries'), [RAW], 3],
    ['a system table in a handle', 'GetFlightInfo', info(prepared('SELECT * FROM system.queries')), [RAW], 3],
    ['another catalog', 'DoGet', mine('SELECT * FROM secret.iox.m'), [], 3],
    ['two statements', 'DoGet', mine('SELECT 1; SELECT 2'), [], 3],
    ['a file', 'DoGet', mine("SELECT * FROM '/etc/hostname'"), [], 3],
    ['a change', 'DoGet', mine('DROP TABLE m'), [], 3],
    ['InfluxQL of another database', 'DoGet', mine('SELECT f FROM secret..m', { query_type: 'influxql' }), [], 13],
    [
      'InfluxQL of a subquery',
      'DoGet',
      mine('SELECT f FROM (SELECT f FROM secret..m)', { query_type: 'influxql' }),
      [],
      13,
    ],
    ['InfluxQL of a schema', 'DoGet', mine('SHOW TAG KEYS ON secret', { query_type: 'influxql' }), [], 13],
    ['InfluxQL of databases', 'DoGet', mine('SHOW DATABASES', { query_type: 'influxql' }), [], 3],
    ['InfluxQL that changes', 'DoGet', mine('DROP MEASUREMENT m', { query_type: 'influxql' }), [], 7],
    [
      'InfluxQL of another database by metadata',
      'GetFlightInfo',
      info(statement('SELECT f FROM secret..m')),
      [RAW, ['x-influxdata-query-language', 'influxql']],
      13,
    ],
    ['SQL that metadata calls InfluxQL', 'DoGet', mine(Q), [['x-influxdata-query-language', 'influxql']], 3],
    ['metadata that names another', 'DoGet', mine(Q), [['database', 'secret']], 3],
    ['metadata that names his, and a ticket another', 'DoGet', get({ database: 'secret', sql_query: Q }), [RAW], 3],
    ['metadata that names two', 'GetFlightInfo', info(statement(Q)), [RAW, ['bucket', 'secret']], 3],
    ['metadata that names two by one name', 'GetFlightInfo', info(statement(Q)), [RAW, ['database', 'secret']], 3],
    ['no database', 'GetFlightInfo', info(statement(Q)), [], 3],
    ['a ticket with two databases', 'DoGet', get({ database: 'raw', bucket: 'secret', sql_query: Q }), [], 3],
    ['a ticket cut off', 'DoGet', mine(Q).slice(0, -1), [], 3],
    [
      'two tickets',
      'DoGet',
      framed([writeMessage([1, writeMessage([1, 'raw'], [2, Q])], [1, writeMessage([1, 'secret'], [2, Q])])]),
      [],
      3,
    ],
    ['two messages', 'DoGet', Buffer.concat([mine(Q), get({ database: 'secret', sql_query: Q })]), [], 3],
    ['no message', 'DoGet', new Uint8Array(), [], 3],
    [
      'an update',
      'DoPut',
      framed([
        writeMessage([1, writeMessage([1, 2], [2, sqlCommand('CommandStatementUpdate', writeMessage([1, Q]))])]),
      ]),
      [RAW],
      3,
    ],
    ['an action that is none', 'DoAction', action('CancelFlightInfo'), [RAW], 3],
    ['the end of a session', 'DoAction', action('CloseSession'), [RAW], 3],
    ['a compressed message', 'DoGet', Buffer.concat([Buffer.of(1), mine(Q).slice(1)]), [], 3],
    ['a coding', 'DoGet', mine(Q), [['grpc-encoding', 'gzip']], 12],
    ['another content type', 'DoGet', mine(Q), [['content-type', 'application/grpc-web']], 12],
    ['another method of HTTP', 'DoGet', mine(Q), [[':method', 'PUT']], 12],
    ['a time that is none', 'DoGet', mine(Q), [['grpc-timeout', '1 day']], 3],
    ['a call that is too long', 'DoGet', mine(`SELECT ${' '.repeat(1_100_000)} 1`), [], 8],
    ['DoExchange', 'DoExchange', mine(Q), [RAW], 12],
    ['ListFlights', 'ListFlights', new Uint8Array(5), [RAW], 12],
    ['a path in capitals', '/arrow.flight.protocol.FlightService/doGet', mine(Q), [], 12],
    ['a path with a query', '/arrow.flight.protocol.FlightService/DoGet?x', mine(Q), [], 12],
    ['a path of HTTP', '/api/v3/query_sql', mine(Q), [RAW], 12],
  ])('%s', async (_, method, body, metadata, status) => {
    const { got, seen } = await ask(method, body, metadata)
    expect([got.status, seen]).toEqual([status, []])
    expect(got.message).not.toMatch(/db_raw|db_secret/)
  })

  test.each<[string, () => string | undefined]>([
    ['nobody', () => undefined],
    ['somebody unknown', () => 'Bearer unknown'],
    ['a scheme in lower case', () => `bearer ${flight.plant.tokens.reader}`],
    ['two spaces', () => `Bearer  ${flight.plant.tokens.reader}`],
    ['a scheme alone', () => 'Bearer'],
    ['the upstream’s own', () => `Bearer ${DOUBLE_TOKEN}`],
    ['two colons', () => `Basic ${Buffer.from(`a:b:${flight.plant.tokens.reader}`).toString('base64')}`],
  ])('which comes from %s', async (_, authorization) => {
    const given = authorization()
    const metadata: Metadata = given === undefined ? [RAW] : [RAW, ['authorization', given]]
    for (const [method, body] of [
      ['DoGet', mine(Q)],
      ['DoGet', Buffer.from('rubbish')],
      ['GetFlightInfo', info(statement(Q))],
      ['DoAction', prepare(Q)],
      ['Handshake', framed([writeMessage([2, 'x'])])],
    ] as const) {
      const got = await call(flight.session, method, metadata, body)
      expect([got.status, got.message, flight.upstream.seen]).toEqual([16, 'Unauthenticated', []])
    }
  })

  test('which comes with two credentials, whichever is first', async () => {
    const connection = await openHttp2(flight.plant.server.port)
    const both = [bearer(flight.plant.tokens.reader), bearer('unknown')]
    let stream = 1
    for (const [metadata, arrives] of [
      [both, 0],
      [[...both].reverse(), 0],
      // So that the test can fail.
      [both.slice(0, 1), 1],
    ] as const) {
      const head = frame(TYPE.headers, FLAG.endHeaders, stream, block([...GRPC_HEADERS, ...metadata]))
      await connection.send(Buffer.concat([head, frame(TYPE.data, FLAG.endStream, stream, mine(Q))]))
      await new Promise(resolve => setTimeout(resolve, 300))
      expect(flight.upstream.seen).toHaveLength(arrives)
      stream += 2
    }
    connection.close()
  })

  test('which comes from a writer, or from a token that was disabled', async () => {
    expect((await ask('DoGet', mine(Q), [], flight.plant.tokens.writer)).got.message).toBe(noDatabase('raw'))
    const { id, token } = await flight.newToken()
    expect((await ask('DoGet', mine(Q), [], token)).got.status).toBe(0)
    flight.upstream.reset()
    ok(await flight.plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    const { got, seen } = await ask('DoGet', mine(Q), [], token)
    expect([got.status, seen]).toEqual([16, []])
  })
})
