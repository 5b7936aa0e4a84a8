// Clients tell the generations of InfluxDB by the version headers of /ping and /health: those of the upstream, if there is one.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Server, startServer, temporaryFolder } from '../e2e/server.ts'
import { startInfluxd } from './influxd.ts'
import { type Answering, closeAfterTest, startUpstreamDouble } from './upstream-double.ts'

const OWN = /^v2\.9\.0\+sluice\./

async function startBefore(...upstreams: readonly (readonly [kind: string, url: string])[]): Promise<Server> {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  const tables = upstreams.map(([kind, url], at) => `[upstream.lab${at}]\nkind = "${kind}"\nurl = "${url}"\n`)
  writeFileSync(join(dataDir, 'sluice.toml'), tables.join(''))
  return startServer({ dataDir, env: { SLUICE_UPSTREAM_LAB0_TOKEN: 'token-of-the-gateway' } })
}

const pinged = async (answer: Answering) => closeAfterTest(await startUpstreamDouble(answer, 'seen'))
const telling =
  (headers: Readonly<Record<string, string>>): Answering =>
  (_, outgoing) =>
    outgoing.writeHead(204, headers).end()

async function told(server: Server, path: string) {
  const { headers } = await server.request('GET', path)
  return [headers['x-influxdb-version'], headers['x-influxdb-build']]
}

/** What is told once the upstream has answered. */
async function learned(server: Server, path: string) {
  await expect.poll(() => told(server, path), { timeout: 10_000 }).not.toEqual([expect.stringMatching(OWN), 'OSS'])
  return told(server, path)
}

describe('with one upstream', () => {
  test('/ping and /health have its headers, and no other path', async () => {
    const double = await pinged(telling({ 'X-Influxdb-Version': '3.6.0', 'X-Influxdb-Build': 'Core' }))
    const server = await startBefore(['influxdb3-core', double.url])
    for (const path of ['/ping', '/health', '/ping?verbose=true']) {
      expect([path, ...(await learned(server, path))]).toEqual([path, '3.6.0', 'Core'])
    }
    for (const path of ['/ready', '/api/v2', '/query', '/pings']) {
      expect([path, ...(await told(server, path))]).toEqual([path, expect.stringMatching(OWN), 'OSS'])
    }
    const { status, text } = await server.request('GET', '/ping')
    expect([status, text]).toEqual([204, ''])
  })

  test('it is asked once, with the gateway’s credential, however often clients ask', async () => {
    const double = await pinged(telling({ 'X-Influxdb-Version': '3.6.0' }))
    const server = await startBefore(['influxdb3-core', double.url])
    await learned(server, '/ping')
    for (let at = 0; at < 5; at++) await told(server, '/ping')
    expect(double.seen.map(({ method, target, headers }) => [method, target, headers.authorization])).toEqual([
      ['GET', '/ping', 'Bearer token-of-the-gateway'],
    ])
  })

  test('a real InfluxDB 1.x tells its version', async () => {
    const influxd = await startInfluxd(false)
    const [version] = await learned(await startBefore(['influxdb1', influxd.url]), '/ping')
    await influxd.stop()
    expect(version).toMatch(/^1\.6\./)
  })

  test('nobody waits for one that is down or says nothing, and of one that tells nonsense nothing is passed on', async () => {
    const silent = await pinged(() => {})
    const odd = await pinged(telling({ 'X-Influxdb-Version': 'a b<script>', 'X-Influxdb-Build': 'x'.repeat(65) }))
    for (const url of ['http://127.0.0.1:9', silent.url, odd.url]) {
      const server = await startBefore(['influxdb1', url])
      await expect.poll(() => url !== odd.url || odd.seen.length > 0).toBe(true)
      const begunMs = performance.now()
      expect(await told(server, '/ping')).toEqual([expect.stringMatching(OWN), 'OSS'])
      expect(performance.now() - begunMs).toBeLessThan(2_000)
    }
  })
})

test('with two upstreams, the headers are our own', async () => {
  const double = await pinged(telling({ 'X-Influxdb-Version': '1.8.10' }))
  const server = await startBefore(['influxdb1', double.url], ['influxdb1', double.url])
  expect(await told(server, '/ping')).toEqual([expect.stringMatching(OWN), 'OSS'])
  expect(double.seen).toEqual([])
})
