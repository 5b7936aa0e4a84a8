import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Forwarded } from '../upstream/forward.ts'
import type { ReadBody } from '../whole-body.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const satisfies readonly Forwarded['method'][]
/** What says how the body is to be read. */
const BODY_HEADERS = ['content-type', 'content-encoding'] as const

export interface RawOptions {
  /** What was read of the body; undefined if it has not been touched. */
  readonly body: ReadBody | undefined
  /** Whose the upstream is shown. */
  readonly credential: 'own' | 'client'
}

/**
 * A request as it came: method, target and body. Of its headers only those that say how to read the body, and the client's
 * credential if that is asked for; where it is not, the credential is taken out of the target too.
 *
 * @returns undefined for a method that no InfluxDB has
 */
export function rawRequest(incoming: IncomingMessage, { body, credential }: RawOptions): Forwarded | undefined {
  const { method, url = '', headers } = incoming
  const known = METHODS.find(one => one === method)
  if (known === undefined) return undefined
  const names = credential === 'client' ? [...BODY_HEADERS, 'authorization' as const] : BODY_HEADERS
  const kept = names.flatMap(name => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))
  // Of a stream nobody else knows how long it is.
  const length = body === undefined || body.rest !== undefined ? headers['content-length'] : undefined
  const content = bodyOf(incoming, body)
  return {
    method: known,
    path: credential === 'client' ? url : withoutUser(url),
    headers: { ...Object.fromEntries(kept), ...(content && length && { 'content-length': length }) },
    ...(content && { body: content }),
    ...(credential === 'client' && { credential }),
  }
}

function bodyOf(incoming: IncomingMessage, body: ReadBody | undefined): Readable | Buffer | undefined {
  const { headers } = incoming
  if (headers['transfer-encoding'] === undefined && !(Number(headers['content-length'] ?? 0) > 0)) return undefined
  if (body === undefined) return incoming
  return body.rest === undefined ? body.bytes : Readable.from(joined(body.bytes, body.rest), { objectMode: false })
}

async function* joined(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  for (let piece = await rest.next(); !piece.done; piece = await rest.next()) yield piece.value
}

/** A user and password of ours, which 1.x would look at before any header. */
function withoutUser(target: string): string {
  const at = target.indexOf('?')
  if (at < 0) return target
  const pairs = target.slice(at + 1).split('&')
  const kept = pairs.filter(pair => !['u', 'p'].includes(nameOf(pair)))
  if (kept.length === pairs.length) return target
  return kept.length === 0 ? target.slice(0, at) : `${target.slice(0, at)}?${kept.join('&')}`
}

/** As the most lenient reader would decode it. */
function nameOf(pair: string): string {
  const name = pair.split('=', 1)[0] ?? ''
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
