import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '../../domain/errors.ts'
import { collectedPieces } from '../../domain/pieces.ts'
import { SLOW_BODY_MS } from '../whole-body.ts'
import type { Coding } from './coding.ts'

/** The longest body that is held back until all of it was looked at, packed and unpacked; in bytes. */
export const MAX_HELD_BYTES = 8 * 1_048_576
/** How much more is read and thrown away, because a client that is still sending may not see an answer. */
const MAX_DISCARDED_BYTES = 16 * 1_048_576
/** Of all that are held at one time. */
export const MAX_ALL_HELD_BYTES = 16 * MAX_HELD_BYTES

/** What all of them take at present. */
let allHeldBytes = 0

/** A body that is here whole, unpacked. Whoever has it calls `stream` or `drop`, once. */
export interface HeldBody {
  readonly bytes: Uint8Array
  /** Whether it took so long that its sender may be nobody any more. */
  readonly isLate: boolean
  /** Hands it on; it counts as held until the stream is closed. */
  stream(): Readable
  drop(): void
}

/**
 * Reads a client's body whole. Nothing of it is gone on when this fails.
 *
 * @throws AppError `request too large`; `invalid` if it cannot be unpacked; `unavailable` while others hold too much
 */
export async function holdBody(
  incoming: IncomingMessage,
  maxBytes: number,
  coding: Coding,
  onRead: (packed: Buffer) => void = () => {},
): Promise<HeldBody> {
  const begunMs = performance.now()
  const limit = Math.min(maxBytes, MAX_HELD_BYTES)
  let taken = 0
  const take = (bytes: number) => {
    if (allHeldBytes + bytes > MAX_ALL_HELD_BYTES) throw BUSY
    taken += bytes
    allHeldBytes += bytes
  }
  const drop = () => {
    allHeldBytes -= taken
    taken = 0
  }
  try {
    const packed = await readWhole(incoming, limit, take)
    onRead(packed)
    const bytes = coding === 'gzip' ? await unpacked(packed, limit) : packed
    if (bytes !== packed) take(bytes.length)
    const isLate = performance.now() - begunMs > SLOW_BODY_MS
    return { bytes, isLate, drop, stream: () => Readable.from([bytes], { objectMode: false }).once('close', drop) }
  } catch (cause) {
    drop()
    throw cause
  }
}

async function readWhole(incoming: IncomingMessage, limit: number, take: (bytes: number) => void): Promise<Buffer> {
  const pieces = collectedPieces()
  let length = 0
  for await (const chunk of incoming.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > limit + MAX_DISCARDED_BYTES) break
    if (length > limit) continue
    take(chunk.length)
    pieces.add(chunk)
  }
  if (length > limit) throw tooLarge(limit)
  return pieces.whole()
}

const unpack = promisify(gunzip)

/** All members of it. */
async function unpacked(packed: Buffer, limit: number): Promise<Buffer> {
  try {
    return (await unpack(packed, { maxOutputLength: limit })) as Buffer
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit)
    throw new AppError('invalid', 'the body cannot be unpacked by gzip', { cause })
  }
}

const tooLarge = (limit: number) =>
  new AppError(
    'request too large',
    `a token that is limited to measurements writes at most ${limit} bytes at once, packed and unpacked: send less`,
  )

const BUSY = new AppError('unavailable', 'too much is being written by tokens that are limited to measurements', {
  retryAfterSeconds: 1,
})
