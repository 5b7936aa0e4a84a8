import type { WriteTarget } from '../../parse/write-url.ts'
import type { BoundPlace } from '../place.ts'
import { pathOf } from '../upstream/path.ts'
import { isThree } from '../upstream/upstream.ts'
import { unreachable } from '../upstream/upstream-names.ts'

/** Why a write cannot be said in the upstream's own way. */
export interface Untranslatable {
  readonly untranslatable: string
}

/** Units of timestamps: each spelling that some generation has, as nanoseconds each. */
const UNITS: Readonly<Record<string, Unit>> = {
  n: 'ns',
  ns: 'ns',
  nanosecond: 'ns',
  u: 'us',
  us: 'us',
  microsecond: 'us',
  ms: 'ms',
  millisecond: 'ms',
  s: 's',
  second: 's',
  m: 'm',
  h: 'h',
  auto: 'auto',
}
type Unit = 'ns' | 'us' | 'ms' | 's' | 'm' | 'h' | 'auto'

const ONE: Readonly<Partial<Record<Unit, string>>> = { ns: 'n', us: 'u', ms: 'ms', s: 's', m: 'm', h: 'h' }
const TWO: Readonly<Partial<Record<Unit, string>>> = { ns: 'ns', us: 'us', ms: 'ms', s: 's' }
const THREE: Readonly<Partial<Record<Unit, string>>> = {
  ns: 'nanosecond',
  us: 'microsecond',
  ms: 'millisecond',
  s: 'second',
  auto: 'auto',
}

/**
 * The path and query with which an upstream is asked to write to a place. A client may speak any generation's protocol:
 * line protocol is the same in all of them. What would lose something is not translated. Source: upstream contract 2.3.
 */
export function writePath(bound: BoundPlace, target: WriteTarget): string | Untranslatable {
  const { upstream, ...place } = bound
  const why = unreachable(bound)
  if (why !== undefined) return { untranslatable: why }
  const unit = target.precision === undefined ? undefined : UNITS[target.precision]
  if (target.precision !== undefined && unit === undefined) {
    return { untranslatable: `precision ${JSON.stringify(target.precision)} is none that InfluxDB has` }
  }
  const spelling = upstream.kind === 'influxdb1' ? ONE : isThree(upstream) ? THREE : TWO
  // Version 3 guesses a unit where none is said; the others mean nanoseconds.
  const precision = spelling[unit ?? (target.api === 'v3' ? 'auto' : 'ns')]
  if (precision === undefined) return { untranslatable: unavailable(target.precision) }
  if (upstream.kind === 'influxdb1') {
    const { consistency } = target
    return pathOf('/write', { consistency, db: place.database, precision, rp: place.retentionPolicy })
  }
  if (spelling === TWO) {
    return pathOf('/api/v2/write', { bucket: place.database, org: upstream.org ?? '', precision })
  }
  // Only version 3 itself takes the half of a batch that is good.
  const partial = target.api === 'v3' ? target.acceptPartial : 'false'
  return pathOf('/api/v3/write_lp', { accept_partial: partial, db: place.database, no_sync: target.noSync, precision })
}

function unavailable(precision: string | undefined): string {
  if (precision !== undefined && precision !== 'auto') return `precision ${precision} is none that the upstream has`
  return 'the upstream cannot guess the unit of timestamps: say precision'
}
