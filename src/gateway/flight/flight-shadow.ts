import { isDenial } from '../../domain/verdict.ts'
import { DATABASE_NAMES, type FlightMethod, flightPath, parseCall, unframed } from '../../parse/flight.ts'
import { callerNameOf } from '../judged.ts'
import { type ShadowMeans, upstreamForUses } from '../shadow/shadow.ts'
import { isThree } from '../upstream/upstream.ts'
import { rawRequest } from './flight-request.ts'
import { GRPC, type GrpcStatus } from './grpc-answer.ts'
import { oddCall } from './grpc-shape.ts'
import { callRefusedFor, type FlightOutcome, type IncomingCall, type JudgedFlight } from './judged-flight.ts'

/**
 * The mode `observe` for Arrow Flight, as `createShadow` has it for HTTP: what would be refused is told, and passed on as it
 * came; a known token with our own credential, everybody else with what he brought.
 *
 * Refused all the same: a call whose frame is malformed, or that does not come to its end, what is none of Flight's methods,
 * and what would go to an upstream that has no Flight.
 *
 * @returns what to do with the call instead of what was decided
 */
export function createFlightShadow({ onRefusal, ...means }: ShadowMeans) {
  const upstreamOf = upstreamForUses(means)

  return async (judged: JudgedFlight): Promise<FlightOutcome> => {
    const { incoming, method, body, outcome } = judged
    const reason = callRefusedFor(outcome)
    // A path that is not of data may be anything, and is nobody's here.
    if (reason === undefined || method === undefined) return outcome
    const odd = oddCall(incoming.headers, incoming.rawHeaders) ?? oddBody(body)
    const instead = odd === undefined ? await passedOn(judged, method) : ({ kind: 'refused', status: odd } as const)
    onRefusal({
      credential: callerNameOf(judged),
      reason: odd === undefined ? reason : 'malformed',
      path: flightPath(method),
      database: namedDatabase(incoming, method, body),
      isForwarded: instead.kind === 'asked',
    })
    return instead
  }

  async function passedOn(judged: JudgedFlight, method: FlightMethod): Promise<FlightOutcome> {
    const { incoming, sender, body, uses, outcome } = judged
    // It broke off, or is longer than is read: a part of a call is another call.
    if (incoming.stream.readableDidRead && body === undefined) return outcome
    const upstream = await upstreamOf(uses)
    if (!isThree(upstream)) return outcome
    const isOurs = sender !== undefined && !isDenial(sender)
    const request = rawRequest(incoming, { method, body, credential: isOurs ? 'own' : 'client' })
    return { kind: 'asked', upstream, request }
  }
}

/** What the frames of messages say must be so for every server. */
function oddBody(body: Uint8Array | undefined): GrpcStatus | undefined {
  const messages = body === undefined ? [] : unframed(body)
  return 'undecidable' in messages ? { code: GRPC.invalidArgument, message: messages.undecidable } : undefined
}

/**
 * The database that a call seems to name; empty if it names none. For people to read: nothing is decided by it, and the
 * upstream may see another.
 */
function namedDatabase({ rawHeaders }: IncomingCall, method: FlightMethod, body: Uint8Array | undefined): string {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && DATABASE_NAMES.includes(name.toLowerCase()))
  if (at >= 0) return Buffer.from(rawHeaders[at + 1]!, 'latin1').toString('utf8')
  const messages = body === undefined ? [] : unframed(body)
  if (method !== 'DoGet' || 'undecidable' in messages) return ''
  const call = parseCall(method, messages)
  return 'method' in call && call.method === 'DoGet' ? call.ticket.database : ''
}
