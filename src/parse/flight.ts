import { type Action, type Command, readAction, readCommand, writeAction, writeCommand } from './flight-sql.ts'
import { languageOf, nameOf, type QueryLanguage, readTicket, type Ticket, writeTicket } from './flight-ticket.ts'
import { bytesOf, concatenated, numberOf, readFields, type Shape, textOf, writeMessage } from './protobuf.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

const SERVICE = '/arrow.flight.protocol.FlightService/'
export const FLIGHT_METHODS = ['DoGet', 'GetFlightInfo', 'GetSchema', 'DoAction', 'DoPut', 'Handshake'] as const
export type FlightMethod = (typeof FLIGHT_METHODS)[number]

/** Of a path in its one spelling; undefined for whatever else. */
export function flightMethodOf(path: string): FlightMethod | undefined {
  return FLIGHT_METHODS.find(method => path === SERVICE + method)
}

export const flightPath = (method: FlightMethod) => SERVICE + method

/** What the metadata of a call says about the query. */
export interface FlightMetadata {
  readonly database: string | undefined
  readonly language: QueryLanguage | undefined
}

/** Names of metadata by which a call may say its database, and its language. */
export const DATABASE_NAMES = ['database', 'bucket', 'bucket-name', 'iox-namespace-name']
export const LANGUAGE_NAME = 'x-influxdata-query-language'

/**
 * Reads metadata: names and values in turns, as they came. The database may be said several times, and under several names,
 * if always the same; 3 takes the first, or none.
 */
export function parseMetadata(rawHeaders: readonly string[]): FlightMetadata | Undecidable {
  const valuesOf = (names: readonly string[]) =>
    new Set(rawHeaders.filter((_, at) => at % 2 === 1 && names.includes(rawHeaders[at - 1]!.toLowerCase())))
  return decided(() => {
    const [database, ...others] = valuesOf(DATABASE_NAMES)
    if (others.length > 0) refuse('More than one headers are found in request. Please include only one of them')
    const [language, ...more] = valuesOf([LANGUAGE_NAME])
    if (more.length > 0) refuse(`${LANGUAGE_NAME} is given twice`)
    return {
      // Bytes of UTF-8, which Node reads as Latin-1.
      database: database === undefined ? undefined : nameOf(utf8(database)),
      language: language === undefined ? undefined : languageOf(language),
    }
  })
}

function utf8(latin1: string): string {
  const bytes = Uint8Array.from(latin1, character => character.charCodeAt(0))
  return textOf(bytes)
}

/** A call as far as it says what is wanted. */
export type FlightCall =
  | { readonly method: 'DoGet'; readonly ticket: Ticket }
  | { readonly method: 'GetFlightInfo' | 'GetSchema'; readonly command: Command }
  | { readonly method: 'DoAction'; readonly action: Action }
  /** Binds parameters, which follow as Arrow, to a prepared statement. */
  | { readonly method: 'DoPut'; readonly command: Command; readonly data: readonly PutData[] }

/** What `FlightData` carries beside a descriptor. */
export interface PutData {
  readonly header: Uint8Array
  readonly body: Uint8Array
}

/** Reads the messages of a call. `DoPut` has several, the others one. */
export function parseCall(
  method: Exclude<FlightMethod, 'Handshake'>,
  messages: readonly Uint8Array[],
): FlightCall | Undecidable {
  return decided((): FlightCall => {
    const [first, ...others] = messages
    if (first === undefined) refuse('the call has no message')
    if (method === 'DoPut') return readPut(first, others)
    if (others.length > 0) refuse('the call has more than one message')
    if (method === 'DoGet') return { method, ticket: readTicket(bytesOf(readFields(first, { 1: 'bytes' }).get(1))) }
    if (method === 'DoAction') return { method, action: readAction(first) }
    return { method, command: readDescriptor(first) }
  })
}

