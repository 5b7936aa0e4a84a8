import type { Planned } from '../authority/import-places.ts'
import type { Org } from '../store/orgs.ts'
import { counted } from './counted.ts'
import { quotedName } from './quoted-name.ts'

/** An import for machines. */
export function jsonOf(upstream: string, org: Org, plan: readonly Planned[]) {
  return { upstream, org: org.name, orgID: org.id, buckets: plan.map(one => ({ ...placeOf(one), ...outcomeOf(one) })) }
}

function placeOf({ found: { name, database, retentionPolicy, retentionSeconds, policy } }: Planned) {
  const mapping = policy && { database, retentionPolicy: policy.name, default: policy.isDefault }
  return { name, database, retentionPolicy, everySeconds: retentionSeconds, ...(mapping && { mapping }) }
}

function outcomeOf(planned: Planned) {
  if (planned.outcome === 'refused') return { outcome: planned.outcome, reason: planned.reason }
  if (planned.outcome === 'create') return { outcome: planned.outcome, wasDeleted: planned.wasDeleted }
  return { outcome: planned.outcome, bucketID: planned.bucketId }
}

/** An import for people: a line for each place. */
export function linesOf(plan: readonly Planned[]): string {
  return plan.map(one => `${one.outcome.padEnd(8)}${sentenceOf(one)}\n`).join('')
}

function sentenceOf(planned: Planned): string {
  const { name } = planned.found
  switch (planned.outcome) {
    case 'create':
    case 'created': {
      const before =
        planned.outcome === 'create' && planned.wasDeleted ? '; a bucket that was deleted had it before' : ''
      return `bucket ${quotedName(name)} for ${printPlace(planned)}${before}`
    }
    case 'bound':
      return `${printPlace(planned)} is that of the bucket with id ${planned.bucketId}`
    case 'refused':
      return `${printPlace(planned)}: ${planned.reason}`
  }
}

function printPlace({ found: { database, policy, retentionSeconds } }: Planned): string {
  const kept = retentionSeconds === 0 ? '' : `, kept ${counted(Math.round(retentionSeconds / 3600), 'hour')}`
  if (policy === undefined) return `database ${quotedName(database)}${kept}`
  const standard = policy.isDefault ? ', the default' : ''
  return `database ${quotedName(database)}, retention policy ${quotedName(policy.name)}${standard}${kept}`
}
