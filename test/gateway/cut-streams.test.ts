// A token that is disabled ends what runs on it: through this process, and through another on the same data.
import * as http from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AUTHORIZATIONS, createToken, createUser, may, ok, type PermissionJson, USERS } from '../e2e/fixtures.ts'
import { type Server, startServer } from '../e2e/server.ts'
import { type Influxd, startInfluxd } from './influxd.ts'
import { type Plant, startPlant } from './plant.ts'

/** What is promised is 100 ms; a busy machine is not to fail the test. */
const WITHIN_MS = 1500

interface SlowUpstream {
  readonly url: string
  /** Requests that were broken off before they or their answers were whole. */
  readonly broken: string[]
  /** How many writes have come. */
  writes(): number
  connections(): Promise<number>
  close(): void
}

/** Answers queries a little at a time without end, and takes writes likewise. */
async function startSlow(): Promise<SlowUpstream> {
  const broken: string[] = []
  let writes = 0
  const server = http.createServer((incoming, outgoing) => {
    let timer: NodeJS.Timeout | undefined
    incoming.on('error', () => {}).resume()
    outgoing.on('close', () => {
      clearInterval(timer)
      if (!incoming.complete || !outgoing.writableFinished) broken.push(incoming.url!.split('?')[0]!)
    })
    if (incoming.url!.startsWith('/write')) {
      writes++
      return
    }
    outgoing.writeHead(200, { 'Content-Type': 'application/json' })
    timer = setInterval(() => outgoing.write('{"results":[]}\n'), 10)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    broken,
    writes: () => writes,
    connections: () => new Promise(resolve => server.getConnections((_, count) => resolve(count))),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

interface Stream {
  /** Settles when the connection is gone, with that moment; never if the answer ends well. */
  readonly cut: Promise<number>
  readonly begun: Promise<void>
}

function open(server: Server, path: string, token: string, write: boolean): Stream {
  const headers = { Authorization: `Token ${token}` }
  const method = write ? 'POST' : 'GET'
  const request = http.request({ host: '127.0.0.1', port: server.port, agent: false, method, path, headers })
  const timer = write ? setInterval(() => request.write('m f=1\n'), 10) : undefined
  const cut = new Promise<number>(resolve => {
    const gone = () => {
      clearInterval(timer)
      resolve(performance.now())
    }
    request.once('error', gone)
    request.once('response', answer => answer.on('error', gone).resume())
  })
  const begun = new Promise<void>((resolve, reject) => {
    if (write) {
      const before = upstream.writes()
      const look = setInterval(() => {
        if (upstream.writes() === before) return
        clearInterval(look)
        resolve()
      }, 5)
    }
    request.once('response', answer =>
      answer.statusCode === 200 ? resolve() : reject(new Error(`${answer.statusCode}`)),
    )
  })
  if (!write) request.end()
  return { cut, begun }
}

const within = <T>(promise: Promise<T>, what: string): Promise<T> =>
  Promise.race([
    promise,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`${what} within ${WITHIN_MS} ms`)), WITHIN_MS)),
  ])

const QUERY = '/query?db=raw&q=SELECT%20f%20FROM%20m&chunked=true'

let upstream: SlowUpstream
let plant: Plant
let other: Server

beforeAll(async () => {
  upstream = await startSlow()
  plant = await startPlant('influxdb1', upstream.url)
  other = await startServer({ dataDir: plant.server.dataDir })
})
afterAll(() => upstream.close())

const newToken = (more: Record<string, unknown> = {}) => {
  const on = { id: plant.buckets.raw, orgID: plant.orgID }
  const permissions = [may('read', 'buckets', on), may('write', 'buckets', on)]
  return createToken(plant.operator, { orgID: plant.orgID, permissions, ...more })
}

const limited = (...measurements: string[]) => {
  const on = { id: plant.buckets.raw, orgID: plant.orgID, measurements }
  return [may('read', 'buckets', on), may('write', 'buckets', on)]
}

async function replace(id: string, permissions: readonly PermissionJson[]) {
  const { etag } = (await plant.operator.get(`${AUTHORIZATIONS}/${id}`)).headers
  const path = `${AUTHORIZATIONS}/${id}/permissions`
  return plant.server.request('PUT', path, {
    token: plant.server.onboarded!.operator,
    headers: { 'If-Match': etag },
    body: { permissions },
  })
}

interface Ending {
  readonly act: (token: { id: string; userID: string }) => Promise<unknown>
  readonly userId?: () => Promise<string>
}

const ENDINGS: Readonly<Record<string, Ending>> = {
  'is disabled': { act: ({ id }) => plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }) },
  'is deleted': { act: ({ id }) => plant.operator.delete(`${AUTHORIZATIONS}/${id}`) },
  'loses its permission': {
    act: ({ id }) => replace(id, [may('read', 'buckets', { id: plant.buckets.secret, orgID: plant.orgID })]),
  },
  'is limited to measurements': { act: ({ id }) => replace(id, limited('m')) },
  'loses its owner': {
    userId: () => createUser(plant.operator, `owner ${Math.random()}`),
    act: ({ userID }) => plant.operator.patch(`${USERS}/${userID}`, { status: 'inactive' }),
  },
}

