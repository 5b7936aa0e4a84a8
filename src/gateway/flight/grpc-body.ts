import type { ServerHttp2Stream } from 'node:http2'
import { AppError } from '../../domain/errors.ts'

/** The longest call that is read before anything is decided. */
export const MAX_CALL_BYTES = 1_048_576
/** How long a client may take to say what he wants. */
const WITHIN_MS = 30_000

/**
 * All that a client sends with a call, or as much as is enough.
 *
 * @throws AppError `request too large`, or `invalid` if it does not come to its end
 */
export function callBody(stream: ServerHttp2Stream, isEnough?: (bytes: Buffer) => boolean): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    const broken = () => fail(new AppError('invalid', 'the call does not come to its end'))
    const timer = setTimeout(broken, WITHIN_MS)
    stream.on('data', take)
    stream.once('end', done)
    stream.once('close', broken)

    function take(chunk: Buffer): void {
      length += chunk.length
      if (length <= MAX_CALL_BYTES) chunks.push(chunk)
      else fail(new AppError('request too large', `a call is at most ${MAX_CALL_BYTES} bytes long`))
      if (isEnough?.(Buffer.concat(chunks)) === true) done()
    }
    function stop(): void {
      clearTimeout(timer)
      stream.off('data', take).off('end', done).off('close', broken)
      // What else comes is nobody's to read, and must not hold the rest up.
      stream.resume()
    }
    function done(): void {
      stop()
      resolve(Buffer.concat(chunks))
    }
    function fail(cause: AppError): void {
      stop()
      reject(cause)
    }
  })
}
