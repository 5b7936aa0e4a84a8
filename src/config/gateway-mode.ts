import { type Mistake, quote } from './mistake.ts'
import { type SettingKey, type Values, variableOf } from './settings.ts'
import type { UpstreamConfig } from './upstream.ts'

type Gateway = Pick<Values, 'gateway.mode' | 'gateway.observe_upstream'>
type Named = Pick<UpstreamConfig, 'name'>

/** The upstream that gets what no bucket decides in the mode `observe`: the one that is said, else the only one. */
export function observeUpstreamOf(
  { 'gateway.observe_upstream': said }: Gateway,
  upstreams: readonly Named[],
): string | undefined {
  if (said !== undefined) return said
  return upstreams.length === 1 ? upstreams[0]?.name : undefined
}

/** What is wrong with the mode and the upstreams together. */
export function gatewayMistakes(
  values: Gateway,
  places: ReadonlyMap<SettingKey, string>,
  upstreams: readonly Named[],
): Mistake[] {
  const { 'gateway.mode': mode, 'gateway.observe_upstream': said } = values
  const at = (key: SettingKey) => places.get(key) ?? variableOf(key)
  if (said !== undefined && !upstreams.some(({ name }) => name === said)) {
    const message = `gateway.observe_upstream names ${quote(said)}, and there is no table [upstream.${said}]`
    return [{ where: at('gateway.observe_upstream'), message }]
  }
  if (mode !== 'observe' || observeUpstreamOf(values, upstreams) !== undefined) return []
  const message =
    upstreams.length === 0
      ? 'gateway.mode observe needs an upstream to pass requests on to: add a table [upstream.NAME]'
      : 'gateway.mode observe needs gateway.observe_upstream beside it, because several upstreams are configured'
  return [{ where: at('gateway.mode'), message }]
}
