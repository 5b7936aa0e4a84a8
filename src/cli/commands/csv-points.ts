import { csvRows } from '../csv-rows.ts'
import { createCsvTable, type TableOptions } from './csv-table.ts'

export interface ConvertOptions extends TableOptions {
  /** Of a row, in characters. */
  readonly maxLength: number
  /** Takes the rows that cannot be converted, and why; without it the first of them ends the conversion. */
  skipped?(reason: string, row: string): void
}

/**
 * Line protocol of extended annotated CSV. Source: the public documentation of annotated and extended annotated CSV.
 *
 * @throws Error naming the line and the column of the first row that cannot be converted
 */
export async function* csvPoints(bytes: AsyncIterable<Uint8Array>, options: ConvertOptions): AsyncGenerator<Buffer[]> {
  const { maxLength, skipped } = options
  const table = createCsvTable(options)
  for await (const rows of csvRows(texts(bytes), { sepLine: true, maxLength })) {
    const points: Buffer[] = []
    for (const { cells, line, text } of rows) {
      if (text === '') continue
      try {
        // What describes columns is never skipped: all that follows would be taken for something else.
        if (table.head(cells, line)) continue
      } catch (cause) {
        throw new Error(`failed to write data: line ${line}: ${(cause as Error).message}`)
      }
      try {
        points.push(Buffer.from(table.point(cells, line)))
      } catch (cause) {
        const reason = `line ${line}: ${(cause as Error).message}`
        if (skipped === undefined) throw new Error(`failed to write data: ${reason} (--skipRowOnError goes on)`)
        skipped(reason, text)
      }
    }
    if (points.length > 0) yield points
  }
}

async function* texts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  for await (const piece of bytes) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}
