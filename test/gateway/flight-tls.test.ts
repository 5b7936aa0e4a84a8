// Arrow Flight over TLS on both sides: real clients that trust the gateway's certificate, and an upstream that it trusts.
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { runPython } from '../clients/python.ts'
import { type Certificate, makeCertificate } from '../e2e/certificate.ts'
import { rowsOf } from './arrow-data.ts'
import { call, openSession } from './flight-call.ts'
import { DOUBLE_TOKEN, type FlightDouble, startFlightDouble } from './flight-double.ts'
import { get, Q } from './flight-messages.ts'
import { type Plant, startPlant } from './plant.ts'

const ENV = { SLUICE_UPSTREAM_LAB_TOKEN: DOUBLE_TOKEN }
const PATIENCE_MS = 60_000

let certificate: Certificate
let upstream: FlightDouble

beforeAll(async () => {
  certificate = makeCertificate()
  upstream = await startFlightDouble(certificate)
})
afterAll(() => upstream.close())
beforeEach(() => upstream.reset())

const trusting = () => ({ ...ENV, NODE_EXTRA_CA_CERTS: certificate.certFile })

async function query({ server, tokens }: Plant) {
  const session = openSession(server.url)
  onTestFinished(() => session.destroy())
  const authorization = ['authorization', `Bearer ${tokens.reader}`] as const
  return call(session, 'DoGet', [authorization], get({ database: 'raw', sql_query: Q }))
}

describe('an upstream over TLS', () => {
  test('is asked, if its certificate is trusted', async () => {
    const got = await query(await startPlant('influxdb3-core', upstream.url, '', trusting()))
    expect([got.status, got.body]).toEqual([0, Buffer.from(rowsOf('db_raw'))])
    expect(upstream.seen[0]!.headers).toMatchObject({ ':scheme': 'https', authorization: `Bearer ${DOUBLE_TOKEN}` })
  })

  test('is shown nothing, if its certificate is not', async () => {
    const got = await query(await startPlant('influxdb3-core', upstream.url, '', ENV))
    expect([got.status, got.message, upstream.seen]).toEqual([14, 'the upstream cannot be reached', []])
  })

  test('is shown no call, if it does not agree on HTTP/2', async () => {
    const seen: Buffer[] = []
    const pair = { cert: readFileSync(certificate.certFile), key: readFileSync(certificate.keyFile) }
    const old = createServer({ ...pair, ALPNProtocols: ['http/1.1'] }, socket => {
      socket.on('data', chunk => seen.push(chunk)).on('error', () => {})
    })
    old.on('tlsClientError', () => {})
    await new Promise<void>(resolve => old.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void old.close())
    const url = `https://127.0.0.1:${(old.address() as AddressInfo).port}`
    const got = await query(await startPlant('influxdb3-core', url, 'connect_seconds = 1\n', trusting()))
    expect(got.status).toBe(14)
    // What it is asked for its version comes over HTTP/1.
    expect(Buffer.concat(seen).toString('latin1')).not.toMatch(/PRI|SELECT|DoGet/)
  })
})

describe('the gateway over TLS', () => {
  let plant: Plant

  beforeAll(async () => {
    const args = ['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile]
    plant = await startPlant('influxdb3-core', upstream.url, '', trusting(), { args, ca: certificate.ca })
    // The client of npm reads it when it is loaded.
    process.env.GRPC_DEFAULT_SSL_ROOTS_FILE_PATH = certificate.certFile
  })

  interface Asked {
    readonly token: string
    readonly database: string
  }
  type Outcome = { readonly rows: readonly unknown[] } | { readonly failed: string }

  const python = (client: string) => (asked: Asked) =>
    runPython<Outcome>('flight.py', { client, url: plant.server.url, query: Q, ca: certificate.certFile, ...asked })

  async function javascript({ token, database }: Asked): Promise<Outcome> {
    const { InfluxDBClient } = await import('@influxdata/influxdb3-client')
    const client = new InfluxDBClient({ host: plant.server.url, token, database })
    const rows: unknown[] = []
    try {
      for await (const row of client.query(Q, database)) rows.push(row)
      return { rows }
    } catch (cause) {
      return { failed: (cause as Error).message }
    } finally {
      await client.close()
    }
  }

  const CLIENTS: readonly [string, (asked: Asked) => Promise<Outcome>][] = [
    ['influxdb3-python', python('influxdb3')],
    ['@influxdata/influxdb3-client', javascript],
    ['adbc-driver-flightsql', python('adbc')],
  ]

  test.each(CLIENTS)('gives %s its rows, and no others', { timeout: PATIENCE_MS }, async (_, ask) => {
    const token = plant.tokens.reader
    expect(await ask({ token, database: 'raw' })).toEqual({ rows: [{ owner: 'db_raw', value: 1 }] })
    upstream.reset()
    expect(await ask({ token, database: 'secret' })).toEqual({
      failed: expect.stringMatching(/database not found: secret/),
    })
    expect(upstream.seen).toEqual([])
  })
})
