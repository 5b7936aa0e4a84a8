import type { ServerHttp2Stream } from 'node:http2'
import type { Refusal } from '../answer.ts'
import { type RefusedFor, refused, refusedFor } from '../outcome.ts'

/** Codes of gRPC that we answer with. Source: the protocol's list of status codes; recorded answers of 3 Core. */
export const GRPC = {
  ok: 0,
  invalidArgument: 3,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

/** How a call ends that is not forwarded, or not to its end. */
export interface GrpcStatus {
  readonly code: (typeof GRPC)[keyof typeof GRPC]
  readonly message: string
  /** Of the verdict, where there was one. */
  readonly reason?: RefusedFor
}

/** A message as it stands in the header `grpc-message`: UTF-8, with what 3 Core escapes there, and what no header holds. */
export const encodeMessage = (message: string) =>
  Array.from(Buffer.from(message), byte => {
    const character = String.fromCharCode(byte)
    return /[\x21-\x7e]/.test(character) && !/["#<>?`{}%]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }).join('')

/** Ends a call that was not answered yet, in the one block of headers that 3 Core uses for failures. */
export function sendStatus(stream: ServerHttp2Stream, { code, message }: GrpcStatus): void {
  if (stream.destroyed || stream.closed) return
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': encodeMessage(message),
    },
    { endStream: true },
  )
  // What the client goes on sending is nobody's to read.
  stream.close()
}

const BY_HTTP: Readonly<Record<number, GrpcStatus['code']>> = {
  400: GRPC.invalidArgument,
  401: GRPC.unauthenticated,
  403: GRPC.permissionDenied,
  404: GRPC.internal,
  413: GRPC.resourceExhausted,
  429: GRPC.resourceExhausted,
}

/** A refusal as 3 Core says it in gRPC: a database that is not there is its internal error. */
export function grpcStatusOf(refusal: Refusal): GrpcStatus {
  const reason = refusedFor(refused(refusal))
  return { code: BY_HTTP[refusal.status] ?? GRPC.unavailable, message: messageOf(refusal), ...(reason && { reason }) }
}

function messageOf({ code, message }: Refusal): string {
  if (code === 'unauthorized') return 'Unauthenticated'
  if (code !== 'not found') return message
  return `Cannot retrieve database: External error: ${message.replace(/^query error: /, '')}`
}

const REASONS: Readonly<Record<number, RefusedFor>> = {
  [GRPC.unauthenticated]: 'unknown',
  [GRPC.permissionDenied]: 'missing-permission',
  [GRPC.internal]: 'missing-permission',
  [GRPC.unavailable]: 'failed',
  [GRPC.resourceExhausted]: 'too-large',
}

/** Why a call was not forwarded, in the words that count verdicts; what was not understood is the rest. */
export const reasonOf = ({ code, reason }: GrpcStatus): RefusedFor => reason ?? REASONS[code] ?? 'undecidable'
