import { readFileSync } from 'node:fs'
import { ApiError, errorOf } from './api-error.ts'
import {
  activeConfig,
  type Configs,
  defaultConfigsPath,
  readConfigs,
  type StoredConfig,
  switchTo,
  writeConfigs,
} from './configs.ts'
import { parseDuration } from './duration.ts'
import type { Invocation } from './invocation.ts'
import { createTransport, type Transport } from './transport.ts'
import { UsageError } from './usage-error.ts'

/** A server to talk to, as whoever the token says. */
export interface Connection {
  /** The stored config in use. */
  readonly config: StoredConfig
  /** The token in use; empty if there is none. */
  readonly token: string
  /** Sends a request and gives the answer as JSON. @throws ApiError */
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>
  /** Sends a request and gives the answer as it is. @throws ApiError if its status is not a success */
  send(method: string, path: string, options?: RequestOptions): Promise<Response>
}

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** Sent as JSON with its keys in the order of the alphabet. */
  readonly body?: unknown
  /** Sent as it is. */
  readonly raw?: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
  readonly headers?: Readonly<Record<string, string>>
}

/** Where the configs of a call are kept. */
export function configsPath(invocation: Invocation): string {
  return invocation.text('configs-path') || defaultConfigsPath()
}

/** The configs of a call; `--active-config` switches first, for good. */
export function openConfigs(invocation: Invocation): { readonly configs: Configs; readonly path: string } {
  const path = configsPath(invocation)
  const configs = readConfigs(path)
  const wanted = invocation.text('active-config')
  if (!wanted) return { configs, path }
  const switched = switchTo(configs, wanted)
  writeConfigs(path, switched.configs)
  return { configs: switched.configs, path }
}

/** @param anonymous for commands that take no token */
export async function connect(invocation: Invocation, anonymous = false): Promise<Connection> {
  const { config } = activeConfig(openConfigs(invocation).configs)
  const base = baseUrl(invocation.text('host') ?? config.url)
  const transport = await createTransport(invocation, {
    skipVerify: invocation.on('skip-verify'),
    debug: invocation.on('http-debug'),
    timeoutMs: timeoutOf(invocation),
  })
  const token = anonymous ? '' : await tokenOf(invocation, config)
  const credential: Record<string, string> =
    token !== '' ? { Authorization: `Token ${token}` } : await cookieOf(invocation, config, base, transport)
  const always = { Accept: 'application/json', ...extraHeaders(invocation), ...credential }

  async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const url = urlOf(base, path, options.query)
    const { body, headers } = contentOf(options)
    const response = await transport(method, url, {
      headers: { ...always, ...headers },
      ...(body !== undefined && { body }),
    })
    if (!response.ok) throw await errorOf(response)
    return response
  }
  return {
    config,
    token,
    send,
    async json<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
      return decode<T>(await send(method, path, options))
    },
  }
}

async function decode<T>(response: Response): Promise<T> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 204) return undefined as T
  if (!/^application\/(?:[\w.-]+\+)?json/.test(type)) {
    throw new ApiError(
      `unable to decode response content type "${type}"\n` +
        'This does not look like an InfluxDB or Sluice server: check --host, INFLUX_HOST and the active config.',
    )
  }
  return (await response.json()) as T
}

function baseUrl(host: string): URL {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(host) || /^[\d.]+:\d/.test(host)) {
    throw new Error(`host URL "${host}" is invalid: it must begin with http:// or https://`)
  }
  let url: URL
  try {
    url = new URL(host)
  } catch {
    throw new Error(`host URL "${host}" is invalid: it must look like http://localhost:8086`)
  }
  return url
}

function urlOf(base: URL, path: string, query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  )
  const text = new URLSearchParams(given.sort(([one], [other]) => (one < other ? -1 : 1))).toString()
  const prefix = base.pathname.replace(/\/+$/, '')
  const origin = base.protocol === 'http:' || base.protocol === 'https:' ? base.origin : base.href.replace(/\/+$/, '')
  return `${origin}${prefix === '' || origin !== base.origin ? '' : prefix}${path}${text === '' ? '' : `?${text}`}`
}

function contentOf({ body, raw, headers = {} }: RequestOptions) {
  if (raw !== undefined) return { body: raw, headers }
  if (body === undefined) return { body: undefined, headers }
  return { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json', ...headers } }
}

function timeoutOf(invocation: Invocation): number {
  return parseDuration(invocation.text('timeout') ?? '30s') / 1e6
}

function extraHeaders(invocation: Invocation): Record<string, string> {
  const pairs = invocation.list('extra-http-header').map(header => {
    const colon = header.indexOf(':')
    if (colon < 0) throw new Error(`header flag syntax "key:value", missing value in "${header}"`)
    return [header.slice(0, colon), header.slice(colon + 1).trim()]
  })
  const trace = invocation.text('trace-debug-id')
  return { ...Object.fromEntries(pairs), ...(trace && { 'Zap-Trace-Span': trace, 'influx-debug-id': trace }) }
}

/** A token may come by flag, from a file or stdin, by environment, or from the config, in this order. */
async function tokenOf(invocation: Invocation, config: StoredConfig): Promise<string> {
  const given = invocation.text('token')
  const file = invocation.text('token-file')
  if (invocation.given('token') && invocation.given('token-file')) {
    throw new UsageError('use --token or --token-file, not both')
  }
  if (file && !invocation.given('token')) return fileToken(file)
  if (given === '-') return (await readAll(invocation.terminal.stdin)).trim()
  return given ?? config.token
}

function fileToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new Error(`--token-file: ${(cause as Error).message}`)
  }
}

export async function readAll(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString('utf8')
}

/** A config may hold user and password in place of a token: they are traded for a session. Source: CLI contract 1.7. */
async function cookieOf(
  { text, terminal }: Invocation,
  { cookie }: StoredConfig,
  base: URL,
  transport: Transport,
): Promise<Record<string, string>> {
  // A token that was emptied on purpose means: without credentials.
  if (cookie === '' || text('token') !== undefined) return {}
  const decoded = Buffer.from(cookie, 'base64').toString('utf8')
  const password = decoded.includes(':')
    ? ''
    : `:${await (await import('./prompt.ts')).askPassword(terminal, 'Please provide your password')}`
  const basic = Buffer.from(decoded + password).toString('base64')
  const response = await transport('POST', urlOf(base, '/api/v2/signin'), {
    headers: { Authorization: `Basic ${basic}` },
  })
  if (!response.ok) {
    const { message } = await errorOf(response)
    throw new Error(
      `error creating session: error signing in, verify signin was not called against cloud influxdb: ${message}`,
    )
  }
  const session = response.headers.getSetCookie().find(text => text.split('=')[0]?.includes('influxdb'))
  const value = session?.split(';')[0]?.split('=').slice(1).join('=')
  if (value === undefined) throw new Error('error creating session: failure getting session cookie, invalid cookies')
  return { Cookie: `influxdb-oss-session=${value}` }
}
