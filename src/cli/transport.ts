import { ApiError } from './api-error.ts'
import type { Invocation } from './invocation.ts'
import { userAgent } from './user-agent.ts'

/** Sends one request. @throws ApiError if there is no answer */
export type Transport = (method: string, url: string, request: TransportRequest) => Promise<Response>

export interface TransportRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>
}

export interface TransportOptions {
  readonly skipVerify: boolean
  readonly debug: boolean
  readonly timeoutMs: number
}

/** HTTP as the CLI speaks it: with a deadline, proxies from the environment, and TLS checked unless told otherwise. */
export async function createTransport(invocation: Invocation, options: TransportOptions): Promise<Transport> {
  const { skipVerify, timeoutMs } = options
  const send = await fetchFor(invocation.env, skipVerify)
  const debug = options.debug ? (await import('./http-debug.ts')).httpDebug(invocation.terminal) : undefined
  return async (method, url, { headers, body }) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = { 'User-Agent': userAgent(), ...headers }
    debug?.request(method, url, sent, body)
    try {
      const response = await send(url, {
        method,
        headers: sent,
        signal,
        ...(body !== undefined && { body }),
        ...(body instanceof ReadableStream && { duplex: 'half' }),
      } as RequestInit)
      await debug?.answer(response)
      return response
    } catch (cause) {
      throw new ApiError(`${verb(method)} "${url}": ${reasonOf(cause, url, timeoutMs)}`)
    }
  }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Node's own fetch, unless something is asked for that only its library can do. */
async function fetchFor(env: Invocation['env'], skipVerify: boolean): Promise<Fetch> {
  const proxied = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'].some(name => env[name])
  if (!skipVerify && !proxied) return fetch
  const undici = await import('undici')
  const connect = { rejectUnauthorized: !skipVerify }
  const noProxy = ['localhost,127.0.0.1,::1', env.no_proxy ?? env.NO_PROXY].filter(Boolean).join(',')
  const dispatcher = proxied
    ? new undici.EnvHttpProxyAgent({ connect, noProxy, requestTls: connect })
    : new undici.Agent({ connect })
  return (url, init) => undici.fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>
}

/** As the reference words it: `Get "http://…": …`. */
const verb = (method: string) => method.charAt(0) + method.slice(1).toLowerCase()

function reasonOf(cause: unknown, url: string, timeoutMs: number): string {
  if ((cause as Error).name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s (--timeout allows more)`
  const inner = innermost(cause) as NodeJS.ErrnoException & { address?: string; port?: number }
  const where = inner.address === undefined ? new URL(url).host : `${inner.address}:${inner.port}`
  switch (inner.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${where}: connect: connection refused. Is the server running there? See --host, INFLUX_HOST and the active config`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${new URL(url).hostname}: no such host`
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return 'the server closed the connection without an answer'
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return 'the server does not speak TLS here: use an address that begins with http://'
    default:
      return tlsReason(inner) ?? inner.message
  }
}

function tlsReason({ code = '', message }: NodeJS.ErrnoException): string | undefined {
  if (!/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)) return undefined
  return `the certificate cannot be trusted (${message}). Give its authority in NODE_EXTRA_CA_CERTS; --skip-verify trusts anybody`
}

function innermost(cause: unknown): unknown {
  const { cause: inner, errors } = cause as { cause?: unknown; errors?: unknown[] }
  if (errors?.[0] !== undefined) return innermost(errors[0])
  return inner === undefined ? cause : innermost(inner)
}
