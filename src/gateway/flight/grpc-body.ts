import type { ServerHttp2Stream } from 'node:http2'
import { AppError } from '../../domain/errors.ts'
import { collectedPieces } from '../../domain/pieces.ts'

/** The longest call that is read before anything is decided. */
export const MAX_CALL_BYTES = 1_048_576
/** How long a client may take to say what he wants. */
const WITHIN_MS = 30_000

/** What stands before each message: whether it is compressed, and its length. */
export const FRAME_HEAD_BYTES = 5

/**
 * All that a client sends with a call, or as much as is enough.
 *
 * @param isEnough told how the call begins, its first `FRAME_HEAD_BYTES`, and how much of it is there
 * @throws AppError `request too large`, or `invalid` if it does not come to its end
 */
export function callBody(
  stream: ServerHttp2Stream,
  isEnough?: (beginning: Buffer, length: number) => boolean,
): Promise<Buffer> {
  const pieces = collectedPieces()
  let beginning: Buffer = Buffer.alloc(0)
  let length = 0
  return new Promise((resolve, reject) => {
    const broken = () => fail(new AppError('invalid', 'the call does not come to its end'))
    const timer = setTimeout(broken, WITHIN_MS)
    stream.on('data', take)
    stream.once('end', done)
    stream.once('close', broken)

    function take(chunk: Buffer): void {
      length += chunk.length
      if (length > MAX_CALL_BYTES) {
        fail(new AppError('request too large', `a call is at most ${MAX_CALL_BYTES} bytes long`))
        return
      }
      pieces.add(chunk)
      // Looked at as it is: who sends byte by byte would have all of it put together each time.
      if (beginning.length < FRAME_HEAD_BYTES) beginning = Buffer.concat([beginning, chunk])
      if (isEnough?.(beginning, length) === true) done()
    }
    function stop(): void {
      clearTimeout(timer)
      stream.off('data', take).off('end', done).off('close', broken)
      // What else comes is nobody's to read, and must not hold the rest up.
      stream.resume()
    }
    function done(): void {
      stop()
      resolve(pieces.whole())
    }
    function fail(cause: AppError): void {
      stop()
      reject(cause)
    }
  })
}
