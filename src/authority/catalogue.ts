import { type BucketId, isId, type OrgId } from '../domain/id.ts'
import type { Place } from '../store/bindings.ts'
import type { Nouns } from '../store/store.ts'
import { bucketMappedTo, mappingsOf } from './dbrps.ts'

/** A bucket as a permission speaks of it. */
export interface CatalogueBucket {
  readonly id: BucketId
  readonly orgId: OrgId
}

export interface MappedDatabase {
  readonly database: string
  readonly bucket: CatalogueBucket
}

export interface NamedBucket extends CatalogueBucket {
  readonly name: string
  /** What a client called its retention policy; empty if nothing. */
  readonly policy: string
  /** 0 keeps forever. */
  readonly retentionSeconds: number
}

/** Finds the bucket that a request means, by whatever name its protocol uses. Asks nobody's permission. */
export interface Catalogue {
  /** By id, where the text has the form of one, else by name. */
  findOrg(org: string): Promise<OrgId | undefined>
  /** By id first, then by name within the org. Source: wire contract 6.1. */
  findBucket(org: string, bucket: string): Promise<CatalogueBucket | undefined>
  /** By the org's mapping of a 1.x database and retention policy; an empty policy means the default. */
  findMapped(orgId: OrgId, database: string, retentionPolicy: string): Promise<CatalogueBucket | undefined>
  /** Where a bucket's points are. */
  findBinding(bucketId: BucketId): Promise<Place | undefined>
  /**
   * Whether a bucket has a database of an upstream for itself: no other retention policy there is another bucket's, or was
   * one's that is gone.
   */
  hasDatabaseAlone(place: Place): Promise<boolean>
  /** Whether a database of an upstream is a bucket's, or was one's that is gone. */
  isDatabaseGiven(upstream: string, database: string): Promise<boolean>
  /** Whether there is, or was, a bucket whose database is called as this one, a slash and more: in 2.x one of its policies. */
  hasPolicyGiven(upstream: string, database: string): Promise<boolean>
  /**
   * The databases that 1.x and 3.x clients of an org know, each once for every bucket that is mapped to it; the server's
   * own buckets are not told, as in 2.x.
   */
  listMapped(orgId: OrgId): Promise<readonly MappedDatabase[]>
  /** The buckets of an org, but for the server's own. */
  listNamed(orgId: OrgId): Promise<readonly NamedBucket[]>
  /** By id, if it is of that org. */
  findById(orgId: OrgId, id: string): Promise<CatalogueBucket | undefined>
  /** By name, in one org. */
  findNamed(orgId: OrgId, name: string): Promise<CatalogueBucket | undefined>
}

export function createCatalogue(store: Nouns): Catalogue {
  async function findOrg(org: string): Promise<OrgId | undefined> {
    // A name of 16 hexadecimal digits cannot be used as a name: InfluxDB takes it for an id.
    const found = isId(org) ? await store.orgs.find(org.toLowerCase() as OrgId) : await store.orgs.findByName(org)
    return found?.id
  }

  return {
    findOrg,
    async findBucket(org, bucket) {
      const orgId = await findOrg(org)
      if (orgId === undefined) return undefined
      const byId = isId(bucket) ? await store.buckets.find(bucket.toLowerCase() as BucketId) : undefined
      return byId ?? store.buckets.findByName(orgId, bucket)
    },
    async findMapped(orgId, database, retentionPolicy) {
      const id = await bucketMappedTo(store, orgId, database, retentionPolicy)
      return id && { id, orgId }
    },
    findBinding: bucketId => store.bindings.find(bucketId),
    hasDatabaseAlone: async ({ upstream, database }) => (await store.bindings.countInDatabase(upstream, database)) <= 1,
    isDatabaseGiven: async (upstream, database) => (await store.bindings.countInDatabase(upstream, database)) > 0,
    hasPolicyGiven: async (upstream, database) =>
      (await store.bindings.countBeginningWith(upstream, `${database}/`)) > 0,
    async listMapped(orgId) {
      const buckets = await store.buckets.ofOrg(orgId)
      const own = new Set(buckets.filter(({ type }) => type === 'system').map(({ id }) => id))
      const mappings = (await mappingsOf(store, orgId)).filter(({ bucketId }) => !own.has(bucketId))
      return mappings.map(({ database, bucketId }) => ({ database, bucket: { id: bucketId, orgId } }))
    },
    async listNamed(orgId) {
      const buckets = await store.buckets.ofOrg(orgId)
      return buckets
        .filter(({ type }) => type === 'user')
        .map(({ id, name, rp, retentionSeconds }) => ({ id, orgId, name, policy: rp, retentionSeconds }))
    },
    async findById(orgId, id) {
      const found = await store.buckets.find(id as BucketId)
      return found?.orgId === orgId ? found : undefined
    },
    findNamed: (orgId, name) => store.buckets.findByName(orgId, name),
  }
}
