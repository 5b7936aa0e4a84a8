import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../../domain/errors.ts'
import { wholeBytes } from '../whole-body.ts'
import type { Coding } from './coding.ts'

/** Shorter bodies are read whole first, which is cheaper than passing them on in pieces. */
const SHORT_BYTES = 65_536
/** No compressed byte unpacks to more. Source: zlib's technical details, "maximum compression factor". */
const MAX_FACTOR = 1032

/**
 * A client's body up to a length, packed and unpacked: a short one whole; of others nothing is held, they come as fast as they
 * are read. Destroying it leaves the client's request alone, so that it can still be answered.
 *
 * @throws AppError `request too large`, at once if the request says how long it is, else when it gets there
 */
export async function limitedBody(
  incoming: IncomingMessage,
  maxBytes: number,
  coding: Coding = 'identity',
): Promise<Readable | Buffer> {
  const length = Number(incoming.headers['content-length'] ?? Number.POSITIVE_INFINITY)
  if (length > maxBytes && Number.isFinite(length)) throw tooLarge(maxBytes)
  const isSurelyBelow = coding === 'identity' || length * MAX_FACTOR <= maxBytes
  if (length <= SHORT_BYTES && isSurelyBelow) return wholeBytes(incoming)
  return new LimitedBody(incoming, maxBytes, isSurelyBelow && Number.isFinite(length) ? 'identity' : coding)
}

class LimitedBody extends Readable {
  readonly #incoming: IncomingMessage
  readonly #maxBytes: number
  readonly #unpacked: UnpackedLength | undefined
  #length = 0
  #isEnded = false
  #isFlowing = false

  constructor(incoming: IncomingMessage, maxBytes: number, coding: Coding) {
    super({ highWaterMark: SHORT_BYTES })
    this.#incoming = incoming
    this.#maxBytes = maxBytes
    this.#unpacked = coding === 'gzip' ? unpackedLength() : undefined
  }

  override _read(): void {
    if (!this.#isFlowing) {
      this.#isFlowing = true
      this.#incoming.on('data', this.#take).once('end', this.#end).once('error', this.#gone).once('close', this.#gone)
    }
    if (!this.#unpacked?.isBusy()) this.#incoming.resume()
  }

  override _destroy(cause: Error | null, done: (cause: Error | null) => void): void {
    this.#incoming.off('data', this.#take).off('end', this.#end).off('close', this.#gone)
    this.#unpacked?.stop()
    done(cause)
  }

  readonly #take = (chunk: Buffer): void => {
    this.#length += chunk.length
    if (this.#length > this.#maxBytes) this.destroy(tooLarge(this.#maxBytes))
    else if (this.#unpacked === undefined) this.#pass(chunk)
    else void this.#unpackFirst(chunk, this.#unpacked)
  }

  #pass(chunk: Buffer): void {
    if (!this.push(chunk)) this.#incoming.pause()
  }

  async #unpackFirst(chunk: Buffer, unpacked: UnpackedLength): Promise<void> {
    this.#incoming.pause()
    const length = await unpacked.with(chunk)
    if (this.destroyed) return
    if (length > this.#maxBytes) {
      this.destroy(tooLarge(this.#maxBytes))
      return
    }
    // Whoever wants more reads.
    this.push(chunk)
    if (this.#isEnded) this.push(null)
  }

  readonly #end = (): void => {
    this.#isEnded = true
    // A chunk that is being unpacked is passed on first.
    if (this.#unpacked === undefined || !this.#unpacked.isBusy()) this.push(null)
  }

  readonly #gone = (): void => {
    if (!this.#isEnded) this.destroy(new Error('the client is gone'))
  }
}

interface UnpackedLength {
  with(chunk: Buffer): Promise<number>
  isBusy(): boolean
  stop(): void
}

/**
 * Counts what a packed body unpacks to, and keeps nothing of it. What is not gzip counts no further: to say that it is
 * none is for the upstream, which unpacks it no further either.
 */
function unpackedLength(): UnpackedLength {
  const gunzip = createGunzip({ chunkSize: SHORT_BYTES })
  let length = 0
  let isOver = false
  let waiting: (() => void) | undefined
  gunzip.on('data', (piece: Buffer) => {
    length += piece.length
  })
  // Behind its end, or a mistake, no write is ever called back.
  const end = () => {
    isOver = true
    waiting?.()
  }
  for (const event of ['error', 'end', 'close']) gunzip.once(event, end)
  return {
    async with(chunk) {
      if (isOver) return length
      await new Promise<void>(resolve => {
        waiting = resolve
        gunzip.write(chunk, () => resolve())
      })
      waiting = undefined
      return length
    },
    isBusy: () => waiting !== undefined,
    stop: () => void gunzip.destroy(),
  }
}

const tooLarge = (maxBytes: number) =>
  new AppError(
    'request too large',
    `the body is longer than ${maxBytes} bytes, which is all that this upstream is given at once`,
  )
