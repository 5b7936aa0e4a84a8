import { longest } from './longest.ts'
import { visible } from './visible.ts'

export interface AlignedOptions {
  /** Columns of the terminal; 0 if it does not say. */
  readonly width: number
  /** Whether the first row is a header. */
  readonly header: boolean
  readonly colours: boolean
}

/**
 * A table for a person's eyes: columns lined up, the header set off. Only the last column is ever cut, to the width of the
 * terminal: a token stands before it, and is shown once.
 */
export function aligned(rows: readonly (readonly string[])[], { width, header, colours }: AlignedOptions): string {
  const clean = rows.map(row => row.map(visible))
  const lengths = clean.map(row => row.map(columnsOf))
  const widths = (clean[0] ?? []).map((_, at) => longest(lengths, at))
  const last = widths.length - 1
  const start = widths.slice(0, last).reduce((sum, one) => sum + one + GAP.length, 0)
  const room = width > 0 ? Math.max(width - start, LEAST) : Number.POSITIVE_INFINITY
  return clean
    .map((row, line) => {
      const text = row
        .map((cell, at) =>
          at === last ? cutTo(cell, room) : cell.padEnd(cell.length + widths[at]! - lengths[line]![at]!),
        )
        .join(GAP)
        .trimEnd()
      return colours && header && line === 0 ? `\u001b[1m${text}\u001b[0m\n` : `${text}\n`
    })
    .join('')
}

const GAP = '  '
/** Less of the last column would say nothing. */
const LEAST = 12

/** Characters of East Asian scripts and emoji take two columns. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u

function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += /[\p{Mn}\p{Me}]/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return columns
}

function cutTo(text: string, width: number): string {
  if (columnsOf(text) <= width) return text
  let columns = 0
  let short = ''
  for (const character of text) {
    columns += columnsOf(character)
    if (columns > width - 1) break
    short += character
  }
  return `${short}…`
}
