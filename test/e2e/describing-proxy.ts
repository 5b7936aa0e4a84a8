import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'
import { described } from './described-server.ts'
import type { Answer, Server } from './server.ts'

export interface DescribingProxy {
  readonly url: string
  /** Method and path of everything that was asked. */
  readonly asked: readonly string[]
  /** What was answered in a way that openapi.json does not describe. */
  readonly faults: readonly string[]
}

/** What belongs to a connection, and is not passed on. */
const OWN_HEADERS = ['connection', 'keep-alive', 'transfer-encoding', 'host']

/**
 * Stands between a client of others and a server, so that all they say is held against openapi.json and its secrets are
 * known to the search for secrets. Ends with the test file.
 */
export async function startDescribingProxy(server: Server): Promise<DescribingProxy> {
  const request = described(server.request)
  const asked: string[] = []
  const faults: string[] = []
  const proxy = createServer(async (incoming, outgoing) => {
    const { method = '', url = '' } = incoming
    asked.push(`${method} ${url}`)
    try {
      const { status, headers, text } = await pass(incoming, request)
      outgoing.writeHead(status, withoutOwn(headers)).end(text)
    } catch (fault) {
      faults.push((fault as Error).message)
      outgoing.writeHead(502).end()
    }
  })
  await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
  afterAll(() => void proxy.close())
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked, faults }
}

async function pass(incoming: IncomingMessage, request: Server['request']): Promise<Answer> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const body = chunks.length === 0 ? undefined : Buffer.concat(chunks)
  return request(incoming.method ?? '', incoming.url ?? '', { headers: withoutOwn(incoming.headers), body })
}

const withoutOwn = (headers: IncomingMessage['headers']) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN_HEADERS.includes(name)))
