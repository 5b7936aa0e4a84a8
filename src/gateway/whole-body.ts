import type { IncomingMessage } from 'node:http'
import type { Caller } from '../authority/verifier.ts'
import { AppError } from '../domain/errors.ts'
import { collectedPieces } from '../domain/pieces.ts'
import type { Denial } from '../domain/verdict.ts'
import type { ParameterBody } from '../parse/parameters.ts'

/** The longest body that is read before anything is decided. */
export const MAX_QUERY_BYTES = 1_048_576
/** How much more is read and thrown away, because a client that is still sending may not see an answer. */
const MAX_DISCARDED_BYTES = 16 * MAX_QUERY_BYTES

/** A request whose body was read before anything is decided; `body` is undefined if there is none. */
export interface WholeRequest {
  readonly incoming: IncomingMessage
  readonly body: ParameterBody | undefined
  /** Who sends it, looked up anew: for who has waited for a body. */
  readonly senderNow: () => Promise<Caller | Denial>
  /** Told of a body that was left unread and has been read whole after all. */
  readonly onRead: (bytes: Buffer) => void
}

/** A body that takes longer may have outlived the token that it came with. */
export const SLOW_BODY_MS = 1_000

/**
 * The body of a query, whole; undefined if there is none.
 *
 * @throws AppError `request too large`, and `invalid` for a compressed one: a query is short
 */
export async function queryBody(
  incoming: IncomingMessage,
  kind: ParameterBody['kind'],
): Promise<ParameterBody | undefined> {
  if (!hasBody(incoming)) return undefined
  const { bytes, length } = await collected(incoming, MAX_QUERY_BYTES)
  if (length > MAX_QUERY_BYTES) throw TOO_LONG
  return parametersIn(bytes, incoming, kind)
}

const hasBody = ({ headers }: IncomingMessage) =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined

const TOO_LONG = new AppError('request too large', `a query is at most ${MAX_QUERY_BYTES} bytes long`)

function parametersIn(
  bytes: Buffer,
  { headers }: IncomingMessage,
  kind: ParameterBody['kind'],
): ParameterBody | undefined {
  if (bytes.length === 0) return undefined
  const { 'content-encoding': encoding = 'identity' } = headers
  if (encoding !== 'identity') throw new AppError('invalid', 'the body of a query is not compressed')
  return { kind, contentType: headers['content-type'], bytes }
}

/** What was read of a body: all of it, or a little more than a query may be long, and what has not been read yet. */
export interface ReadBody {
  readonly bytes: Buffer
  readonly rest: AsyncIterator<Buffer> | undefined
}

/** The same for a request that may have to go on as it came: nothing of it is thrown away. */
export async function keptQueryBody(
  incoming: IncomingMessage,
  kind: ParameterBody['kind'],
  keep: (read: ReadBody) => void,
): Promise<ParameterBody | undefined> {
  if (!hasBody(incoming)) return undefined
  const read = await readBody(incoming)
  keep(read)
  if (read.rest !== undefined) throw TOO_LONG
  return parametersIn(read.bytes, incoming, kind)
}

async function readBody(incoming: IncomingMessage): Promise<ReadBody> {
  const coming = incoming.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  const pieces = collectedPieces()
  let length = 0
  while (length <= MAX_QUERY_BYTES) {
    const piece = await coming.next()
    if (piece.done) return { bytes: pieces.whole(), rest: undefined }
    pieces.add(piece.value)
    length += piece.value.length
  }
  return { bytes: pieces.whole(), rest: coming }
}

/** All of a body. @throws Error if the client goes before its end */
export const wholeBytes = async (incoming: IncomingMessage): Promise<Buffer> =>
  (await collected(incoming, Number.POSITIVE_INFINITY)).bytes

interface Collected {
  /** Of a body that is too long, some. */
  readonly bytes: Buffer
  readonly length: number
}

/** Whether a body came with its head, as short ones do, and nobody has begun to read it. */
function hasCome({ complete, headers, readableFlowing, readableLength }: IncomingMessage): boolean {
  if (readableFlowing !== null) return false
  return complete || (readableLength > 0 && readableLength === Number(headers['content-length']))
}

function waiting(incoming: IncomingMessage): Collected {
  const bytes = (incoming.read() as Buffer | null) ?? Buffer.alloc(0)
  // To its end, which may not have been told yet.
  incoming.resume()
  return { bytes, length: bytes.length }
}

function collected(incoming: IncomingMessage, maxBytes: number): Promise<Collected> | Collected {
  if (hasCome(incoming)) return waiting(incoming)
  return new Promise((resolve, reject) => {
    const pieces = collectedPieces()
    let length = 0
    const done = () => {
      incoming.off('data', take).off('close', gone)
      resolve({ bytes: pieces.whole(), length })
    }
    const take = (chunk: Buffer) => {
      length += chunk.length
      if (length <= maxBytes) pieces.add(chunk)
      else if (length > MAX_DISCARDED_BYTES) done()
    }
    const gone = () => reject(new Error('the client is gone'))
    incoming.on('data', take).once('end', done).once('error', gone).once('close', gone)
  })
}
