// What Flight calls say, from what real clients were recorded to send, and what no reading is certain of.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { flightMethodOf, framed, parseCall, parseMetadata, rewriteFlightInfo, unframed, writeCall } from './flight.ts'
import { readTicket, writeOwnTicket, writeTicket } from './flight-ticket.ts'
import { readFields, readMessage, type WrittenField, writeMessage } from './protobuf.ts'
import { decided } from './undecidable.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const ticket = (given: Uint8Array | string) => {
  const read = typeof given === 'string' ? bytes(given) : given
  return parseCall('DoGet', [writeMessage([1, read])])
}
const json = (object: unknown) => ticket(JSON.stringify(object))
const REFUSED = { undecidable: expect.any(String) }
const Q = 'SELECT * FROM m'
const asked = (more: object) => ({
  method: 'DoGet',
  ticket: { kind: 'text', database: 'mine', language: 'sql', text: Q, ...more },
})

/** As grpc-go sent them for ADBC. */
const READ_INFO = 'type.googleapis.com/influxdata.iox.querier.v1.ReadInfo'
const SQL = 'type.googleapis.com/arrow.flight.protocol.sql.'
const any = (url: string, value: Uint8Array) => writeMessage([1, url], [2, value])
const statement = (text: string) => any(`${SQL}CommandStatementQuery`, writeMessage([1, text]))
const readInfo = (...fields: readonly WrittenField[]) => any(READ_INFO, writeMessage(...fields))

