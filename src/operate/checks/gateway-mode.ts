import type { Config } from '../../config/config.ts'
import { type Finding, ok, warn } from './finding.ts'

/** Whether the gateway refuses anything. */
export function checkGatewayMode({ gateway, upstreams }: Pick<Config, 'gateway' | 'upstreams'>): Finding[] {
  if (gateway.mode === 'enforce') return upstreams.length === 0 ? [] : [ok('The gateway enforces its verdicts.')]
  const what =
    'The gateway only observes: every token of Sluice reaches all that the credentials of the upstreams reach, ' +
    'and whoever has no such token is judged by the upstream alone.'
  return [warn(what, 'Look at sluice observations, and set gateway.mode to enforce when nothing surprises there.')]
}
