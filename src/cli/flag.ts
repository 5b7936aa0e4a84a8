/** One flag of a command, as data: parser, help, documentation and completion come from it. */
export interface Flag {
  /** Without dashes. */
  readonly name: string
  /** One letter. */
  readonly alias?: string
  /** `switch` takes no value but `=true` or `=false`; `list` may come several times. */
  readonly kind: 'text' | 'switch' | 'list' | 'integer'
  readonly help: string
  /** What stands for the value in help. Default `value`. */
  readonly form?: string
  /** The environment variable that gives it when the flag does not. */
  readonly env?: string
  readonly default?: string
  readonly required?: boolean
  /** Works, but is not shown. */
  readonly hidden?: boolean
  /** Stands under COMMON OPTIONS. */
  readonly common?: boolean
  /** Another spelling of an existing flag, by its name. */
  readonly sameAs?: string
}

/** Flags of commands that talk to a server. Source: CLI contract 1.2; `--timeout` and `--output` are ours. */
export const CORE: readonly Flag[] = [
  {
    name: 'host',
    kind: 'text',
    env: 'INFLUX_HOST',
    common: true,
    help: 'Address of the server (default: of the active config)',
  },
  {
    name: 'skip-verify',
    kind: 'switch',
    env: 'INFLUX_SKIP_VERIFY',
    common: true,
    help: 'Do not check the TLS certificate of the server',
  },
  {
    name: 'configs-path',
    kind: 'text',
    env: 'INFLUX_CONFIGS_PATH',
    common: true,
    help: 'File with the stored configs',
  },
  {
    name: 'active-config',
    alias: 'c',
    kind: 'text',
    env: 'INFLUX_ACTIVE_CONFIG',
    common: true,
    help: 'Stored config to use from now on',
  },
  {
    name: 'http-debug',
    kind: 'switch',
    common: true,
    help: 'Show every request and answer on stderr, without secrets',
  },
  {
    name: 'timeout',
    kind: 'text',
    form: 'duration',
    env: 'INFLUX_TIMEOUT',
    default: '30s',
    common: true,
    help: 'How long to wait for an answer',
  },
  {
    name: 'trace-debug-id',
    kind: 'text',
    env: 'INFLUX_TRACE_DEBUG_ID',
    common: true,
    hidden: true,
    help: 'Sent along, to find the request in traces',
  },
  {
    name: 'extra-http-header',
    kind: 'list',
    env: 'INFLUX_EXTRA_HTTP_HEADER',
    common: true,
    hidden: true,
    help: 'Header to send along, as Name:value',
  },
]

/** Flags of commands that print records. */
export const PRINT: readonly Flag[] = [
  { name: 'json', kind: 'switch', env: 'INFLUX_OUTPUT_JSON', common: true, help: 'Print JSON instead of a table' },
  {
    name: 'output',
    kind: 'text',
    form: 'table|json|csv|yaml',
    env: 'INFLUX_OUTPUT',
    common: true,
    help: 'Form of what is printed (default: table)',
  },
  {
    name: 'hide-headers',
    kind: 'switch',
    env: 'INFLUX_HIDE_HEADERS',
    common: true,
    help: 'Leave out the header of a table',
  },
]

/** Flags of commands that need a token. */
export const TOKEN: readonly Flag[] = [
  {
    name: 'token',
    alias: 't',
    kind: 'text',
    env: 'INFLUX_TOKEN',
    common: true,
    help: 'API token (default: of the active config); - reads it from stdin',
  },
  {
    name: 'token-file',
    kind: 'text',
    form: 'file',
    env: 'INFLUX_TOKEN_FILE',
    common: true,
    help: 'File that holds the API token, to keep it out of the process list',
  },
]

/** Flags that say which organization. */
export const ORG: readonly Flag[] = [
  { name: 'org-id', kind: 'text', env: 'INFLUX_ORG_ID', common: true, help: 'Organization by ID' },
  {
    name: 'org',
    alias: 'o',
    kind: 'text',
    env: 'INFLUX_ORG',
    common: true,
    help: 'Organization by name (default: of the active config)',
  },
]
