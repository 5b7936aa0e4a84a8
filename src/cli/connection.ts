import { ApiError, errorOf, notInflux, WrongServer } from './api-error.ts'
import {
  activeConfig,
  type Configs,
  defaultConfigsPath,
  readConfigs,
  type StoredConfig,
  switchTo,
  writeConfigs,
} from './configs.ts'
import { credentialOf, tokenOf } from './credential.ts'
import { parseDuration } from './duration.ts'
import type { Invocation } from './invocation.ts'
import { sorted } from './output.ts'
import { requireStanding } from './standing.ts'
import { createTransport } from './transport.ts'

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
  readonly raw?: Uint8Array<ArrayBuffer>
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
  const signIn = (headers: Record<string, string>) => transport('POST', urlOf(base, '/api/v2/signin'), { headers })
  const credential = await credentialOf(invocation, token, config, signIn)
  const always = { Accept: 'application/json', ...extraHeaders(invocation), ...credential }

  async function send(method: string, path: string, options: RequestOptions = {}): Promise<Response> {
    const url = urlOf(base, path, options.query)
    const { body, headers } = contentOf(options)
    const response = await transport(method, url, {
      headers: { ...always, ...headers },
      ...(body !== undefined && { body }),
    })
    if (response.ok) return response
    // Whatever works without a token is of first set-up, which Cloud has none of.
    if (anonymous && response.headers.get('x-influxdb-build')?.toLowerCase() === 'cloud') {
      throw new WrongServer('InfluxDB OSS-only command used with InfluxDB Cloud host', response.status)
    }
    throw await errorOf(response)
  }
  return {
    config,
    token,
    send,
    async json<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
      const answer = await decode<T>(await send(method, path, options))
      if (method === 'GET' && token !== '') await requireStanding(answer, () => send('GET', '/api/v2/me'))
      return answer
    },
  }
}

async function decode<T>(response: Response): Promise<T> {
  const type = response.headers.get('content-type') ?? ''
  if (response.status === 204) return undefined as T
  if (!/^application\/(?:[\w.-]+\+)?json/.test(type)) {
    throw notInflux(`unable to decode response content type "${type}"`)
  }
  const text = await response.text()
  try {
    return JSON.parse(text) as T
  } catch (cause) {
    throw new ApiError(`unable to decode the answer: ${(cause as Error).message}`)
  }
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
  return { body: JSON.stringify(sorted(body)), headers: { 'Content-Type': 'application/json', ...headers } }
}

/** How long a server may be silent, in milliseconds; 0 sets no limit. @throws Error if `--timeout` is no duration */
export function timeoutOf(invocation: Invocation): number {
  try {
    return parseDuration(invocation.text('timeout') ?? '30s') / 1e6
  } catch (cause) {
    throw new Error(`--timeout: ${(cause as Error).message}`)
  }
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
