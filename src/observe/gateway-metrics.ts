import type { Registry } from './metrics.ts'

/** What the gateway does, without whom it does it for: labels are from bounded sets. */
export interface GatewayMetrics {
  verdict(outcome: string, reason: string): void
  /** One that would have been refused, and was passed on. */
  observed(reason: string): void
  upstreamAnswer(answer: { readonly upstream: string; readonly status: string; readonly seconds: number }): void
}

export function createGatewayMetrics(registry: Registry): GatewayMetrics {
  const verdicts = registry.counter({
    name: 'sluice_gateway_verdicts_total',
    help: 'Requests on data paths, by what was decided and, if they were refused, why.',
    labels: ['outcome', 'reason'],
  })
  const observed = registry.counter({
    name: 'sluice_gateway_observed_total',
    help: 'Requests that would have been refused and were passed on, because gateway.mode is observe.',
    labels: ['reason'],
  })
  const answers = registry.counter({
    name: 'sluice_upstream_requests_total',
    help: 'Requests to upstreams, by the class of the status of the answer.',
    labels: ['upstream', 'status'],
  })
  const durations = registry.histogram({
    name: 'sluice_upstream_request_duration_seconds',
    help: 'Time from the beginning of a request to an upstream to the head of its answer.',
    labels: ['upstream'],
  })
  return {
    verdict: (outcome, reason) => verdicts.add({ outcome, reason }),
    observed: reason => observed.add({ reason }),
    upstreamAnswer({ upstream, status, seconds }) {
      answers.add({ upstream, status })
      durations.observe({ upstream }, seconds)
    },
  }
}
