// An InfluxDB 3 as Flight knows it: answers as it was recorded to, with real Arrow data, and keeps all that it saw. Strict: it
// reads only what the gateway is to send, in the one form that it is to send it in.
import { readFileSync } from 'node:fs'
import {
  constants,
  createSecureServer,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { AddressInfo } from 'node:net'
import { type FlightCall, framed, parseCall, unframed, writeCall } from '../../src/parse/flight.ts'
import { writeTicket } from '../../src/parse/flight-ticket.ts'
import { writeAny, writeMessage } from '../../src/parse/protobuf.ts'
import type { Certificate } from '../e2e/certificate.ts'
import { nothing, rowsOf, schemaOf } from './arrow-data.ts'

export interface SeenCall {
  readonly method: string
  readonly headers: IncomingHttpHeaders
  readonly call: FlightCall | { readonly unread: string }
  readonly body: Buffer
  /** The code of HTTP/2 with which it was closed; undefined while it is open. */
  closedWith: number | undefined
}

export interface FlightDouble {
  readonly url: string
  readonly seen: SeenCall[]
  /** Takes the place of the answer, until the next `reset`. */
  answerWith(answer: Answering): void
  reset(): void
  close(): Promise<void>
}

export type Answering = (stream: ServerHttp2Stream, seen: SeenCall) => void

/** Its databases; a query in another one fails as it was recorded. */
const DATABASES = ['db_raw', 'db_secret']
/** What its owner gave the gateway; nobody else has it. */
export const DOUBLE_TOKEN = 'apiv3_the-gateways-own-token'

/** @param certificate for one that speaks TLS */
export async function startFlightDouble(certificate?: Certificate): Promise<FlightDouble> {
  const seen: SeenCall[] = []
  const sessions = new Set<ServerHttp2Session>()
  let answering: Answering | undefined
  const server = certificate === undefined ? createServer() : createSecureServer(filesOf(certificate))
  server.on('session', session => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  server.on('stream', (stream, headers) => {
    const chunks: Buffer[] = []
    stream.on('error', () => {})
    stream.on('data', chunk => chunks.push(chunk as Buffer))
    stream.once('end', () => {
      const method = headers[':path']!.split('/').at(-1)!
      const body = Buffer.concat(chunks)
      const one: SeenCall = { method, headers, call: callIn(method, body), body, closedWith: undefined }
      stream.once('close', () => {
        one.closedWith = stream.rstCode
      })
      seen.push(one)
      if (answering !== undefined) return answering(stream, one)
      const answer = answerTo(one)
      if (answer instanceof Uint8Array) succeed(stream, answer)
      else fail(stream, ...answer)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answerWith: given => {
      answering = given
    },
    reset() {
      answering = undefined
      seen.length = 0
    },
    close: () =>
      new Promise(resolve => {
        for (const session of sessions) session.destroy()
        server.close(() => resolve())
      }),
  }
}

const filesOf = ({ certFile, keyFile }: Certificate) => ({ cert: readFileSync(certFile), key: readFileSync(keyFile) })

function callIn(method: string, body: Buffer): SeenCall['call'] {
  const messages = unframed(body)
  if ('undecidable' in messages) return { unread: messages.undecidable }
  const call = parseCall(method as FlightCall['method'], messages)
  if ('undecidable' in call) return { unread: call.undecidable }
  const again = framed(writeCall(call as Parameters<typeof writeCall>[0]))
  return Buffer.from(again).equals(body) ? call : { unread: 'not in the one form' }
}

export function fail(stream: ServerHttp2Stream, status: number, message: string): void {
  const headers = { 'grpc-status': String(status), 'grpc-message': encodeURIComponent(message) }
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers }, { endStream: true })
}

export function succeed(stream: ServerHttp2Stream, answer: Uint8Array): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(answer)
}

type Failure = readonly [status: number, message: string]

function answerTo({ headers, call }: SeenCall): Uint8Array | Failure {
  if ('unread' in call) return [3, `Invalid ticket. Error: Invalid ticket: ${call.unread}`]
  if (headers.authorization !== `Bearer ${DOUBLE_TOKEN}`) return [16, 'Unauthenticated']
  const database = call.method === 'DoGet' ? call.ticket.database : String(headers.database)
  if (!DATABASES.includes(database)) {
    return [13, `Cannot retrieve database: External error: database not found: ${database}`]
  }
  if (JSON.stringify(call).includes('nope')) {
    return [3, "Error while planning query: Error during planning: table 'public.iox.nope' not found"]
  }
  if (call.method === 'DoGet') return isAbout(call) ? nothing() : rowsOf(database)
  if (call.method === 'GetFlightInfo') return framed([flightInfo(database, call.command)])
  if (call.method === 'DoAction') return framed(resultOf(call.action))
  if (call.method === 'DoPut') return framed([writeMessage([1, writeMessage([1, handleOf(call.command)])])])
  return [12, 'Not yet implemented: get_schema']
}

const isAbout = ({ ticket }: FlightCall & { method: 'DoGet' }) =>
  ticket.kind === 'command' && ticket.command.kind === 'about'

type Command = Extract<FlightCall, { command: unknown }>['command']

/** As it was recorded: an unsigned ticket with the name of the database, and counts that are not known. */
function flightInfo(database: string, command: Command): Uint8Array {
  const ticket = writeTicket({ kind: 'command', database, command })
  const endpoint = writeMessage([1, writeMessage([1, ticket])], [2, writeMessage([1, 'grpc://elsewhere:1'])])
  const counts = Buffer.from('20ffffffffffffffffff0128ffffffffffffffffff01', 'hex')
  return Buffer.concat([writeMessage([1, schemaOf(database)], [3, endpoint]), counts])
}

function resultOf(action: Extract<FlightCall, { action: unknown }>['action']): readonly Uint8Array[] {
  if (action.kind !== 'prepare') return []
  const statement = { text: action.text, parameters: new Uint8Array() }
  const value = writeMessage([1, handleOf({ kind: 'prepared', statement })], [2, schemaOf('x')])
  const type = 'arrow.flight.protocol.sql.ActionCreatePreparedStatementResult'
  return [writeMessage([1, writeAny({ type, value })])]
}

function handleOf(command: Command): Uint8Array {
  if (command.kind !== 'prepared') throw new TypeError('not prepared')
  const { text, parameters } = command.statement
  const type = 'influxdata.iox.querier.v1.FlightSqlPreparedStatementHandle'
  return writeAny({ type, value: writeMessage([1, text], [2, parameters]) })
}

export const CANCELLED = constants.NGHTTP2_CANCEL
