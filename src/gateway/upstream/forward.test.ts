import { createServer, get } from 'node:http'
import { type AddressInfo, createServer as createNetServer, type Server } from 'node:net'
import { Readable } from 'node:stream'
import { expect, onTestFinished, test } from 'vitest'
import { forward } from './forward.ts'
import { openUpstream } from './upstream.ts'

async function portOf(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test.each([
  ['nobody is there', undefined, 502],
  ['the connection is lost', (server: Server) => server.on('connection', socket => socket.destroy()), 502],
  ['nothing is answered', (server: Server) => server.on('connection', socket => socket.on('error', () => {})), 504],
])('a body is let go of where %s', async (_, prepare, expected) => {
  const server = createNetServer()
  prepare?.(server)
  const port = prepare === undefined ? 9 : await portOf(server)
  const times = { connectTimeoutMs: 1000, answerTimeoutMs: 500, idleTimeoutMs: 500 }
  const upstream = openUpstream({
    name: 'lab',
    kind: 'influxdb1',
    url: `http://127.0.0.1:${port}`,
    org: undefined,
    authorization: undefined,
    maxBodyBytes: 1000,
    ...times,
  })
  onTestFinished(() => upstream.pool.destroy())
  const body = Readable.from([Buffer.from('m f=1')], { objectMode: false })
  const closed = new Promise<void>(resolve => body.once('close', resolve))
  const own = await portOf(
    createServer((incoming, outgoing) =>
      forward(upstream, { method: 'POST', path: '/write', body }, { incoming, outgoing, dialect: 'error' }),
    ),
  )
  const status = await new Promise((resolve, reject) =>
    get({ port: own, agent: false }, answer => resolve(answer.resume().statusCode)).once('error', reject),
  )
  expect(status).toBe(expected)
  await closed
})
