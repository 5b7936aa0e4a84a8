import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Catalogue } from '../../authority/catalogue.ts'
import type { Caller, Verifier } from '../../authority/verifier.ts'
import { type Denial, isDenial } from '../../domain/verdict.ts'
import { parseWriteUrl } from '../../parse/write-url.ts'
import { failureOf, type Refusal, refusalOf, sendRefusal } from '../answer.ts'
import { type Api, identify } from '../credential.ts'
import type { Places } from '../place.ts'
import { oddHeaders } from '../shape.ts'
import { isThree, type Upstream } from '../upstream/upstream.ts'
import { targetAtThree } from '../write/bucket-of-write.ts'
import { refusalOfUnchangedQuery, refusalOfUnchangedWrite, undecided } from './decide-unchanged.ts'

export interface ExtAuthMeans {
  readonly verifier: Verifier
  readonly catalogue: Catalogue
  readonly places: Places
  /** What stands behind the proxies; undefined if no upstream is configured. */
  readonly upstream: Upstream | undefined
  /** Whether an address is one of the configured proxies. */
  readonly trusts: (address: string) => boolean
}

/**
 * `GET /authorize`: the verdict alone, for a proxy that asks before it forwards (nginx `auth_request`, Caddy
 * `forward_auth`, Traefik). 200 allows; 401 and 403 refuse; 503 is our trouble.
 *
 * It sees no body and changes nothing, so it decides less than a gateway would: writes whose target the URL alone decides,
 * and for InfluxDB 1.x queries by GET. What the client's own words mean to the upstream must be what they mean here.
 */
export function extAuth({ trusts, ...means }: ExtAuthMeans) {
  return async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const address = incoming.socket.remoteAddress ?? ''
    if (!trusts(address)) return sendRefusal(outgoing, NOT_TRUSTED, 'code-and-message')
    const asked = askedFor(incoming)
    if (asked === undefined) return sendRefusal(outgoing, UNCLEAR, 'code-and-message')
    const refusal = await refusalFor(means, incoming, asked).catch(failureOf)
    if (refusal !== undefined) return sendRefusal(outgoing, refusal, 'code-and-message')
    outgoing.writeHead(200, { 'Content-Length': 0 })
    outgoing.end()
  }
}

type Means = Omit<ExtAuthMeans, 'trusts'>

interface AskedFor {
  readonly method: string
  readonly target: string
}

async function refusalFor(
  means: Means,
  incoming: IncomingMessage,
  { method, target }: AskedFor,
): Promise<Refusal | undefined> {
  const { verifier, upstream } = means
  const odd = oddHeaders(incoming)
  if (odd !== undefined) return undecided(odd)
  const isForThree = upstream !== undefined && isThree(upstream)
  const identifySender = (api: Api): Promise<Caller | Denial> =>
    identify(verifier, api, { headers: incoming.headers, target, address: clientOf(incoming), isForThree })

  if (upstream?.kind === 'influxdb1' && method === 'GET' && target.split('?', 1)[0] === '/query') {
    const caller = await identifySender('v1')
    if (isDenial(caller)) return refusalOf(caller)
    return hasBody(incoming) ? undecided(NO_BODY) : refusalOfUnchangedQuery(means, upstream, caller, target)
  }
  const parsed = parseWriteUrl(method, target, isForThree ? '' : undefined)
  if ('undecidable' in parsed) return undecided(parsed.undecidable)
  const caller = await identifySender(parsed.api)
  if (isDenial(caller)) return refusalOf(caller)
  const meant = isForThree ? await targetAtThree(means.catalogue, caller, parsed) : parsed
  return refusalOfUnchangedWrite(means, upstream, caller, meant)
}

const NO_BODY = 'a query by GET has no body, and so no Content-Type'

/**
 * 1.x takes parameters out of the body of a GET, if that is multipart. Proxies send us no body, but what they tell of it:
 * without its type nothing is taken out of it.
 */
const hasBody = ({ headers }: IncomingMessage) =>
  headers['content-type'] !== undefined ||
  headers['transfer-encoding'] !== undefined ||
  (headers['content-length'] ?? '0') !== '0'

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
function askedFor({ headers }: IncomingMessage): AskedFor | undefined {
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
