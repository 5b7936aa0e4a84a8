import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'

export interface ServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly listener: RequestListener
}

/** A server that is listening. */
export interface ListeningServer {
  readonly port: number
  /** Takes no more connections; answers what it has begun, for so long; then cuts what is left. */
  close(graceMs: number): Promise<void>
}

/**
 * Starts to listen.
 *
 * @throws Error with a `code` if the port is taken or the certificate cannot be read
 */
export async function listen({ host, port, tls, listener }: ServerOptions): Promise<ListeningServer> {
  if (tls === undefined) {
    const server = createServer(listener)
    return listening(server, [server], host, port)
  }
  const secure = createTlsServer({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, listener)
  const plain = createServer(refusePlainText)
  return listening(tellApart(secure, plain), [secure, plain], host, port)
}

async function listening(
  entry: NetServer,
  servers: readonly Server[],
  host: string,
  port: number,
): Promise<ListeningServer> {
  await new Promise<void>((resolve, reject) => {
    entry.once('error', reject)
    entry.once('listening', resolve)
    entry.listen(port, host)
  })
  return {
    port: (entry.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>(resolve => entry.close(() => resolve()))
      for (const server of servers) server.closeIdleConnections()
      const idle = setInterval(() => {
        for (const server of servers) server.closeIdleConnections()
      }, 50)
      const cut = setTimeout(() => {
        for (const server of servers) server.closeAllConnections()
      }, graceMs)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16
const FIRST_BYTE_WITHIN_MS = 10_000

/** One port for both: who speaks TLS gets it, who does not is told so in words. */
function tellApart(secure: Server, plain: Server) {
  return createNetServer((socket: Socket) => {
    socket.setTimeout(FIRST_BYTE_WITHIN_MS, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.once('readable', () => {
      const first = socket.read(1) as Buffer | null
      if (first === null) return
      socket.setTimeout(0)
      socket.removeAllListeners('timeout')
      socket.unshift(first)
      const server = first[0] === HANDSHAKE ? secure : plain
      server.emit('connection', socket)
    })
  })
}

const refusePlainText: RequestListener = (_, outgoing) => {
  const body = JSON.stringify({
    code: 'invalid',
    message: 'this port speaks TLS: use an address that begins with https://',
  })
  outgoing.writeHead(400, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' })
  outgoing.end(body)
}
