import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Readable } from 'node:stream'
import type { Upstream } from '../upstream/upstream.ts'
import { encodeMessage, GRPC, type GrpcStatus, sendStatus } from './grpc-answer.ts'
import type { GrpcChannel } from './grpc-channel.ts'

/** A call as it is asked of an upstream: built anew from what was understood, or as it came. */
export interface ForwardedGrpc {
  readonly path: string
  readonly metadata: Readonly<Record<string, string | readonly string[]>>
  /** The messages, framed. */
  readonly body: Uint8Array | Readable
  /** Given if the metadata has the client's own credential: what the upstream says to it is his. Else it is asked with ours. */
  readonly credential?: 'client'
  /** Makes ours of an answer; it is then read whole. Absent where the answer is passed on as it comes. @throws if it is none */
  readonly rewrite?: (answer: Uint8Array) => Uint8Array
  /** Says a message of the upstream in the client's own names. */
  readonly reword: (message: string) => string
}

/** Longest answer that is read whole: it says which columns a result has. */
const MAX_REWRITTEN_BYTES = 16 * 1_048_576

/** What may wait for a client that reads slower than the upstream answers. */
const MAX_WAITING_BYTES = 2_097_152

const BROKEN: GrpcStatus = { code: GRPC.unavailable, message: 'the upstream broke its answer off' }
const UNREACHABLE: GrpcStatus = { code: GRPC.unavailable, message: 'the upstream cannot be reached' }
const LATE: GrpcStatus = { code: GRPC.unavailable, message: 'the upstream does not answer in time' }
const NO_FLIGHT: GrpcStatus = { code: GRPC.unavailable, message: 'the upstream does not answer as Arrow Flight' }
const OWN_CREDENTIAL: GrpcStatus = {
  code: GRPC.unavailable,
  message: 'the upstream refused the credential of this gateway: its operator has to look after it',
}

/**
 * Asks an upstream and passes its answer on as it comes, unread, as fast as the client takes it. If the client goes, the
 * upstream's work is cut off; if the upstream fails in the middle, the call ends with a status that says so.
 *
 * Settles when the call is over. Nothing is asked twice. Trouble of the upstream is UNAVAILABLE, never UNAUTHENTICATED.
 */
export function forwardCall(
  channel: GrpcChannel,
  upstream: Upstream,
  { path, metadata, body, credential, rewrite, reword }: ForwardedGrpc,
  client: ServerHttp2Stream,
): Promise<GrpcStatus | undefined> {
  const isOurs = credential === undefined
  const begunMs = performance.now()
  const stream = channel.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'grpc-accept-encoding': 'identity',
    ...metadata,
    ...(isOurs && upstream.authorization && { authorization: upstream.authorization }),
  })
  /** How it ends unless the upstream says otherwise. */
  let end: GrpcStatus = UNREACHABLE
  let isAnswered = false
  const timer = setTimeout(() => {
    end = LATE
    stream.close(constants.NGHTTP2_CANCEL)
  }, upstream.answerTimeoutMs)

  client.once('close', () => stream.close(constants.NGHTTP2_CANCEL))
  stream.on('error', () => {})
  stream.once('trailers', headers => {
    end = statusIn(headers, isOurs, reword)
  })
  stream.once('response', headers => {
    clearTimeout(timer)
    stream.setTimeout(upstream.idleTimeoutMs, () => stream.close(constants.NGHTTP2_CANCEL))
    isAnswered = true
    tell(classOf(headers))
    end = headers[':status'] === 200 ? statusIn(headers, isOurs, reword) : NO_FLIGHT
    if (headers[':status'] !== 200 || headers['grpc-status'] !== undefined) stream.resume()
    else if (rewrite === undefined) passOn(isOurs ? undefined : headers.authorization)
    else collect(rewrite)
  })
  if (body instanceof Uint8Array) stream.end(body)
  else body.pipe(stream)

  return new Promise(resolve => {
    stream.once('close', () => {
      clearTimeout(timer)
      if (!isAnswered) tell('none')
      if (client.headersSent) client.end()
      else if (rewrite === undefined || end.code !== GRPC.ok) sendStatus(client, end)
      if (client.closed || client.destroyed) resolve(end)
      else client.once('close', () => resolve(end))
    })
  })

  function tell(status: string): void {
    upstream.onAnswer({ upstream: upstream.name, status, seconds: (performance.now() - begunMs) / 1000 })
  }

  /** @param authorization what a handshake gives the client to go on with */
  function begin(authorization?: string): void {
    if (client.destroyed || client.closed) return
    const headers = { ':status': 200, 'content-type': 'application/grpc', ...(authorization && { authorization }) }
    client.respond(headers, { waitForTrailers: true })
    client.once('wantTrailers', () => {
      const message = end.message && { 'grpc-message': encodeMessage(end.message) }
      client.sendTrailers({ 'grpc-status': String(end.code), ...(message || {}) })
      // What he goes on sending is nobody's to read.
      if (!client.readableEnded) setImmediate(() => client.close())
    })
  }

  function passOn(authorization: string | undefined): void {
    begin(authorization)
    // Not by `pipe`, which waits for each 16 KiB to be sent before it takes more: a quarter of the rate.
    const sent = () => {
      if (client.writableLength < MAX_WAITING_BYTES / 2) stream.resume()
    }
    stream.on('data', (chunk: Buffer) => {
      client.write(chunk, sent)
      if (client.writableLength > MAX_WAITING_BYTES) stream.pause()
    })
    stream.once('end', () => client.end())
  }

  function collect(rewrite: (answer: Uint8Array) => Uint8Array): void {
    const chunks: Buffer[] = []
    let length = 0
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= MAX_REWRITTEN_BYTES) chunks.push(chunk)
      else stream.close(constants.NGHTTP2_CANCEL)
    })
    stream.once('end', () => {
      if (end.code !== GRPC.ok) return
      try {
        const answer = rewrite(Buffer.concat(chunks))
        begin()
        client.end(answer)
      } catch {
        end = NO_FLIGHT
      }
    })
  }
}

/** How an answer is counted: as HTTP would say what its head says. */
function classOf(headers: IncomingHttpHeaders): string {
  const status = Number(headers[':status'])
  const code = Number(headers['grpc-status'] ?? GRPC.ok)
  if (status !== 200 || code === GRPC.ok) return `${Math.floor(status / 100)}xx`
  return OF_THE_CLIENT.includes(code) ? '4xx' : '5xx'
}

/** CANCELLED, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS to FAILED_PRECONDITION, OUT_OF_RANGE, UNAUTHENTICATED. */
const OF_THE_CLIENT = [1, 3, 5, 6, 7, 8, 9, 11, 16]

function statusIn(headers: IncomingHttpHeaders, isOurs: boolean, reword: (message: string) => string): GrpcStatus {
  const code = Number(headers['grpc-status'] ?? Number.NaN)
  if (!Number.isInteger(code)) return BROKEN
  if (isOurs && (code === GRPC.unauthenticated || code === GRPC.permissionDenied)) return OWN_CREDENTIAL
  return { code: code as GrpcStatus['code'], message: reword(decoded(String(headers['grpc-message'] ?? ''))) }
}

function decoded(message: string): string {
  try {
    return decodeURIComponent(message)
  } catch {
    return message
  }
}