describe.each([
  ['in the same process', () => plant.server],
  ['in another process', () => other],
] as const)('what runs %s', (where, server) => {
  test.each(Object.keys(ENDINGS))('is cut when its token %s', async name => {
    const { act, userId } = ENDINGS[name]!
    const token = await newToken(userId && { userID: await userId() })
    upstream.broken.length = 0
    const streams = [open(server(), QUERY, token.token, false), open(server(), '/write?db=raw', token.token, true)]
    const bystander = open(server(), QUERY, plant.tokens.reader, false)
    await Promise.all([...streams, bystander].map(({ begun }) => begun))
    const answer = (await act(token)) as { status: number; text: string }
    const answeredMs = performance.now()
    expect(answer.status, answer.text).toBeLessThan(300)
    const cuts = await within(Promise.all(streams.map(({ cut }) => cut)), 'both are cut')
    console.log(
      `${where}, ${name}: cut after ${cuts.map(ms => Math.max(0, ms - answeredMs).toFixed(0)).join(' and ')} ms`,
    )
    await within(
      (async () => {
        while (upstream.broken.length < 2) await new Promise(resolve => setTimeout(resolve, 5))
      })(),
      'the upstream is cut off',
    )
    expect(upstream.broken.sort()).toEqual(['/query', '/write'])
    expect(await Promise.race([bystander.cut, 'runs']), 'another’s').toBe('runs')
  })

  test('is cut when its token expires', async () => {
    const token = await newToken({ expiresAt: new Date(Date.now() + 1000).toISOString() })
    const stream = open(server(), QUERY, token.token, false)
    await stream.begun
    await new Promise(resolve => setTimeout(resolve, 1000))
    await within(stream.cut, 'it is cut')
  })
})

test('streams run on where that is configured', async () => {
  const env = { SLUICE_REVOKE_CUT_STREAMS: 'false' }
  const patient = await startServer({ dataDir: plant.server.dataDir, env })
  const token = await newToken()
  const [stream, control] = [open(patient, QUERY, token.token, false), open(plant.server, QUERY, token.token, false)]
  await Promise.all([stream.begun, control.begun])
  ok(await plant.operator.patch(`${AUTHORIZATIONS}/${token.id}`, { status: 'inactive' }))
  await within(control.cut, 'the other is cut')
  await new Promise(resolve => setTimeout(resolve, 200))
  expect(await Promise.race([stream.cut, 'runs'])).toBe('runs')
})

describe('with a real InfluxDB, 50 connections that write and query', () => {
  let influxd: Influxd
  let real: Plant
  beforeAll(async () => {
    influxd = await startInfluxd(false)
    real = await startPlant('influxdb1', influxd.url)
    await influxd.query('CREATE DATABASE db_raw')
  }, 60_000)
  afterAll(() => influxd?.stop())

  test('have nothing accepted that was sent after the token was disabled', async () => {
    const on = { id: real.buckets.raw, orgID: real.orgID }
    const permissions = [may('read', 'buckets', on), may('write', 'buckets', on)]
    const { id, token } = await createToken(real.operator, { orgID: real.orgID, permissions })
    const agent = new http.Agent({ keepAlive: true })
    let disabled = false
    let [before, after, late, written] = [0, 0, 0, 0]
    const lane = async (_: unknown, number: number) => {
      for (let [round, left] = [0, 5]; left > 0; round++) {
        const begunAfter = disabled
        if (disabled) left--
        const isWrite = round % 2 === 0
        // Each point is one of its own, so that they can be counted.
        const body = isWrite ? `m,lane=${number} f=1 ${round + 1}` : undefined
        const [method, path] = isWrite
          ? ['POST', '/write?db=raw']
          : ['GET', '/query?db=raw&q=SELECT%20count(f)%20FROM%20m']
        // One that ran when the token was disabled is cut.
        const answer = await real.server.request(method!, path!, { token, body, agent }).catch(() => undefined)
        if (begunAfter) after++
        else before++
        if (begunAfter && answer?.status !== 401) late++
        if (isWrite && answer?.status === 204) written++
      }
    }
    const lanes = Array.from({ length: 50 }, lane)
    while (before < 500) await new Promise(resolve => setTimeout(resolve, 20))
    ok(await real.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    disabled = true
    await Promise.all(lanes)
    agent.destroy()
    console.log(
      `50 connections, real InfluxDB: ${before} requests before, ${after} after the answer, ${late} of them accepted`,
    )
    expect([late, after]).toEqual([0, 250])
    const [series] = await influxd.query('SELECT count(f) FROM m', 'db_raw')
    const counted = Number(series!.values![0]![1])
    expect(counted, 'no less than was acknowledged, and no more than ran').toBeGreaterThanOrEqual(written)
    expect(counted).toBeLessThanOrEqual(written + 50)
  }, 60_000)
})

test('what reads one measurement goes on as long as that may be read, whatever else changes', async () => {
  const { id, token } = await newToken({ permissions: limited('m', 'n') })
  const stream = open(plant.server, QUERY, token, false)
  await stream.begun
  let isCut = false
  const cut = stream.cut.then(() => {
    isCut = true
  })
  ok(await replace(id, limited('o', 'm')))
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(isCut).toBe(false)
  ok(await replace(id, limited('n')))
  await within(cut, 'it is cut')
})
