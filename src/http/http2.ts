import {
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { Socket } from 'node:net'

/** Told of each request whose content type is that of gRPC. */
export type GrpcListener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
) => void

/** HTTP/2 on connections that somebody else accepts. */
export interface Http2Part {
  accept(socket: Socket): void
  /** Takes no more requests; finishes what is running. */
  end(): void
}

/** What a client may make us keep, or do for nothing. Calls are few, and their heads and messages small. */
const LIMITS = {
  maxSessionMemory: 10,
  maxHeaderListPairs: 64,
  maxOutstandingPings: 10,
  maxSettings: 32,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  settings: { maxConcurrentStreams: 100, maxHeaderListSize: 16_384, initialWindowSize: 65_535, enablePush: false },
} as const
/** Requests that a client takes back before they are answered: so many at once, and so many a second. */
const CANCELLED_AT_ONCE = 100
const CANCELLED_PER_SECOND = 10
/** A connection with nothing on it is closed after so long; clients open another when they need one. */
const IDLE_MS = 300_000
/** A client that has broken the protocol, or is gone, answers no ping: Node leaves its connection open otherwise. */
const PING_MS = 20_000

/**
 * Speaks HTTP/2 for gRPC alone. The rest of what we serve rests on how HTTP/1.1 says things, and each of its clients speaks
 * that, so over HTTP/2 it is answered 505.
 */
export function http2Part(listener: GrpcListener, pingMs = PING_MS): Http2Part {
  const server = createServer(LIMITS)
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', session => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
    // A client that breaks the protocol off is told so by the session itself.
    session.on('error', () => {})
    guard(session)
    watch(session, pingMs)
  })
  server.on('sessionError', () => {})
  // The types know nothing of the fourth argument, which the documentation names.
  server.on('stream', take as (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void)

  function take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, _: number, rawHeaders: readonly string[]) {
    stream.on('error', () => {})
    if (stream.destroyed || stream.aborted) return
    // As 3 Core tells them apart: what begins so in lower case is gRPC, on whatever path.
    const isGrpc = headers['content-type']?.startsWith('application/grpc') === true
    if (isGrpc) listener(stream, headers, rawHeaders)
    else refuse(stream)
  }

  return {
    accept(socket) {
      // HTTP/2 knows no half of a connection: a client that ends its side is gone.
      socket.once('end', () => socket.destroy())
      server.emit('connection', socket)
    },
    end() {
      for (const session of sessions) session.close()
    },
  }
}

/** Ends a connection that does nothing, or whose requests are taken back as fast as they are sent (CVE-2023-44487). */
function guard(session: ServerHttp2Session): void {
  let open = 0
  let credit = CANCELLED_AT_ONCE
  let countedMs = performance.now()
  session.setTimeout(IDLE_MS, () => open === 0 && session.close())
  session.on('stream', stream => {
    open++
    stream.once('close', () => open--)
    // Taken back already, in the packet that brought it.
    if (stream.destroyed || stream.aborted) cancelled()
    else stream.once('aborted', cancelled)
  })

  function cancelled(): void {
    const nowMs = performance.now()
    credit = Math.min(CANCELLED_AT_ONCE, credit + ((nowMs - countedMs) / 1000) * CANCELLED_PER_SECOND) - 1
    countedMs = nowMs
    if (credit < 0 && !session.destroyed) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }
}

/** Ends a connection whose client answers nothing from one ping to the next. */
function watch(session: ServerHttp2Session, pingMs: number): void {
  let isAnswered = true
  const timer = setInterval(() => {
    if (!isAnswered || session.destroyed) return session.destroy()
    isAnswered = false
    session.ping(failure => {
      isAnswered = failure === null
    })
  }, pingMs)
  timer.unref()
  session.once('close', () => clearInterval(timer))
}

function refuse(stream: ServerHttp2Stream): void {
  const message = 'over HTTP/2 this port speaks Arrow Flight alone: use HTTP/1.1'
  const body = JSON.stringify({ code: 'invalid', message })
  stream.respond({ ':status': 505, 'content-type': 'application/json; charset=utf-8' })
  stream.end(body)
  // What the client goes on sending is nobody's to read.
  stream.close(constants.NGHTTP2_NO_ERROR)
}
