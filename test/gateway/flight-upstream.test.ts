// Arrow Flight through the gateway: what becomes of the upstream is told, and what runs ends when its token does, or either
// side goes.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { AUTHORIZATIONS, BUCKETS, ok } from '../e2e/fixtures.ts'
import { rowsOf } from './arrow-data.ts'
import { begin, call, openSession } from './flight-call.ts'
import { CANCELLED, fail } from './flight-double.ts'
import { get, Q } from './flight-messages.ts'
import { bearer, ENV, type FlightPlant, mine, startFlightPlant } from './flight-plant.ts'
import { startPlant } from './plant.ts'

let flight: FlightPlant
beforeAll(async () => {
  flight = await startFlightPlant()
})
afterAll(() => flight.close())
beforeEach(() => flight.upstream.reset())

const ask: FlightPlant['ask'] = (...asked) => flight.ask(...asked)

const ROWS = () => Buffer.from(rowsOf('db_raw'))
/** What is promised is 100 ms; a busy machine is not to fail the test. */
const CUT_WITHIN_MS = 1500

describe('what becomes of the upstream is told', () => {
  const asked = () => ask('DoGet', mine(Q))

  test('its errors, with the database in the client’s words', async () => {
    flight.upstream.answerWith(stream => fail(stream, 13, 'database not found: db_raw'))
    expect((await asked()).got).toMatchObject({ status: 13, message: 'database not found: raw' })
    const { got } = await ask('DoGet', mine('SELECT * FROM nope').slice())
    expect(got.status).toBe(13)
    flight.upstream.reset()
    expect((await ask('DoGet', mine('SELECT * FROM nope'))).got).toMatchObject({
      status: 3,
      message: "Error while planning query: Error during planning: table 'public.iox.nope' not found",
    })
  })

  test('an error after rows', async () => {
    flight.upstream.answerWith(stream => {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
      stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '8', 'grpc-message': 'too%20much' }))
      stream.end(rowsOf('db_raw'))
    })
    expect((await asked()).got).toMatchObject({ status: 8, message: 'too much', body: ROWS() })
  })

  test.each<[string, (stream: Parameters<typeof fail>[0]) => void]>([
    ['refuses us', stream => fail(stream, 16, 'Unauthenticated')],
    ['forbids us', stream => fail(stream, 7, 'no')],
    ['is no gRPC', stream => stream.respond({ ':status': 404 }, { endStream: true })],
    ['says nothing', () => {}],
    ['resets', stream => stream.close(2)],
    [
      'breaks off in the middle',
      stream => {
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
        stream.write(rowsOf('db_raw'), () => stream.close(2))
      },
    ],
    ['is gone', stream => stream.session!.destroy()],
  ])('UNAVAILABLE if it %s', async (_, answer) => {
    flight.upstream.answerWith(answer)
    expect((await asked()).got.status).toBe(14)
    flight.upstream.reset()
    expect((await asked()).got.status).toBe(0)
  })

  test('UNAVAILABLE if nobody is there', async () => {
    const own = await startPlant('influxdb3-core', 'http://127.0.0.1:9', '', ENV)
    const other = openSession(own.server.url)
    const got = await call(other, 'DoGet', [bearer(own.tokens.reader)], mine(Q))
    expect([got.status, got.message]).toEqual([14, 'the upstream cannot be reached'])
    other.destroy()
  })

  test('UNAVAILABLE while a bucket is nowhere, and not at all if it is at another generation', async () => {
    const two = await startPlant('influxdb2', flight.upstream.url, 'org = "o"\n', ENV)
    const other = openSession(two.server.url)
    const got = (database: string) =>
      call(other, 'DoGet', [bearer(two.tokens.reader)], get({ database, sql_query: Q })).then(({ status }) => status)
    expect(await got('raw')).toBe(3)
    expect(await got('secret')).toBe(13)
    ok(await two.operator.delete(`${BUCKETS}/${two.buckets.raw}/binding`), 204)
    expect([await got('raw'), flight.upstream.seen]).toEqual([14, []])
    other.destroy()
  })
})

/** Rows without end, as fast as they are taken. */
function endless(stream: Parameters<typeof fail>[0]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' })
  const piece = Buffer.alloc(65_536)
  const go = () => {
    while (!stream.destroyed && !stream.writableEnded && stream.write(piece));
  }
  stream.on('drain', go)
  go()
}

const until = async (what: () => boolean) => {
  for (const begunMs = performance.now(); !what(); ) {
    if (performance.now() - begunMs > CUT_WITHIN_MS) throw new Error('not in time')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

describe('a running query', () => {
  test('is cut off at the upstream when the client cancels, or goes', async () => {
    flight.upstream.answerWith(endless)
    for (const leave of ['cancel', 'go'] as const) {
      const own = openSession(flight.plant.server.url)
      const stream = begin(own, 'DoGet', [bearer(flight.plant.tokens.reader)])
      stream.end(mine(Q))
      stream.on('error', () => {})
      await new Promise(resolve => stream.once('data', resolve))
      expect(flight.upstream.seen.at(-1)!.closedWith).toBe(undefined)
      if (leave === 'cancel') stream.close(CANCELLED)
      else own.destroy()
      await until(() => flight.upstream.seen.at(-1)!.closedWith !== undefined)
      expect(flight.upstream.seen.at(-1)!.closedWith).toBe(CANCELLED)
      own.destroy()
    }
  })

  test.each([
    ['that is read', true],
    ['that nobody reads', false],
  ])('%s is cut when its token is disabled, and another’s is not', async (_, isRead) => {
    flight.upstream.answerWith(endless)
    const { id, token } = await flight.newToken()
    const [mineStream, other] = [token, flight.plant.tokens.reader].map(one =>
      begin(flight.session, 'DoGet', [bearer(one)]),
    )
    const cut = new Promise<number>(resolve => mineStream!.once('close', () => resolve(performance.now())))
    for (const stream of [mineStream!, other!]) {
      stream.on('error', () => {})
      stream.end(mine(Q))
      await new Promise(resolve => stream.once('response', resolve))
    }
    other!.resume()
    if (isRead) mineStream!.resume()
    await new Promise(resolve => setTimeout(resolve, 100))
    ok(await flight.plant.operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    const answeredMs = performance.now()
    if (!isRead) setTimeout(() => mineStream!.resume(), 5)
    const took = Math.max(0, (await cut) - answeredMs)
    console.log(`a query over Flight was cut ${took.toFixed(0)} ms after the token was disabled`)
    expect(took).toBeLessThan(CUT_WITHIN_MS)
    expect(mineStream!.rstCode).toBe(CANCELLED)
    await until(() => flight.upstream.seen.some(({ closedWith }) => closedWith === CANCELLED))
    expect(flight.upstream.seen.filter(({ closedWith }) => closedWith !== undefined)).toHaveLength(1)
    expect(other!.destroyed).toBe(false)
    other!.close(CANCELLED)
  })
})