describe('a ticket', () => {
  test('of the Python client, byte for byte', () => {
    const sent = hex(
      '000000004b0a497b226461746162617365223a20226d696e65222c202273716c5f7175657279223a202253454c454354202a2046524f4d206d222c202271756572795f74797065223a202273716c227d',
    )
    expect(parseCall('DoGet', unframed(sent) as Uint8Array[])).toEqual(asked({ params: undefined }))
  })

  test.each(['database', 'namespace_name', 'bucket', 'bucket-name'])('names its database as %s', key => {
    expect(json({ [key]: 'mine', sql_query: Q })).toEqual(asked({}))
  })

  test.each<[string, object, object]>([
    ['InfluxQL', { query_type: 'influxql' }, { language: 'influxql' }],
    ['no type', { query_type: null }, {}],
    ['no parameters', { params: {} }, {}],
    ['parameters', { params: { o: 'x' } }, { params: '{"o":"x"}' }],
    ['a word for debugging', { is_debug: true }, {}],
  ])('may have %s', (_, more, expected) => {
    expect(json({ database: 'mine', sql_query: Q, ...more })).toEqual(asked(expected))
  })

  test('keeps the spelling of numbers in its parameters', () => {
    const given = `{"database":"mine","sql_query":"${Q}","params":{"a": 1.0}}`
    expect(ticket(given)).toEqual(asked({ params: '{"a": 1.0}' }))
  })

  test.each<[string, Uint8Array]>([
    ['bare', writeMessage([1, 'mine'], [2, Q])],
    ['wrapped', readInfo([1, 'mine'], [2, Q])],
    ['wrapped, with its type', readInfo([1, 'mine'], [2, Q], [3, 1])],
  ])('is protobuf, %s', (_, given) => {
    expect(ticket(given)).toEqual(asked({ params: undefined }))
  })

  test('holds a command of FlightSQL', () => {
    const command = { kind: 'statement', text: Q }
    const expected = { method: 'DoGet', ticket: { kind: 'command', database: 'mine', command } }
    expect(ticket(readInfo([1, 'mine'], [3, 3], [4, statement(Q)]))).toEqual(expected)
  })

  test.each<[string, Uint8Array | string]>([
    ['two databases', JSON.stringify({ database: 'mine', bucket: 'secret', sql_query: Q })],
    ['one database twice', `{"database":"mine","database":"secret","sql_query":"${Q}"}`],
    ['an escaped key', `{"\\u0064atabase":"secret","sql_query":"${Q}"}`],
    ['keys that differ in case', `{"database":"mine","Database":"secret","sql_query":"${Q}"}`],
    ['an unknown key', JSON.stringify({ database: 'mine', db: 'secret', sql_query: Q })],
    ['a list', JSON.stringify(['secret', Q, null, 'sql', false])],
    ['another type of query', JSON.stringify({ database: 'mine', sql_query: Q, query_type: 'flightsql' })],
    ['a type in capitals', JSON.stringify({ database: 'mine', sql_query: Q, query_type: 'InfluxQL' })],
    ['a type that is no text', JSON.stringify({ database: 'mine', sql_query: Q, query_type: 1 })],
    ['no query', JSON.stringify({ database: 'mine' })],
    ['no database', JSON.stringify({ sql_query: Q })],
    ['an empty database', JSON.stringify({ database: '', sql_query: Q })],
    ['a database with a line end', JSON.stringify({ database: 'mine\n', sql_query: Q })],
    ['a list of parameters', JSON.stringify({ database: 'mine', sql_query: Q, params: [1] })],
    ['a parameter twice', `{"database":"mine","sql_query":"${Q}","params":{"a":1,"a":2}}`],
    ['something behind it', `{"database":"mine","sql_query":"${Q}"}x`],
    ['nothing', ''],
    ['rubbish', hex('ffff')],
    ['a database twice', readInfo([1, 'mine'], [1, 'secret'], [2, Q])],
    ['a query twice', readInfo([1, 'mine'], [2, Q], [2, 'SELECT 1'])],
    ['fields of another type', hex('0801')],
    ['an unknown field', readInfo([1, 'mine'], [2, Q], [5, 'x'])],
    ['an unknown type', readInfo([1, 'mine'], [2, Q], [3, 99])],
    ['a text and a command', readInfo([1, 'mine'], [2, Q], [3, 3], [4, statement(Q)])],
    ['a command and no type', readInfo([1, 'mine'], [4, statement(Q)])],
    ['another kind of message', any('type.googleapis.com/x.Y', writeMessage([1, 'mine'], [2, Q]))],
    ['another prefix', any('x/influxdata.iox.querier.v1.ReadInfo', writeMessage([1, 'mine'], [2, Q]))],
    ['a wrapped one and a third field', writeMessage([1, READ_INFO], [2, writeMessage([1, 'mine'], [2, Q])], [3, 1])],
    ['a length in a longer form', hex('0a8400')],
    ['a length beyond its end', hex('0a046d696e')],
    ['a number without end', hex('08ffffffffffffffffffffff')],
    ['a group', hex('0b0c')],
    ['text that is no UTF-8', hex('0a01ff120153')],
    ['a change', readInfo([1, 'mine'], [3, 3], [4, any(`${SQL}CommandStatementUpdate`, writeMessage([1, Q]))])],
    [
      'a transaction',
      readInfo([1, 'mine'], [3, 3], [4, any(`${SQL}CommandStatementQuery`, writeMessage([1, Q], [2, 't']))]),
    ],
    ['a plan', readInfo([1, 'mine'], [3, 3], [4, any(`${SQL}CommandStatementSubstraitPlan`, writeMessage([1, 'x']))])],
  ])('is refused that has %s', (_, given) => {
    expect(ticket(given)).toEqual(REFUSED)
  })

  test('twice in one call, or two messages, are refused', () => {
    const one = bytes(JSON.stringify({ database: 'mine', sql_query: Q }))
    expect(parseCall('DoGet', [writeMessage([1, one], [1, one])])).toEqual(REFUSED)
    expect(parseCall('DoGet', [writeMessage([1, one]), writeMessage([1, one])])).toEqual(REFUSED)
    expect(parseCall('DoGet', [])).toEqual(REFUSED)
  })
})

const name = fc.string({ minLength: 1 }).filter(text => !/\p{Cc}/u.test(text) && text.isWellFormed())
const query = fc.string({ minLength: 1, unit: 'grapheme' }).filter(text => text.isWellFormed())
const textTicket = fc.record({
  kind: fc.constant('text' as const),
  database: name.filter(text => !text.includes('/')),
  language: fc.constantFrom('sql' as const, 'influxql' as const),
  text: query,
  params: fc.constantFrom(undefined, '{"a":1.0,"b":"x"}'),
})

