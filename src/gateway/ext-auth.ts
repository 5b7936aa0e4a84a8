import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Verifier } from '../authority/verifier.ts'
import { isDenial } from '../domain/verdict.ts'
import { parseWriteUrl } from '../parse/write-url.ts'
import { failureOf, type Refusal, refusalOf, sendRefusal } from './answer.ts'
import { identify } from './credential.ts'
import { decideWrite } from './decide-write.ts'

export interface ExtAuthMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  /** Whether an address is one of the configured proxies. */
  readonly trusts: (address: string) => boolean
}

/**
 * `GET /authorize`: the verdict alone, for a proxy that asks before it forwards (nginx `auth_request`, Caddy
 * `forward_auth`, Traefik). 200 allows; 401 and 403 refuse; 503 is our trouble.
 *
 * It sees neither body nor the request itself, so it decides less than a gateway would: only writes whose target the URL
 * alone decides.
 */
export function extAuth({ verifier, catalogue, trusts }: ExtAuthMeans) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const address = incoming.socket.remoteAddress ?? ''
    if (!trusts(address)) return sendRefusal(outgoing, NOT_TRUSTED, 'code-and-message')
    const asked = askedFor(incoming)
    if (asked === undefined) return sendRefusal(outgoing, UNCLEAR, 'code-and-message')
    const refusal = await refusalFor(asked.method, asked.target)
    if (refusal !== undefined) return sendRefusal(outgoing, refusal, 'code-and-message')
    outgoing.writeHead(200, { 'Content-Length': 0 })
    outgoing.end()

    async function refusalFor(method: string, target: string): Promise<Refusal | undefined> {
      try {
        const parsed = parseWriteUrl(method, target)
        if ('undecidable' in parsed)
          return { ...refusalOf({ allow: false, reason: 'undecidable' }), message: parsed.undecidable }
        const caller = await identify(verifier, parsed.api, {
          headers: incoming.headers,
          target,
          address: clientOf(incoming),
        })
        if (isDenial(caller)) return refusalOf(caller)
        const verdict = await decideWrite(catalogue, caller, parsed)
        return verdict.allow ? undefined : refusalOf(verdict)
      } catch (cause) {
        return failureOf(cause)
      }
    }
  }
}

const NOT_TRUSTED: Refusal = {
  status: 403,
  code: 'forbidden',
  message: 'this address is not one of forward_auth.trusted',
}
const UNCLEAR: Refusal = {
  status: 403,
  code: 'forbidden',
  message:
    'send the method and URI in X-Forwarded-Method and X-Forwarded-Uri, or in X-Original-Method and X-Original-URI',
}

/** One dialect of headers, whole and alone: a client could have added the other. */
function askedFor({ headers }: IncomingMessage): { method: string; target: string } | undefined {
  const forwarded = [headers['x-forwarded-method'], headers['x-forwarded-uri']]
  const original = [headers['x-original-method'], headers['x-original-uri']]
  const given = [forwarded, original].filter(pair => pair.some(value => value !== undefined))
  const [method, target] = given.length === 1 ? (given[0] ?? []) : []
  return typeof method === 'string' && typeof target === 'string' ? { method, target } : undefined
}

/** The client behind the proxy, for the throttle: the last address, which the proxy itself has added. */
function clientOf({ headers, socket }: IncomingMessage): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .at(-1)
    ?.trim()
  return forwarded || (socket.remoteAddress ?? '')
}
