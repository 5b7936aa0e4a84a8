// Flight: tickets, metadata, commands, frames and paths, each in many spellings, that mean another database or might.
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import {
  action,
  any,
  commandTicket,
  get,
  info,
  prepare,
  prepared,
  READ_INFO,
  sqlCommand,
  statement,
} from '../gateway/flight-messages.ts'
import { INFLUXQL_TEXTS, SQL_TEXTS } from './query-texts.ts'
import { INFLUXQL, SQL } from './texts.ts'

/** One call. */
export interface FlightCase {
  readonly name: string
  /** Of Flight, or a whole path. */
  readonly method: string
  /** `READER_METADATA` unless given; names may be repeated. Names in « » as in other cases. */
  readonly metadata?: readonly (readonly [name: string, value: string])[]
  readonly bodyHex: string
  /** `denied` unless given. `raw only`: refused, or asked of the database of raw alone. `arrives`: asked of that. */
  readonly expect?: 'denied' | 'raw only' | 'arrives'
}

export const READER_METADATA = [['authorization', 'Bearer «reader»']] as const
const Q = 'SELECT * FROM m'
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
type Metadata = NonNullable<FlightCase['metadata']>
const one = (name: string, method: string, body: Uint8Array, more: Partial<FlightCase> = {}): FlightCase => ({
  name,
  method,
  bodyHex: hex(body),
  ...more,
})
const withMetadata = (...more: Metadata): Metadata => [...READER_METADATA, ...more]
const RAW = withMetadata(['database', 'raw'])

/** Names of databases that are not the token's. */
const OTHERS = [
  'secret',
  'db_raw',
  'db_secret',
  '_internal',
  'nope',
  'RAW',
  'raw ',
  ' raw',
  'raw/autogen',
  'raw\u0000',
  'raw\n',
  '',
  'raw,secret',
  '"raw"',
  'ra\u0301w',
]
const KEYS = ['database', 'namespace_name', 'bucket', 'bucket-name']
const NAMES = ['database', 'bucket', 'bucket-name', 'iox-namespace-name']

function jsonTickets(): FlightCase[] {
  const plain = KEYS.flatMap(key => [
    one(`JSON ${key} raw`, 'DoGet', get({ [key]: 'raw', sql_query: Q }), { expect: 'arrives' }),
    ...OTHERS.flatMap(name =>
      ['sql', 'influxql', undefined].map(type =>
        one(
          `JSON ${key} ${JSON.stringify(name)} ${type}`,
          'DoGet',
          get({ [key]: name, sql_query: Q, query_type: type }),
        ),
      ),
    ),
  ])
  const pairs = KEYS.flatMap(first =>
    KEYS.flatMap(second =>
      [
        ['raw', 'secret'],
        ['secret', 'raw'],
      ].map(([a, b]) =>
        one(
          `JSON ${first} ${a}, ${second} ${b}`,
          'DoGet',
          get(`{"${first}":"${a}","${second}":"${b}","sql_query":"${Q}"}`),
        ),
      ),
    ),
  )
  const odd = [
    `["secret","${Q}",null,"sql",false]`,
    `{"\\u0064atabase":"secret","sql_query":"${Q}"}`,
    `{"database":"raw","\\u0064atabase":"secret","sql_query":"${Q}"}`,
    `{"database":"raw","Database":"secret","sql_query":"${Q}"}`,
    `{"database":"raw","db":"secret","sql_query":"${Q}"}`,
    `{"database":{"database":"secret"},"sql_query":"${Q}"}`,
    `{"database":["secret"],"sql_query":"${Q}"}`,
    `{"database":"raw","sql_query":["${Q}"]}`,
    `{"database":"raw","sql_query":"${Q}"}{"database":"secret","sql_query":"${Q}"}`,
    `{"database":"raw","sql_query":"${Q}"}\u0000`,
    `\ufeff{"database":"raw","sql_query":"${Q}"}`,
    `\n{"database":"raw","sql_query":"${Q}"}`,
    `{"database":"raw","sql_query":"${Q}","query_type":"flightsql"}`,
    `{"database":"raw","sql_query":"${Q}","query_type":"InfluxQL"}`,
    `{"database":"raw","sql_query":"${Q}","query_type":["sql"]}`,
    `{"database":"raw","sql_query":"${Q}","params":[1]}`,
    `{"database":"raw","sql_query":"${Q}","params":{"a":1,"a":2}}`,
    `{"database":"raw","sql_query":"${Q}",}`,
    `{'database':'raw','sql_query':'${Q}'}`,
  ].map(text => one(`JSON ${JSON.stringify(text)}`, 'DoGet', get(text)))
  return [...plain, ...pairs, ...odd]
}

