const LINE_BREAK = 0x0a
const RETURN = 0x0d

/**
 * The lines of a stream of bytes, without line breaks and without those that are blank; as many at once as are there.
 *
 * @param maxLength in bytes
 * @throws Error if a line is longer
 */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>, maxLength: number): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = []
  let restLength = 0
  for await (const piece of pieces) {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength)
    const lines: Buffer[] = []
    let start = 0
    for (let end = bytes.indexOf(LINE_BREAK); end >= 0; end = bytes.indexOf(LINE_BREAK, start)) {
      const part = bytes.subarray(start, end)
      const line = withoutReturn(rest.length === 0 ? part : Buffer.concat([...rest, part]))
      rest = []
      restLength = 0
      start = end + 1
      if (line.length > maxLength) throw tooLong()
      if (!isBlank(line)) lines.push(line)
    }
    if (start < bytes.length) rest.push(bytes.subarray(start))
    restLength += bytes.length - start
    if (restLength > maxLength) throw tooLong()
    if (lines.length > 0) yield lines
  }
  const last = withoutReturn(Buffer.concat(rest))
  if (!isBlank(last)) yield [last]
}

const tooLong = () => new Error('failed to write data: batcher: line too long')

const withoutReturn = (line: Buffer) => (line.at(-1) === RETURN ? line.subarray(0, -1) : line)

/** Nothing but spaces and tabs. */
function isBlank(line: Buffer): boolean {
  for (const byte of line) if (byte !== 0x20 && byte !== 0x09) return false
  return true
}
