import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller, Verifier } from '../authority/verifier.ts'
import { isDenial } from '../domain/verdict.ts'
import {
  type FlightMethod,
  flightMethodOf,
  flightPath,
  framed,
  parseCall,
  parseMetadata,
  rewriteFlightInfo,
  unframed,
  writeCall,
} from '../parse/flight.ts'
import { writeOwnTicket } from '../parse/flight-ticket.ts'
import { failureOf, refusalOf } from './answer.ts'
import { type FlightCredential, flightCredentialOf, identifyFlight } from './credential.ts'
import { answerHandshake } from './flight-handshake.ts'
import { sealOf } from './flight-seal.ts'
import { GRPC, type GrpcStatus, grpcStatusOf, sendStatus } from './grpc-answer.ts'
import { callBody } from './grpc-body.ts'
import { type GrpcChannel, openChannel } from './grpc-channel.ts'
import { type ForwardedGrpc, forwardCall } from './grpc-forward.ts'
import { oddCall } from './grpc-shape.ts'
import { type ApprovedCall, type FlightSender, judgeFlight } from './judge-flight.ts'
import { mayUse, notingUses, type Places, type Use } from './place.ts'
import type { Running } from './running.ts'
import type { Upstream } from './upstream.ts'

export interface FlightMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  readonly places: Places
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  readonly running: Running
  /** Told who a call came from, for the log. */
  readonly onCaller: (stream: ServerHttp2Stream, caller: Caller) => void
  /** Told of each call when all is decided: undefined if it is forwarded, else how it is answered. */
  readonly onJudged: (refused: GrpcStatus | undefined) => void
}

/** A call as it came. */
interface Incoming {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
}

/** Arrow Flight, as InfluxDB 3 has it: every refusal that a verdict gives; what it allows is asked of the upstream. */
export interface Flight {
  answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): Promise<void>
  /** Lets go of the connections to the upstreams. */
  close(): void
}

export function createFlight({
  verifier,
  catalogue,
  places,
  upstreams,
  running,
  onCaller,
  onJudged,
}: FlightMeans): Flight {
  const channels = new Map<Upstream, GrpcChannel>([...upstreams.values()].map(one => [one, openChannel(one)]))

  async function answer(incoming: Incoming): Promise<GrpcStatus | undefined> {
    const { stream, headers } = incoming
    const method = flightMethodOf(headers[':path'] ?? '')
    if (method === undefined) return { code: GRPC.unimplemented, message: '' }
    const odd = oddCall(headers, incoming.rawHeaders)
    if (odd !== undefined) return odd
    const credential = flightCredentialOf(headers.authorization ?? '')
    let since = running.mark()
    let caller = await identifyFlight(verifier, credential, addressOf(stream))
    if (isDenial(caller)) return grpcStatusOf(refusalOf(caller))
    onCaller(stream, caller)
    const begunMs = performance.now()
    const body = await callBody(stream, method === 'Handshake' ? hasMessage : undefined)
    if (performance.now() - begunMs > SLOW_BODY_MS) {
      since = running.mark()
      caller = await identifyFlight(verifier, credential, addressOf(stream))
      if (isDenial(caller)) return grpcStatusOf(refusalOf(caller))
    }
    const sender = { caller, credential: credential! }
    if (method === 'Handshake') return answerHandshake(verifier, sender.credential, body, stream)
    const uses: Use[] = []
    const verdict = await decide(sender, incoming, method, body, uses)
    if ('code' in verdict) return verdict
    onJudged(undefined)
    return ask(verdict, sender, incoming, { since, uses })
  }

  async function decide(
    sender: FlightSender,
    { rawHeaders }: Incoming,
    method: Exclude<FlightMethod, 'Handshake'>,
    body: Uint8Array,
    uses: Use[],
  ): Promise<ApprovedCall | GrpcStatus> {
    const metadata = parseMetadata(rawHeaders)
    if ('undecidable' in metadata) return invalid(metadata.undecidable)
    const messages = unframed(body)
    if ('undecidable' in messages) return invalid(messages.undecidable)
    const call = parseCall(method, messages)
    if ('undecidable' in call) return invalid(UNREAD[method] + call.undecidable)
    return judgeFlight({ catalogue, upstreams, places: notingUses(places, uses) }, sender, metadata, call)
  }

  async function ask(
    approved: ApprovedCall,
    { caller, credential }: FlightSender,
    { stream, headers }: Incoming,
    { since, uses }: { readonly since: number; readonly uses: readonly Use[] },
  ): Promise<undefined> {
    const { upstream } = approved.place
    const stillAllowed = async () => {
      const current = await identifyFlight(verifier, credential, addressOf(stream))
      return (
        !isDenial(current) &&
        uses.every(use => !use.isAllowed || mayUse(current, use.action, use.bucket, use.measurements))
      )
    }
    const end = running.watch({ caller, since, stillAllowed, cut: () => stream.close(constants.NGHTTP2_CANCEL) })
    await forwardCall(channels.get(upstream)!, upstream, forwarded(approved, credential, headers), stream)
    end()
  }

  function refuse(stream: ServerHttp2Stream, status: GrpcStatus): void {
    onJudged(status)
    sendStatus(stream, status)
  }

  return {
    async answer(stream, headers, rawHeaders) {
      try {
        const status = await answer({ stream, headers, rawHeaders })
        if (status !== undefined) refuse(stream, status)
      } catch (cause) {
        refuse(stream, grpcStatusOf(failureOf(cause)))
      }
    },
    close() {
      for (const channel of channels.values()) channel.close()
    },
  }
}

