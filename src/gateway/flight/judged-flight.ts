import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { FlightMethod } from '../../parse/flight.ts'
import type { JudgedRequest } from '../judged.ts'
import type { RefusedFor } from '../outcome.ts'
import type { Stream } from '../running.ts'
import type { Upstream } from '../upstream/upstream.ts'
import type { Handshake } from './flight-handshake.ts'
import { type GrpcStatus, reasonOf } from './grpc-answer.ts'
import type { ForwardedGrpc } from './grpc-forward.ts'

/** A call as it came. */
export interface IncomingCall {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
}

/** What is to be done with a call; nothing of it has been done yet. */
export type FlightOutcome =
  | { readonly kind: 'refused'; readonly status: GrpcStatus }
  /** By ourselves. */
  | { readonly kind: 'answered'; readonly handshake: Handshake }
  | {
      readonly kind: 'asked'
      readonly upstream: Upstream
      readonly request: ForwardedGrpc
      /** By what it was allowed, so that it ends when that does; absent if it runs whatever happens. */
      readonly allowedBy?: Omit<Stream, 'cut'>
    }

/** A call of Flight on which everything is decided and nothing is done yet. */
export interface JudgedFlight extends JudgedRequest {
  readonly incoming: IncomingCall
  /** Undefined for whatever else calls itself gRPC. */
  readonly method: FlightMethod | undefined
  /** All that came with it; undefined if it was left where it is, or did not come to its end. */
  readonly body: Uint8Array | undefined
  readonly outcome: FlightOutcome
}

/** Why a call is not done as it was asked, in words that logs and metrics share; undefined if it is. */
export const callRefusedFor = (outcome: FlightOutcome): RefusedFor | undefined =>
  outcome.kind === 'refused' ? reasonOf(outcome.status) : undefined
