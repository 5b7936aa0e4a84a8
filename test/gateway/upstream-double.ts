// An upstream that answers what a test says, and keeps all that it saw.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface Seen {
  readonly method: string
  readonly target: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
  readonly bytes: Buffer
  /** Names and values by turns, as they arrived. */
  readonly rawHeaders: readonly string[]
}

export interface UpstreamDouble {
  readonly url: string
  /** In the order of their ends. */
  readonly seen: Seen[]
  /** Connections that are open. */
  connections(): Promise<number>
  close(): Promise<void>
}

export type Answering = (seen: Seen, outgoing: ServerResponse) => void

const NO_CONTENT: Answering = (_, outgoing) => outgoing.writeHead(204, { 'X-Influxdb-Version': '1.8.10' }).end()

/** @param pings `unseen` answers the gateway's question for a version, which it asks when it likes and for nobody, by itself */
export async function startUpstreamDouble(
  answer: Answering = NO_CONTENT,
  pings: 'seen' | 'unseen' = 'unseen',
): Promise<UpstreamDouble> {
  const seen: Seen[] = []
  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of incoming) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    const { method = '', url = '', headers, rawHeaders } = incoming
    const bytes = Buffer.concat(chunks)
    const one = { method, target: url, headers, body: bytes.toString(), bytes, rawHeaders }
    if (pings === 'unseen' && `${method} ${url}` === 'GET /ping') {
      outgoing.writeHead(204, { 'X-Influxdb-Version': '1.8.10' }).end()
      return
    }
    seen.push(one)
    answer(one, outgoing)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    close,
    connections: () => new Promise((resolve, reject) => server.getConnections((e, n) => (e ? reject(e) : resolve(n)))),
  }
}

export function closeAfterTest(double: UpstreamDouble): UpstreamDouble {
  onTestFinished(() => double.close())
  return double
}
