import type { Catalogue, CatalogueBucket } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import { mayUseSome } from './place.ts'

/** The bucket that a caller's org knows as a database of 1.x or 3; an empty retention policy means the default. */
export async function bucketKnownAs(
  catalogue: Catalogue,
  { orgId }: Pick<Caller, 'orgId'>,
  database: string,
  retentionPolicy = '',
): Promise<CatalogueBucket | undefined> {
  return orgId === undefined ? undefined : catalogue.findMapped(orgId, database, retentionPolicy)
}

/**
 * What `SHOW DATABASES` shows a caller: the names under which his org knows the buckets of which he may read anything, each
 * once.
 */
export async function databasesOf(catalogue: Catalogue, caller: Caller): Promise<string[]> {
  if (caller.orgId === undefined) return []
  const mapped = await catalogue.listMapped(caller.orgId)
  const readable = mapped.filter(({ bucket }) => mayUseSome(caller, 'read', bucket))
  return [...new Set(readable.map(({ database }) => database))].sort()
}
