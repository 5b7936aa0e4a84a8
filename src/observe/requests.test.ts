import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createLogger } from './log.ts'
import { createRegistry, type Registry } from './metrics.ts'
import { type Listener, observeRequests, type RequestObserver } from './requests.ts'

const ROUTES: Readonly<Record<string, string>> = { '/a': '/a', '/a/1': '/a/:id', '/a/2': '/a/:id' }

let entries: Record<string, unknown>[]
let registry: Registry
let observer: RequestObserver
let server: Server
let listener: Listener
/** Resolves when so many requests are over. */
let logged: (count: number) => Promise<void>

beforeEach(async () => {
  entries = []
  let more = () => {}
  const log = createLogger({
    write: line => {
      entries.push(JSON.parse(line))
      more()
    },
  })
  logged = async count => {
    while (entries.length < count) {
      await new Promise<void>(resolve => {
        more = resolve
      })
    }
  }
  registry = createRegistry()
  observer = observeRequests(log, registry, path => ROUTES[path] ?? 'other')
  listener = (_, outgoing) => void outgoing.end('done')
  server = createServer(observer.wrap((incoming, outgoing) => listener(incoming, outgoing)))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

const portOf = () => (server.address() as AddressInfo).port

async function ask(method: string, path: string, body = ''): Promise<void> {
  const headers = { Authorization: 'Token secret-of-a-header', Cookie: 'influxdb-oss-session=secret-of-a-cookie' }
  const outgoing = request({ port: portOf(), host: '127.0.0.1', method, path, headers, agent: false })
  outgoing.end(body)
  const [incoming] = await once(outgoing, 'response')
  incoming.resume()
  await once(incoming, 'end')
}
const metric = (line: string) =>
  new RegExp(`^${line.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(registry.render())?.[1]

describe('a request', () => {
  test('is one line when it is over: what was asked, what came of it, how long it took', async () => {
    await ask('POST', '/a')
    await logged(1)
    expect(entries).toEqual([
      {
        time: expect.any(String),
        level: 'info',
        message: 'request',
        method: 'POST',
        path: '/a',
        status: 200,
        durationMs: expect.any(Number),
        from: '127.0.0.1',
      },
    ])
    expect(entries[0]?.durationMs).toBeGreaterThan(0)
    expect(entries[0]?.durationMs).toBeLessThan(60_000)
  })

  test('is logged and counted without query, headers and body, where secrets travel', async () => {
    await ask('POST', '/a?u=ann&p=secret-of-a-query', 'secret-of-a-body')
    await logged(1)
    expect(entries[0]?.path).toBe('/a')
    const all = JSON.stringify(entries) + registry.render()
    expect(all).not.toContain('secret')
    expect(all).not.toContain('ann')
  })

  test('of an unknown path shows none of it: somebody may have pasted a token there', async () => {
    await ask('GET', '/a/pasted-token')
    await ask('GET', '/')
    await logged(2)
    expect(entries.map(({ path }) => path)).toEqual(['other', 'other'])
    expect(registry.render()).not.toContain('pasted-token')
  })

  test('names who it came from, if that is known', async () => {
    listener = (incoming, outgoing) => {
      if (incoming.url === '/a') observer.noteActor(incoming, 'authorization:00000000000000ab')
      outgoing.end()
    }
    await ask('GET', '/a')
    await ask('GET', '/a/1')
    await logged(2)
    expect(entries.map(({ actor }) => actor)).toEqual(['authorization:00000000000000ab', undefined])
  })

  test('is counted by method, route and status, so that ids make no series', async () => {
    listener = (incoming, outgoing) => {
      outgoing.statusCode = incoming.url === '/a/2' ? 404 : 200
      outgoing.end()
    }
    for (const path of ['/a/1', '/a/1', '/a/2', '/b']) await ask('GET', path)
    await ask('PUT', '/a/1')
    await logged(5)
    expect(metric('sluice_http_requests_total{method="GET",route="/a/:id",status="200"}')).toBe('2')
    expect(metric('sluice_http_requests_total{method="GET",route="/a/:id",status="404"}')).toBe('1')
    expect(metric('sluice_http_requests_total{method="PUT",route="/a/:id",status="200"}')).toBe('1')
    expect(metric('sluice_http_requests_total{method="GET",route="other",status="200"}')).toBe('1')
    expect(metric('sluice_http_request_duration_seconds_count{route="/a/:id"}')).toBe('4')
    expect(Number(metric('sluice_http_request_duration_seconds_sum{route="/a/:id"}'))).toBeGreaterThan(0)
  })

  test('by a method that nobody uses makes no series of its own', async () => {
    await ask('PROPFIND', '/a')
    await ask('PURGE', '/a')
    await logged(2)
    expect(entries.map(({ method }) => method)).toEqual(['other', 'other'])
    expect(metric('sluice_http_requests_total{method="other",route="/a",status="200"}')).toBe('2')
  })

  test('that its sender breaks off before there is an answer is logged as that', async () => {
    let begun = () => {}
    const arrived = new Promise<void>(resolve => {
      begun = resolve
    })
    listener = () => begun()
    const socket = connect(portOf(), '127.0.0.1')
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n')
    await arrived
    socket.destroy()
    await logged(1)
    expect(entries[0]).toMatchObject({ path: '/a', status: 499, complete: false, from: '127.0.0.1' })
    expect(metric('sluice_http_requests_total{method="GET",route="/a",status="499"}')).toBe('1')
  })

  test('whose answer was cut off keeps its status, and is not called complete', async () => {
    listener = (_, outgoing) => {
      outgoing.writeHead(200)
      outgoing.write('half of it')
    }
    const socket = connect(portOf(), '127.0.0.1')
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket, 'data')
    socket.destroy()
    await logged(1)
    expect(entries[0]).toMatchObject({ status: 200, complete: false })
  })

  test('of several on one connection is one line each', async () => {
    const socket = connect(portOf(), '127.0.0.1')
    socket.write('GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /a/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    socket.resume()
    await logged(2)
    expect(entries.map(({ path }) => path)).toEqual(['/a', '/a/1'])
    socket.destroy()
  })
})
