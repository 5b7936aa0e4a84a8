// A small forward proxy: it passes on plain requests and tunnels, to one place whatever is asked for.
import * as http from 'node:http'
import { connect, type Socket } from 'node:net'
import { listen } from './recording-server.ts'

export interface ProxyServer {
  readonly url: string
  /** What it was asked for: `GET http://…`, or `CONNECT host:port`. */
  readonly asked: readonly string[]
}

export interface ProxyOptions {
  /** Port on this machine that everything goes to. */
  readonly to: number
  /** Answers every request itself, and refuses every tunnel, with this status. */
  readonly refuses?: number
}

export async function proxyServer({ to, refuses }: ProxyOptions): Promise<ProxyServer> {
  const asked: string[] = []
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    if (refuses !== undefined) return void response.writeHead(refuses).end()
    const { pathname, search } = new URL(request.url ?? '')
    const onward = http.request(
      { host: '127.0.0.1', port: to, method: request.method, path: pathname + search, headers: request.headers },
      answer => {
        response.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(response)
      },
    )
    request.pipe(onward)
  })
  server.on('connect', (request, socket: Socket) => {
    asked.push(`CONNECT ${request.url}`)
    if (refuses !== undefined) return void socket.end(`HTTP/1.1 ${refuses} Refused\r\n\r\n`)
    const onward = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n')
      onward.pipe(socket)
      socket.pipe(onward)
    })
    for (const one of [socket, onward]) one.on('error', () => {})
  })
  return { url: `http://127.0.0.1:${await listen(server)}`, asked }
}
