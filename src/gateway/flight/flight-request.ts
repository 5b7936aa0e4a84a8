import type { IncomingHttpHeaders } from 'node:http2'
import {
  DATABASE_NAMES,
  type FlightMethod,
  flightPath,
  framed,
  LANGUAGE_NAME,
  rewriteFlightInfo,
  unframed,
  writeCall,
} from '../../parse/flight.ts'
import { writeOwnTicket } from '../../parse/flight-ticket.ts'
import type { FlightCredential } from '../credential.ts'
import { sealOf } from './flight-seal.ts'
import type { ForwardedGrpc } from './grpc-forward.ts'
import type { ApprovedCall } from './judge-flight.ts'
import type { IncomingCall } from './judged-flight.ts'

/** What of the client's metadata the upstream may see. */
const PASSED = ['grpc-timeout', 'user-agent', 'x-request-id'] as const

/** A call that was allowed, as the upstream is asked. */
export function approvedRequest(
  approved: ApprovedCall,
  credential: FlightCredential,
  headers: IncomingHttpHeaders,
): ForwardedGrpc {
  const { place, database, language, call } = approved
  const metadata = {
    ...passedOf(headers),
    database: latin1(place.database),
    ...(language === 'influxql' && { 'x-influxdata-query-language': language }),
  }
  return {
    path: flightPath(call.method),
    metadata,
    body: framed(writeCall(call)),
    reword: message => message.replaceAll(place.database, database),
    ...(call.method === 'GetFlightInfo' && { rewrite: rewriting(approved, credential) }),
  }
}

export interface RawOptions {
  readonly method: FlightMethod
  /** What was read; undefined if it has not been touched. */
  readonly body: Uint8Array | undefined
  /** Whose the upstream is shown. */
  readonly credential: 'own' | 'client'
}

/**
 * A call as it came: method and messages, and of its metadata what says the database and the language, as often as it does;
 * and the client's credential if that is asked for.
 */
export function rawRequest({ stream, headers, rawHeaders }: IncomingCall, options: RawOptions): ForwardedGrpc {
  const { method, body, credential } = options
  const metadata: Record<string, string | string[]> = passedOf(headers)
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = [rawHeaders[at]!.toLowerCase(), rawHeaders[at + 1]!]
    if (MEANINGFUL.includes(name)) metadata[name] = [metadata[name] ?? [], value].flat()
  }
  const { authorization } = headers
  return {
    path: flightPath(method),
    metadata: { ...metadata, ...(credential === 'client' && authorization && { authorization }) },
    body: body ?? stream,
    reword: message => message,
    ...(credential === 'client' && { credential }),
  }
}

const MEANINGFUL: readonly string[] = [...DATABASE_NAMES, LANGUAGE_NAME]

const passedOf = (headers: IncomingHttpHeaders) =>
  Object.fromEntries(
    PASSED.flatMap(name => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : [])),
  )

/** Puts a ticket of ours in the place of the upstream's, which holds the upstream's name of the database. */
function rewriting(
  { place, database, language, asked }: ApprovedCall,
  credential: FlightCredential,
): (answer: Uint8Array) => Uint8Array {
  return answer => {
    const messages = unframed(answer)
    if ('undecidable' in messages || messages.length !== 1 || asked === undefined) throw new RangeError('no answer')
    const seal = sealOf(credential, { place, database, language, command: asked })
    const ticket = writeOwnTicket({ database, language, command: asked, seal })
    return framed([rewriteFlightInfo(messages[0]!, asked, ticket)])
  }
}

/** Node writes headers as Latin-1; the upstream reads bytes of UTF-8. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1')