/** The messages with which an upstream is asked for what was understood. */
export function writeCall(call: ForwardedCall): readonly Uint8Array[] {
  if (call.method === 'DoGet') return [writeMessage([1, writeTicket(call.ticket)])]
  if (call.method === 'DoAction') return [writeAction(call.action)]
  const descriptor = writeDescriptor(call.command)
  if (call.method !== 'DoPut') return [descriptor]
  return call.data.map(({ header, body }, at) =>
    writeMessage([1, at === 0 ? descriptor : undefined], [2, header], [BODY, body]),
  )
}

/** What is asked of an upstream: no ticket of ours, nothing that it does not have. */
export type ForwardedCall =
  | { readonly method: 'DoGet'; readonly ticket: Exclude<Ticket, { kind: 'own' }> }
  | Extract<FlightCall, { method: 'GetFlightInfo' | 'GetSchema' | 'DoPut' }>
  | { readonly method: 'DoAction'; readonly action: Exclude<Action, { kind: 'close-session' }> }

const BODY = 1000
const COMMAND = 2

function readDescriptor(bytes: Uint8Array): Command {
  const fields = readFields(bytes, { 1: 'number', 2: 'bytes' })
  if (numberOf(fields.get(1)) !== COMMAND) refuse('only a command describes a flight here')
  return readCommand(bytesOf(fields.get(2)))
}

const writeDescriptor = (command: Command) => writeMessage([1, COMMAND], [2, writeCommand(command)])

function readPut(first: Uint8Array, others: readonly Uint8Array[]): FlightCall {
  const head = readFields(first, { 1: 'bytes', 2: 'bytes', [BODY]: 'bytes' })
  const command = readDescriptor(bytesOf(head.get(1)))
  if (command.kind !== 'prepared') refuse('only the parameters of a prepared statement are put here')
  const rest = others.map(message => readFields(message, { 2: 'bytes', [BODY]: 'bytes' }))
  const data = [head, ...rest].map(fields => ({ header: bytesOf(fields.get(2)), body: bytesOf(fields.get(BODY)) }))
  return { method: 'DoPut', command, data }
}

/**
 * An upstream's answer to GetFlightInfo with our ticket in the place of its own. Nothing of where else the data might be
 * had, and of the descriptor what we asked.
 *
 * @throws AppError `invalid` if it is none
 */
export function rewriteFlightInfo(answer: Uint8Array, command: Command, ticket: Uint8Array): Uint8Array {
  const shape: Shape = { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'number', 5: 'number', 6: 'number', 7: 'bytes' }
  const fields = readFields(answer, shape, -1)
  const endpoint = writeMessage([1, writeMessage([1, ticket])])
  const info = writeMessage([1, bytesOf(fields.get(1))], [2, writeDescriptor(command)], [3, endpoint])
  return concatenated([info, UNKNOWN_COUNTS])
}

/** Records and bytes in all: -1, as 3 says it. */
const UNKNOWN_COUNTS = Uint8Array.from([4, 5].flatMap(field => [field * 8, ...Array(9).fill(0xff), 1]))

/** A message as it goes over the wire: not compressed, its length before it. */
export function framed(messages: readonly Uint8Array[]): Uint8Array {
  return concatenated(
    messages.flatMap(message => {
      const head = new Uint8Array(5)
      new DataView(head.buffer).setUint32(1, message.length)
      return [head, message]
    }),
  )
}

/** The messages of a whole stream. @returns a reason if it is cut off, or compressed */
export function unframed(bytes: Uint8Array): readonly Uint8Array[] | Undecidable {
  return decided(() => {
    const messages: Uint8Array[] = []
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = 0; at < bytes.length; ) {
      if (bytes.length - at < 5) refuse('a message is cut off')
      if (bytes[at] !== 0) refuse('messages are not compressed here')
      const length = view.getUint32(at + 1)
      at += 5
      if (length > bytes.length - at) refuse('a message is cut off')
      messages.push(bytes.subarray(at, at + length))
      at += length
    }
    return messages
  })
}
