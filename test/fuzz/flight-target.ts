// Calls of Arrow Flight for a fuzz run: bytes, each as a character of its own.
import { deepStrictEqual } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  FLIGHT_METHODS,
  type FlightCall,
  framed,
  parseCall,
  parseMetadata,
  unframed,
  writeCall,
} from '../../src/parse/flight.ts'
import { readTicket, type Ticket, writeOwnTicket } from '../../src/parse/flight-ticket.ts'
import { writeAny, writeMessage } from '../../src/parse/protobuf.ts'
import { decided } from '../../src/parse/undecidable.ts'
import type { FlightCase } from '../bypass/flight.ts'

const CASES: readonly FlightCase[] = JSON.parse(readFileSync(new URL('../bypass/flight.json', import.meta.url), 'utf8'))
const METHODS = FLIGHT_METHODS.filter(method => method !== 'Handshake')
const SQL = 'arrow.flight.protocol.sql.'
const COMMANDS = ['CommandStatementQuery', 'CommandPreparedStatementQuery', 'CommandGetTables', 'CommandGetSqlInfo']
const ACTIONS = {
  CreatePreparedStatement: `${SQL}ActionCreatePreparedStatementRequest`,
  ClosePreparedStatement: `${SQL}ActionClosePreparedStatementRequest`,
}
const BODY = 1000

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

/** Whole bodies, and what is in them: what is spoilt in there keeps the lengths around it. */
export const FLIGHT_CORPUS: readonly string[] = CASES.flatMap(({ bodyHex }) => {
  const body = Buffer.from(bodyHex, 'hex')
  const messages = unframed(body)
  return [latin1(body), ...('undecidable' in messages ? [] : messages.flatMap(insidesOf))]
})

/** A message and the byte strings in it, at any depth. */
function insidesOf(bytes: Uint8Array): string[] {
  const fields = lenient(bytes)
  const inner = [...(fields?.values() ?? [])].filter(value => value instanceof Uint8Array)
  return [latin1(bytes), ...inner.flatMap(insidesOf)]
}

/** Reads as most libraries do: the last of repeated fields, and unknown ones passed over; undefined for what is no message. */
function lenient(bytes: Uint8Array): Map<number, number | Uint8Array> | undefined {
  const fields = new Map<number, number | Uint8Array>()
  let at = 0
  const number = () => {
    for (let value = 0, factor = 1; at < bytes.length; factor *= 128) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
    return Number.NaN
  }
  while (at < bytes.length) {
    const tag = number()
    const length = number()
    if (tag % 8 === 0) fields.set(tag / 8, length)
    else if (tag % 8 === 2 && at + length <= bytes.length) {
      fields.set((tag - 2) / 8, bytes.subarray(at, at + length))
      at += length
    } else return undefined
  }
  return fields
}

const textIn = (bytes: Uint8Array, field: number) => {
  const value = lenient(bytes)?.get(field)
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : ''
}

/** Whether one is taken; then it must be the same for every reader, and written it must be read as the same. */
export function checkFlight(text: string): boolean {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'))
  parseMetadata(['database', text, 'x-influxdata-query-language', 'sql'])
  return [checkFrames(bytes), checkTicket(bytes), ...checkInsides(bytes)].includes(true)
}

function checkFrames(bytes: Uint8Array): boolean {
  const messages = unframed(bytes)
  if ('undecidable' in messages) return false
  deepStrictEqual(Buffer.from(framed(messages)), Buffer.from(bytes), 'frames hold all that came')
  return METHODS.map(method => checkCall(method, messages)).includes(true)
}

function checkCall(method: FlightCall['method'], messages: readonly Uint8Array[]): boolean {
  const call = parseCall(method, messages)
  if ('undecidable' in call) return false
  const isOurs = call.method === 'DoGet' && call.ticket.kind === 'own'
  if (isOurs || (call.method === 'DoAction' && call.action.kind === 'close-session')) return true
  const written = writeCall(call as Parameters<typeof writeCall>[0])
  deepStrictEqual(plain(parseCall(method, written)), plain(call), 'what is written is read as the same')
  return true
}

/** Empty bytes of one buffer are those of another. */
const plain = (call: unknown) =>
  JSON.parse(JSON.stringify(call, (_, value) => (value instanceof Uint8Array ? latin1(value) : value)))

function checkTicket(bytes: Uint8Array): boolean {
  const ticket = decided(() => readTicket(bytes))
  if ('undecidable' in ticket) return false
  deepStrictEqual(wantedOf(ticket), wantedBy(bytes), 'every reader finds the same')
  if (ticket.kind === 'own') deepStrictEqual(plain(readTicket(writeOwnTicket(ticket))), plain(ticket))
  else checkCall('DoGet', [writeMessage([1, bytes])])
  return true
}

const wantedOf = (ticket: Ticket) => [ticket.database, ticket.kind === 'text' ? ticket.text : undefined]

/** Database and text of a ticket, as a lenient reader finds them. */
function wantedBy(bytes: Uint8Array): readonly unknown[] {
  const text = Buffer.from(bytes).toString('utf8')
  if (text.trimStart().startsWith('{')) {
    const json = JSON.parse(text)
    return [json.database ?? json.namespace_name ?? json.bucket ?? json['bucket-name'], json.sql_query]
  }
  const outer = lenient(bytes)
  const value = outer?.get(2)
  const isWrapped = textIn(bytes, 1).includes('/') && value instanceof Uint8Array
  const inner = isWrapped ? value : bytes
  const isText = !textIn(bytes, 1).endsWith('sluice.v1.Ticket') && lenient(inner)?.get(3) !== 3
  return [textIn(inner, 1), isText ? textIn(inner, 2) : undefined]
}

/** The same bytes where a command, a statement or the like is expected. */
function* checkInsides(bytes: Uint8Array): Generator<boolean> {
  const commands = [bytes, ...COMMANDS.map(name => writeAny({ type: SQL + name, value: bytes }))]
  for (const command of commands) {
    const descriptor = writeMessage([1, 2], [2, command])
    yield checkCall('GetFlightInfo', [descriptor])
    yield checkCall('DoPut', [writeMessage([1, descriptor], [2, 'schema']), writeMessage([BODY, bytes])])
    yield checkTicket(writeMessage([1, 'mine'], [3, 3], [4, command]))
  }
  for (const [name, type] of Object.entries(ACTIONS)) {
    yield checkCall('DoAction', [writeMessage([1, name], [2, writeAny({ type, value: bytes })])])
  }
}

export const FLIGHT_WORDS: readonly string[] = [
  ...[
    '\n',
    '\x12',
    '\x18',
    '\x1a',
    '"',
    '\x08\x02',
    '\x00\x00\x00\x00\x05',
    '\x80\x00',
    '\xff\xff\xff\xff\x0f',
    '\x01',
  ],
  ...['\n\x06secret', '\x12\x08SELECT 1', '\n\x03raw', '\x18\x03', '\xc2\x3e', 'type.googleapis.com/', SQL],
  ...[
    '{"database":"raw"',
    ',"bucket":"secret"',
    '"sql_query":"SELECT 1"',
    '"query_type":"influxql"',
    '"params":{"a":1}',
    '}',
  ],
]
