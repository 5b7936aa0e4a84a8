import type { IncomingMessage, ServerResponse } from 'node:http'
import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2'
import type { Freshness } from '../authority/freshness.ts'
import type { RememberedCatalogue } from '../authority/remembered-catalogue.ts'
import type { Caller, Verifier } from '../authority/verifier.ts'
import type { GatewayMetrics } from '../observe/gateway-metrics.ts'
import { dataPathOf } from './data-paths.ts'
import { createFlight } from './flight/flight.ts'
import { createFlightShadow } from './flight/flight-shadow.ts'
import { callRefusedFor } from './flight/judged-flight.ts'
import { extAuth } from './forward-auth/ext-auth.ts'
import { answerDataPath } from './gateway.ts'
import type { JudgedRequest } from './judged.ts'
import { refusedFor } from './outcome.ts'
import { createPlaces } from './place.ts'
import { RUN_ON, watchRunning } from './running.ts'
import { createShadow, type ShadowMeans, type WouldBeRefused } from './shadow/shadow.ts'
import { openUpstream, type Upstream, type UpstreamOptions } from './upstream/upstream.ts'
import { versionOf } from './upstream/upstream-version.ts'

export interface GatewayOptions {
  readonly verifier: Verifier
  readonly catalogue: RememberedCatalogue
  readonly freshness: Freshness
  readonly nowMs: () => number
  readonly metrics: GatewayMetrics
  readonly upstreams: readonly UpstreamOptions[]
  /** Whether running requests end with what they were allowed by. */
  readonly cutStreams: boolean
  /** In the mode `observe`: the upstream, by name, that gets what is passed on and no bucket decides. */
  readonly observe: { readonly fallback: string; readonly onRefusal: (refusal: WouldBeRefused) => void } | undefined
  /** Who may ask for a verdict alone, and the upstream, by name, that stands behind him. */
  readonly forwardAuth:
    | { readonly trusts: (address: string) => boolean; readonly upstream: string | undefined }
    | undefined
  /** Told who a request came from, and whose was cut. */
  readonly onCaller: (request: IncomingMessage | ServerHttp2Stream, caller: Caller) => void
  readonly onCut: (caller: Caller) => void
  /** Told of a mistake of ours that no verdict has caught: its connection is ended, and nothing more is done for it. */
  readonly onFault: (failure: unknown) => void
}

/** Everything between the port and the upstreams. */
export interface Gateway {
  /** @returns whether the request was the gateway's: then it is answered */
  answer(incoming: IncomingMessage, outgoing: ServerResponse): boolean
  answerGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void
  close(): Promise<void>
}

/** Puts the gateway together. */
export function openGateway(options: GatewayOptions): Gateway {
  const { verifier, catalogue, nowMs, metrics, forwardAuth, onCaller, onFault } = options
  const upstreams = new Map(options.upstreams.map(one => [one.name, openUpstream(one, metrics.upstreamAnswer)]))
  const places = createPlaces(catalogue, upstreams)
  const running = options.cutStreams ? watchRunning(options) : RUN_ON
  const parts = { verifier, catalogue, places, upstreams, running, onCaller }
  // Where limits and the usage ledger join, for both protocols.
  const onJudged = ({ outcome }: JudgedRequest, reason = '') => metrics.verdict(outcome.kind, reason)
  const observing = shadowMeansOf(options, upstreams)
  const flight = createFlight({
    ...parts,
    onJudged: judged => onJudged(judged, callRefusedFor(judged.outcome)),
    shadow: observing && createFlightShadow(observing),
  })
  const dataPaths = answerDataPath({
    ...parts,
    renewed: { catalogue: catalogue.renewed, places: createPlaces(catalogue.renewed, upstreams) },
    onJudged: judged => onJudged(judged, refusedFor(judged.outcome)),
    shadow: observing && createShadow(observing),
  })
  const authorize =
    forwardAuth && extAuth({ ...parts, ...forwardAuth, upstream: named(upstreams, forwardAuth.upstream) })
  const version = versionOfOnly(upstreams, nowMs)

  /** One request's trouble is not everybody's: unheard, it would end the process. */
  function endIfFailed(answered: Promise<void>, connection: { destroy(): void }): void {
    answered.catch((cause: unknown) => {
      connection.destroy()
      onFault(cause)
    })
  }

  return {
    answer(incoming, outgoing) {
      const target = incoming.url ?? '/'
      // Clients tell the generations of InfluxDB by them.
      if (/^\/(?:ping|health)(?:\?|$)/.test(target)) {
        for (const [name, value] of Object.entries(version() ?? {})) outgoing.setHeader(name, value)
        return false
      }
      const path = dataPathOf(target)
      const isData = path !== undefined && incoming.method !== 'OPTIONS'
      if (isData) endIfFailed(dataPaths(incoming, outgoing, path), outgoing)
      else if (authorize === undefined || !/^\/authorize(?:\?|$)/.test(target)) return false
      else endIfFailed(authorize(incoming, outgoing), outgoing)
      return true
    },
    answerGrpc: (stream, headers, rawHeaders) => endIfFailed(flight.answer(stream, headers, rawHeaders), stream),
    async close() {
      flight.close()
      await Promise.all([...upstreams.values()].map(({ pool }) => pool.destroy()))
    },
  }
}

type Upstreams = ReadonlyMap<string, Upstream>

const named = (upstreams: Upstreams, name: string | undefined) => (name === undefined ? undefined : upstreams.get(name))

function shadowMeansOf({ catalogue, observe, metrics }: GatewayOptions, upstreams: Upstreams): ShadowMeans | undefined {
  const fallback = named(upstreams, observe?.fallback)
  if (observe === undefined || fallback === undefined) return undefined
  return {
    catalogue,
    upstreams,
    fallback,
    onRefusal(refusal) {
      observe.onRefusal(refusal)
      if (refusal.isForwarded) metrics.observed(refusal.reason)
    },
  }
}

/** The version headers of the upstream, if there is but one; else nobody can say which a client means. */
function versionOfOnly(upstreams: Upstreams, nowMs: () => number): ReturnType<typeof versionOf> {
  const [only, ...others] = upstreams.values()
  return only === undefined || others.length > 0 ? () => undefined : versionOf(only, nowMs)
}
