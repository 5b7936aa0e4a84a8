// Bodies and answers of any length pass in constant memory, as fast as the slower end takes them.
import { readFileSync } from 'node:fs'
import * as http from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Plant, startPlant } from './plant.ts'

/** 1,024 is what is promised; the same with a quarter of it takes a quarter of the time. */
const MEGABYTES = Number(process.env.SLUICE_STREAM_MEGABYTES ?? 256)
const MEGABYTE = 1_048_576
const MAX_GROWTH = 80 * MEGABYTE
const LINES = Buffer.alloc(MEGABYTE, 'm,host=a f=1 1700000000000000000\n')

let received = 0
let sent = 0
let upstream: http.Server
let plant: Plant

beforeAll(async () => {
  upstream = http.createServer((incoming, outgoing) => {
    incoming.on('data', chunk => (received += chunk.length))
    incoming.on('error', () => {})
    incoming.once('end', () => {
      if (incoming.url!.startsWith('/write')) outgoing.writeHead(204).end()
      else void answer(outgoing)
    })
  })
  await new Promise<void>(resolve => upstream.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`
  plant = await startPlant('influxdb1', url, 'max_body_bytes = 4294967296\n')
  // What a first use takes is no growth.
  await write(8, LINES)
  await write(8, PACKED, { 'Content-Encoding': 'gzip' })
  await read(8)
})
afterAll(() => {
  upstream.closeAllConnections()
  upstream.close()
})

let answered = 0
async function answer(outgoing: http.ServerResponse): Promise<void> {
  outgoing.writeHead(200, { 'Content-Type': 'application/json' })
  for (sent = 0; sent < answered * MEGABYTE && !outgoing.destroyed; sent += MEGABYTE) {
    if (!outgoing.write(LINES)) await new Promise(resolve => outgoing.once('drain', resolve).once('close', resolve))
  }
  outgoing.end()
}

/** As it comes from a client that packs each batch for itself; stored, so that packing and unpacking take no time. */
const PACKED = gzipSync(LINES, { level: 0 })

function ask(method: string, path: string, headers: http.OutgoingHttpHeaders = {}): http.ClientRequest {
  const all = { Authorization: `Token ${plant.tokens.both}`, ...headers }
  return http.request({ host: '127.0.0.1', port: plant.server.port, agent: false, method, path, headers: all })
}

async function write(pieces: number, piece: Buffer, headers?: http.OutgoingHttpHeaders): Promise<number> {
  received = 0
  const request = ask('POST', '/write?db=raw', headers)
  const status = new Promise<number>((resolve, reject) => {
    request.once('response', found => resolve(found.resume().statusCode!)).once('error', reject)
  })
  for (let left = pieces; left > 0; left--) {
    if (!request.write(piece)) await new Promise(resolve => request.once('drain', resolve))
  }
  request.end()
  return status
}

/** @param meanwhile is called with the answer, of which nothing is read until it has ended */
async function read(megabytes: number, meanwhile: () => Promise<void> = async () => {}): Promise<number> {
  answered = megabytes
  const request = ask('GET', '/query?db=raw&q=SELECT%20f%20FROM%20m').end()
  const found = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject)
  })
  await meanwhile()
  let length = 0
  for await (const chunk of found) length += (chunk as Buffer).length
  return length
}

const residentBytes = () =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${plant.server.pid}/status`, 'utf8'))![1]) * 1024

/** How much memory the server took meanwhile beyond what it had before. */
async function growthDuring(what: string, work: () => Promise<void>): Promise<number> {
  const before = residentBytes()
  let most = before
  const timer = setInterval(() => (most = Math.max(most, residentBytes())), 20)
  const begunMs = performance.now()
  await work()
  clearInterval(timer)
  const seconds = (performance.now() - begunMs) / 1000
  const growth = most - before
  const rate = (MEGABYTES / seconds).toFixed(0)
  console.log(`${what} of ${MEGABYTES} MiB: ${rate} MiB/s, memory grew by ${(growth / MEGABYTE).toFixed(0)} MiB`)
  return growth
}

test('a write streams through', async () => {
  const growth = await growthDuring('a write', async () => {
    expect(await write(MEGABYTES, LINES)).toBe(204)
  })
  expect(received).toBe(MEGABYTES * MEGABYTE)
  expect(growth).toBeLessThan(MAX_GROWTH)
}, 120_000)

test('a packed write streams through, though it is unpacked to be measured', async () => {
  const growth = await growthDuring('a packed write', async () => {
    expect(await write(MEGABYTES, PACKED, { 'Content-Encoding': 'gzip' })).toBe(204)
  })
  expect(received).toBe(MEGABYTES * PACKED.length)
  expect(growth).toBeLessThan(MAX_GROWTH)
}, 120_000)

test('an answer streams through, and waits for a client that does not read', async () => {
  const growth = await growthDuring('an answer', async () => {
    const length = await read(MEGABYTES, async () => {
      await new Promise(resolve => setTimeout(resolve, 500))
      const before = sent
      await new Promise(resolve => setTimeout(resolve, 300))
      expect(sent, 'the upstream waits').toBe(before)
      expect(sent).toBeLessThan(64 * MEGABYTE)
    })
    expect(length).toBe(MEGABYTES * MEGABYTE)
  })
  expect(growth).toBeLessThan(MAX_GROWTH)
}, 120_000)
