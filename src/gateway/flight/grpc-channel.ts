import { type ClientHttp2Session, type ClientHttp2Stream, connect, type OutgoingHttpHeaders } from 'node:http2'
import type { UpstreamOptions } from '../upstream/upstream.ts'

/** Connections of HTTP/2 to an upstream, in clear by prior knowledge or over TLS. */
export interface GrpcChannel {
  /** Begins a call. That it fails is told on the stream. */
  request(headers: OutgoingHttpHeaders): ClientHttp2Stream
  close(): void
}

interface Connection {
  readonly session: ClientHttp2Session
  open: number
}

/** Calls on one connection; servers allow a hundred and more. Each may be a large result, and all share a socket. */
const CALLS_EACH = 32
/** What may be on its way and not yet read: of one call, and of a connection. Back-pressure begins beyond. */
const CALL_WINDOW = 4 * 1_048_576
const CONNECTION_WINDOW = 4 * CALL_WINDOW

/** Connections are opened when they are needed, and closed when the upstream does. */
export function openChannel({ url, connectTimeoutMs }: Pick<UpstreamOptions, 'url' | 'connectTimeoutMs'>): GrpcChannel {
  const connections = new Set<Connection>()

  function open(): Connection {
    const session = connect(url, {
      settings: { initialWindowSize: CALL_WINDOW, maxFrameSize: 1_048_576, enablePush: false },
    })
    const connection: Connection = { session, open: 0 }
    const forget = () => void connections.delete(connection)
    const late = setTimeout(() => session.destroy(new Error('no connection in time')), connectTimeoutMs)
    session.once('connect', () => {
      clearTimeout(late)
      session.setLocalWindowSize(CONNECTION_WINDOW)
    })
    session.once('goaway', forget)
    session.once('close', () => {
      clearTimeout(late)
      forget()
    })
    // Told on each stream as well.
    session.on('error', forget)
    session.unref()
    connections.add(connection)
    return connection
  }

  return {
    request(headers) {
      const free = [...connections].find(
        ({ open, session }) => open < CALLS_EACH && !session.closed && !session.destroyed,
      )
      const connection = free ?? open()
      const stream = connection.session.request(headers)
      connection.open++
      stream.once('close', () => connection.open--)
      return stream
    },
    close() {
      for (const { session } of connections) session.destroy()
    },
  }
}
