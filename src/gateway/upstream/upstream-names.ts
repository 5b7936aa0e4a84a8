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

/** Without a slash in its name, a bucket of 2.x is this policy of the database of its name. */
const AUTOGEN = '/autogen'

/**
 * The name of another bucket of 2.x that InfluxQL cannot tell from this one; undefined if there can be none. Which of the
 * two is read when both exist is not said anywhere.
 */
export function twinOf(database: string): string | undefined {
  if (!database.includes('/')) return database + AUTOGEN
  const [name = '', ...policy] = database.split('/')
  return policy.join('/') === 'autogen' ? name : undefined
}

/** Why no request gets to a place, whoever asks; undefined if one does. */
export function unreachable({ upstream, database, retentionPolicy }: BoundPlace): string | undefined {
  if (upstream.kind === 'influxdb1') return undefined
  if (retentionPolicy !== '') return 'the bucket is bound to a retention policy, which its upstream does not have'
  if (isThree(upstream) || !isId(database)) return undefined
  return 'the bucket is bound to a name of 16 hexadecimal digits, which its upstream takes for the id of another'
}
