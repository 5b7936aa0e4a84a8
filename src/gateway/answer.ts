import type { ServerResponse } from 'node:http'
import { AppError, type ErrorCode } from '../domain/errors.ts'
import type { Denial, DenialReason } from '../domain/verdict.ts'
import type { Api } from './credential.ts'
import { isLikeTwo, type Upstream } from './upstream/upstream.ts'

/** What the data paths answer when they do not forward. Agents keep or drop data by the status: 401 and 403 drop, 503 keeps. */
export interface Refusal {
  readonly status: number
  readonly code: ErrorCode
  readonly message: string
  readonly retryAfterSeconds?: number
  /** Of the verdict, where there was one. */
  readonly reason?: DenialReason
}

/** How an error is told: `{"code", "message"}` as 2.x does it, or `{"error"}` as 1.x and 3 do it. */
export type Dialect = 'code-and-message' | 'error'

/**
 * What the clients of an API expect. 2.x tells errors in its own way on the paths of 1.x too, so there it depends on what
 * stands behind. Source: wire contract 1.7, recorded answers of 2.x on `/write` and `/query`, upstream contract 2.2.
 */
export function dialectOf(api: Api, upstreams: readonly Pick<Upstream, 'kind'>[]): Dialect {
  if (api !== 'v1') return api === 'v2' ? 'code-and-message' : 'error'
  return upstreams.length === 0 || upstreams.some(isLikeTwo) ? 'code-and-message' : 'error'
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

export const refusalOf = ({ reason }: Denial): Refusal => ({ ...CREDENTIAL[reason], reason })

/**
 * How a credential is refused on the paths of an API. Those of 1.x tell only whether there was one. Source: wire contract
 * 2.2 and 2.3.
 */
export function refusalOfCredential(denial: Denial, api: Api): Refusal {
  const { reason } = denial
  if (api !== 'v1' || reason === 'no-credential') return refusalOf(denial)
  return { status: 401, code: 'unauthorized', message: 'Unauthorized', reason }
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  invalid: 400,
  'request too large': 413,
  'too many requests': 429,
  unavailable: 503,
}

/** A failure on the way to a verdict: ours is 503, never 401 and never a pass. */
export function failureOf(cause: unknown): Refusal {
  const { code, message, retryAfterSeconds } = cause instanceof AppError ? cause : UNEXPECTED
  const status = STATUS[code]
  if (status === undefined) return { ...FAILED, retryAfterSeconds: 1 }
  return { status, code, message, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) }
}

const UNEXPECTED = new AppError('internal error', 'failed')
const FAILED: Refusal = { status: 503, code: 'unavailable', message: 'the verdict failed; try again' }

/** Agents keep what they would have sent. */
export const NO_UPSTREAM: Refusal = {
  status: 503,
  code: 'unavailable',
  message: 'the token may do this, but no upstream InfluxDB is configured to do it',
  retryAfterSeconds: 60,
}

export function sendRefusal(
  outgoing: ServerResponse,
  { status, code, message, retryAfterSeconds }: Refusal,
  dialect: Dialect,
  headers: Readonly<Record<string, string>> = {},
): void {
  const all = { ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }), ...headers }
  if (dialect === 'error') {
    sendJson(outgoing, status, { error: message }, all)
    return
  }
  const body = JSON.stringify({ code, message })
  const about = { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': Buffer.byteLength(body) }
  outgoing.writeHead(status, { ...about, 'X-Platform-Error-Code': code, ...all })
  outgoing.end(body)
}

/** An answer of our own in the form of the query paths. */
export function sendJson(
  outgoing: ServerResponse,
  status: number,
  answer: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendText(outgoing, status, `${JSON.stringify(answer)}\n`, { 'Content-Type': 'application/json', ...headers })
}

/** @param headers with its type */
export function sendText(
  outgoing: ServerResponse,
  status: number,
  body: string,
  headers: Readonly<Record<string, string>>,
): void {
  outgoing.writeHead(status, { 'Content-Length': Buffer.byteLength(body), ...headers })
  outgoing.end(body)
}