function protobufTickets(): FlightCase[] {
  const forms: Readonly<Record<string, (name: string) => Uint8Array>> = {
    bare: name => writeMessage([1, name], [2, Q]),
    'bare InfluxQL': name => writeMessage([1, name], [2, Q], [3, 2]),
    wrapped: name => any(READ_INFO, writeMessage([1, name], [2, Q])),
    statement: name => commandTicket(name, statement(Q)),
    prepared: name => commandTicket(name, prepared(Q)),
    tables: name => commandTicket(name, sqlCommand('CommandGetTables')),
  }
  const named = Object.entries(forms).flatMap(([form, ticket]) => [
    one(`${form} raw`, 'DoGet', get(ticket('raw')), { expect: 'arrives' }),
    ...OTHERS.map(name => one(`${form} ${JSON.stringify(name)}`, 'DoGet', get(ticket(name)))),
    ...OTHERS.map(name =>
      one(`${form} ${JSON.stringify(name)}, metadata raw`, 'DoGet', get(ticket(name)), { metadata: RAW }),
    ),
    one(`${form} raw, metadata secret`, 'DoGet', get(ticket('raw')), {
      metadata: withMetadata(['database', 'secret']),
    }),
  ])
  const odd: Readonly<Record<string, Uint8Array>> = {
    'namespace twice': any(READ_INFO, writeMessage([1, 'raw'], [1, 'secret'], [2, Q])),
    'namespace twice, turned': any(READ_INFO, writeMessage([1, 'secret'], [1, 'raw'], [2, Q])),
    'bare namespace twice': writeMessage([1, 'raw'], [1, 'secret'], [2, Q]),
    'two queries': writeMessage([1, 'raw'], [2, Q], [2, 'SELECT * FROM system.queries']),
    'wrapped twice': any(READ_INFO, any(READ_INFO, writeMessage([1, 'secret'], [2, Q]))),
    'value twice': writeMessage(
      [1, READ_INFO],
      [2, writeMessage([1, 'raw'], [2, Q])],
      [2, writeMessage([1, 'secret'], [2, Q])],
    ),
    'type twice': writeMessage([1, READ_INFO], [1, 'raw'], [2, writeMessage([1, 'secret'], [2, Q])]),
    'other prefix': any('x/influxdata.iox.querier.v1.ReadInfo', writeMessage([1, 'secret'], [2, Q])),
    'other type': any('type.googleapis.com/x.Y', writeMessage([1, 'secret'], [2, Q])),
    'query type 99': any(READ_INFO, writeMessage([1, 'raw'], [2, Q], [3, 99])),
    'a text and a command': any(READ_INFO, writeMessage([1, 'raw'], [2, Q], [3, 3], [4, statement(Q)])),
    'a command without its type': any(READ_INFO, writeMessage([1, 'raw'], [2, Q], [4, statement(Q)])),
    'an unknown field': any(READ_INFO, writeMessage([1, 'raw'], [2, Q], [9, 'secret'])),
    'a ticket of ours without a seal': any(
      'type.googleapis.com/sluice.v1.Ticket',
      writeMessage([1, 'raw'], [2, 'sql'], [3, statement(Q)]),
    ),
    'a ticket of ours with a seal of noughts': any(
      'type.googleapis.com/sluice.v1.Ticket',
      writeMessage([1, 'raw'], [2, 'sql'], [3, statement(Q)], [4, new Uint8Array(32)]),
    ),
    empty: new Uint8Array(),
    rubbish: Uint8Array.of(0xff, 0xff),
  }
  const whole = get(commandTicket('secret', statement(Q)))
  const mine = get(commandTicket('raw', statement(Q)))
  return [
    ...named,
    ...Object.entries(odd).map(([name, ticket]) => one(name, 'DoGet', get(ticket))),
    one(
      'ticket twice',
      'DoGet',
      framed([writeMessage([1, commandTicket('raw', statement(Q))], [1, commandTicket('secret', statement(Q))])]),
    ),
    ...[...mine.keys()].map(at => one(`cut off at ${at}`, 'DoGet', mine.slice(0, at))),
    ...[...mine.keys()].map(at =>
      one(
        `bit ${at} turned`,
        'DoGet',
        mine.map((byte, index) => (index === at ? byte ^ 1 : byte)),
        { expect: 'raw only' },
      ),
    ),
    one('raw, then secret', 'DoGet', Buffer.concat([mine, whole])),
    one('compressed', 'DoGet', Buffer.concat([Buffer.of(1), mine.slice(1)])),
    one('half a frame behind', 'DoGet', Buffer.concat([mine, Buffer.of(0, 0)])),
  ]
}

