import { refuse } from './undecidable.ts'

/** In bytes, escapes included. */
export const MAX_NAME_BYTES = 64 * 1024
/** Of all names in one body together, in bytes: what a reader may grow to. */
export const MAX_ALL_NAME_BYTES = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * The distinct names of a body, put together byte by byte as they are written, with `\,` and `\ ` for comma and space.
 *
 * @throws AppError `invalid` beyond the limits, and for bytes that are no UTF-8
 */
export function measurementNames() {
  let bytes = new Uint8Array(256)
  let length = 0
  let allBytes = 0
  let last: Uint8Array = new Uint8Array(0)
  const known = new Set<string>()
  let found: string[] = []

  const isLast = () => {
    if (length !== last.length) return false
    for (let at = 0; at < length; at++) if (bytes[at] !== last[at]) return false
    return true
  }

  return {
    add(byte: number): void {
      if (length >= MAX_NAME_BYTES) refuse('the name of a measurement is too long')
      if (length === bytes.length) {
        const longer = new Uint8Array(length * 2)
        longer.set(bytes)
        bytes = longer
      }
      bytes[length++] = byte
    },
    finish(): void {
      // Most bodies have many points of one measurement in a row.
      if (!isLast()) {
        last = bytes.slice(0, length)
        const name = decode(last).replaceAll(/\\([, ])/g, '$1')
        if (!known.has(name)) {
          allBytes += length
          if (allBytes > MAX_ALL_NAME_BYTES) refuse('the body has too many measurements')
          known.add(name)
          found.push(name)
        }
      }
      length = 0
    },
    /** Those not reported yet. */
    takeNew(): readonly string[] {
      const all = found
      found = []
      return all
    },
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return refuse('the name of a measurement is not valid UTF-8')
  }
}
