import { createServer, type Server, type Socket } from 'node:net'

/** Takes a connection whose first bytes are waiting to be read. */
export type Acceptor = (socket: Socket) => void

/** Who answers what a connection begins with. */
export interface Acceptors {
  readonly tls: Acceptor | undefined
  readonly http2: Acceptor
  readonly http1: Acceptor
  /** How long nothing may come; then the connection is closed. */
  readonly firstBytesWithinMs: number
}

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16
/** How the preface of HTTP/2 begins, and no request of HTTP/1 does: RFC 9113 3.4 reserves the method. */
const PREFACE = Buffer.from('PRI')

/**
 * One port for all protocols: the first bytes say which it is. They come in one packet as good as always, and are given
 * back as they came.
 */
export function tellApart(acceptors: Acceptors): Server {
  // As node:http makes its servers: it ends a connection itself that the client ends half.
  return createServer({ allowHalfOpen: true, noDelay: true }, socket => {
    let begun: Buffer | undefined
    const giveUp = () => socket.destroy()
    socket.setTimeout(acceptors.firstBytesWithinMs, giveUp)
    socket.on('error', giveUp)
    socket.once('end', giveUp)
    socket.on('readable', look)

    function look(): void {
      const bytes = socket.read() as Buffer | null
      if (bytes === null) return
      begun = begun === undefined ? bytes : Buffer.concat([begun, bytes])
      const accept = acceptorOf(begun, acceptors)
      if (accept === undefined) return
      socket.setTimeout(0)
      socket.off('timeout', giveUp)
      socket.off('end', giveUp)
      socket.off('readable', look)
      if (accept === acceptors.http1) handOver(socket, begun, accept)
      else {
        socket.unshift(begun)
        accept(socket)
      }
    }
  })
}

/**
 * Gives a connection to node:http. Its parser takes bytes from below the stream, and stops reading there when nobody takes a
 * body; bytes that were given back to the stream would keep that reading beside it, so that nothing ever stopped.
 */
function handOver(socket: Socket, begun: Buffer, accept: Acceptor): void {
  accept(socket)
  socket.emit('data', begun)
  socket.resume()
}

/** Undefined if more must come. */
function acceptorOf(begun: Buffer, { tls, http2, http1 }: Acceptors): Acceptor | undefined {
  if (tls !== undefined && begun[0] === HANDSHAKE) return tls
  const length = Math.min(begun.length, PREFACE.length)
  if (begun.compare(PREFACE, 0, length, 0, length) !== 0) return http1
  return length === PREFACE.length ? http2 : undefined
}
