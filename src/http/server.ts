import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { createSecureContext, createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import { type GrpcListener, type Http2Part, http2Part } from './http2.ts'
import { type Acceptor, tellApart } from './tell-apart.ts'

export interface ServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly tls: { readonly certFile: string; readonly keyFile: string } | undefined
  readonly listener: RequestListener
  /** Told of gRPC, which comes over HTTP/2. */
  readonly grpc: GrpcListener
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
export async function listen({ host, port, tls, listener, grpc }: ServerOptions): Promise<ListeningServer> {
  const http1 = createServer(listener)
  const http2 = http2Part(grpc)
  if (tls === undefined) {
    const firstBytesWithinMs = http1.headersTimeout
    const entry = tellApart({ tls: undefined, http2: http2.accept, http1: acceptorFor(http1), firstBytesWithinMs })
    return listening(entry, [http1], http2, host, port)
  }
  const secure = secureServer(tls, http1, http2)
  const plain = createServer(refusePlainText)
  const entry = tellApart({
    tls: acceptorFor(secure),
    // Who speaks HTTP/2 in clear would not understand the sentence.
    http2: socket => void socket.destroy(),
    http1: acceptorFor(plain),
    firstBytesWithinMs: FIRST_BYTE_WITHIN_MS,
  })
  return listening(entry, [http1, plain], http2, host, port)
}

const acceptorFor =
  (server: NetServer): Acceptor =>
  socket =>
    void server.emit('connection', socket)

/**
 * HTTP/2 for those who speak nothing else, which clients of gRPC say: everybody else is better served by HTTP/1.1, and would
 * take HTTP/2 if it was offered.
 */
function secureServer(tls: NonNullable<ServerOptions['tls']>, http1: Server, http2: Http2Part): TlsServer {
  const secure = createTlsServer(
    {
      ...readCertificate(tls),
      handshakeTimeout: HANDSHAKE_WITHIN_MS,
      ALPNCallback: ({ protocols }) => ['http/1.1', 'h2'].find(protocol => protocols.includes(protocol)),
    },
    socket => {
      if (socket.alpnProtocol === 'h2') http2.accept(socket)
      else http1.emit('connection', socket)
    },
  )
  return secure.on('tlsClientError', (_, socket) => socket.destroy())
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

/** @param entry accepts the connections and tells them apart; `servers` and `http2` answer them */
async function listening(
  entry: NetServer,
  servers: readonly Server[],
  http2: Http2Part,
  host: string,
  port: number,
): Promise<ListeningServer> {
  // They never listen themselves, but only a server that does watches over its connections: time limits, and which are idle.
  for (const server of servers) server.emit('listening')
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
      http2.end()
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

const FIRST_BYTE_WITHIN_MS = 10_000
const HANDSHAKE_WITHIN_MS = 10_000

const refusePlainText: RequestListener = (_, outgoing) => {
  const body = JSON.stringify({
    code: 'invalid',
    message: 'this port speaks TLS: use an address that begins with https://',
  })
  outgoing.writeHead(400, { 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' })
  outgoing.end(body)
}
