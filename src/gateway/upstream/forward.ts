import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import { type Dispatcher, errors } from 'undici'
import { AppError } from '../../domain/errors.ts'
import { type Dialect, failureOf, type Refusal, sendRefusal } from '../answer.ts'
import { closeWhenRead, lingerIfUnread } from './linger.ts'
import type { Upstream } from './upstream.ts'

/** A request as it is asked of the upstream: built anew from what was understood, or as it came where nothing is enforced. */
export interface Forwarded {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** The client's own body, whole or as it comes, or one of ours. */
  readonly body?: Readable | Buffer | string
  /** Whether asking twice does what asking once does: it reads, and its body is not a stream. */
  readonly repeatable?: boolean
  /** `client`: the upstream is shown the client's credential, not ours, and what it says of it is the client's to read. */
  readonly credential?: 'client'
}

/** The client's side of an exchange. */
export interface Client {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly dialect: Dialect
}

/**
 * Asks the upstream and passes its answer on, both ways as fast as the slower end takes it. If the client goes, the
 * upstream's work is cut off; if the upstream fails in the middle of an answer, the client's connection is.
 *
 * Nothing is asked twice, but for one thing: a read whose connection is lost before a byte of its answer came is asked again,
 * once, because an upstream may close an idle connection just when it is used. Trouble of the upstream is 502 or 504, never
 * 401: agents drop what they would have sent again.
 *
 * @returns when the client has all of the answer, or is gone
 */
export function forward(upstream: Upstream, request: Forwarded, client: Client): Promise<void> {
  return new Promise(resolve => new Passage(upstream, request, client, resolve).ask())
}

class Passage implements Dispatcher.DispatchHandler {
  readonly #upstream: Upstream
  readonly #request: Forwarded
  readonly #client: Client
  #controller: Dispatcher.DispatchController | undefined
  /** The head of the answer, until something follows. */
  #head: { readonly status: number; readonly headers: OutgoingHttpHeaders } | undefined
  #isAnswered = false
  #isRepeated = false
  /** Whether the client needs nothing more of the upstream. */
  #isOver = false
  #begunMs = 0

  /** @param onClosed called when the client has all of the answer, or is gone */
  constructor(upstream: Upstream, request: Forwarded, client: Client, onClosed: () => void) {
    this.#upstream = upstream
    this.#request = request
    this.#client = client
    client.outgoing.once('close', () => {
      this.#leave()
      onClosed()
    })
  }

  ask(): void {
    const { method, path, headers, body = null, credential } = this.#request
    const { pool, authorization } = this.#upstream
    const all: string[] = []
    for (const name of REQUEST_HEADERS) {
      const value = this.#client.incoming.headers[name]
      if (typeof value === 'string') all.push(name, value)
    }
    for (const name in headers) all.push(name, headers[name] as string)
    if (credential !== 'client' && authorization !== undefined) all.push('authorization', authorization)
    this.#begunMs = performance.now()
    try {
      pool.dispatch({ method, path, headers: all, body }, this)
    } catch (cause) {
      this.#fail(cause)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isOver) controller.abort(new Error('the client is gone'))
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200 || this.#isOver) return
    this.#isAnswered = true
    this.#tell(`${Math.floor(status / 100)}xx`)
    if (this.#request.credential === 'client' || (status !== 401 && status !== 403)) {
      this.#head = { status, headers: answerHeaders(headers) }
      return
    }
    this.#refuse(OWN_CREDENTIAL)
    controller.abort(new Error('the credential was refused'))
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return
    this.#sendHead()
    const { outgoing } = this.#client
    if (outgoing.write(chunk)) return
    controller.pause()
    outgoing.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sendHead()
    this.#client.outgoing.end()
    lingerIfUnread(this.#client)
  }

  onResponseError(_: Dispatcher.DispatchController, cause: Error): void {
    this.#fail(cause)
  }

  #tell(status: string): void {
    const { name, onAnswer } = this.#upstream
    onAnswer({ upstream: name, status, seconds: (performance.now() - this.#begunMs) / 1000 })
  }

  #sendHead(): void {
    if (this.#head === undefined) return
    const { status, headers } = this.#head
    this.#head = undefined
    closeWhenRead(this.#client)
    this.#client.outgoing.writeHead(status, headers)
  }

  #fail(cause: unknown): void {
    if (this.#isOver) return
    if (!this.#isAnswered) this.#tell('none')
    if (this.#request.repeatable && !this.#isAnswered && !this.#isRepeated && isConnectionLost(cause)) {
      this.#isRepeated = true
      this.ask()
      return
    }
    if (!this.#client.outgoing.headersSent) {
      this.#refuse(refusalOfFailure(cause))
      return
    }
    this.#isOver = true
    this.#client.outgoing.destroy()
  }

  #refuse(refusal: Refusal): void {
    this.#isOver = true
    closeWhenRead(this.#client)
    sendRefusal(this.#client.outgoing, refusal, this.#client.dialect)
    lingerIfUnread(this.#client)
  }

  #leave(): void {
    const { body } = this.#request
    // One that was never sent is closed by nobody else.
    if (typeof body === 'object' && 'destroy' in body) body.destroy()
    if (this.#isOver) return
    this.#isOver = true
    this.#controller?.abort(new Error('the client is gone'))
  }
}

/** What of the client's request the upstream may see beside its data. */
const REQUEST_HEADERS = ['accept', 'accept-encoding', 'user-agent', 'x-request-id'] as const
/** What of the answer the client may see. */
const ANSWER_HEADERS = [
  'content-type',
  'content-encoding',
  'content-length',
  'retry-after',
  'www-authenticate',
  'request-id',
  'trace-id',
  'x-influxdb-version',
  'x-influxdb-build',
  'x-influxdb-error',
  'x-platform-error-code',
]

function answerHeaders(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  const passed: OutgoingHttpHeaders = {}
  for (const name of ANSWER_HEADERS) {
    const value = headers[name]
    if (value !== undefined) passed[name] = value
  }
  return passed
}

/** Whether an upstream went away after it had taken the connection; not whether it was never there. */
function isConnectionLost(cause: unknown): boolean {
  if (cause instanceof errors.SocketError) return true
  const { code } = cause as { code?: string }
  return code === 'ECONNRESET' || code === 'EPIPE'
}

const OWN_CREDENTIAL: Refusal = {
  status: 502,
  code: 'unavailable',
  message: 'the upstream refused the credential of this gateway: its operator has to look after it',
}

/**
 * 1.x repeats a line that it refuses in a header, control characters and all, which no header may hold. Whoever was told that
 * the upstream is in trouble would send that line again, for ever.
 */
const UNREADABLE: Refusal = {
  status: 400,
  code: 'invalid',
  message: 'the upstream refused this with an answer that cannot be read: there are control characters in the data',
}
// By its words: undici 7 has no codes for what its parser says.
const isUnreadable = (cause: unknown) =>
  cause instanceof errors.HTTPParserError && cause.message.includes('Invalid header value char')

function refusalOfFailure(cause: unknown): Refusal {
  // Of our own making, while the client's body was read.
  if (cause instanceof AppError) return failureOf(cause)
  if (isUnreadable(cause)) return UNREADABLE
  const late = cause instanceof errors.HeadersTimeoutError || cause instanceof errors.ConnectTimeoutError
  return late
    ? { status: 504, code: 'unavailable', message: 'the upstream does not answer in time', retryAfterSeconds: 5 }
    : { status: 502, code: 'unavailable', message: 'the upstream cannot be reached', retryAfterSeconds: 5 }
}
