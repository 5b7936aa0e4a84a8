import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Logger } from './log.ts'
import type { Registry } from './metrics.ts'

export type GrpcListener = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  rawHeaders: readonly string[],
) => void
export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => void

/** Where it is noted on a request who it came from: a map of all running requests would be work for the collector. */
const ACTOR = Symbol('actor')
type Noted = (IncomingMessage | ServerHttp2Stream) & { [ACTOR]?: string }

interface Begun {
  readonly begunMs: number
  readonly from: string | undefined
}

/** Counts and logs every request: one line each, without query, headers or body, where secrets travel. */
export interface RequestObserver {
  /** Says who a request came from, by the id of his token or user. */
  noteActor(incoming: IncomingMessage | ServerHttp2Stream, actor: string): void
  wrap(listener: Listener): Listener
  /** The same for calls of gRPC, whose outcome is a status of its own. */
  wrapGrpc(listener: GrpcListener): GrpcListener
}

/** @param routeOf the path as a pattern, from a bounded set */
export function observeRequests(log: Logger, registry: Registry, routeOf: (path: string) => string): RequestObserver {
  const requests = registry.counter({
    name: 'sluice_http_requests_total',
    help: 'Requests answered.',
    labels: ['method', 'route', 'status'],
  })
  const durations = registry.histogram({
    name: 'sluice_http_request_duration_seconds',
    help: 'Time from the head of a request to the end of its answer.',
    labels: ['route'],
  })

  function done(incoming: IncomingMessage, outgoing: ServerResponse, { begunMs, from }: Begun): void {
    const path = (incoming.url ?? '').split('?', 1)[0] ?? ''
    const route = routeOf(path)
    const method = METHODS.includes(incoming.method ?? '') ? (incoming.method as string) : 'other'
    const durationMs = performance.now() - begunMs
    const status = outgoing.headersSent ? outgoing.statusCode : 499
    requests.add({ method, route, status: String(status) })
    durations.observe({ route }, durationMs / 1000)
    log.info('request', {
      method,
      // An unknown path may be anything, a token pasted into an address too.
      path: route === OTHER ? OTHER : path,
      status,
      durationMs: Math.round(durationMs * 100) / 100,
      actor: (incoming as Noted)[ACTOR],
      requestId: idOf(outgoing),
      from,
      complete: outgoing.writableFinished ? undefined : false,
    })
  }

  const calls = registry.counter({
    name: 'sluice_grpc_calls_total',
    help: 'Calls of gRPC answered, by their status; CANCELLED (1) if they were broken off.',
    labels: ['route', 'status'],
  })

  function doneGrpc(stream: ServerHttp2Stream, path: string, { begunMs, from }: Begun): void {
    const route = routeOf(path)
    const given = stream.sentTrailers?.['grpc-status'] ?? stream.sentHeaders?.['grpc-status']
    const status = stream.aborted || given === undefined ? '1' : String(given)
    const durationMs = performance.now() - begunMs
    calls.add({ route, status })
    durations.observe({ route }, durationMs / 1000)
    log.info('call', {
      path: route === OTHER ? OTHER : path,
      status: Number(status),
      durationMs: Math.round(durationMs * 100) / 100,
      actor: (stream as Noted)[ACTOR],
      from,
    })
  }

  return {
    wrapGrpc: listener => (stream, headers, rawHeaders) => {
      const begun = { begunMs: performance.now(), from: stream.session?.socket.remoteAddress }
      stream.once('close', () => doneGrpc(stream, (headers[':path'] ?? '').split('?', 1)[0] ?? '', begun))
      listener(stream, headers, rawHeaders)
    },
    noteActor: (incoming: Noted, actor) => {
      incoming[ACTOR] = actor
    },
    wrap: listener => (incoming, outgoing) => {
      // Now, because a request that breaks off has no socket any more when it is over.
      const begun = { begunMs: performance.now(), from: incoming.socket.remoteAddress }
      outgoing.once('close', () => done(incoming, outgoing, begun))
      listener(incoming, outgoing)
    },
  }
}

function idOf(outgoing: ServerResponse): string | undefined {
  const id = outgoing.getHeader('X-Request-Id')
  return typeof id === 'string' ? id : undefined
}

/** The route of whatever has none. */
export const OTHER = 'other'
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
