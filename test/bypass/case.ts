// One request of the corpus, as data, and how it is written down.

/** Names in « » are replaced when a request is sent: `writer` and `reader` are tokens on the bucket raw alone. */
export const PLACEHOLDERS = ['writer', 'reader', 'org', 'raw', 'secret', 'id', 'port'] as const
export type Placeholder = (typeof PLACEHOLDERS)[number]

/** Text as it is, or packed by gzip: several texts are several members. */
export type Body = string | { readonly gzip: readonly string[]; readonly cut?: number; readonly after?: string }

/**
 * What must become of a request. `denied`: Sluice refuses it, and the upstream sees nothing. `ours`: Sluice answers it
 * itself, and the upstream sees nothing. `nothing of secret`: refused, or asked of the database of raw alone. Otherwise
 * the upstream sees it once, in exactly this form, and with the body that was sent unless another is named.
 */
export type Expectation = 'denied' | 'ours' | 'nothing of secret' | { readonly target: string; readonly body?: string }

export interface Case {
  readonly name: string
  /** POST unless given. */
  readonly method?: string
  readonly target?: string
  /** A token that may write to raw unless given. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  /** `LINES` unless given; null for none. */
  readonly body?: Body | null
  /** Instead of all the above: the bytes on a connection of its own, one character each. */
  readonly raw?: string
  /** Before which kind of upstream `expect` holds; an `influxdb1` unless given. */
  readonly kind?: 'influxdb2' | 'influxdb3-core'
  /** `denied` unless given. */
  readonly expect?: Expectation
}

export const LINES = 'm,t=a f=1 1\n'
export const WRITER = ['Authorization', 'Token «writer»'] as const
export const READER = ['Authorization', 'Token «reader»'] as const

/** Writes to the bucket raw by each protocol, and how a 1.x upstream is to be asked for each. */
export const WRITES = {
  v1: { target: '/write?db=raw', secret: '/write?db=secret', asked: '/write?db=db_raw&precision=n' },
  v2: {
    target: '/api/v2/write?orgID=«org»&bucket=raw',
    secret: '/api/v2/write?orgID=«org»&bucket=secret',
    asked: '/write?db=db_raw&precision=n',
  },
  v3: {
    target: '/api/v3/write_lp?db=raw&precision=nanosecond',
    secret: '/api/v3/write_lp?db=secret&precision=nanosecond',
    asked: '/write?db=db_raw&precision=n',
  },
} as const
export type Api = keyof typeof WRITES
export const APIS = Object.keys(WRITES) as Api[]

/** The paths that ask an upstream for something, each with parameters that mean the database raw. */
export const DATA_PATHS: Readonly<Record<string, string>> = {
  '/write': 'db=raw',
  '/query': 'db=raw&q=SELECT%20*%20FROM%20m',
  '/api/v2/write': 'orgID=«org»&bucket=raw',
  '/api/v2/query': 'orgID=«org»',
  '/api/v2/delete': 'orgID=«org»&bucket=raw',
  '/api/v3/write_lp': 'db=raw&precision=nanosecond',
  '/api/v3/query_sql': 'db=raw&q=SELECT%20*%20FROM%20m',
  '/api/v3/query_influxql': 'db=raw&q=SELECT%20*%20FROM%20m',
}

/** As a file of the corpus: a case a line, so that a change of one shows as one. */
export const written = (cases: readonly Case[]) => `[\n${cases.map(one => JSON.stringify(one)).join(',\n')}\n]\n`