describe('whatever is sent', () => {
  test('is decided or refused, and never throws', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom('DoGet', 'GetFlightInfo', 'DoAction', 'DoPut'),
        (given, method) => {
          const found = parseCall(method as 'DoGet', [given])
          expect('undecidable' in found || found.method === method).toBe(true)
          unframed(given)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('which is a ticket with one byte changed or cut off is refused, or read as it is written', () => {
    const whole = readInfo([1, 'mine'], [3, 3], [4, statement(Q)])
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const changed = cut ? whole.slice(0, at) : Uint8Array.from(whole, (one, index) => (index === at ? byte : one))
        const found = decided(() => readTicket(changed))
        if ('undecidable' in found) return
        // Nothing that is wrapped can be written in two ways: so nobody reads it as something else.
        if (Buffer.from(changed).includes(READ_INFO)) expect(canonical(found)).toEqual(changed)
        else expect(readTicket(canonical(found))).toEqual(found)
      }),
      { numRuns: 5000 },
    )
  })

  test('is forwarded in a form in which it says the same', () => {
    fc.assert(
      fc.property(textTicket, given => {
        const written = writeTicket(given)
        expect(readTicket(written)).toEqual(given)
        // What is JSON cannot be taken for protobuf, which 3 tries first.
        if (given.params !== undefined) expect(() => readMessage(written)).toThrow()
      }),
    )
  })
})

function canonical(found: ReturnType<typeof readTicket>): Uint8Array {
  return found.kind === 'own' ? writeOwnTicket(found) : writeTicket(found)
}

describe('a command', () => {
  const descriptor = (command: Uint8Array, type = 2) => writeMessage([1, type], [2, command])

  test.each<[string, Uint8Array]>([
    ['CommandGetCatalogs', new Uint8Array()],
    ['CommandGetSqlInfo', hex('0a0108')],
    ['CommandGetSqlInfo', hex('08010802')],
    ['CommandGetTables', writeMessage([1, 'c'], [3, 'm%'], [4, 'TABLE'], [4, 'VIEW'], [5, 1])],
    ['CommandGetPrimaryKeys', writeMessage([3, 'm'])],
    // A catalog without a name, and a type of tables without one, are not any.
    ['CommandGetTables', hex('0a002200')],
  ])('about the database passes as it is: %s', (what, fields) => {
    const given = descriptor(any(SQL + what, fields))
    const found = parseCall('GetFlightInfo', [given])
    expect(found).toMatchObject({ method: 'GetFlightInfo', command: { kind: 'about', what } })
    expect(writeCall(found as never)).toEqual([given])
  })

  test.each<[string, Uint8Array]>([
    ['a path', writeMessage([1, 1], [3, 'x'])],
    ['no type', writeMessage([2, statement(Q)])],
    ['an update', descriptor(any(`${SQL}CommandStatementUpdate`, writeMessage([1, Q])))],
    ['an update that is prepared', descriptor(any(`${SQL}CommandPreparedStatementUpdate`, writeMessage([1, 'x'])))],
    ['an unknown field', descriptor(any(`${SQL}CommandGetCatalogs`, writeMessage([1, 'x'])))],
    ['a filter twice', descriptor(any(`${SQL}CommandGetTables`, writeMessage([3, 'a'], [3, 'b'])))],
    ['a handle that is none', descriptor(any(`${SQL}CommandPreparedStatementQuery`, writeMessage([1, 'x'])))],
    ['nothing', new Uint8Array()],
  ])('is refused that has %s', (_, given) => {
    expect(parseCall('GetFlightInfo', [given])).toEqual(REFUSED)
  })

  test('that was prepared says what it was prepared for, at each step', () => {
    const parameters = Uint8Array.of(1, 2, 3)
    const handle = any(
      'type.googleapis.com/influxdata.iox.querier.v1.FlightSqlPreparedStatementHandle',
      writeMessage([1, Q], [2, parameters]),
    )
    const prepared = any(`${SQL}CommandPreparedStatementQuery`, writeMessage([1, handle]))
    const statement = { text: Q, parameters }
    const put = [writeMessage([1, descriptor(prepared)], [2, 'head']), writeMessage([2, 'more'], [1000, 'body'])]
    const close = writeMessage(
      [1, 'ClosePreparedStatement'],
      [2, any(`${SQL}ActionClosePreparedStatementRequest`, writeMessage([1, handle]))],
    )
    for (const [method, given, expected] of [
      ['GetFlightInfo', [descriptor(prepared)], { command: { kind: 'prepared', statement } }],
      ['DoPut', put, { command: { kind: 'prepared', statement } }],
      ['DoAction', [close], { action: { kind: 'close', statement } }],
    ] as const) {
      const found = parseCall(method, given)
      expect(found).toMatchObject({ method, ...expected })
      expect(writeCall(found as never)).toEqual(given)
    }
    // A second descriptor is one that somebody might look at.
    expect(parseCall('DoPut', [put[0]!, writeMessage([1, descriptor(prepared)], [2, 'x'])])).toEqual(REFUSED)
  })

  test.each(['CancelFlightInfo', 'BeginTransaction', 'closesession', ''])(
    'of an action that does not pass: %s',
    type => {
      expect(parseCall('DoAction', [writeMessage([1, type])])).toEqual(REFUSED)
    },
  )
})

