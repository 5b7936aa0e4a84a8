import { plainDecimal } from '../plain-decimal.ts'
import { parseRfc3339, printNanoseconds } from '../rfc3339.ts'
import type { FluxColumn, FluxEvent } from './flux-tables.ts'

/** A type as people see it, and how wide its column is at least. */
interface Shown {
  readonly name: string
  readonly width: number
}

const TYPES: Readonly<Record<string, Shown>> = {
  boolean: { name: 'boolean', width: 12 },
  long: { name: 'int', width: 26 },
  unsignedLong: { name: 'uint', width: 27 },
  double: { name: 'float', width: 28 },
  dateTime: { name: 'time', width: 30 },
  duration: { name: 'duration', width: 22 },
  base64Binary: { name: 'bytes', width: 22 },
}
const TEXT: Shown = { name: 'string', width: 22 }
const shownAs = ({ type }: FluxColumn): Shown => TYPES[type.split(':')[0] ?? ''] ?? TEXT

/** A table that has begun. */
interface Begun {
  readonly columns: readonly FluxColumn[]
  /** Positions of the columns in their order of printing: the group key first. */
  readonly order: readonly number[]
  /** Known once there is a first row. */
  widths: readonly number[] | undefined
}

/**
 * Tables as people read them. What is longer than the first row made room for is cut, so that a table can be printed while it
 * comes. Source: CLI contract 3.10.
 */
export async function* formatTables(events: AsyncIterable<readonly FluxEvent[]>): AsyncGenerator<string> {
  let result: string | undefined
  let begun: Begun | undefined
  for await (const some of events) {
    let text = ''
    for (const event of some) {
      if ('table' in event) {
        if (begun !== undefined) text += headerOf(begun, undefined)
        const { columns } = event.table
        if (event.table.result !== result) text += `Result: ${inLine(event.table.result)}\n`
        result = event.table.result
        text += `Table: keys: [${columns.flatMap(({ isKey, label }) => (isKey ? [inLine(label)] : [])).join(', ')}]\n`
        begun = { columns, order: orderOf(columns), widths: undefined }
      } else if (begun !== undefined) {
        const { columns, order } = begun
        const values = order.map(at => printed(columns[at] as FluxColumn, event.row[at] ?? ''))
        text += headerOf(begun, values)
        text += aligned(values, begun.widths ?? [])
      }
    }
    if (text !== '') yield text
  }
  if (begun !== undefined) yield headerOf(begun, undefined)
}

function orderOf(columns: readonly FluxColumn[]): number[] {
  const all = [...columns.keys()]
  const isKey = (at: number) => columns[at]?.isKey === true
  return [...all.filter(isKey), ...all.filter(at => !isKey(at))]
}

/** The header and the line below it, once; empty when it was printed. */
function headerOf(begun: Begun, values: readonly string[] | undefined): string {
  if (begun.widths !== undefined) return ''
  const columns = begun.order.map(at => begun.columns[at] as FluxColumn)
  const titles = columns.map(column => `${inLine(column.label)}:${shownAs(column).name}`)
  begun.widths = columns.map((column, at) => Math.max(shownAs(column).width, length(titles[at]), length(values?.[at])))
  const dashes = begun.widths.map(width => '-'.repeat(width))
  return aligned(titles, begun.widths) + aligned(dashes, begun.widths)
}

const length = (text = '') => [...text].length

function aligned(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, at) => {
    const width = widths[at] ?? 0
    const missing = width - length(cell)
    return missing < 0 ? `${[...cell].slice(0, width - 3).join('')}...` : ' '.repeat(missing) + cell
  })
  return `${padded.join('  ')}\n`
}

function printed({ type }: FluxColumn, value: string): string {
  if (value === '') return ''
  if (type.startsWith('dateTime')) {
    const time = parseRfc3339(value)
    return time === undefined ? inLine(value) : printNanoseconds(time)
  }
  if (type === 'double' && /e/i.test(value)) return plainDecimal(Number(value))
  return inLine(value)
}

/** Nothing in a value, or in the key of a tag, may move the cursor or break the line. */
const inLine = (text: string) => text.replace(/\p{Cc}/gu, ' ')
