import type { Catalogue } from '../../authority/catalogue.ts'
import type { Places } from '../place.ts'
import type { Upstream } from '../upstream/upstream.ts'

/** What verdicts on named buckets are reached by. */
export interface JudgeMeans {
  readonly catalogue: Catalogue
  readonly places: Places
}

/** What data paths decide by. */
export interface QueryMeans extends JudgeMeans {
  /** By name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** Whether one of them is an InfluxDB 3. */
  readonly isForThree: boolean
}
