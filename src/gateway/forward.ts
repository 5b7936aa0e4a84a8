import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errors } from 'undici'
import { AppError } from '../domain/errors.ts'
import { type Dialect, failureOf, type Refusal, sendRefusal } from './answer.ts'
import type { Upstream } from './upstream.ts'

/** A request as it is asked of the upstream: built anew from what was understood. */
export interface Forwarded {
  readonly method: 'GET' | 'POST'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** The client's own body as it comes, or one of ours. */
  readonly body?: Readable | string
}

/** What of the client's request the upstream may see beside its data. */
const REQUEST_HEADERS = ['accept', 'accept-encoding', 'user-agent', 'x-request-id'] as const
/** What of the answer the client may see. */
const ANSWER_HEADERS = [
  'content-type',
  'content-encoding',
  'content-length',
  'retry-after',
  'request-id',
  'trace-id',
  'x-request-id',
  'x-influxdb-version',
  'x-influxdb-build',
  'x-influxdb-error',
  'x-platform-error-code',
]

/**
 * Asks the upstream and passes its answer on, both ways as fast as the slower end takes it. If the client goes, the
 * upstream's work is cut off; if the upstream fails in the middle, the client's connection is.
 *
 * Nothing is asked twice. Trouble of the upstream is 502 or 504, never 401: agents drop what they would have sent again.
 */
export async function forward(
  upstream: Upstream,
  { method, path, headers = {}, body }: Forwarded,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  dialect: Dialect,
): Promise<void> {
  const gone = new AbortController()
  const leave = () => gone.abort()
  outgoing.once('close', leave)
  try {
    const answer = await upstream.pool.request({
      method,
      path,
      headers: {
        ...passed(incoming),
        ...headers,
        ...(upstream.authorization && { authorization: upstream.authorization }),
      },
      body: body ?? null,
      signal: gone.signal,
    })
    if (answer.statusCode === 401 || answer.statusCode === 403) {
      await answer.body.dump()
      return sendRefusal(outgoing, OWN_CREDENTIAL, dialect)
    }
    outgoing.writeHead(answer.statusCode, answerHeaders(answer.headers))
    await pipeline(answer.body, outgoing)
  } catch (cause) {
    if (gone.signal.aborted) return
    if (outgoing.headersSent) outgoing.destroy()
    else sendRefusal(outgoing, refusalOfFailure(cause), dialect, { Connection: 'close' })
  } finally {
    outgoing.off('close', leave)
  }
}

function passed({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    REQUEST_HEADERS.flatMap(name => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
}

function answerHeaders(headers: Record<string, string | string[] | undefined>): OutgoingHttpHeaders {
  return Object.fromEntries(
    ANSWER_HEADERS.flatMap(name => {
      const value = headers[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

const OWN_CREDENTIAL: Refusal = {
  status: 502,
  code: 'unavailable',
  message: 'the upstream refused the credential of this gateway: its operator has to look after it',
}

function refusalOfFailure(cause: unknown): Refusal {
  // Of our own making, while the client's body was read.
  if (cause instanceof AppError) return failureOf(cause)
  const late = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.ConnectTimeoutError
  return late
    ? { status: 504, code: 'unavailable', message: 'the upstream does not answer in time', retryAfterSeconds: 5 }
    : { status: 502, code: 'unavailable', message: 'the upstream cannot be reached', retryAfterSeconds: 5 }
}
