// Messages of Flight as clients write them.
import { framed, unframed } from '../../src/parse/flight.ts'
import { readFields, writeMessage } from '../../src/parse/protobuf.ts'

export const Q = 'SELECT owner FROM m'
export const READ_INFO = 'type.googleapis.com/influxdata.iox.querier.v1.ReadInfo'
const SQL = 'type.googleapis.com/arrow.flight.protocol.sql.'

export const any = (url: string, value: Uint8Array) => writeMessage([1, url], [2, value])
export const sqlCommand = (name: string, value: Uint8Array = new Uint8Array()) => any(SQL + name, value)
export const statement = (text: string) => sqlCommand('CommandStatementQuery', writeMessage([1, text]))
export const commandTicket = (database: string, command: Uint8Array) =>
  any(READ_INFO, writeMessage([1, database], [3, 3], [4, command]))

/** The body of DoGet. */
export const get = (ticket: Uint8Array | string | object) =>
  framed([
    writeMessage([1, ticket instanceof Uint8Array || typeof ticket === 'string' ? ticket : JSON.stringify(ticket)]),
  ])
/** The body of GetFlightInfo. */
export const info = (command: Uint8Array) => framed([writeMessage([1, 2], [2, command])])
/** The body of DoAction. */
export const action = (type: string, body?: Uint8Array) => framed([writeMessage([1, type], [2, body])])
export const prepare = (text: string) =>
  action('CreatePreparedStatement', sqlCommand('ActionCreatePreparedStatementRequest', writeMessage([1, text])))
export const handleOf = (text: string) =>
  any('type.googleapis.com/influxdata.iox.querier.v1.FlightSqlPreparedStatementHandle', writeMessage([1, text]))
export const prepared = (text: string) => sqlCommand('CommandPreparedStatementQuery', writeMessage([1, handleOf(text)]))

/** The ticket in an answer to GetFlightInfo, and all that the answer says. */
export function ticketIn(body: Uint8Array): Uint8Array {
  const [message] = unframed(body) as readonly Uint8Array[]
  const fields = readFields(message!, { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'number', 5: 'number' }, -1)
  const endpoint = readFields(fields.get(3) as Uint8Array, { 1: 'bytes' })
  return readFields(endpoint.get(1) as Uint8Array, { 1: 'bytes' }).get(1) as Uint8Array
}