function texts(): FlightCase[] {
  const influxql = ['x-influxdata-query-language', 'influxql'] as const
  const metadata = RAW
  const shared = { expect: 'raw only' } as const
  return [
    ...SQL.filter(text => !SQL_TEXTS.includes(text)).map(text =>
      one(`of all families, SQL ${text}`, 'DoGet', get({ database: 'raw', sql_query: text }), shared),
    ),
    ...INFLUXQL.filter(text => !INFLUXQL_TEXTS.includes(text)).map(text =>
      one(`of all families, InfluxQL ${text}`, 'DoGet', get(writeMessage([1, 'raw'], [2, text], [3, 2])), shared),
    ),
    ...SQL_TEXTS.flatMap(text => [
      one(`SQL ${text}`, 'DoGet', get({ database: 'raw', sql_query: text })),
      one(`SQL in a command ${text}`, 'DoGet', get(commandTicket('raw', statement(text)))),
      one(`SQL to plan ${text}`, 'GetFlightInfo', info(statement(text)), { metadata }),
      one(`SQL to prepare ${text}`, 'DoAction', prepare(text), { metadata }),
      one(`SQL prepared ${text}`, 'GetFlightInfo', info(prepared(text)), { metadata }),
      one(`SQL in a schema ${text}`, 'GetSchema', info(statement(text)), { metadata }),
    ]),
    ...INFLUXQL_TEXTS.flatMap(text => [
      one(`InfluxQL ${text}`, 'DoGet', get({ database: 'raw', sql_query: text, query_type: 'influxql' })),
      one(`InfluxQL as protobuf ${text}`, 'DoGet', get(writeMessage([1, 'raw'], [2, text], [3, 2]))),
      one(`InfluxQL to plan ${text}`, 'GetFlightInfo', info(statement(text)), { metadata: [...RAW, influxql] }),
    ]),
  ]
}

function metadataForms(): FlightCase[] {
  const bodies = { GetFlightInfo: info(statement(Q)), DoAction: prepare(Q) }
  return Object.entries(bodies).flatMap(([method, body]) => [
    ...NAMES.flatMap(name => [
      one(`${method} ${name} raw`, method, body, { metadata: withMetadata([name, 'raw']), expect: 'arrives' }),
      ...['secret', 'db_raw', 'db_secret', '_internal', 'nope', 'RAW', 'raw/autogen', 'raw,secret', ''].map(value =>
        one(`${method} ${name} ${JSON.stringify(value)}`, method, body, { metadata: withMetadata([name, value]) }),
      ),
    ]),
    ...NAMES.flatMap(first =>
      NAMES.flatMap(second =>
        [
          ['raw', 'secret'],
          ['secret', 'raw'],
        ].map(([a, b]) =>
          one(`${method} ${first} ${a}, ${second} ${b}`, method, body, {
            metadata: withMetadata([first, a!], [second, b!]),
          }),
        ),
      ),
    ),
    one(`${method} without a database`, method, body),
  ])
}

