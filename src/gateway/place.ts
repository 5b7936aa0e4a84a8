import type { Catalogue, CatalogueBucket } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import type { Permission } from '../domain/permission.ts'
import { type Denial, decide, isDenial, type Verdict } from '../domain/verdict.ts'
import type { Upstream } from './upstream/upstream.ts'

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
  /** @param measurements as for `decideUse` */
  of(
    caller: Caller,
    action: 'read' | 'write',
    bucket: CatalogueBucket | undefined,
    measurements?: readonly string[],
  ): Promise<Found>
  /** The same for a bucket that was found already: what he may do more to it. */
  allows(...use: Parameters<typeof decideUse>): boolean
}

/**
 * The verdict on doing something to a bucket, wherever it is.
 *
 * @param measurements all that will be touched; left out if that is not known, so that it takes a permission for all. None
 * asks whether the caller may touch anything there: whoever asks so judges the rest later.
 */
function decideUse(
  caller: Caller,
  action: 'read' | 'write',
  { id, orgId }: CatalogueBucket,
  measurements?: readonly string[],
): Verdict {
  const resource = { type: 'buckets', id, orgId } as const
  // One by one, because they may be held by several permissions.
  const demands: Permission[] =
    measurements === undefined
      ? [{ action, resource }]
      : [[], ...measurements.map(name => [name])].map(names => ({
          action,
          resource: { ...resource, measurements: names },
        }))
  return decide(caller, demands, caller.atMs)
}

/** Said to who is limited to some measurements of a bucket, so that he does not take it for another's. */
export const LIMITED = 'insufficient permissions: the token is limited to some measurements of this bucket'

export const mayUse = (...use: Parameters<typeof decideUse>): boolean => decideUse(...use).allow

/** Whether a caller may do something to at least a part of a bucket, if there is one. */
export const mayUseSome = (caller: Caller, action: 'read' | 'write', bucket: CatalogueBucket | undefined): boolean =>
  bucket !== undefined && mayUse(caller, action, bucket, [])

/** Something that a request does to a bucket, or would do if it might. */
export interface Use {
  readonly action: 'read' | 'write'
  readonly bucket: CatalogueBucket
  /** As for `decideUse`. */
  readonly measurements: readonly string[] | undefined
  readonly isAllowed: boolean
}

/** The same places; each use that is asked for is added to a list. Every bucket that a path may touch is asked for here. */
export function notingUses(places: Places, uses: Use[]): Places {
  return {
    async of(caller, action, bucket, measurements) {
      const found = await places.of(caller, action, bucket, measurements)
      if (bucket !== undefined) uses.push({ action, bucket, measurements, isAllowed: found !== 'denied' })
      return found
    },
    allows(caller, action, bucket, measurements) {
      const allows = places.allows(caller, action, bucket, measurements)
      uses.push({ action, bucket, measurements, isAllowed: allows })
      return allows
    },
  }
}

/** Whether somebody, as he stands now, may still do all that was allowed. */
export function mayStill(caller: Caller | Denial, uses: readonly Use[]): boolean {
  return (
    !isDenial(caller) && uses.every(use => !use.isAllowed || mayUse(caller, use.action, use.bucket, use.measurements))
  )
}

export function createPlaces(catalogue: Catalogue, upstreams: ReadonlyMap<string, Upstream>): Places {
  return {
    async of(caller, action, bucket, measurements) {
      if (bucket === undefined) return 'denied'
      if (!mayUse(caller, action, bucket, measurements)) return 'denied'
      const binding = await catalogue.findBinding(bucket.id)
      const upstream = binding && upstreams.get(binding.upstream)
      if (binding === undefined || upstream === undefined) return 'unbound'
      return { upstream, database: binding.database, retentionPolicy: binding.retentionPolicy }
    },
    allows: mayUse,
  }
}
