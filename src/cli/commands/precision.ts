import type { Invocation } from '../invocation.ts'
import { UsageError } from '../usage-error.ts'

const PRECISIONS = ['ns', 'us', 'ms', 's'] as const
/** What the timestamps of points count. */
export type Precision = (typeof PRECISIONS)[number]

/** @throws UsageError for one that does not exist. Source: CLI contract 3.9 */
export function precisionOf({ text }: Invocation): Precision {
  const given = text('precision') ?? 'ns'
  const known = PRECISIONS.find(precision => precision === given)
  if (known === undefined) throw new UsageError(`unsupported precision: ${JSON.stringify(given)}`, 'with-message')
  return known
}
