import { ApiError } from './api-error.ts'

/** One request as it goes out. */
export interface Outgoing {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export const MAX_REDIRECTS = 10

/**
 * What to send next when an answer points elsewhere; undefined if it does not. The credential goes to the same host only,
 * and never from TLS to clear text. Source: CLI contract 1.6.
 *
 * @throws ApiError where following would turn the request into another one: a POST into a GET that loses the body
 */
export function redirected({ method, url, headers }: Outgoing, response: Response): Outgoing | undefined {
  const location = response.headers.get('location')
  if (location === null || ![301, 302, 303, 307, 308].includes(response.status)) return undefined
  const from = new URL(url)
  const to = new URL(location, from)
  const keepsMethod = response.status === 307 || response.status === 308 || method === 'GET' || method === 'HEAD'
  if (!keepsMethod) {
    const words = `${method.charAt(0)}${method.slice(1).toLowerCase()} "${url}"`
    throw new ApiError(`${words}: the server has moved to ${to.origin}: give that as --host`, response.status)
  }
  const trusted = to.hostname === from.hostname && !(from.protocol === 'https:' && to.protocol === 'http:')
  return { method, url: to.href, headers: trusted ? headers : withoutCredential(headers) }
}

function withoutCredential(headers: Outgoing['headers']): Outgoing['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name)))
}
