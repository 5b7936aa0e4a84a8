// A mistake of ours, planted where no verdict would catch it.
import { once } from 'node:events'
import { request as ask, createServer } from 'node:http'
import { connect, createServer as createHttp2Server } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { RememberedCatalogue } from '../authority/remembered-catalogue.ts'
import type { Verifier } from '../authority/verifier.ts'
import { type GatewayOptions, openGateway } from './open-gateway.ts'

const MISTAKE = new TypeError('a mistake')
const fail = () => {
  throw MISTAKE
}
const unknown = async () => ({ allow: false, reason: 'unknown-token' }) as const

function openMistaken(): { gateway: ReturnType<typeof openGateway>; faults: unknown[] } {
  const faults: unknown[] = []
  const gateway = openGateway({
    verifier: { verify: unknown, verifyV1: unknown } as unknown as Verifier,
    catalogue: {} as RememberedCatalogue,
    freshness: {} as GatewayOptions['freshness'],
    nowMs: Date.now,
    metrics: { verdict: fail, observed: fail, upstreamAnswer: fail },
    upstreams: [],
    cutStreams: false,
    observe: undefined,
    forwardAuth: { trusts: fail, upstream: undefined },
    onCaller: () => {},
    onCut: () => {},
    onFault: cause => faults.push(cause),
  })
  onTestFinished(() => gateway.close())
  return { gateway, faults }
}

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port

describe('a mistake beyond every verdict ends its connection, is told, and nothing else', () => {
  test.each(['/query?db=a&q=SHOW%20DATABASES', '/authorize'])('on %s', async path => {
    const { gateway, faults } = openMistaken()
    const server = createServer((incoming, outgoing) => void gateway.answer(incoming, outgoing)).listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const failed = (): Promise<unknown> =>
      new Promise(resolve => {
        const options = { headers: { authorization: 'Token none' }, timeout: 5000 }
        ask({ host: '127.0.0.1', port: portOf(server), path, ...options }, answer => resolve(answer.statusCode))
          .once('timeout', () => resolve('no answer'))
          .once('error', (cause: NodeJS.ErrnoException) => resolve(cause.code))
          .end()
      })
    expect([await failed(), await failed()]).toEqual(['ECONNRESET', 'ECONNRESET'])
    expect(faults).toEqual([MISTAKE, MISTAKE])
  })

  test('in a call of Arrow Flight', async () => {
    const { gateway, faults } = openMistaken()
    const server = createHttp2Server()
    server.on('stream', (stream, headers) => gateway.answerGrpc(stream, headers, []))
    server.listen(0, '127.0.0.1')
    onTestFinished(() => void server.close())
    await once(server, 'listening')
    const session = connect(`http://127.0.0.1:${portOf(server)}`)
    onTestFinished(() => session.destroy())
    const call = session.request({
      ':method': 'POST',
      ':path': '/arrow.flight.protocol.FlightService/DoGet',
      'content-type': 'application/grpc',
      te: 'trailers',
      authorization: 'Bearer none',
    })
    call.setTimeout(5000, () => call.destroy())
    let isAnswered = false
    call.once('response', () => (isAnswered = true)).on('error', () => {})
    await once(call, 'close')
    expect([isAnswered, faults]).toEqual([false, [MISTAKE]])
  })
})
