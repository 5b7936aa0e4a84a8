import type { ServerResponse } from 'node:http'
import type { AppError, ErrorCode } from '../domain/errors.ts'
import type { Denial, DenialReason } from '../domain/verdict.ts'

/** What the data paths answer when they do not forward. Agents keep or drop data by the status: 401 and 403 drop, 503 keeps. */
export interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterSeconds?: number
}

const CREDENTIAL: Readonly<Record<DenialReason, Refusal>> = {
  'no-credential': { status: 401, code: 'unauthorized', message: 'unauthorized access' },
  unknown: { status: 401, code: 'unauthorized', message: 'unauthorized access' },
  inactive: { status: 401, code: 'unauthorized', message: 'token is inactive' },
  expired: { status: 401, code: 'unauthorized', message: 'token is expired' },
  'owner-inactive': { status: 403, code: 'forbidden', message: 'User is inactive' },
  'missing-permission': { status: 403, code: 'forbidden', message: 'insufficient permissions for write' },
  undecidable: { status: 403, code: 'forbidden', message: 'what this request would touch cannot be told' },
}

export const refusalOf = ({ reason }: Denial): Refusal => CREDENTIAL[reason]

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid: 400,
  'request too large': 413,
  'too many requests': 429,
  unavailable: 503,
}

/** A failure on the way to a verdict: ours is 503, never 401 and never a pass. */
export function failureOf({ code, message, retryAfterSeconds }: AppError): Refusal {
  const status = STATUS[code]
  if (status === undefined)
    return { status: 503, code: 'unavailable', message: 'the verdict failed; try again', retryAfterSeconds: 1 }
  return { status, code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}

/** Agents keep what they would have sent. */
export const NO_UPSTREAM: Refusal = {
  status: 503,
  code: 'unavailable',
  message: 'the token may do this, but no upstream InfluxDB is configured to do it',
  retryAfterSeconds: 60,
}

export function sendRefusal(outgoing: ServerResponse, refusal: Refusal, headers: Record<string, string> = {}): void {
  const { status, code, message, retryAfterSeconds } = refusal
  const body = JSON.stringify({ code, message })
  outgoing.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    'X-Platform-Error-Code': code,
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
    ...headers,
  })
  outgoing.end(body)
}
