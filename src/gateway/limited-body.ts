import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { AppError } from '../domain/errors.ts'
import type { Coding } from './coding.ts'

/**
 * A client's body as it comes, up to a length, packed and unpacked. Nothing of it is held: it comes as fast as it is read.
 *
 * @throws AppError `request too large`, at once if the request says how long it is, else when it gets there
 */
export function limitedBody(incoming: IncomingMessage, maxBytes: number, coding: Coding = 'identity'): Readable {
  if (Number(incoming.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes)
  return Readable.from(counted(incoming, maxBytes, coding), { objectMode: false })
}

async function* counted(incoming: IncomingMessage, maxBytes: number, coding: Coding): AsyncGenerator<Buffer> {
  const unpacked = coding === 'gzip' ? unpackedLength() : undefined
  let length = 0
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      length += chunk.length
      if (length > maxBytes || ((await unpacked?.with(chunk)) ?? 0) > maxBytes) throw tooLarge(maxBytes)
      yield chunk
    }
  } finally {
    unpacked?.stop()
  }
}

/**
 * Counts what a packed body unpacks to, and keeps nothing of it. What is not gzip counts no further: to say that it is
 * none is for the upstream, which unpacks it no further either.
 */
function unpackedLength(): { with(chunk: Buffer): Promise<number>; stop(): void } {
  const gunzip = createGunzip()
  let length = 0
  gunzip.on('data', piece => {
    length += piece.length
  })
  // Behind its end, or a mistake, no write is ever called back.
  const over = new Promise<void>(resolve => {
    for (const event of ['error', 'end', 'close']) gunzip.once(event, () => resolve())
  })
  return {
    async with(chunk) {
      if (gunzip.writable)
        await Promise.race([over, new Promise<void>(resolve => gunzip.write(chunk, () => resolve()))])
      return length
    },
    stop: () => void gunzip.destroy(),
  }
}

const tooLarge = (maxBytes: number) =>
  new AppError(
    'request too large',
    `the body is longer than ${maxBytes} bytes, which is all that this upstream is given at once`,
  )
