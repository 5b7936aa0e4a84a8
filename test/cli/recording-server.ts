// An HTTP server that remembers what it was sent, and answers as a test says.
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll } from 'vitest'

/** One request, as it came. */
export interface Recorded {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: http.IncomingHttpHeaders
  readonly raw: Buffer
  /** The body, decompressed. */
  readonly text: string
}

export interface Reply {
  readonly status?: number
  readonly headers?: http.OutgoingHttpHeaders
  readonly body?: string | Buffer
}

export interface RecordingServer {
  readonly url: string
  readonly port: number
  readonly requests: readonly Recorded[]
  /** Resolves with the next request, as soon as it is whole. */
  next(): Promise<Recorded>
}

/** What a test answers; a handler of Node's where that is not enough. */
export type Answer = (request: Recorded, count: number) => Reply | 'never'

const servers = new Set<http.Server>()

/** Listens on a free port of this machine until the test file ends. */
export async function recordingServer(answer: Answer = () => ({ status: 204 })): Promise<RecordingServer> {
  const requests: Recorded[] = []
  const waiting: ((request: Recorded) => void)[] = []
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', chunk => chunks.push(chunk))
    incoming.on('end', () => {
      const recorded = record(incoming, Buffer.concat(chunks))
      requests.push(recorded)
      waiting.shift()?.(recorded)
      const reply = answer(recorded, requests.length)
      if (reply === 'never') return
      response.writeHead(reply.status ?? 200, reply.headers)
      response.end(reply.body)
    })
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, port, requests, next: () => new Promise(resolve => waiting.push(resolve)) }
}

/** @returns the port */
export async function listen(server: http.Server): Promise<number> {
  servers.add(server)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function record({ method = '', url = '', headers }: http.IncomingMessage, raw: Buffer): Recorded {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  const text = (headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString()
  return { method, path: pathname, query: Object.fromEntries(searchParams), headers, raw, text }
}

/** An answer in JSON. */
export const json = (status: number, body: unknown, headers: http.OutgoingHttpHeaders = {}): Reply => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
})

afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})
