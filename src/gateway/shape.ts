import type { IncomingMessage } from 'node:http'

/** Headers of which a second one could be the one that somebody else reads. */
const SINGLE = ['authorization', 'content-encoding', 'content-length', 'content-type', 'host', 'transfer-encoding']
/** What a form of request is called that 3 Core takes for Arrow Flight, on whatever path. */
const GRPC = /^application\/grpc/i

/**
 * Why a request is not one that every server reads alike; undefined if it is. The path and the parameters are the parser's
 * to look at. Source: architecture 6 step 1, upstream contract 3.4.
 */
export function oddShape(incoming: IncomingMessage): string | undefined {
  const oddHeader = oddFields(incoming)
  if (oddHeader !== undefined) return oddHeader
  const { method, headers, httpVersion, url = '' } = incoming
  // The client for InfluxDB 3 in Java offers HTTP/2 in passing, which may be left alone: nothing of the offer is passed on.
  if (headers.upgrade !== undefined && headers.upgrade !== 'h2c') return UPGRADE
  // A first line without a version is 0.9, which Node reads on as if it were later.
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return 'the version of HTTP must be 1.1 or 1.0'
  if (!url.startsWith('/')) return 'the target of the request must be a path'
  if (headers['transfer-encoding'] !== undefined && headers['content-length'] !== undefined) {
    return 'the length of the body is given in two ways'
  }
  if (headers['transfer-encoding'] !== undefined && headers['transfer-encoding'].toLowerCase() !== 'chunked') {
    return 'the only transfer coding is chunked'
  }
  if ((method === 'GET' || method === 'HEAD') && hasBody(headers)) return 'a request that reads has no body here'
  return undefined
}

/**
 * Why the headers, whatever the request, make another one of it to another reader; undefined if they do not. They may come
 * from a proxy that asks about a request of which it sends no more than them.
 */
export function oddHeaders(incoming: IncomingMessage): string | undefined {
  return oddFields(incoming) ?? (incoming.headers.upgrade === undefined ? undefined : UPGRADE)
}

const UPGRADE = 'a data path is not upgraded to another protocol'

function oddFields({ headers, rawHeaders }: IncomingMessage): string | undefined {
  const oddName = oddNameOf(rawHeaders)
  if (oddName !== undefined) return oddName
  return GRPC.test(headers['content-type'] ?? '') ? 'Arrow Flight does not pass here: it comes over HTTP/2' : undefined
}

/** @param rawHeaders names and values by turns */
function oddNameOf(rawHeaders: readonly string[]): string | undefined {
  const seen: string[] = []
  let isAliased = false
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = (rawHeaders[at] as string).toLowerCase()
    isAliased ||= name.includes('_')
    if (!SINGLE.includes(name)) continue
    if (seen.includes(name)) return `the header ${name} is given twice`
    seen.push(name)
  }
  // A folded or aliased name: proxies in front of us, or the upstream, may read it as another.
  return isAliased ? 'a header has an underscore in its name' : undefined
}

const hasBody = (headers: IncomingMessage['headers']) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
