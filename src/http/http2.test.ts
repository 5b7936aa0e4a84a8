// What an attacker makes of HTTP/2 ends his connection, or what he asked for, and nobody else notices.
import { connect, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo, Server, Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { block, FLAG, frame, GRPC_HEADERS, goawayOf, openHttp2, request, TYPE } from '../../test/e2e/http2-frames.ts'
import { openConnection, type RawConnection } from '../../test/e2e/raw-connection.ts'
import { type GrpcListener, http2Part } from './http2.ts'
import { tellApart } from './tell-apart.ts'

const PING_MS = 400
/** Of the requests that nobody answers. */
const open = new Set<ServerHttp2Stream>()
const entries: Server[] = []
/** One that pings soon, and one that does not within a test. */
let port: number
let patientPort: number

const answer: GrpcListener = (stream, { 'x-stay': stay }) => {
  if (stay === undefined) return void stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true })
  open.add(stream)
  stream.once('close', () => open.delete(stream))
}

async function start(pingMs?: number): Promise<number> {
  const { accept } = http2Part(answer, pingMs)
  const http1 = (socket: Socket) => void socket.destroy()
  const entry = tellApart({ tls: undefined, http2: accept, http1, firstBytesWithinMs: 300 })
  entries.push(entry)
  await new Promise<void>(resolve => entry.listen(0, '127.0.0.1', resolve))
  return (entry.address() as AddressInfo).port
}

beforeAll(async () => {
  ;[port, patientPort] = await Promise.all([start(PING_MS), start()])
})
afterAll(() => {
  for (const entry of entries) entry.close()
})

/** Sends until the other side has had enough, or it is over; then waits until the connection is closed. */
async function flood(port: number, times: number, pieceOf: (at: number) => Uint8Array): Promise<RawConnection> {
  const connection = await openHttp2(port)
  onTestFinished(connection.close)
  for (let at = 0; at < times && !connection.socket.destroyed; at++) {
    if (!connection.socket.write(pieceOf(at)) || at % 64 === 0) await new Promise(resolve => setTimeout(resolve, 0))
  }
  await connection.closed
  return connection
}

/** A proper client on a connection of its own, who is answered. */
async function isServed(): Promise<boolean> {
  const session = connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => session.destroy())
  const stream = session.request({ ':method': 'POST', ':path': '/', 'content-type': 'application/grpc' })
  return new Promise(resolve => stream.once('response', headers => resolve(headers['grpc-status'] === '12')))
}

const numberOf = (at: number) => at * 2 + 1
const STAYING = [...GRPC_HEADERS, ['x-stay', 'yes']] as const
const staying = (stream: number) => frame(TYPE.headers, FLAG.endHeaders, stream, block(STAYING))
const takenBack = (stream: number) => frame(TYPE.reset, 0, stream, Buffer.of(0, 0, 0, 8))
const ROUND = 65_536

describe('a connection is ended at once', () => {
  test.each<[string, number, (at: number) => Uint8Array]>([
    [
      'whose requests are taken back as soon as they are sent',
      4096,
      at => Buffer.concat([staying(numberOf(at)), takenBack(numberOf(at))]),
    ],
    [
      'with a block of headers without an end',
      ROUND,
      at =>
        at === 0
          ? frame(TYPE.headers, FLAG.none, 1, block(GRPC_HEADERS))
          : frame(TYPE.continuation, FLAG.none, 1, block([[`x-${at}`, 'y']])),
    ],
    [
      'with empty headers without an end',
      ROUND,
      at => frame(at === 0 ? TYPE.headers : TYPE.continuation, FLAG.none, 1),
    ],
    ['with pieces of a body that have nothing in them', ROUND, at => (at === 0 ? staying(1) : frame(TYPE.data, 0, 1))],
    ['with more streams than there may be', 300, at => staying(numberOf(at))],
    ['with a window that overflows', 4, () => frame(TYPE.window, 0, 0, Buffer.of(0x7f, 0xff, 0xff, 0xff))],
    ['with a push', 1, () => frame(5, FLAG.endHeaders, 1, Buffer.of(0, 0, 0, 2))],
  ])('%s', async (_, times, pieceOf) => {
    const [, served] = await Promise.all([flood(patientPort, times, pieceOf), isServed()])
    expect(served).toBe(true)
    await expect.poll(() => open.size).toBe(0)
  })

  test('on which not even the first bytes come', async () => {
    const connection = await openConnection(port)
    await connection.send('PR')
    await connection.closed
    expect(connection.received()).toBe('')
  })
})

describe('a connection is read no further, and ended when no ping comes back', () => {
  test.each<[string, number, (at: number) => Uint8Array, number]>([
    [
      'whose requests are taken back as soon as they are answered',
      4096,
      at => Buffer.concat([request(numberOf(at)), takenBack(numberOf(at))]),
      2,
    ],
    ['with frames of another protocol', 16, () => Buffer.from('GET / HTTP/1.1\r\n\r\n'), 6],
    ['with a frame that is too long', 1, () => frame(TYPE.data, 0, 1, Buffer.alloc(32_768)), 6],
    ['with pings of the wrong length', 1, () => frame(TYPE.ping, FLAG.none, 0, Buffer.alloc(7)), 6],
    ['on which nobody answers', 0, () => Buffer.of(), 0],
  ])('%s', async (_, times, pieceOf, reason) => {
    const [connection, served] = await Promise.all([flood(port, times, pieceOf), isServed()])
    expect([goawayOf(connection), served]).toEqual([reason, true])
    await expect.poll(() => open.size).toBe(0)
  })
})

test('a client that ends his side has his requests taken back at once', async () => {
  const connection = await openHttp2(patientPort)
  onTestFinished(connection.close)
  await connection.send(staying(1))
  await expect.poll(() => open.size).toBe(1)
  connection.socket.end()
  await expect.poll(() => open.size).toBe(0)
})

describe('a request is not taken', () => {
  test.each([
    ['with too many headers', Array.from({ length: 200 }, (_, at) => [`x-${at}`, 'y'] as const)],
    ['with headers that are too long', [['x', 'y'.repeat(40_000)] as const]],
  ])('%s', async (_, more) => {
    const connection = await openHttp2(port)
    onTestFinished(connection.close)
    const all = block([...STAYING, ...more])
    const frames = Array.from({ length: Math.ceil(all.length / 16_000) }, (_, at) => {
      const isLast = (at + 1) * 16_000 >= all.length
      const piece = all.subarray(at * 16_000, (at + 1) * 16_000)
      return frame(at === 0 ? TYPE.headers : TYPE.continuation, isLast ? FLAG.endHeaders : FLAG.none, 1, piece)
    })
    connection.socket.write(Buffer.concat(frames))
    await connection.closed
    await expect.poll(() => open.size).toBe(0)
    expect(await isServed()).toBe(true)
  })

  test('is one that was taken before the limits: so the test can fail', async () => {
    const connection = await openHttp2(port)
    connection.socket.write(staying(1))
    await expect.poll(() => open.size).toBe(1)
    connection.close()
    await expect.poll(() => open.size).toBe(0)
  })
})

test('a client that answers pings stays, for as long as it wishes', async () => {
  const session = connect(`http://127.0.0.1:${port}`)
  onTestFinished(() => session.destroy())
  await new Promise(resolve => setTimeout(resolve, 6 * PING_MS))
  expect(session.destroyed).toBe(false)
})
