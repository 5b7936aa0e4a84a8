// Arrow Flight through the gateway: what is allowed arrives in one form and in the upstream's names; of what is refused,
// nothing arrives; and what runs ends when its token does, or either side goes.
import type { ClientHttp2Session } from 'node:http2'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { AUTHORIZATIONS, BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import { block, FLAG, frame, GRPC_HEADERS, openHttp2, TYPE } from '../e2e/http2-frames.ts'
import { rowsOf } from './arrow-data.ts'
import { answerOf, begin, call, type Metadata, openSession } from './flight-call.ts'
import { CANCELLED, DOUBLE_TOKEN, type FlightDouble, fail, type SeenCall, startFlightDouble } from './flight-double.ts'
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
  ticketIn,
} from './flight-messages.ts'
import { type Plant, startPlant } from './plant.ts'

const ENV = { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN }
/** What is promised is 100 ms; a busy machine is not to fail the test. */
const CUT_WITHIN_MS = 1500

let upstream: FlightDouble
let plant: Plant
let session: ClientHttp2Session

beforeAll(async () => {
  upstream = await startFlightDouble()
  plant = await startPlant('influxdb3-core', upstream.url, 'answer_seconds = 1\n', ENV)
  session = openSession(plant.server.url)
})
afterAll(async () => {
  session.destroy()
  await upstream.close()
})
beforeEach(() => upstream.reset())

const bearer = (token: string) => ['authorization', `Bearer ${token}`] as const
const RAW = ['database', 'raw'] as const

async function ask(method: string, body: Uint8Array, metadata: Metadata = [], token = plant.tokens.reader) {
  const got = await call(session, method, [bearer(token), ...metadata], body)
  return { got, seen: [...upstream.seen] }
}

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
    ['Token', () => `Token ${plant.tokens.reader}`],
    ['Basic', () => `Basic ${Buffer.from(`any:${plant.tokens.reader}`).toString('base64')}`],
  ])('by %s', async (_, authorization) => {
    const got = await call(
      session,
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
    upstream.reset()
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
    upstream.reset()
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
    expect(upstream.seen.map(({ method, headers }) => [method, headers.database])).toEqual(
      ['DoAction', 'DoPut', 'GetFlightInfo', 'DoGet'].map(method => [method, 'db_raw']),
    )
  })
})

const mine = (text: string, more: object = {}) => get({ database: 'raw', sql_query: text, ...more })
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
    ['a scheme in lower case', () => `bearer ${plant.tokens.reader}`],
    ['two spaces', () => `Bearer  ${plant.tokens.reader}`],
    ['a scheme alone', () => 'Bearer'],
    ['the upstream’s own', () => `Bearer ${DOUBLE_TOKEN}`],
    ['two colons', () => `Basic ${Buffer.from(`a:b:${plant.tokens.reader}`).toString('base64')}`],
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
      const got = await call(session, method, metadata, body)
      expect([got.status, got.message, upstream.seen]).toEqual([16, 'Unauthenticated', []])
    }
  })

  test('which comes with two credentials, whichever is first', async () => {
    const connection = await openHttp2(plant.server.port)
    const both = [bearer(plant.tokens.reader), bearer('unknown')]
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
      expect(upstream.seen).toHaveLength(arrives)
      stream += 2
    }
    connection.close()
  })

  test('which comes from a writer, or from a token that was disabled', async () => {
    expect((await ask('DoGet', mine(Q), [], plant.tokens.writer)).got.message).toBe(noDatabase('raw'))
    const { id, token } = await newToken()
    expect((await ask('DoGet', mine(Q), [], token)).got.status).toBe(0)
    upstream.reset()
    ok(await plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    const { got, seen } = await ask('DoGet', mine(Q), [], token)
    expect([got.status, seen]).toEqual([16, []])
  })
})

async function newToken() {
  const permissions = [may('read', 'buckets', { id: plant.buckets.raw, orgID: plant.orgID })]
  return createToken(plant.operator, { orgID: plant.orgID, permissions })
}

