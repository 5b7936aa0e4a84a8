import type { Catalogue, CatalogueBucket } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import { decide, type Verdict } from '../domain/verdict.ts'
import type { Upstream } from './upstream.ts'

/** Where a bucket's points are. */
export interface BoundPlace {
  readonly upstream: Upstream
  readonly database: string
  /** Empty for the database's default. */
  readonly retentionPolicy: string
}

/** `denied` is also what is not there: whoever may not see a bucket does not learn that it exists. */
export type Found = BoundPlace | 'denied' | 'unbound'

/** Finds the places of buckets for a caller, each only if he may do what he wants to it. */
export interface Places {
  of(caller: Caller, action: 'read' | 'write', bucket: CatalogueBucket | undefined): Promise<Found>
}

/** The verdict on doing something to a bucket, wherever it is. */
export function decideUse(caller: Caller, action: 'read' | 'write', { id, orgId }: CatalogueBucket): Verdict {
  return decide(caller, [{ action, resource: { type: 'buckets', id, orgId } }], caller.atMs)
}

export const mayUse = (...use: Parameters<typeof decideUse>): boolean => decideUse(...use).allow

/** Something that was done to a bucket, or is being done. */
export interface Use {
  readonly action: 'read' | 'write'
  readonly bucket: CatalogueBucket
}

/** The same places; each use that was allowed is added to a list. */
export function notingUses(places: Places, uses: Use[]): Places {
  return {
    async of(caller, action, bucket) {
      const found = await places.of(caller, action, bucket)
      if (found !== 'denied' && bucket !== undefined) uses.push({ action, bucket })
      return found
    },
  }
}

export function createPlaces(catalogue: Catalogue, upstreams: ReadonlyMap<string, Upstream>): Places {
  return {
    async of(caller, action, bucket) {
      if (bucket === undefined) return 'denied'
      if (!mayUse(caller, action, bucket)) return 'denied'
      const binding = await catalogue.findBinding(bucket.id)
      const upstream = binding && upstreams.get(binding.upstream)
      if (binding === undefined || upstream === undefined) return 'unbound'
      return { upstream, database: binding.database, retentionPolicy: binding.retentionPolicy }
    },
  }
}
