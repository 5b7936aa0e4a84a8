import { ApiError } from './api-error.ts'
import { createDeadline, watchedBody } from './deadline.ts'
import type { Invocation } from './invocation.ts'
import { type Attempt, whyBrokenOff, whyNoAnswer } from './no-answer.ts'
import { type ProxyChoice, proxyFor } from './proxy.ts'
import { MAX_REDIRECTS, type Outgoing, redirected } from './redirect.ts'
import { userAgent } from './user-agent.ts'

/** Sends one request. @throws ApiError if there is no answer */
export type Transport = (method: string, url: string, request: TransportRequest) => Promise<Response>

export interface TransportRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array<ArrayBuffer>
}

export interface TransportOptions {
  readonly skipVerify: boolean
  readonly debug: boolean
  /** How long the server may be silent: before its answer, and between the pieces of it. */
  readonly timeoutMs: number
}

/** HTTP as the CLI speaks it: with a deadline, proxies from the environment, and TLS checked unless told otherwise. */
export async function createTransport(
  { env, terminal }: Pick<Invocation, 'env' | 'terminal'>,
  { skipVerify, debug, timeoutMs }: TransportOptions,
): Promise<Transport> {
  const fetchBy = fetches(skipVerify)
  const show = debug ? (await import('./http-debug.ts')).httpDebug(terminal) : undefined

  async function once({ method, url, headers }: Outgoing, body: TransportRequest['body']): Promise<Response> {
    const proxy = proxyFor(new URL(url), env)
    const deadline = createDeadline(timeoutMs, terminal.interrupted)
    const failure = (why: typeof whyNoAnswer, cause: unknown) => {
      const attempt: Attempt = {
        url,
        timeoutMs,
        timedOut: deadline.passed,
        interrupted: terminal.interrupted.aborted,
        proxy,
      }
      return new ApiError(`${method.charAt(0)}${method.slice(1).toLowerCase()} "${url}": ${why(cause, attempt)}`)
    }
    try {
      const send = await fetchBy(proxy)
      const init = { method, headers, signal: deadline.signal, redirect: 'manual', ...(body !== undefined && { body }) }
      const response = await send(url, init as RequestInit)
      deadline.restart()
      return watchedBody(response, deadline, cause => failure(whyBrokenOff, cause))
    } catch (cause) {
      deadline.stop()
      throw failure(whyNoAnswer, cause)
    }
  }

  return async (method, url, { headers, body }) => {
    let next: Outgoing | undefined = { method, url, headers: { 'User-Agent': userAgent(), ...headers } }
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      show?.request(next, body)
      const response = await once(next, body)
      await show?.answer(response)
      next = redirected(next, response)
      if (next === undefined) return response
      await response.body?.cancel()
    }
    throw new ApiError(`${method.charAt(0)}${method.slice(1).toLowerCase()} "${url}": stopped after 10 redirects`)
  }
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

/** Node's own fetch, unless something is asked for that only its library can do. Connections are kept for the next request. */
function fetches(skipVerify: boolean): (proxy: ProxyChoice | undefined) => Promise<Fetch> {
  const made = new Map<string | undefined, Promise<Fetch>>()
  const tls = skipVerify ? { rejectUnauthorized: false } : undefined

  async function make(proxy: ProxyChoice | undefined): Promise<Fetch> {
    const undici = await import('undici')
    const dispatcher =
      proxy === undefined
        ? new undici.Agent({ ...(tls && { connect: tls }) })
        : // Requests in clear go to the proxy as they are: many let CONNECT through to port 443 only.
          new undici.ProxyAgent({ uri: proxy.url, proxyTunnel: false, ...(tls && { requestTls: tls }) })
    return (url, init) => undici.fetch(url, { ...init, dispatcher } as never) as unknown as Promise<Response>
  }
  return async proxy => {
    if (!skipVerify && proxy === undefined) return fetch
    const known = made.get(proxy?.url) ?? make(proxy)
    made.set(proxy?.url, known)
    return known
  }
}
