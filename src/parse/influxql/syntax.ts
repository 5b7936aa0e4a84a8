/**
 * Statements of InfluxQL as plain data: what a text says, without its spelling.
 *
 * Two texts that every server reads alike have one tree (`<>` and `!=`, `ORDER BY DESC` and `ORDER BY time DESC`, case of
 * functions). A tree holds no empty name. Literals keep their digits. A chain of operators is flat and without
 * precedence: what it touches does not depend on it, and printing keeps the order and the brackets.
 *
 * Source: the grammar of 1.8 and of 3 (contract, section 3); files beside this one say where they differ.
 */
export type Statement =
  | { readonly kind: 'select'; readonly select: Select }
  | { readonly kind: 'explain'; readonly analyze: boolean; readonly verbose: boolean; readonly select: Select }
  | ShowSchema
  | { readonly kind: 'show-databases' }
  | { readonly kind: 'show-server'; readonly subject: ServerSubject; readonly module: string | undefined }
  | { readonly kind: 'show-grants'; readonly user: string }
  | { readonly kind: 'delete'; readonly sources: readonly Measurement[]; readonly where: Expression | undefined }
  | { readonly kind: 'drop-series'; readonly sources: readonly Measurement[]; readonly where: Expression | undefined }
  | { readonly kind: 'drop-measurement'; readonly name: string }
  | { readonly kind: 'create-database'; readonly name: string; readonly policy: FirstPolicy | undefined }
  | { readonly kind: 'drop-database'; readonly name: string }
  | {
      readonly kind: 'create-retention-policy' | 'alter-retention-policy'
      readonly name: string
      readonly database: string
      readonly options: PolicyOptions
      readonly isDefault: boolean
    }
  | { readonly kind: 'drop-retention-policy'; readonly name: string; readonly database: string }
  | ContinuousQuery
  | { readonly kind: 'drop-continuous-query'; readonly name: string; readonly database: string }
  | {
      readonly kind: 'create-subscription'
      readonly name: string
      readonly database: string
      readonly retentionPolicy: string
      readonly mode: 'ALL' | 'ANY'
      readonly destinations: readonly string[]
    }
  | {
      readonly kind: 'drop-subscription'
      readonly name: string
      readonly database: string
      readonly retentionPolicy: string
    }
  | { readonly kind: 'create-user'; readonly name: string; readonly password: string; readonly isAdmin: boolean }
  | { readonly kind: 'set-password'; readonly name: string; readonly password: string }
  | { readonly kind: 'drop-user'; readonly name: string }
  | {
      readonly kind: 'grant' | 'revoke'
      readonly privilege: 'READ' | 'WRITE' | 'ALL PRIVILEGES'
      /** Undefined: to be an administrator, which goes with all privileges only. */
      readonly database: string | undefined
      readonly user: string
    }
  | { readonly kind: 'drop-shard'; readonly id: string }
  | { readonly kind: 'kill-query'; readonly id: string; readonly host: string | undefined }

export interface Select {
  readonly fields: readonly Field[]
  readonly target: Target | undefined
  readonly sources: readonly Source[]
  readonly where: Expression | undefined
  readonly groupBy: readonly Expression[]
  readonly fill: Fill | undefined
  readonly order: Order | undefined
  readonly limit: Count | undefined
  readonly offset: Count | undefined
  readonly seriesLimit: Count | undefined
  readonly seriesOffset: Count | undefined
  readonly timeZone: string | undefined
}

export interface Field {
  readonly value: Expression
  readonly alias: string | undefined
}

/** Where INTO writes. Without a name it is `:MEASUREMENT`: as many measurements as are read, under their names. */
export interface Target {
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
  readonly name: string | undefined
}

export type Source = Measurement | { readonly kind: 'subquery'; readonly select: Select }

export interface Measurement {
  readonly kind: 'measurement'
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
  readonly name: string | Regex
}

export type Order = 'ASC' | 'DESC'
export type Count = Digits | Parameter
export type FillWord = 'null' | 'none' | 'previous' | 'linear'
export type Fill = FillWord | Signed | Digits

export interface Regex {
  readonly kind: 'regex'
  /** Without the slashes around it, and with its own slashes bare. */
  readonly pattern: string
}
export interface Digits {
  readonly kind: 'integer' | 'number' | 'duration'
  readonly digits: string
}
export interface Parameter {
  readonly kind: 'parameter'
  readonly name: string
}
export interface Signed {
  readonly kind: 'signed'
  readonly sign: '+' | '-'
  readonly operand: Expression
}
export type Operator = (typeof ARITHMETIC)[number] | (typeof COMPARISONS)[number]

