import { statSync } from 'node:fs'

const EVERY_MS = 500
/** Less than this is done before anybody asks himself what is going on. */
const LONG_BYTES = 64 * 1024 * 1024

/** Shows on a terminal how far a file has grown; on anything else, nothing. @returns what ends it */
export function showProgress(
  path: string,
  expectedBytes: number,
  out: NodeJS.WriteStream = process.stderr,
): () => void {
  if (!out.isTTY || expectedBytes < LONG_BYTES) return () => {}
  const timer = setInterval(() => out.write(`\r${progressLine(sizeOf(path), expectedBytes)}`), EVERY_MS)
  return () => {
    clearInterval(timer)
    // Back to the first column, and the line away.
    out.write('\r\x1b[K')
  }
}

/** Never says that all is done: there is checking to do after the last byte. */
export function progressLine(bytes: number, expectedBytes: number): string {
  const percent = Math.min(99, Math.floor((bytes / expectedBytes) * 100))
  return `${String(percent).padStart(3)} % of ${printBytes(expectedBytes)}`
}

/** A size for people: `12.3 MB`. */
export function printBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let unit = 0
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size
  } catch {
    // Not there yet, or finished and renamed.
    return 0
  }
}
