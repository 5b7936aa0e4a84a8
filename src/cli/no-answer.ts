import type { ProxyChoice } from './proxy.ts'

/** What is known about a request that got no answer, or a broken one. */
export interface Attempt {
  readonly url: string
  readonly timeoutMs: number
  readonly timedOut: boolean
  readonly interrupted: boolean
  readonly proxy: ProxyChoice | undefined
}

type Inner = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }

/** Why there is no answer, and what to do about it, in one sentence. */
export function whyNoAnswer(cause: unknown, attempt: Attempt): string {
  const { url, timeoutMs, timedOut, interrupted, proxy } = attempt
  if (interrupted) return 'context canceled'
  if (timedOut) return `no answer within ${timeoutMs / 1000} s (--timeout allows more)`
  const inner = innermost(cause)
  if (proxy !== undefined) return proxyReason(inner, proxy) ?? reason(inner, url)
  return reason(inner, url)
}

function reason(inner: Inner, url: string): string {
  const { host, hostname, protocol } = new URL(url)
  const where = inner.address === undefined ? host : `${inner.address}:${inner.port}`
  switch (inner.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${where}: connect: connection refused. Is the server running there? See --host, INFLUX_HOST and the active config`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${hostname}: no such host. See --host, INFLUX_HOST and the active config`
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `dial tcp ${where}: connect: no route to the host`
    case 'UND_ERR_CONNECT_TIMEOUT':
    case 'ETIMEDOUT':
      return `dial tcp ${where}: nobody answers there`
    case 'ECONNRESET':
    case 'EPIPE':
    case 'UND_ERR_SOCKET':
      return protocol === 'http:'
        ? 'the server closed the connection without an answer. Does it speak TLS? Then the address begins with https://'
        : 'the server closed the connection without an answer'
    default:
      return tlsReason(inner) ?? otherProtocol(inner) ?? neverSent(inner, url) ?? inner.message
  }
}

/** Certificates that cannot be trusted, and servers that do not speak TLS at all. */
function tlsReason({ code = '', message }: Inner): string | undefined {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|^EPROTO$|ERR_SSL_/.test(code)) {
    return 'the server does not speak TLS here: use an address that begins with http://'
  }
  if (!/CERT|SELF_SIGNED|ALTNAME|UNABLE_TO/.test(code)) return undefined
  return `the certificate cannot be trusted (${message}). Give its authority in NODE_EXTRA_CA_CERTS; --skip-verify trusts anybody`
}

/** Addresses that Node's fetch does not even try. */
function neverSent({ message }: Inner, url: string): string | undefined {
  const { protocol, port } = new URL(url)
  if (message === 'unknown scheme') {
    return `unsupported protocol scheme "${protocol.slice(0, -1)}". An address begins with http:// or https://`
  }
  if (message !== 'bad port') return undefined
  return `port ${port} is one that web clients refuse to call, for it belongs to another protocol. Let the server listen on another port`
}

function otherProtocol({ code = '' }: Inner): string | undefined {
  if (!code.startsWith('HPE_')) return undefined
  return 'what answers there does not speak HTTP. See --host, INFLUX_HOST and the active config'
}

function proxyReason(inner: Inner, { url, variable }: ProxyChoice): string | undefined {
  const name = `the proxy ${new URL(url).host} (${variable})`
  const refused = /Proxy response \((\d+)\)/.exec(inner.message)?.[1]
  if (refused === '407' || /Proxy Authentication Required/.test(inner.message)) {
    return `${name} wants user and password: http://USER:PASSWORD@HOST in ${variable}`
  }
  if (refused !== undefined) return `${name} does not let this connection through (${refused})`
  const unreached = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']
  return unreached.includes(inner.code ?? '') ? `${name} cannot be reached` : undefined
}

/** Why an answer that had begun did not come to its end. */
export function whyBrokenOff(cause: unknown, attempt: Attempt): string {
  if (attempt.interrupted || attempt.timedOut) return whyNoAnswer(cause, attempt)
  return 'the answer broke off before its end'
}

function innermost(cause: unknown): Inner {
  const { cause: inner, errors } = cause as { cause?: unknown; errors?: unknown[] }
  if (errors?.[0] !== undefined) return innermost(errors[0])
  return inner === undefined ? (cause as Inner) : innermost(inner)
}
