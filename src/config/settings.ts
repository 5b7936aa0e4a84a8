import type { LogFormat, LogLevel } from '../observe/log.ts'
import { addressBlocks, type Kind, listen, name, oneOf, path, publicUrl, wholeNumber, yesNo } from './kind.ts'

/** Everything there is to know about one setting. Parser, unknown-key check, help and documentation all read it here. */
export interface Setting<T> {
  readonly kind: Kind<T>
  /** On the command line, for the few that people type. */
  readonly flag?: `--${string}`
  /** False for what only flags and variables may say. */
  readonly inFile: boolean
  /** As one would write it in a variable. */
  readonly default?: string
  /** What the default is, where the machine decides. */
  readonly defaultNote?: string
  /** A value for the documentation, where the default is none. */
  readonly example?: string
  /** One or two sentences for people. */
  readonly help: string
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const FORMATS: readonly LogFormat[] = ['json', 'text']
const GATEWAY_MODES = ['enforce', 'observe'] as const
/** Whether the gateway refuses what may not be, or only counts it. */
export type GatewayMode = (typeof GATEWAY_MODES)[number]

/** All settings, by their key in the file. A dot stands between table and key. */
export const SETTINGS = {
  listen: {
    kind: listen,
    flag: '--listen',
    inFile: true,
    default: '127.0.0.1:8086',
    help: 'Address to listen on, HOST:PORT or [IPv6]:PORT. Port 0 takes any free one; 0.0.0.0 means every IPv4 interface.',
  },
  data_dir: {
    kind: path('DIR'),
    flag: '--data',
    inFile: true,
    defaultNote: '$XDG_DATA_HOME/sluice, else ~/.local/share/sluice',
    example: '/var/lib/sluice',
    help: 'Directory of the database, readable by its owner only.',
  },
  public_url: {
    kind: publicUrl,
    flag: '--public-url',
    inFile: true,
    example: 'https://tokens.example.org',
    help: 'How the world sees this server, without path. It decides which web origin is its own and whether cookies are Secure.',
  },
  'tls.cert': {
    kind: path('FILE'),
    flag: '--tls-cert',
    inFile: true,
    example: '/etc/sluice/cert.pem',
    help: 'PEM file with the certificate and its chain. With tls.key, the port speaks TLS.',
  },
  'tls.key': {
    kind: path('FILE'),
    flag: '--tls-key',
    inFile: true,
    example: '/etc/sluice/key.pem',
    help: 'PEM file with the private key of the certificate.',
  },
  'log.level': {
    kind: oneOf(LEVELS),
    flag: '--log-level',
    inFile: true,
    default: 'info',
    help: 'The least serious kind of entry that is still written.',
  },
  'log.format': {
    kind: oneOf(FORMATS),
    flag: '--log-format',
    inFile: true,
    default: 'json',
    help: 'One JSON object a line, or text for a terminal.',
  },
  'metrics.enabled': {
    kind: yesNo,
    inFile: true,
    default: 'true',
    help: 'Whether GET /metrics answers, to everybody who can reach the port.',
  },
  'sessions.length_minutes': {
    kind: wholeNumber(1, 525_600),
    inFile: true,
    default: '60',
    help: 'How long a session of the page lasts, in minutes.',
  },
  'forward_auth.trusted': {
    kind: addressBlocks,
    inFile: true,
    default: '',
    example: '127.0.0.1,10.0.0.0/8',
    help: 'IP addresses and CIDR blocks of the proxies that may ask GET /authorize. Empty means that nobody may.',
  },
  'forward_auth.upstream': {
    kind: name,
    inFile: true,
    example: 'lab',
    help: 'Which upstream stands behind those proxies. Needed where there are several.',
  },
  'revoke.cut_streams': {
    kind: yesNo,
    inFile: true,
    default: 'true',
    help: 'Whether requests that are being passed to or answered by an InfluxDB are cut when their token may no longer make them.',
  },
  'gateway.mode': {
    kind: oneOf(GATEWAY_MODES),
    inFile: true,
    default: 'enforce',
    help: 'What becomes of a request that may not be: `enforce` refuses it. `observe` passes it on as it came, and counts it, so that one can look before one enforces.',
  },
  'gateway.observe_upstream': {
    kind: name,
    inFile: true,
    example: 'lab',
    help: 'The upstream that gets what `observe` passes on and no bucket decides, by its name. Needed where several are configured.',
  },
  'limits.max_body_bytes': {
    kind: wholeNumber(1024, 67_108_864),
    inFile: true,
    default: '1048576',
    help: 'Longest body of a request to the management API, in bytes. Longer ones are answered 413.',
  },
  'limits.shutdown_seconds': {
    kind: wholeNumber(0, 3600),
    inFile: true,
    default: '10',
    help: 'How long SIGTERM waits for running requests before it cuts them, in seconds.',
  },
  'init.username': {
    kind: name,
    inFile: false,
    help: 'Name of the first user. With it, the first start sets itself up; a server that has been set up ignores it.',
  },
  'init.password_file': {
    kind: path('FILE'),
    inFile: false,
    help: "File that holds the first user's password.",
  },
  'init.org': { kind: name, inFile: false, help: 'Name of the first organization.' },
  'init.bucket': { kind: name, inFile: false, help: 'Name of the first bucket.' },
  'init.token_file': {
    kind: path('FILE'),
    inFile: false,
    help: 'File that holds the first operator token.',
  },
  config: {
    kind: path('FILE'),
    flag: '--config',
    inFile: false,
    defaultNote: 'sluice.toml in the data directory, if there is one',
    help: 'The file to read.',
  },
} as const satisfies Record<string, Setting<unknown>>

export type SettingKey = keyof typeof SETTINGS

/** The values of all settings, by key. Undefined are those that nobody gave and that have no default. */
export type Values = {
  readonly [K in SettingKey]:
    | ((typeof SETTINGS)[K]['kind'] extends Kind<infer T> ? T : never)
    | ((typeof SETTINGS)[K] extends { readonly default: string } ? never : undefined)
}

export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[]

export const settingOf = (key: SettingKey): Setting<unknown> => SETTINGS[key]

/** Whether a text is the key of a setting. */
export const isSettingKey = (text: string): text is SettingKey => Object.hasOwn(SETTINGS, text)

const VARIABLE_PREFIX = 'SLUICE_'

/** The environment variable of a setting: `tls.cert` is `SLUICE_TLS_CERT`. */
export const variableOf = (key: SettingKey): string => VARIABLE_PREFIX + key.replaceAll('.', '_').toUpperCase()

/** The name under which commander hands over a flag: `--tls-cert` is `tlsCert`. */
export const optionOf = (flag: string): string =>
  flag.slice(2).replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** What the command line needs to offer the flags: `--listen <HOST:PORT>` and a sentence, in the order of the table. */
export const FLAGS: readonly { readonly flag: string; readonly help: string }[] = SETTING_KEYS.flatMap(key => {
  const { flag, kind, help, default: text, defaultNote } = settingOf(key)
  const preset = defaultNote ?? text
  return flag === undefined
    ? []
    : [{ flag: `${flag} <${kind.form}>`, help: preset === undefined ? help : `${help} (default: ${preset})` }]
})
