import { type Kind, name, oneOf, path, publicUrl, wholeNumber } from './kind.ts'
import { type Mistake, quote } from './mistake.ts'
import { suggest } from './suggestion.ts'

type Environment = Readonly<Record<string, string | undefined>>

export const UPSTREAM_KINDS = [
  'influxdb1',
  'influxdb2',
  'influxdb3-core',
  'influxdb3-enterprise',
  'cloud-serverless',
] as const
/** Which generation of InfluxDB stands behind us: what it takes, and how it is asked. */
export type UpstreamKind = (typeof UPSTREAM_KINDS)[number]

/** An InfluxDB behind the gateway. Its secrets are in files or variables, never in the settings file. */
export interface UpstreamConfig {
  readonly name: string
  readonly kind: UpstreamKind
  /** Scheme, host and port, without a slash at its end. */
  readonly url: string
  /** Our own credential there; undefined if it asks for none. */
  readonly credential: UpstreamCredential | undefined
  /** Of InfluxDB 2 and Cloud: the organization by name, where writes and queries must name it. */
  readonly org: string | undefined
  readonly connectTimeoutMs: number
  /** Until the head of the answer. */
  readonly answerTimeoutMs: number
  /** Between two pieces of a body, either way. */
  readonly idleTimeoutMs: number
  readonly maxBodyBytes: number
}

export type UpstreamCredential =
  | { readonly token: SecretSource }
  | { readonly username: string; readonly password: SecretSource }

/** Where a secret is read from, at the start. */
export type SecretSource = { readonly file: string } | { readonly variable: string }

interface Field {
  readonly kind: Kind<unknown>
  readonly default?: string
  readonly help: string
}

/** The keys of a table `[upstream.NAME]`; the documentation is written from it. */
export const UPSTREAM_FIELDS = {
  kind: { kind: oneOf(UPSTREAM_KINDS), help: 'Which InfluxDB it is.' },
  url: { kind: publicUrl, help: 'Its address, as `http://HOST:PORT` or `https://HOST:PORT`.' },
  org: { kind: name, help: 'For influxdb2 and cloud-serverless: the organization there, by name.' },
  token_file: {
    kind: path('FILE'),
    help: 'File that holds the token with which Sluice asks it. Or the variable `SLUICE_UPSTREAM_NAME_TOKEN`.',
  },
  username: { kind: name, help: 'For influxdb1 with authentication: the user as whom Sluice asks it.' },
  password_file: {
    kind: path('FILE'),
    help: 'File that holds the password of that user. Or the variable `SLUICE_UPSTREAM_NAME_PASSWORD`.',
  },
  connect_seconds: { kind: wholeNumber(1, 3600), default: '5', help: 'How long a connection may take.' },
  answer_seconds: {
    kind: wholeNumber(1, 86_400),
    default: '60',
    help: 'How long it may take until an answer begins. Queries that think longer need more.',
  },
  idle_seconds: {
    kind: wholeNumber(1, 86_400),
    default: '60',
    help: 'How long nothing may come while a body is on its way.',
  },
  max_body_bytes: {
    kind: wholeNumber(1024, 4_294_967_296),
    default: '52428800',
    help: 'Longest body of a write, in bytes, before and after decompression. Longer ones are answered 413.',
  },
} as const satisfies Record<string, Field>

export type UpstreamField = keyof typeof UPSTREAM_FIELDS
export const UPSTREAM_FIELD_NAMES = Object.keys(UPSTREAM_FIELDS) as UpstreamField[]
export const isUpstreamField = (text: string): text is UpstreamField => Object.hasOwn(UPSTREAM_FIELDS, text)

/** A table `[upstream.NAME]` as it stands in the file: values still text. */
export interface UpstreamStatement {
  readonly name: string
  readonly where: string
  readonly baseDir: string
  readonly fields: ReadonlyMap<UpstreamField, { readonly text: string; readonly where: string }>
}

/** Variables of upstreams' secrets: `SLUICE_UPSTREAM_LAB_TOKEN` is that of `[upstream.lab]`. */
export const SECRET_VARIABLE = /^SLUICE_UPSTREAM_([A-Z0-9_]+)_(TOKEN|PASSWORD)$/

const variableOf = (upstream: string, secret: 'TOKEN' | 'PASSWORD') =>
  `SLUICE_UPSTREAM_${upstream.replaceAll('-', '_').toUpperCase()}_${secret}`