describe('a ticket of ours', () => {
  const ticketFor = async (token = plant.tokens.reader) =>
    ticketIn((await ask('GetFlightInfo', info(statement(Q)), [RAW], token)).got.body)

  test('is of no use to another token, though it may read the same', async () => {
    const ticket = await ticketFor()
    upstream.reset()
    const { got, seen } = await ask('DoGet', get(ticket), [], plant.tokens.both)
    expect([got.status, seen]).toEqual([7, []])
    expect((await ask('DoGet', get(ticket))).got.status).toBe(0)
  })

  test('is refused if a byte of it is another', async () => {
    const ticket = await ticketFor()
    upstream.reset()
    for (let at = 0; at < ticket.length; at += 3) {
      const changed = ticket.map((byte, index) => (index === at ? byte ^ 1 : byte))
      const { got, seen } = await ask('DoGet', get(changed))
      expect([got.status === 0, seen], `byte ${at}`).toEqual([false, []])
    }
  })

  test('opens nothing any more when the token may not read, or the bucket is elsewhere', async () => {
    const { operator, orgID } = plant
    const bucketId = await createBucket(operator, orgID, 'moved')
    const bind = async (database: string) =>
      ok(await operator.put(`${BUCKETS}/${bucketId}/binding`, { upstream: 'lab', database }))
    await bind('db_first')
    const permissions = [may('read', 'buckets', { id: bucketId, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    upstream.answerWith((stream, { call }) => {
      const command = (call as { command: { kind: 'statement'; text: string } }).command
      if (command === undefined) return fail(stream, 3, 'rows')
      upstreamInfo(stream)
    })
    const { got } = await ask('GetFlightInfo', info(statement(Q)), [['database', 'moved']], token)
    const ticket = ticketIn(got.body)
    expect((await ask('DoGet', get(ticket), [], token)).got.message).toBe('rows')
    await bind('db_other')
    upstream.reset()
    expect((await ask('DoGet', get(ticket), [], token)).got.status).toBe(7)
    await bind('db_first')
    ok(await operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    expect((await ask('DoGet', get(ticket), [], token)).got.status).toBe(16)
    expect(upstream.seen).toEqual([])
  })
})

function upstreamInfo(stream: Parameters<typeof fail>[0]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(framed([writeMessage([1, 'schema'], [3, writeMessage([1, writeMessage([1, 'x'])])])]))
}

describe('a handshake', () => {
  const payload = framed([writeMessage([2, 'hello'])])

  test('gives back the payload, and the token for the calls that follow', async () => {
    for (const authorization of [
      `Bearer ${plant.tokens.reader}`,
      `Basic ${Buffer.from(`x:${plant.tokens.reader}`).toString('base64')}`,
    ]) {
      const got = await call(session, 'Handshake', [['authorization', authorization]], payload)
      expect([got.status, got.headers.authorization]).toEqual([0, `Bearer ${plant.tokens.reader}`])
      expect(got.body).toEqual(Buffer.from(payload))
    }
    expect(upstream.seen).toEqual([])
  })

  test('does not wait for a client that goes on to listen', async () => {
    const stream = begin(session, 'Handshake', [bearer(plant.tokens.reader)])
    stream.write(payload)
    expect((await answerOf(stream)).status).toBe(0)
  })

  test('needs a payload', async () => {
    const got = await call(session, 'Handshake', [bearer(plant.tokens.reader)], new Uint8Array())
    expect([got.status, got.message]).toEqual([3, 'Invalid handshake. No payload provided'])
  })
})

describe('what becomes of the upstream is told', () => {
  const asked = () => ask('DoGet', mine(Q))

  test('its errors, with the database in the client’s words', async () => {
    upstream.answerWith(stream => fail(stream, 13, 'database not found: db_raw'))
    expect((await asked()).got).toMatchObject({ status: 13, message: 'database not found: raw' })
    const { got } = await ask('DoGet', mine('SELECT * FROM nope').slice())
    expect(got.status).toBe(13)
    upstream.reset()
    expect((await ask('DoGet', mine('SELECT * FROM nope'))).got).toMatchObject({
      status: 3,
      message: "Error while planning query: Error during planning: table 'public.iox.nope' not found",
    })
  })

  test('an error after rows', async () => {
    upstream.answerWith(stream => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '8', 'grpc-message': 'too%20much' }))
      stream.end(rowsOf('db_raw'))
    })
    expect((await asked()).got).toMatchObject({ status: 8, message: 'too much', body: ROWS() })
  })

  test.each<[string, (stream: Parameters<typeof fail>[0]) => void]>([
    ['refuses us', stream => fail(stream, 16, 'Unauthenticated')],
    ['forbids us', stream => fail(stream, 7, 'no')],
    ['is no gRPC', stream => stream.respond({ ':status': 404 }, { endStream: true })],
    ['says nothing', () => {}],
    ['resets', stream => stream.close(2)],
    [
      'breaks off in the middle',
      stream => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
        stream.write(rowsOf('db_raw'), () => stream.close(2))
      },
    ],
    ['is gone', stream => stream.session!.destroy()],
  ])('UNAVAILABLE if it %s', async (_, answer) => {
    upstream.answerWith(answer)
    expect((await asked()).got.status).toBe(14)
    upstream.reset()
    expect((await asked()).got.status).toBe(0)
  })

  test('UNAVAILABLE if nobody is there', async () => {
    const own = await startPlant('influxdb3-core', 'http://127.0.0.1:9', '', ENV)
    const other = openSession(own.server.url)
    const got = await call(other, 'DoGet', [bearer(own.tokens.reader)], mine(Q))
    expect([got.status, got.message]).toEqual([14, 'the upstream cannot be reached'])
    other.destroy()
  })

  test('UNAVAILABLE while a bucket is nowhere, and not at all if it is at another generation', async () => {
    const two = await startPlant('influxdb2', upstream.url, 'org = "o"\n', ENV)
    const other = openSession(two.server.url)
    const got = (database: string) =>
      call(other, 'DoGet', [bearer(two.tokens.reader)], get({ database, sql_query: Q })).then(({ status }) => status)
    expect(await got('raw')).toBe(3)
    expect(await got('secret')).toBe(13)
    ok(await two.operator.delete(`${BUCKETS}/${two.buckets.raw}/binding`), 204)
    expect([await got('raw'), upstream.seen]).toEqual([14, []])
    other.destroy()
  })
})