describe('metadata', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['database', 'mine'], { database: 'mine' }],
    [['Bucket', 'mine', 'bucket-name', 'mine', 'iox-namespace-name', 'mine'], { database: 'mine' }],
    [['database', 'caf\u00c3\u00a9'], { database: 'café' }],
    [['x-influxdata-query-language', 'influxql', 'x', 'y'], { language: 'influxql' }],
  ])('%j', (given, expected) => {
    expect(parseMetadata(given)).toEqual({ database: undefined, language: undefined, ...expected })
  })

  test.each([
    [['database', 'mine', 'bucket', 'secret']],
    [['database', 'mine', 'database', 'secret']],
    [['database', '']],
    [['database', '\xff']],
    [['x-influxdata-query-language', 'flux']],
    [['x-influxdata-query-language', 'sql', 'x-influxdata-query-language', 'influxql']],
  ])('%j is refused', given => {
    expect(parseMetadata(given)).toEqual(REFUSED)
  })
})

test('a path is that of a method in one spelling only', () => {
  expect(flightMethodOf('/arrow.flight.protocol.FlightService/DoGet')).toBe('DoGet')
  for (const path of [
    '/arrow.flight.protocol.FlightService/doget',
    '//arrow.flight.protocol.FlightService/DoGet',
    '/arrow.flight.protocol.FlightService/DoGet/',
    '/arrow.flight.protocol.FlightService/DoGet?x',
    '/arrow.flight.protocol.FlightService/ListFlights',
  ]) {
    expect(flightMethodOf(path)).toBe(undefined)
  }
})

describe('messages on the wire', () => {
  test('come back as they went', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), messages => {
        expect(unframed(framed(messages))).toEqual(messages)
      }),
    )
  })

  test.each(['0100000000', '00000000', '0000000002ff', '00ffffffff'])('are refused: %s', given => {
    expect(unframed(hex(given))).toEqual(REFUSED)
  })
})

test('what an upstream tells of a flight is told with our ticket, and not where else it might be had', () => {
  const elsewhere = writeMessage([1, writeMessage([1, 'theirs'])], [2, writeMessage([1, 'grpc://elsewhere'])])
  const counts = hex('20ffffffffffffffffff0128ffffffffffffffffff01')
  const theirs = Buffer.concat([writeMessage([1, 'schema'], [2, 'x'], [3, elsewhere]), counts])
  const ours = rewriteFlightInfo(theirs, { kind: 'statement', text: Q }, bytes('ours'))
  const fields = readFields(ours, { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'number', 5: 'number' }, -1)
  expect([fields.get(1), fields.get(4), fields.get(5)]).toEqual([bytes('schema'), -1, -1])
  expect(fields.get(3)).toEqual(writeMessage([1, writeMessage([1, 'ours'])]))
  expect(fields.get(2)).toEqual(writeMessage([1, 2], [2, statement(Q)]))
})