/** What of the client's metadata the upstream may see. */
const PASSED = ['grpc-timeout', 'user-agent', 'x-request-id'] as const

function forwarded(approved: ApprovedCall, credential: FlightCredential, headers: IncomingHttpHeaders): ForwardedGrpc {
  const { place, database, language, call } = approved
  const given = PASSED.flatMap(name => (typeof headers[name] === 'string' ? [[name, headers[name]] as const] : []))
  const metadata = {
    ...Object.fromEntries(given),
    database: latin1(place.database),
    ...(language === 'influxql' && { 'x-influxdata-query-language': language }),
  }
  return {
    path: flightPath(call.method),
    metadata,
    body: framed(writeCall(call)),
    reword: message => message.replaceAll(place.database, database),
    ...(call.method === 'GetFlightInfo' && { rewrite: rewriting(approved, credential) }),
  }
}

/** Puts a ticket of ours in the place of the upstream's, which holds the upstream's name of the database. */
function rewriting(
  { place, database, language, asked }: ApprovedCall,
  credential: FlightCredential,
): (answer: Uint8Array) => Uint8Array {
  return answer => {
    const messages = unframed(answer)
    if ('undecidable' in messages || messages.length !== 1 || asked === undefined) throw new RangeError('no answer')
    const seal = sealOf(credential, { place, database, language, command: asked })
    const ticket = writeOwnTicket({ database, language, command: asked, seal })
    return framed([rewriteFlightInfo(messages[0]!, asked, ticket)])
  }
}

/** A body that takes longer may have outlived the token that it came with. */
const SLOW_BODY_MS = 1_000

const UNREAD = {
  DoGet: 'Invalid ticket. Error: Invalid ticket: ',
  GetFlightInfo: 'Invalid descriptor: ',
  GetSchema: 'Invalid descriptor: ',
  DoAction: 'Invalid action: ',
  DoPut: 'Error while planning Flight SQL : Unsupported FlightSQL message type: ',
} as const

const invalid = (message: string): GrpcStatus => ({ code: GRPC.invalidArgument, message })

const hasMessage = (bytes: Buffer) => bytes.length >= 5 && bytes.length >= 5 + bytes.readUInt32BE(1)

const addressOf = ({ session }: ServerHttp2Stream) => session?.socket.remoteAddress ?? ''

/** Node writes headers as Latin-1; the upstream reads bytes of UTF-8. */
const latin1 = (text: string) => Buffer.from(text).toString('latin1')