export type Expression =
  | {
      readonly kind: 'column'
      /** One to three, joined by points; the middle one may be empty. */
      readonly segments: readonly string[]
      readonly type: ColumnType | undefined
    }
  | { readonly kind: 'call'; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'distinct'; readonly name: string }
  | { readonly kind: 'wildcard'; readonly type: 'field' | 'tag' | undefined }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'group'; readonly inner: Expression }
  | {
      readonly kind: 'chain'
      readonly first: Expression
      readonly rest: readonly { readonly operator: Operator; readonly operand: Expression }[]
    }
  | Digits
  | Regex
  | Parameter
  | Signed

export const COLUMN_TYPES = ['float', 'integer', 'unsigned', 'string', 'boolean', 'field', 'tag'] as const
export type ColumnType = (typeof COLUMN_TYPES)[number]
export const FILL_WORDS = ['null', 'none', 'previous', 'linear'] as const
export const ARITHMETIC = ['+', '-', '*', '/', '%', '&', '|', '^'] as const
/** Not for the list of fields. */
export const COMPARISONS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', 'AND', 'OR'] as const

/** What SHOW says of a database, and which clauses each takes, in their order. */
export const SCHEMA_CLAUSES = {
  'RETENTION POLICIES': ['on'],
  MEASUREMENTS: ['on-policy', 'with-measurement', 'where', 'order', 'limit', 'offset'],
  SERIES: ['on', 'from', 'where', 'order', 'limit', 'offset'],
  'FIELD KEYS': ['on', 'from', 'order', 'limit', 'offset'],
  'TAG KEYS': ['on', 'from', 'where', 'order', 'limit', 'offset', 'series-limit', 'series-offset'],
  'TAG VALUES': ['on', 'from', 'with-key', 'where', 'order', 'limit', 'offset'],
  'MEASUREMENT CARDINALITY': ['on', 'from', 'where', 'group', 'limit', 'offset'],
  'SERIES CARDINALITY': ['on', 'from', 'where', 'group', 'limit', 'offset'],
  'FIELD KEY CARDINALITY': ['on', 'from', 'where', 'group', 'limit', 'offset'],
  'TAG KEY CARDINALITY': ['on', 'from', 'where', 'group', 'limit', 'offset'],
  'TAG VALUES CARDINALITY': ['on', 'from', 'with-key', 'where', 'group', 'limit', 'offset'],
} as const
export type SchemaSubject = keyof typeof SCHEMA_CLAUSES
export type SchemaClause = (typeof SCHEMA_CLAUSES)[SchemaSubject][number]

export interface ShowSchema {
  readonly kind: 'show-schema'
  readonly subject: SchemaSubject
  /** EXACT, of cardinalities only. */
  readonly exact: boolean
  readonly database: string | undefined
  /** Of `SHOW MEASUREMENTS ON database.policy`, which 3 takes. */
  readonly retentionPolicy: string | undefined
  readonly sources: readonly Measurement[]
  /** Of `WITH MEASUREMENT`. */
  readonly measurement: Measurement | undefined
  readonly key: KeyFilter | undefined
  readonly where: Expression | undefined
  readonly groupBy: readonly Expression[]
  readonly order: Order | undefined
  readonly limit: Count | undefined
  readonly offset: Count | undefined
  readonly seriesLimit: Count | undefined
  readonly seriesOffset: Count | undefined
}

/** Of `WITH KEY`. */
export type KeyFilter =
  | { readonly operator: 'IN'; readonly names: readonly string[] }
  | { readonly operator: '=' | '!='; readonly name: string }
  | { readonly operator: '=~' | '!~'; readonly pattern: Regex | Parameter }

/** What SHOW says of the server. STATS and DIAGNOSTICS may name a module. */
export const SERVER_SUBJECTS = [
  'CONTINUOUS QUERIES',
  'DIAGNOSTICS',
  'QUERIES',
  'SHARD GROUPS',
  'SHARDS',
  'STATS',
  'SUBSCRIPTIONS',
  'USERS',
] as const
export type ServerSubject = (typeof SERVER_SUBJECTS)[number]

/** Durations and counts as they are spelt; a duration may be INF. */
export interface PolicyOptions {
  readonly duration: string | undefined
  readonly replication: string | undefined
  readonly shardDuration: string | undefined
}

export interface FirstPolicy extends PolicyOptions {
  readonly name: string | undefined
}

export interface ContinuousQuery {
  readonly kind: 'create-continuous-query'
  readonly name: string
  readonly database: string
  readonly every: string | undefined
  readonly span: string | undefined
  /** Its target is never undefined. */
  readonly select: Select
}
