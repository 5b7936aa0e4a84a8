import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net'
import { createSecureContext } from 'node:tls'

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
 * @throws Error with a `code` if the port is taken or the certificate cannot be read, and one in words if it is none
 */
export async function listen({ host, port, tls, listener }: ServerOptions): Promise<ListeningServer> {
  if (tls === undefined) {
    const server = createServer(listener)
    return listening(server, [server], host, port)
  }
  const secure = createTlsServer({ ...readCertificate(tls), handshakeTimeout: HANDSHAKE_WITHIN_MS }, listener)
  const plain = createServer(refusePlainText)
  // They never listen themselves, but only a server that does watches over its connections: time limits, and which are idle.
  for (const server of [secure, plain]) server.emit('listening')
  return listening(tellApart(secure, plain), [secure, plain], host, port)
}

function readCertificate({ certFile, keyFile }: NonNullable<ServerOptions['tls']>): { cert: Buffer; key: Buffer } {
  const pair = { cert: readFileSync(certFile), key: readFileSync(keyFile) }
  try {
    createSecureContext(pair)
    return pair
  } catch (cause) {
    const { code, reason, message } = cause as { code?: string; reason?: string; message: string }
    const why =
      code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH'
        ? 'the key is not that of the certificate'
        : `both must be PEM, the key without a passphrase (${reason ?? message})`
    throw new Error(`${certFile} and ${keyFile} are no certificate and key: ${why}`, { cause })
  }
}

/** @param entry accepts the connections, which `servers` answer: itself, or those it tells apart */
async function listening(
  entry: NetServer,
  servers: readonly Server[],
  host: string,
  port: number,
): Promise<ListeningServer> {
  const ending = trackConnections(entry, servers)
  await new Promise<void>((resolve, reject) => {
    entry.once('error', reject)
    entry.once('listening', resolve)
    entry.listen(port, host)
  })
  return {
    port: (entry.address() as AddressInfo).port,
    async close(graceMs) {
      const closed = new Promise<void>(resolve => entry.close(() => resolve()))
      ending.begin()
      const idle = setInterval(() => {
        for (const server of servers) server.closeIdleConnections()
      }, 50)
      const cut = setTimeout(ending.cut, graceMs)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    },
  }
}

/** Knows every connection, those on which nothing was asked yet too: Node's servers know only what speaks HTTP already. */
function trackConnections(entry: NetServer, servers: readonly Server[]): { begin(): void; cut(): void } {
  const sockets = new Set<Socket>()
  const answers = new Set<ServerResponse>()
  let ending = false
  entry.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  for (const server of servers) {
    server.prependListener('request', (_, answer: ServerResponse) => {
      answers.add(answer)
      answer.once('close', () => answers.delete(answer))
      if (ending) answer.shouldKeepAlive = false
    })
  }
  return {
    begin() {
      ending = true
      // The last answer on a connection says so, or the client would send its next request into the void.
      for (const answer of answers) answer.shouldKeepAlive = false
      for (const server of servers) server.closeIdleConnections()
      for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
    },
    cut() {
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The first byte of a TLS handshake. */
const HANDSHAKE = 0x16
const FIRST_BYTE_WITHIN_MS = 10_000
const HANDSHAKE_WITHIN_MS = 10_000

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
