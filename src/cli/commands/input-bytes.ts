import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { Source } from './sources.ts'

type Bytes = AsyncIterable<Uint8Array>

/** What a source holds once its compression is undone. @throws Error naming the source if it was not compressed */
export async function* decompressed(
  { name, bytes }: Pick<Source, 'name' | 'bytes'>,
  zipped: boolean,
): AsyncGenerator<Uint8Array> {
  if (!zipped) return yield* bytes
  const { first, all } = await peeked(bytes, 1)
  // Nothing at all is no broken file: stdin may be an empty pipe.
  if (first.length === 0) return
  const input = Readable.from(all, { objectMode: false })
  const gunzip = input.pipe(createGunzip())
  input.on('error', cause => gunzip.destroy(cause))
  try {
    for await (const piece of gunzip) yield piece
  } catch (cause) {
    throw new Error(`failed to decompress ${name}: ${(cause as Error).message}`)
  }
}

const GZIP_MAGIC = [0x1f, 0x8b]

/** Decompresses if the first bytes say that there is something to decompress. */
export async function* decompressedIfNeeded({
  name,
  bytes,
}: Pick<Source, 'name' | 'bytes'>): AsyncGenerator<Uint8Array> {
  const { first, all } = await peeked(bytes, GZIP_MAGIC.length)
  yield* decompressed(
    { name, bytes: all },
    GZIP_MAGIC.every((byte, at) => first[at] === byte),
  )
}

/** The first bytes, without taking them away. */
async function peeked(bytes: Bytes, length: number): Promise<{ readonly first: Uint8Array; readonly all: Bytes }> {
  const iterator = bytes[Symbol.asyncIterator]()
  let first: Uint8Array = new Uint8Array()
  while (first.length < length) {
    const { done, value } = await iterator.next()
    if (done) break
    first = Buffer.concat([first, value])
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield first
    yield* { [Symbol.asyncIterator]: () => iterator }
  }
  return { first, all: all() }
}

/** UTF-8 of a text in any character set that the web knows. @throws Error for others */
export async function* decoded(bytes: Bytes, encoding: string): AsyncGenerator<Uint8Array> {
  if (/^utf-?8$/i.test(encoding)) return yield* bytes
  // Without a mark UTF-16 has its high bytes first; the web thinks otherwise.
  const { first, all } = /^utf-?16$/i.test(encoding) ? await peeked(bytes, 2) : { first: undefined, all: bytes }
  const littleEndian = first?.[0] === 0xff && first[1] === 0xfe
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(first === undefined ? encoding : littleEndian ? 'utf-16le' : 'utf-16be')
  } catch {
    throw new Error(
      `unsupported encoding: ${encoding}, see https://www.iana.org/assignments/character-sets/character-sets.xhtml`,
    )
  }
  for await (const piece of all) yield Buffer.from(decoder.decode(piece, { stream: true }))
  yield Buffer.from(decoder.decode())
}

const MARK = [0xef, 0xbb, 0xbf]

/** Without the byte order mark that some programs put before UTF-8. */
export async function* withoutMark(bytes: Bytes): AsyncGenerator<Uint8Array> {
  const { first, all } = await peeked(bytes, MARK.length)
  const marked = MARK.every((byte, at) => first[at] === byte)
  let isFirst = true
  for await (const piece of all) {
    yield isFirst && marked ? piece.subarray(MARK.length) : piece
    isFirst = false
  }
}

const LINE_BREAK = 0x0a

/** Without so many lines at the beginning. */
export async function* withoutLines(bytes: Bytes, count: number): AsyncGenerator<Uint8Array> {
  let left = count
  for await (const piece of bytes) {
    let start = 0
    while (left > 0) {
      const end = piece.indexOf(LINE_BREAK, start)
      if (end < 0) break
      start = end + 1
      left--
    }
    if (left === 0) yield piece.subarray(start)
  }
}
