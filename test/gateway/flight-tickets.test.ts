// Tickets of Arrow Flight that the gateway hands out: whose they are, and for how long.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framed } from '../../src/parse/flight.ts'
import { writeMessage } from '../../src/parse/protobuf.ts'
import { AUTHORIZATIONS, BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import { fail } from './flight-double.ts'
import { get, info, Q, statement, ticketIn } from './flight-messages.ts'
import { type FlightPlant, RAW, startFlightPlant } from './flight-plant.ts'

let flight: FlightPlant
beforeAll(async () => {
  flight = await startFlightPlant()
})
afterAll(() => flight.close())
beforeEach(() => flight.upstream.reset())

const ask: FlightPlant['ask'] = (...asked) => flight.ask(...asked)

describe('a ticket of ours', () => {
  const ticketFor = async (token = flight.plant.tokens.reader) =>
    ticketIn((await ask('GetFlightInfo', info(statement(Q)), [RAW], token)).got.body)

  test('is of no use to another token, though it may read the same', async () => {
    const ticket = await ticketFor()
    flight.upstream.reset()
    const { got, seen } = await ask('DoGet', get(ticket), [], flight.plant.tokens.both)
    expect([got.status, seen]).toEqual([7, []])
    expect((await ask('DoGet', get(ticket))).got.status).toBe(0)
  })

  test('is refused if a byte of it is another', async () => {
    const ticket = await ticketFor()
    flight.upstream.reset()
    for (let at = 0; at < ticket.length; at += 3) {
      const changed = ticket.map((byte, index) => (index === at ? byte ^ 1 : byte))
      const { got, seen } = await ask('DoGet', get(changed))
      expect([got.status === 0, seen], `byte ${at}`).toEqual([false, []])
    }
  })

  test('opens nothing any more when the token may not read, or the bucket is elsewhere', async () => {
    const { operator, orgID } = flight.plant
    const bucketId = await createBucket(operator, orgID, 'moved')
    const bind = async (database: string) =>
      ok(await operator.put(`${BUCKETS}/${bucketId}/binding`, { upstream: 'lab', database }))
    await bind('db_first')
    const permissions = [may('read', 'buckets', { id: bucketId, orgID })]
    const { id, token } = await createToken(operator, { orgID, permissions })
    flight.upstream.answerWith((stream, { call }) => {
      const command = (call as { command: { kind: 'statement'; text: string } }).command
      if (command === undefined) return fail(stream, 3, 'rows')
      upstreamInfo(stream)
    })
    const { got } = await ask('GetFlightInfo', info(statement(Q)), [['database', 'moved']], token)
    const ticket = ticketIn(got.body)
    expect((await ask('DoGet', get(ticket), [], token)).got.message).toBe('rows')
    await bind('db_other')
    flight.upstream.reset()
    expect((await ask('DoGet', get(ticket), [], token)).got.status).toBe(7)
    await bind('db_first')
    ok(await operator.patch(`${AUTHORIZATIONS}/${id}`, { status: 'inactive' }))
    expect((await ask('DoGet', get(ticket), [], token)).got.status).toBe(16)
    expect(flight.upstream.seen).toEqual([])
  })
})

function upstreamInfo(stream: Parameters<typeof fail>[0]): void {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(framed([writeMessage([1, 'schema'], [3, writeMessage([1, writeMessage([1, 'x'])])])]))
}
