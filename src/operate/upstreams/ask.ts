import type { UpstreamConfig } from '../../config/upstream.ts'
import { authorizationOf } from '../../config/upstream-authorization.ts'

/** What an upstream answered to a question of ours. */
export interface UpstreamAnswer {
  readonly status: number
  /** A header's value; empty if it is not there. */
  header(name: string): string
  /** The body as JSON; undefined if it is none. */
  readonly json: unknown
}

/** Asks one upstream, with its credential. Nothing is changed there. */
export type Ask = (path: string) => Promise<UpstreamAnswer>

/** That an upstream gave no answer; the message goes on after its name: `does not answer within 5 seconds`. */
export class NoAnswer extends Error {}

/** Somebody waits at a terminal. */
const LONGEST_MS = 10_000
/** Far more than a list of names takes. */
const LONGEST_BODY = 16 * 1024 * 1024

/**
 * Opens an upstream for questions.
 *
 * @throws Error if the credential cannot be read
 */
export function openAsk(upstream: UpstreamConfig, env: Readonly<Record<string, string | undefined>>): Ask {
  const authorization = authorizationOf(upstream, env)
  const withinMs = Math.min(upstream.connectTimeoutMs + upstream.answerTimeoutMs, LONGEST_MS)
  const headers = { accept: 'application/json', ...(authorization !== undefined && { authorization }) }
  return async path => {
    try {
      // Whoever it redirects to is not who the credential is for.
      const options = { headers, redirect: 'manual', signal: AbortSignal.timeout(withinMs) } as const
      const response = await fetch(upstream.url + path, options)
      const text = await boundedText(response)
      return { status: response.status, header: name => response.headers.get(name) ?? '', json: parsed(text) }
    } catch (cause) {
      throw new NoAnswer(reasonOf(cause, withinMs), { cause })
    }
  }
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.byteLength
    if (length > LONGEST_BODY) throw new NoAnswer('answers with more than anybody asked for')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(cause: unknown, withinMs: number): string {
  if (cause instanceof NoAnswer) return cause.message
  const { name } = cause as Error
  if (name === 'TimeoutError') return `does not answer within ${withinMs / 1000} seconds`
  // The failure itself says nothing but that it failed.
  const { code = '', message = '' } = ((cause as Error).cause ?? {}) as NodeJS.ErrnoException
  return `cannot be reached: ${REASONS[code] ?? (code || message || 'it is not spoken to as HTTP')}`
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  ECONNRESET: 'it ends the connection',
  UND_ERR_SOCKET: 'it ends the connection',
  EHOSTUNREACH: 'there is no way to its machine',
  ENETUNREACH: 'there is no way to its network',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself; give the authority in NODE_EXTRA_CA_CERTS',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority; give that in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an unknown authority; give that in NODE_EXTRA_CA_CERTS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it speaks no TLS: its url may have to begin with http://',
}
