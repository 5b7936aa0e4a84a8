import type { Caller } from '../authority/verifier.ts'
import type { ParameterBody } from '../parse/parameters.ts'
import type { Api } from './credential.ts'
import type { Outcome } from './outcome.ts'
import { configure } from './query/configure.ts'
import { deletePoints } from './query/delete-points.ts'
import { queryFlux } from './query/query-flux.ts'
import type { QueryMeans } from './query/query-means.ts'
import { queryV1 } from './query/query-v1.ts'
import { queryInfluxql, querySql } from './query/query-v3.ts'
import type { WholeRequest } from './whole-body.ts'
import { writePoints } from './write/write-points.ts'

export interface DataPath {
  readonly api: Api
  readonly methods: readonly string[]
  /** How the body is read before anything is decided; `stream` leaves it where it is, unread. */
  readonly body: ParameterBody['kind'] | 'stream'
  /** Whether it is about the upstream itself, not about data: our credential is for what was approved alone. */
  readonly administers?: true
  readonly decide: (means: QueryMeans, caller: Caller, request: WholeRequest) => Promise<Outcome>
}

const READ = ['GET', 'POST']

/** The paths whose work is done by an InfluxDB. */
const DATA_PATHS: Readonly<Record<string, DataPath>> = {
  '/api/v2/write': { api: 'v2', methods: ['POST'], body: 'stream', decide: writePoints },
  '/api/v2/query': { api: 'v2', methods: ['POST'], body: 'json', decide: queryFlux },
  '/api/v2/delete': { api: 'v2', methods: ['POST'], body: 'json', decide: deletePoints },
  '/write': { api: 'v1', methods: ['POST'], body: 'stream', decide: writePoints },
  '/query': { api: 'v1', methods: READ, body: 'form', decide: queryV1 },
  '/api/v3/write_lp': { api: 'v3', methods: ['POST'], body: 'stream', decide: writePoints },
  '/api/v3/query_sql': { api: 'v3', methods: READ, body: 'json', decide: querySql },
  '/api/v3/query_influxql': { api: 'v3', methods: READ, body: 'json', decide: queryInfluxql },
}

/** Every path at which version 3 is set up; which are answered, `configure` says. */
const CONFIGURE: DataPath = {
  api: 'v3',
  methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  body: 'json',
  administers: true,
  decide: configure,
}
/** Tokens of an upstream never come into question, whatever the mode is. */
const CONFIGURE_PATH = /^\/api\/v3\/configure(?:\/(?![a-z_]*token)[a-z_]+)+$/

export function dataPathOf(target: string): DataPath | undefined {
  const path = target.split('?', 1)[0] ?? ''
  if (Object.hasOwn(DATA_PATHS, path)) return DATA_PATHS[path]
  return CONFIGURE_PATH.test(path) ? CONFIGURE : undefined
}
