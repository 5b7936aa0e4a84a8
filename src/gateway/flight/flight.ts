import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller, Verifier } from '../../authority/verifier.ts'
import { isDenial } from '../../domain/verdict.ts'
import { type FlightMethod, flightMethodOf, parseCall, parseMetadata, unframed } from '../../parse/flight.ts'
import { failureOf, refusalOf } from '../answer.ts'
import { flightCredentialOf, identifyFlight } from '../credential.ts'
import { mayStill, notingUses, type Places, type Use } from '../place.ts'
import type { Running } from '../running.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { SLOW_BODY_MS } from '../whole-body.ts'
import { handshakeOf, sendHandshake } from './flight-handshake.ts'
import { approvedRequest } from './flight-request.ts'
import { GRPC, type GrpcStatus, grpcStatusOf, sendStatus } from './grpc-answer.ts'
import { callBody, FRAME_HEAD_BYTES } from './grpc-body.ts'
import { type GrpcChannel, openChannel } from './grpc-channel.ts'
import { forwardCall } from './grpc-forward.ts'
import { oddCall } from './grpc-shape.ts'
import { type FlightSender, judgeFlight } from './judge-flight.ts'
import type { FlightOutcome, IncomingCall, JudgedFlight } from './judged-flight.ts'

export interface FlightMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  readonly places: Places
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly running: Running
  /** Told who a call came from, for the log. */
  readonly onCaller: (stream: ServerHttp2Stream, caller: Caller) => void
  /** Told of each call when all is decided and nothing is done yet. */
  readonly onJudged: (judged: JudgedFlight) => void
  /** In the mode `observe`: says what is done with a call instead of what was decided. */
  readonly shadow: ((judged: JudgedFlight) => Promise<FlightOutcome>) | undefined
}

/** Arrow Flight, as InfluxDB 3 has it: every refusal that a verdict gives; what it allows is asked of the upstream. */
export interface Flight {
  answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): Promise<void>
  /** Lets go of the connections to the upstreams. */
  close(): void
}

export function createFlight(means: FlightMeans): Flight {
  const { verifier, catalogue, places, upstreams, running, onCaller, onJudged, shadow } = means
  const channels = new Map<Upstream, GrpcChannel>([...upstreams.values()].map(one => [one, openChannel(one)]))

  async function judge(incoming: IncomingCall): Promise<JudgedFlight> {
    const method = flightMethodOf(incoming.headers[':path'] ?? '')
    const found: Findings = { sender: undefined, body: undefined, uses: [] }
    let outcome: FlightOutcome
    try {
      const decided = await decide(incoming, method, found)
      outcome = 'code' in decided ? { kind: 'refused', status: decided } : decided
    } catch (cause) {
      outcome = { kind: 'refused', status: grpcStatusOf(failureOf(cause)) }
    }
    return { incoming, method, ...found, outcome }
  }

  async function decide(
    incoming: IncomingCall,
    method: FlightMethod | undefined,
    found: Findings,
  ): Promise<FlightOutcome | GrpcStatus> {
    const { stream, headers, rawHeaders } = incoming
    if (method === undefined) return { code: GRPC.unimplemented, message: '' }
    const odd = oddCall(headers, rawHeaders)
    if (odd !== undefined) return odd
    const credential = flightCredentialOf(headers.authorization ?? '')
    const senderNow = async () => {
      found.sender = await identifyFlight(verifier, credential, addressOf(stream))
      return found.sender
    }
    let since = running.mark()
    let caller = await senderNow()
    if (isDenial(caller)) return grpcStatusOf(refusalOf(caller))
    onCaller(stream, caller)
    const begunMs = performance.now()
    found.body = await callBody(stream, method === 'Handshake' ? hasMessage : undefined)
    if (performance.now() - begunMs > SLOW_BODY_MS) {
      since = running.mark()
      caller = await senderNow()
      if (isDenial(caller)) return grpcStatusOf(refusalOf(caller))
    }
    const sender = { caller, credential: credential! }
    return method === 'Handshake'
      ? shakeHands(sender, found.body)
      : decideCall(sender, incoming, method, { ...found, body: found.body, since })
  }

  async function shakeHands({ credential }: FlightSender, body: Uint8Array): Promise<FlightOutcome | GrpcStatus> {
    const handshake = await handshakeOf(verifier, credential, body)
    return 'code' in handshake ? handshake : { kind: 'answered', handshake }
  }

  async function decideCall(
    sender: FlightSender,
    { stream, headers, rawHeaders }: IncomingCall,
    method: Exclude<FlightMethod, 'Handshake'>,
    { body, uses, since }: { readonly body: Uint8Array; readonly uses: Use[]; readonly since: number },
  ): Promise<FlightOutcome | GrpcStatus> {
    const metadata = parseMetadata(rawHeaders)
    if ('undecidable' in metadata) return invalid(metadata.undecidable)
    const messages = unframed(body)
    if ('undecidable' in messages) return invalid(messages.undecidable)
    const call = parseCall(method, messages)
    if ('undecidable' in call) return invalid(UNREAD[method] + call.undecidable)
    const judging = { catalogue, places: notingUses(places, uses) }
    const approved = await judgeFlight(judging, sender, metadata, call)
    if ('code' in approved) return approved
    const { caller, credential } = sender
    const stillAllowed = async () => mayStill(await identifyFlight(verifier, credential, addressOf(stream)), uses)
    const request = approvedRequest(approved, credential, headers)
    return { kind: 'asked', upstream: approved.place.upstream, request, allowedBy: { caller, since, stillAllowed } }
  }

  async function ask(
    { upstream, request, allowedBy }: FlightOutcome & { kind: 'asked' },
    stream: ServerHttp2Stream,
  ): Promise<void> {
    // It went while it was judged.
    if (stream.destroyed || stream.closed) return
    const cut = () => stream.close(constants.NGHTTP2_CANCEL)
    const end = allowedBy && running.watch({ ...allowedBy, cut })
    await forwardCall(channels.get(upstream)!, upstream, request, stream)
    end?.()
  }

  return {
    async answer(stream, headers, rawHeaders) {
      const judged = await judge({ stream, headers, rawHeaders })
      onJudged(judged)
      const outcome = shadow === undefined ? judged.outcome : await shadow(judged)
      if (outcome.kind === 'refused') sendStatus(stream, outcome.status)
      else if (outcome.kind === 'answered') sendHandshake(stream, outcome.handshake)
      else await ask(outcome, stream)
    },
    close() {
      for (const channel of channels.values()) channel.close()
    },
  }
}

/** What is known of a call, as far as its verdict got. */
interface Findings {
  sender: JudgedFlight['sender']
  body: Uint8Array | undefined
  readonly uses: Use[]
}

const UNREAD = {
  DoGet: 'Invalid ticket. Error: Invalid ticket: ',
  GetFlightInfo: 'Invalid descriptor: ',
  GetSchema: 'Invalid descriptor: ',
  DoAction: 'Invalid action: ',
  DoPut: 'Error while planning Flight SQL : Unsupported FlightSQL message type: ',
} as const

const invalid = (message: string): GrpcStatus => ({ code: GRPC.invalidArgument, message })

const hasMessage = (beginning: Buffer, length: number) =>
  beginning.length >= FRAME_HEAD_BYTES && length >= FRAME_HEAD_BYTES + beginning.readUInt32BE(1)

const addressOf = ({ session }: ServerHttp2Stream) => session?.socket.remoteAddress ?? ''