function others(): FlightCase[] {
  const mine = get({ database: 'raw', sql_query: Q })
  const authorizations = [
    '',
    'Bearer',
    'Bearer ',
    'bearer «reader»',
    'Bearer  «reader»',
    'BEARER «reader»',
    'Digest «reader»',
    '«reader»',
    'Bearer «reader» x',
    'Bearer wrong',
    'Basic «reader»',
    'Basic !!',
    'Bearer «reader», Bearer «reader»',
  ]
  const service = '/arrow.flight.protocol.FlightService/'
  const paths = [
    '/DoGet',
    '//arrow.flight.protocol.FlightService/DoGet',
    `${service}DoGet/`,
    `${service}doget`,
    `${service}DoGet?x=y`,
    `${service}%44oGet`,
    `${service}../FlightService/DoGet`,
    '/arrow.flight.protocol.FlightService.DoGet',
    '/grpc.health.v1.Health/Check',
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '/api/v3/query_sql',
    '/api/v3/configure/token/admin',
    '/query?db=secret&q=SELECT',
    '*',
  ]
  const methods = ['ListFlights', 'PollFlightInfo', 'ListActions', 'DoExchange', 'Nothing']
  const changes = [
    'CommandStatementUpdate',
    'CommandPreparedStatementUpdate',
    'CommandStatementSubstraitPlan',
    'CommandStatementIngest',
    'ActionBeginTransactionRequest',
    'TicketStatementQuery',
  ]
  return [
    ...authorizations.map(value =>
      one(`authorization ${value}`, 'DoGet', mine, { metadata: [['authorization', value]] }),
    ),
    one('no authorization', 'DoGet', mine, { metadata: [] }),
    one('a token of a writer', 'DoGet', mine, { metadata: [['authorization', 'Bearer «writer»']] }),
    ...paths.map(path => one(`path ${path}`, path, mine, { metadata: RAW })),
    ...methods.map(method => one(`method ${method}`, method, mine, { metadata: RAW })),
    ...['PUT', 'GET', 'OPTIONS', 'DELETE'].map(method =>
      one(`by ${method}`, 'DoGet', mine, { metadata: withMetadata([':method', method]) }),
    ),
    ...['application/grpc-web', 'application/grpcx', 'application/grpc+json', 'application/grpc; x'].map(type =>
      one(`as ${type}`, 'DoGet', mine, { metadata: withMetadata(['content-type', type]) }),
    ),
    ...['gzip', 'deflate', 'identity, gzip'].map(coding =>
      one(`coded ${coding}`, 'DoGet', mine, { metadata: withMetadata(['grpc-encoding', coding]) }),
    ),
    ...changes.flatMap(name => [
      one(`plan ${name}`, 'GetFlightInfo', info(sqlCommand(name, writeMessage([1, Q]))), { metadata: RAW }),
      one(`get ${name}`, 'DoGet', get(commandTicket('raw', sqlCommand(name, writeMessage([1, Q]))))),
      one(
        `put ${name}`,
        'DoPut',
        framed([writeMessage([1, writeMessage([1, 2], [2, sqlCommand(name, writeMessage([1, Q]))])])]),
        { metadata: RAW },
      ),
    ]),
    ...[
      'CancelFlightInfo',
      'BeginTransaction',
      'EndTransaction',
      'CreatePreparedSubstraitPlan',
      'CloseSession',
      'SetSessionOptions',
      '',
    ].map(type => one(`action ${type}`, 'DoAction', action(type), { metadata: RAW })),
  ]
}

export const flight = (): FlightCase[] => [
  ...jsonTickets(),
  ...protobufTickets(),
  ...texts(),
  ...metadataForms(),
  ...others(),
]
