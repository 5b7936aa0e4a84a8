// An upstream below HTTP: a test sees the bytes of each request as they come, and does to the connection what it likes.

import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

export interface RawUpstream {
  readonly url: string
  /** First lines of the requests that came, on all connections. */
  readonly asked: string[]
  /** Connections that are open. */
  readonly sockets: ReadonlySet<Socket>
  close(): void
}

/** What to do when a request begins: its first line, its connection, and how many came on it before. */
export type OnRequest = (line: string, socket: Socket, before: number) => void

export const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n'
export const FOUND = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"results":[]}'

export async function startRawUpstream(onRequest: () => OnRequest): Promise<RawUpstream> {
  const asked: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    let before = 0
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
    socket.on('data', chunk => {
      const line = /^(?:GET|POST) \S+/.exec(chunk.toString('latin1'))?.[0]
      if (line === undefined) return
      // Asked for its version by the gateway itself, which is no test's matter.
      if (line === 'GET /ping') {
        socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
        return
      }
      asked.push(line)
      onRequest()(line, socket, before++)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    sockets,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
