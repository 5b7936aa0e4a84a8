import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller } from '../../authority/verifier.ts'
import { mayUse } from '../place.ts'

/**
 * What `SHOW DATABASES` shows a caller: the names under which his org knows the buckets of which he may read anything, each
 * once.
 */
export async function databasesOf(catalogue: Catalogue, caller: Caller): Promise<string[]> {
  if (caller.orgId === undefined) return []
  const mapped = await catalogue.listMapped(caller.orgId)
  const readable = mapped.filter(({ bucket }) => mayUse(caller, 'read', bucket, []))
  return [...new Set(readable.map(({ database }) => database))].sort()
}
