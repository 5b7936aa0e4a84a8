import type { CsvRow } from '../csv-rows.ts'

/** One column of a table in a query result. */
export interface FluxColumn {
  readonly label: string
  /** As annotations spell it: `dateTime:RFC3339`. */
  readonly type: string
  readonly isKey: boolean
}

/** A table of a query result begins, or a row of it. Rows have as many values as the table has columns; a null is empty. */
export type FluxEvent =
  | { readonly table: { readonly result: string; readonly columns: readonly FluxColumn[] } }
  | { readonly row: readonly string[] }

interface Block {
  types: readonly string[]
  groups: readonly string[]
  presets: readonly string[]
  header: readonly string[] | undefined
  /** Which table the rows are of, as `result` and `table` say. */
  current: string | undefined
}

const fresh = (): Block => ({ types: [], groups: [], presets: [], header: undefined, current: undefined })

/** Columns that tell tables apart, and are no part of them. */
const OF_RESULTS = ['', 'result', 'table']

/**
 * The tables of an answer in annotated CSV. Source: the public documentation of annotated CSV.
 *
 * @throws Error with the server's words if the answer holds an error in place of a table
 */
export async function* fluxTables(rows: AsyncIterable<readonly CsvRow[]>): AsyncGenerator<FluxEvent[]> {
  let block = fresh()
  for await (const some of rows) {
    const events: FluxEvent[] = []
    for (const { cells, text } of some) {
      const [first = ''] = cells
      if (text === '' || (first.startsWith('#') && block.header !== undefined)) {
        events.push(...emptyTable(block))
        block = fresh()
      }
      if (text === '') continue
      if (first === '#datatype') block.types = cells
      else if (first === '#group') block.groups = cells
      else if (first === '#default') block.presets = cells
      else if (first.startsWith('#')) continue
      else if (block.header === undefined) block.header = cells
      else if (isError(block.header)) {
        yield events
        throw failureIn(block, cells)
      } else events.push(...rowEvents(block, cells))
    }
    if (events.length > 0) yield events
  }
  yield emptyTable(block)
}

function failureIn({ header = [] }: Block, cells: readonly string[]): Error {
  const [error = '', reference] = ['error', 'reference'].map(label => cells[header.indexOf(label)])
  return new Error(reference ? `${error} (${reference})` : error || 'unknown error')
}

function rowEvents(block: Block, cells: readonly string[]): FluxEvent[] {
  const header = block.header ?? []
  const values = header.map((_, at) => cells[at] || block.presets[at] || '')
  const kept = header.flatMap((label, at) => (OF_RESULTS.includes(label) ? [] : [at]))
  const row = { row: kept.map(at => values[at] ?? '') }
  const [result = '', table = ''] = ['result', 'table'].map(label => values[header.indexOf(label)])
  const current = `${result}\n${table}`
  if (current === block.current) return [row]
  block.current = current
  return [{ table: { result, columns: columnsOf(block) } }, row]
}

const isError = (header: readonly string[]) => header.includes('error') && !header.includes('table')

/** A table without rows is a header that no row followed. */
function emptyTable(block: Block): FluxEvent[] {
  const { header, current, presets, types } = block
  if (header === undefined || current !== undefined || types.length === 0 || isError(header)) return []
  return [{ table: { result: presets[header.indexOf('result')] ?? '', columns: columnsOf(block) } }]
}

/** The columns of the group key come first. */
function columnsOf({ header = [], types, groups }: Block): FluxColumn[] {
  return header.flatMap((label, at) =>
    OF_RESULTS.includes(label) ? [] : [{ label, type: types[at] ?? 'string', isKey: groups[at] === 'true' }],
  )
}
