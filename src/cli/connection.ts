import { type Api, createApi } from '../client/client.ts'
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
import { pathPart } from './path-part.ts'
import { requireStanding } from './standing.ts'
import { createTransport, type TransportRequest } from './transport.ts'

/** A server to talk to, as whoever the token says. */
export interface Connection {
  /** The stored config in use. */
  readonly config: StoredConfig
  /** The token in use; empty if there is none. */
  readonly token: string
  /** The management API. What it answers is JSON or nothing, but of servers that are not ours no more is certain. @throws ApiError */
  readonly api: Api
  /** Sends a request of the data paths and gives the answer as it is. @throws ApiError if its status is not a success */
  send(path: string, options?: RequestOptions): Promise<Response>
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
  const signIn = (headers: Record<string, string>) => transport('POST', `${base}/api/v2/signin`, { headers })
  const credential = await credentialOf(invocation, token, config, signIn)
  const always = { Accept: 'application/json', ...extraHeaders(invocation), ...credential }

  function failure(response: Response): Error | Promise<Error> {
    // Whatever works without a token is of first set-up, which Cloud has none of.
    return anonymous && response.headers.get('x-influxdb-build')?.toLowerCase() === 'cloud'
      ? new WrongServer('InfluxDB OSS-only command used with InfluxDB Cloud host', response.status)
      : errorOf(response)
  }
  async function raw(method: string, url: string, { headers, body }: Partial<TransportRequest>): Promise<Response> {
    const response = await transport(method, url, {
      headers: { ...always, ...headers },
      ...(body !== undefined && { body }),
    })
    if (!response.ok) throw await failure(response)
    return response
  }
  const api = createApi({
    baseUrl: base,
    failure,
    pathSerializer: (path, ids) => path.replace(/\{(\w+)\}/g, (_, name) => pathPart(String(ids[name]))),
    querySerializer: queryText,
    bodySerializer: body => JSON.stringify(sorted(body)),
    async fetch(request) {
      const { method, url } = request
      const body = await request.text()
      const content = body !== '' && { headers: { 'Content-Type': 'application/json' }, body }
      const response = await raw(method, url, { ...content })
      if (response.status === 204) return response
      const { text, value } = await decode(response)
      if (method === 'GET' && token !== '') await requireStanding(value, () => raw('GET', `${base}/api/v2/me`, {}))
      return new Response(text, { headers: { 'content-type': 'application/json' } })
    },
  })
  return {
    config,
    token,
    api,
    async send(path, options = {}) {
      const { body, headers } = contentOf(options)
      const query = queryText(options.query)
      const url = `${base}${path}${query === '' ? '' : `?${query}`}`
      return raw('POST', url, { headers, ...(body !== undefined && { body }) })
    },
  }
}

async function decode(response: Response): Promise<{ readonly text: string; readonly value: unknown }> {
  const type = response.headers.get('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json/.test(type)) {
    throw notInflux(`unable to decode response content type "${type}"`)
  }
  const text = await response.text()
  try {
    return { text, value: JSON.parse(text) }
  } catch (cause) {
    throw new ApiError(`unable to decode the answer: ${(cause as Error).message}`)
  }
}

/** What stands before every path, without a slash at its end. */
function baseUrl(host: string): string {
  if (!/^[a-z][a-z0-9+.-]*:/i.test(host) || /^[\d.]+:\d/.test(host)) {
    throw new Error(`host URL "${host}" is invalid: it must begin with http:// or https://`)
  }
  let url: URL
  try {
    url = new URL(host)
  } catch {
    throw new Error(`host URL "${host}" is invalid: it must look like http://localhost:8086`)
  }
  const known = url.protocol === 'http:' || url.protocol === 'https:'
  return (known ? url.origin + url.pathname : url.href).replace(/\/+$/, '')
}

/** Parameters in the order of the alphabet, without those that are undefined. */
function queryText(query: Readonly<Record<string, unknown>> = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, String(value)] as [string, string]],
  )
  return new URLSearchParams(given.sort(([one], [other]) => (one < other ? -1 : 1))).toString()
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

/** Source: RFC 9110, 5.1 and 5.5. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

function extraHeaders(invocation: Invocation): Record<string, string> {
  const pairs = invocation.list('extra-http-header').map(header => {
    const colon = header.indexOf(':')
    if (colon < 0) throw new Error(`header flag syntax "key:value", missing value in "${header}"`)
    const [name, value] = [header.slice(0, colon), header.slice(colon + 1).trim()]
    // The value is not repeated: it may be a secret.
    if (!HEADER_NAME.test(name)) throw new Error(`--extra-http-header: ${JSON.stringify(name)} is no name of a header`)
    if (!HEADER_VALUE.test(value)) {
      throw new Error(
        `--extra-http-header: the value of ${name} holds what a header cannot: a line break or letters beyond Latin-1`,
      )
    }
    return [name, value]
  })
  const trace = invocation.text('trace-debug-id')
  return { ...Object.fromEntries(pairs), ...(trace && { 'Zap-Trace-Span': trace, 'influx-debug-id': trace }) }
}
