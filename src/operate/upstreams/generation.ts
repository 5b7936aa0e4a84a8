import type { UpstreamKind } from '../../config/upstream.ts'
import type { UpstreamAnswer } from './ask.ts'

/** What answers at an upstream's address, by its headers. */
export interface Generation {
  /** For people: `InfluxDB 1.6.7`. */
  readonly title: string
  readonly version: string | undefined
  /** The kinds that the settings may call it; empty for what is no InfluxDB that we know. */
  readonly kinds: readonly UpstreamKind[]
}

/**
 * Tells the generation from the answer to `/ping`; undefined if it says nothing of it. Source: upstream contract 2.2.
 */
export function generationOf({ header }: Pick<UpstreamAnswer, 'header'>): Generation | undefined {
  const [given, build] = [header('x-influxdb-version'), header('x-influxdb-build')]
  // It goes to a terminal.
  const version = /^v?(\d[\w.+~-]{0,60})$/.exec(given)?.[1]
  if (given.includes('+sluice.')) return { title: 'another Sluice', version, kinds: [] }
  if (build.toLowerCase() === 'cloud') return { title: 'InfluxDB Cloud', version, kinds: ['cloud-serverless'] }
  if (version === undefined) return undefined
  const kinds = KINDS[version.slice(0, 2)]
  if (kinds === undefined) return { title: `InfluxDB ${version}`, version, kinds: [] }
  const edition = build.toLowerCase()
  if (edition === 'core' || edition === 'enterprise') {
    const named = kinds.filter(kind => kind.endsWith(edition))
    if (named.length > 0) return { title: `InfluxDB ${version} (${build})`, version, kinds: named }
  }
  return { title: `InfluxDB ${version}`, version, kinds }
}

const KINDS: Readonly<Record<string, readonly UpstreamKind[]>> = {
  '1.': ['influxdb1'],
  '2.': ['influxdb2'],
  '3.': ['influxdb3-core', 'influxdb3-enterprise'],
}