/** Rows without end, as fast as they are taken. */
function endless(stream: Parameters<typeof fail>[0]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
  const piece = Buffer.alloc(65_536)
  const go = () => {
    while (!stream.destroyed && !stream.writableEnded && stream.write(piece));
  }
  stream.on('drain', go)
  go()
}

const until = async (what: () => boolean) => {
  for (const begunMs = performance.now(); !what(); ) {
    if (performance.now() - begunMs > CUT_WITHIN_MS) throw new Error('not in time')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

describe('a running query', () => {
  test('is cut off at the upstream when the client cancels, or goes', async () => {
    upstream.answerWith(endless)
    for (const leave of ['cancel', 'go'] as const) {
      const own = openSession(plant.server.url)
      const stream = begin(own, 'DoGet', [bearer(plant.tokens.reader)])
      stream.end(mine(Q))
      stream.on('error', () => {})
      await new Promise(resolve => stream.once('data', resolve))
      expect(upstream.seen.at(-1)!.closedWith).toBe(undefined)
      if (leave === 'cancel') stream.close(CANCELLED)
      else own.destroy()
      await until(() => upstream.seen.at(-1)!.closedWith !== undefined)
      expect(upstream.seen.at(-1)!.closedWith).toBe(CANCELLED)
      own.destroy()
    }
  })

  test.each([
    ['that is read', true],
    ['that nobody reads', false],
  ])('%s is cut when its token is disabled, and another’s is not', async (_, isRead) => {
    upstream.answerWith(endless)
    const { id, token } = await newToken()
    const [mineStream, other] = [token, plant.tokens.reader].map(one => begin(session, 'DoGet', [bearer(one)]))
    const cut = new Promise<number>(resolve => mineStream!.once('close', () => resolve(performance.now())))
    for (const stream of [mineStream!, other!]) {
      stream.on('error', () => {})
      stream.end(mine(Q))
      await new Promise(resolve => stream.once('response', resolve))
    }
    other!.resume()
    if (isRead) mineStream!.resume()
    await new Promise(resolve => setTimeout(resolve, 100))
    ok(await plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    const answeredMs = performance.now()
    if (!isRead) setTimeout(() => mineStream!.resume(), 5)
    const took = Math.max(0, (await cut) - answeredMs)
    console.log(`a query over Flight was cut ${took.toFixed(0)} ms after the token was disabled`)
    expect(took).toBeLessThan(CUT_WITHIN_MS)
    expect(mineStream!.rstCode).toBe(CANCELLED)
    await until(() => upstream.seen.some(({ closedWith }) => closedWith === CANCELLED))
    expect(upstream.seen.filter(({ closedWith }) => closedWith !== undefined)).toHaveLength(1)
    expect(other!.destroyed).toBe(false)
    other!.close(CANCELLED)
  })
})

test('calls are counted and logged with their status and who made them', async () => {
  await ask('DoGet', mine(Q))
  await ask('DoGet', get({ database: 'secret', sql_query: Q }))
  const { text } = await plant.server.request('GET', '/metrics')
  expect(text).toMatch(
    /sluice_grpc_calls_total\{route="\/arrow.flight.protocol.FlightService\/DoGet",status="0"\} [1-9]/,
  )
  expect(text).toMatch(
    /sluice_grpc_calls_total\{route="\/arrow.flight.protocol.FlightService\/DoGet",status="13"\} [1-9]/,
  )
  for (const verdict of ['asked', 'refused'])
    expect(text).toMatch(new RegExp(`sluice_gateway_verdicts_total.*${verdict}.*[1-9]`))
  await expect.poll(() => plant.server.output()).toMatch(/FlightService\/DoGet.*13.*authorization:[0-9a-f]{16}/)
})
