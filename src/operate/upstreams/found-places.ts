import type { FoundPlace } from '../../authority/import-places.ts'
import type { UpstreamConfig, UpstreamKind } from '../../config/upstream.ts'
import { AppError } from '../../domain/errors.ts'
import { type Ask, NoAnswer } from './ask.ts'
import { askInfluxql } from './v1-series.ts'

type Source = Pick<UpstreamConfig, 'name' | 'kind' | 'org'>

/**
 * The places that an upstream has, but for its internal ones, in the order of their names.
 *
 * @throws AppError `unavailable` if it does not say
 */
export async function findPlaces(upstream: Source, ask: Ask): Promise<FoundPlace[]> {
  try {
    const found = await FINDERS[upstream.kind](upstream, ask)
    return found.filter(({ database }) => !INTERNAL.test(database))
  } catch (cause) {
    if (!(cause instanceof NoAnswer)) throw cause
    throw new AppError('unavailable', `upstream ${upstream.name} ${cause.message}`, { cause })
  }
}

/** `_internal` of 1.x and 3, `_monitoring` and `_tasks` of 2. */
const INTERNAL = /^_/

const FINDERS: Readonly<Record<UpstreamKind, (upstream: Source, ask: Ask) => Promise<FoundPlace[]>>> = {
  influxdb1: findPolicies,
  influxdb2: findBuckets,
  'cloud-serverless': findBuckets,
  'influxdb3-core': findDatabases,
  'influxdb3-enterprise': findDatabases,
}

const refused = ({ name }: Source, status: number) =>
  new AppError(
    'unavailable',
    `upstream ${name} does not list what it has (status ${status}): try sluice upstream check ${name}`,
  )

/**
 * Each retention policy of each database. The default one becomes the bucket `db`, any other `db/policy`, which are the
 * names that 1.8 gives them on the paths of version 2. A database with one policy is bound as a whole; of several each by
 * its name, so that another default would move no bucket.
 */
async function findPolicies(upstream: Source, ask: Ask): Promise<FoundPlace[]> {
  const databases = await askInfluxql(ask, 'SHOW DATABASES')
  if ('refused' in databases) throw refused(upstream, databases.refused)
  const found: FoundPlace[] = []
  for (const { name: database } of databases as readonly { name: string }[]) {
    if (INTERNAL.test(database)) continue
    const policies = await askInfluxql(ask, `SHOW RETENTION POLICIES ON ${quoted(database)}`)
    if ('refused' in policies) throw refused(upstream, policies.refused)
    for (const row of policies) {
      const policy = { name: String(row.name), isDefault: row.default === true }
      found.push({
        name: policy.isDefault ? database : `${database}/${policy.name}`,
        upstream: upstream.name,
        database,
        retentionPolicy: policies.length === 1 && policy.isDefault ? '' : policy.name,
        retentionSeconds: secondsOf(String(row.duration)),
        policy,
      })
    }
  }
  return found
}

const quoted = (name: string) => `"${name.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`

/** As Go prints durations: `168h0m0s`, `0s`. */
function secondsOf(duration: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(duration) ?? []
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

const PAGE = 100

async function findBuckets(upstream: Source, ask: Ask): Promise<FoundPlace[]> {
  const org = upstream.org === undefined ? '' : `&org=${encodeURIComponent(upstream.org)}`
  const found: FoundPlace[] = []
  for (let offset = 0; ; offset += PAGE) {
    const { status, json } = await ask(`/api/v2/buckets?limit=${PAGE}&offset=${offset}${org}`)
    const { buckets } = (json ?? {}) as { readonly buckets?: readonly BucketJson[] }
    if (status !== 200 || !Array.isArray(buckets)) throw refused(upstream, status)
    const own = (buckets as readonly BucketJson[]).filter(({ type }) => type !== 'system')
    for (const { name, retentionRules = [] } of own) {
      found.push(wholeDatabase(upstream, name, retentionRules[0]?.everySeconds ?? 0))
    }
    if (buckets.length < PAGE) return found
  }
}

interface BucketJson {
  readonly name: string
  readonly type?: string
  readonly retentionRules?: readonly { readonly everySeconds?: number }[]
}

/** It does not say how long they keep their points. */
async function findDatabases(upstream: Source, ask: Ask): Promise<FoundPlace[]> {
  const { status, json } = await ask('/api/v3/configure/database?format=json')
  if (status !== 200 || !Array.isArray(json)) throw refused(upstream, status)
  return (json as Readonly<Record<string, unknown>>[]).map(row =>
    wholeDatabase(upstream, String(row['iox::database']), 0),
  )
}

const wholeDatabase = ({ name: upstream }: Source, name: string, retentionSeconds: number): FoundPlace => ({
  name,
  upstream,
  database: name,
  retentionPolicy: '',
  retentionSeconds,
})
