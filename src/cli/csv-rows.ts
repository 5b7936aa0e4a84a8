/** One row of CSV. */
export interface CsvRow {
  /** A line without anything on it is one empty cell. */
  readonly cells: readonly string[]
  /** Number of the line that it begins on, from 1. */
  readonly line: number
  /** As it stands in the input, without the line break at its end. */
  readonly text: string
}

export interface CsvOptions {
  /** Whether the first line may name another separator than a comma, as in `sep=;`. */
  readonly sepLine?: boolean
  /** Longest row, in characters: an unclosed quote must not swallow the rest of the input. */
  readonly maxLength?: number
}

/**
 * Reads CSV by RFC 4180, leniently: quotes within an unquoted cell stand for themselves. Holds one row at a time.
 *
 * @throws Error naming the line where a row is too long, or a quote is not closed
 */
export async function* csvRows(
  pieces: AsyncIterable<string>,
  { sepLine = false, maxLength = 16_000_000 }: CsvOptions = {},
): AsyncGenerator<CsvRow[]> {
  let separator = ','
  let line = 0
  let open: { text: string; line: number } | undefined
  for await (const lines of linesOf(pieces, maxLength)) {
    const rows: CsvRow[] = []
    for (const ending of lines) {
      line++
      const text = open === undefined ? ending : `${open.text}\n${ending}`
      const start = open?.line ?? line
      if (text.length > maxLength) throw new Error(`line ${start}: row too long`)
      const named = sepLine && line === 1 ? /^sep=(.)$/.exec(text)?.[1] : undefined
      if (named !== undefined) {
        separator = named
        continue
      }
      const cells = cellsOf(text, separator)
      open = cells === undefined ? { text, line: start } : undefined
      if (cells !== undefined) rows.push({ cells, line: start, text })
    }
    yield rows
  }
  if (open !== undefined) throw new Error(`line ${open.line}: a quote is not closed`)
}

/** The lines of a text that comes in pieces, without their line breaks; as many at once as are there. */
async function* linesOf(pieces: AsyncIterable<string>, maxLength: number): AsyncGenerator<string[]> {
  let rest: string[] = []
  let restLength = 0
  for await (const piece of pieces) {
    const end = piece.lastIndexOf('\n')
    rest.push(end < 0 ? piece : piece.slice(0, end))
    restLength += piece.length
    if (end < 0) {
      if (restLength > maxLength) throw new Error('row too long')
      continue
    }
    yield rest.join('').split('\n').map(withoutReturn)
    rest = [piece.slice(end + 1)]
    restLength = piece.length - end - 1
  }
  const last = rest.join('')
  if (last !== '') yield [withoutReturn(last)]
}

const withoutReturn = (line: string) => (line.endsWith('\r') ? line.slice(0, -1) : line)

/** @returns undefined if the row goes on: a quote is still open */
function cellsOf(text: string, separator: string): string[] | undefined {
  if (!text.includes('"')) return text.split(separator)
  const cells: string[] = []
  let at = 0
  for (;;) {
    const { cell, end } = text[at] === '"' ? quoted(text, at, separator) : plain(text, at, separator)
    if (end < 0) return undefined
    cells.push(cell)
    if (end >= text.length) return cells
    at = end + 1
    if (at === text.length) return [...cells, '']
  }
}

interface Cell {
  readonly cell: string
  /** Where the separator stands, or the length of the row; -1 if the cell has no end. */
  readonly end: number
}

function plain(text: string, start: number, separator: string): Cell {
  const found = text.indexOf(separator, start)
  const end = found < 0 ? text.length : found
  return { cell: text.slice(start, end), end }
}

function quoted(text: string, start: number, separator: string): Cell {
  let cell = ''
  let at = start + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote < 0) return { cell, end: -1 }
    cell += text.slice(at, quote)
    if (text[quote + 1] !== '"') {
      const { cell: tail, end } = plain(text, quote + 1, separator)
      return { cell: cell + tail, end }
    }
    cell += '"'
    at = quote + 2
  }
}