const NAME = /^[a-z][a-z0-9-]{0,31}$/

/** What the tables come to, and all that is wrong with them. */
export function readUpstreams(
  statements: readonly UpstreamStatement[],
  env: Environment,
): { readonly upstreams: readonly UpstreamConfig[]; readonly mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = []
  const upstreams = statements.flatMap(statement => {
    const own: Mistake[] = []
    const upstream = upstreamOf(statement, env, own)
    mistakes.push(...own)
    return own.length === 0 ? [upstream] : []
  })
  mistakes.push(...strayVariables(statements, env))
  return { upstreams, mistakes }
}

function upstreamOf(statement: UpstreamStatement, env: Environment, mistakes: Mistake[]): UpstreamConfig {
  const { name: upstream, where, fields, baseDir } = statement
  const fail = (at: string, message: string) => mistakes.push({ where: at, message })
  if (!NAME.test(upstream)) fail(where, `${quote(upstream)} must be lower-case letters, digits and hyphens, 32 at most`)

  function value<F extends UpstreamField>(field: F): FieldValue<F> | undefined {
    const { kind, ...rest }: Field = UPSTREAM_FIELDS[field]
    const given = fields.get(field)
    const text = given?.text ?? rest.default
    if (text === undefined) return undefined
    const parsed = text === '' ? { refused: 'is empty; give it a value or leave it out' } : kind.parse(text, baseDir)
    if ('refused' in parsed) fail(given?.where ?? where, `upstream.${upstream}.${field} ${parsed.refused}`)
    return 'value' in parsed ? (parsed.value as FieldValue<F>) : undefined
  }
  for (const needed of ['kind', 'url'] as const) {
    if (!fields.has(needed)) fail(where, `upstream.${upstream} needs ${needed}`)
  }
  const seconds = (field: 'connect_seconds' | 'answer_seconds' | 'idle_seconds') => Number(value(field)) * 1000
  return {
    name: upstream,
    kind: value('kind') ?? 'influxdb1',
    url: value('url')?.origin ?? '',
    org: value('org'),
    credential: credentialOf(statement, env, value, fail),
    connectTimeoutMs: seconds('connect_seconds'),
    answerTimeoutMs: seconds('answer_seconds'),
    idleTimeoutMs: seconds('idle_seconds'),
    maxBodyBytes: Number(value('max_body_bytes')),
  }
}

type FieldValue<F extends UpstreamField> = (typeof UPSTREAM_FIELDS)[F]['kind'] extends Kind<infer T> ? T : never

function credentialOf(
  { name: upstream, where }: UpstreamStatement,
  env: Environment,
  value: (field: 'token_file' | 'username' | 'password_file') => string | undefined,
  fail: (where: string, message: string) => void,
): UpstreamCredential | undefined {
  const source = (file: string | undefined, secret: 'TOKEN' | 'PASSWORD'): SecretSource | undefined => {
    const variable = variableOf(upstream, secret)
    const inEnvironment = env[variable] !== undefined
    if (file !== undefined && inEnvironment) fail(variable, `says what upstream.${upstream} has in a file already`)
    if (file !== undefined) return { file }
    return inEnvironment ? { variable } : undefined
  }
  const token = source(value('token_file'), 'TOKEN')
  const username = value('username')
  const password = source(value('password_file'), 'PASSWORD')
  if (token !== undefined && (username !== undefined || password !== undefined)) {
    fail(where, `upstream.${upstream} has a token and a user; one of the two is enough`)
  }
  if ((username === undefined) !== (password === undefined)) {
    fail(where, `upstream.${upstream} needs username and password_file together`)
  }
  if (token !== undefined) return { token }
  return username === undefined || password === undefined ? undefined : { username, password }
}

/** Secrets of upstreams that do not exist: somebody has misspelt a name. */
function strayVariables(statements: readonly UpstreamStatement[], env: Environment): Mistake[] {
  const known = statements.flatMap(({ name: upstream }) => [
    variableOf(upstream, 'TOKEN'),
    variableOf(upstream, 'PASSWORD'),
  ])
  return Object.keys(env)
    .filter(variable => SECRET_VARIABLE.test(variable) && !known.includes(variable))
    .map(variable => {
      const nearest = suggest(variable, known)
      const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
      return { where: variable, message: `is the secret of an upstream that the settings file does not have${hint}` }
    })
}
