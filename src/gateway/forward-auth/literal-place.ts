import { isId } from '../../domain/id.ts'
import type { WriteTarget } from '../../parse/write-url.ts'
import { isThree, type UpstreamOptions } from '../upstream/upstream.ts'

/** A place as an upstream itself would understand a client's own words. */
export interface LiteralPlace {
  readonly database: string
  /** Empty for the database's default. */
  readonly retentionPolicy: string
}

type Named = Pick<UpstreamOptions, 'kind' | 'org'>

/**
 * Where an upstream writes to if a client's write reaches it unchanged; undefined if that depends on what only the upstream
 * knows, such as its own mappings. Source: upstream contract 2.3.
 */
export function literalPlace(upstream: Named, target: WriteTarget): LiteralPlace | undefined {
  if (isThree(upstream)) return placeAtThree(target)
  if (upstream.kind === 'influxdb1') return placeAtOne(target)
  return placeAtTwo(upstream, target)
}

/** 1.8 takes the bucket for `database/policy`, parted at the first slash. */
function placeAtOne(target: WriteTarget): LiteralPlace | undefined {
  if (target.api === 'v1') return { database: target.database, retentionPolicy: target.retentionPolicy }
  if (target.api === 'v3') return undefined
  const slash = target.bucket.indexOf('/')
  if (slash < 0) return { database: target.bucket, retentionPolicy: '' }
  return { database: target.bucket.slice(0, slash), retentionPolicy: target.bucket.slice(slash + 1) }
}

/** The org must be that of the settings, for it counts there; ids are of another server. Databases it maps by itself. */
function placeAtTwo({ org }: Named, target: WriteTarget): LiteralPlace | undefined {
  if (target.api !== 'v2' || target.org !== org || isId(target.org) || isId(target.bucket)) return undefined
  return { database: target.bucket, retentionPolicy: '' }
}

/** A retention policy makes another database, its name in small letters. */
function placeAtThree(target: WriteTarget): LiteralPlace | undefined {
  if (target.api === 'v2') return { database: target.bucket, retentionPolicy: '' }
  if (target.api === 'v3') return { database: target.database, retentionPolicy: '' }
  const { database, retentionPolicy } = target
  if (['', 'autogen', 'default'].includes(retentionPolicy)) return { database, retentionPolicy: '' }
  if (retentionPolicy !== retentionPolicy.toLowerCase()) return undefined
  return { database: `${database}/${retentionPolicy}`, retentionPolicy: '' }
}
