// A connection on which a test says byte by byte what goes over it, and when.
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectSecure } from 'node:tls'

export interface RawConnection {
  readonly socket: Socket
  /** Settles once the bytes are with the operating system. */
  send(text: string | Uint8Array): Promise<void>
  /** Everything that came so far. */
  received(): string
  /** Waits until what came matches. @throws Error with what came instead, if the other side closes before */
  until(pattern: RegExp): Promise<string>
  /** Settles when the connection is over, in whatever way. */
  readonly closed: Promise<void>
  close(): void
}

export interface RawOptions {
  /** The certificate to trust, PEM; the connection then speaks TLS. */
  readonly ca?: string
}

/** @throws Error with the system's `code` if nobody listens */
export async function openConnection(port: number, { ca }: RawOptions = {}): Promise<RawConnection> {
  const target = { host: '127.0.0.1', port }
  const socket = ca === undefined ? connectPlain(target) : connectSecure({ ...target, ca })
  await new Promise<void>((resolve, reject) => {
    socket.once(ca === undefined ? 'connect' : 'secureConnect', () => resolve())
    socket.once('error', reject)
  })
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', chunk => {
    text += chunk
  })
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()))
  return {
    socket,
    send: bytes => new Promise((resolve, reject) => socket.write(bytes, error => (error ? reject(error) : resolve()))),
    received: () => text,
    until: pattern =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(text) && resolve(text)
        socket.on('data', look)
        socket.once('close', () =>
          reject(new Error(`closed before ${pattern} came; what came: ${JSON.stringify(text)}`)),
        )
        look()
      }),
    closed,
    close: () => void socket.destroy(),
  }
}

/** Whether a connection to the port is refused, as one to nobody is. */
export async function isRefused(port: number): Promise<boolean> {
  try {
    const connection = await openConnection(port)
    connection.close()
    return false
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  }
}
