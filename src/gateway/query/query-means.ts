import type { Catalogue } from '../../authority/catalogue.ts'
import type { Places } from '../place.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** What data paths decide by. */
export interface QueryMeans {
  readonly catalogue: Catalogue
  readonly places: Places
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
}
