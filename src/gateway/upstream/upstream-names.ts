import { isId } from '../../domain/id.ts'
import type { Names } from '../../parse/influxql/rename.ts'
import type { BoundPlace } from '../place.ts'
import { isThree } from './upstream.ts'

/**
 * How the InfluxQL of an upstream calls a place. 2.x makes a database and a retention policy of a bucket's name, parted at
 * the first slash. 3 is asked for one database, whose name is beside the text. Source: wire contract 5.9, upstream
 * contract 2.4.
 */
export function namesAt({ upstream, database, retentionPolicy }: BoundPlace): Names {
  if (isThree(upstream)) return { database: undefined, retentionPolicy: undefined }
  if (upstream.kind === 'influxdb1') return { database, retentionPolicy: retentionPolicy || undefined }
  const slash = database.indexOf('/')
  if (slash < 0) return { database, retentionPolicy: undefined }
  return { database: database.slice(0, slash), retentionPolicy: database.slice(slash + 1) || undefined }
}

/** Why no request gets to a place, whoever asks; undefined if one does. */
export function unreachable({ upstream, database, retentionPolicy }: BoundPlace): string | undefined {
  if (upstream.kind === 'influxdb1') return undefined
  if (retentionPolicy !== '') return 'the bucket is bound to a retention policy, which its upstream does not have'
  if (isThree(upstream) || !isId(database)) return undefined
  return 'the bucket is bound to a name of 16 hexadecimal digits, which its upstream takes for the id of another'
}
