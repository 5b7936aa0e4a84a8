import type { FluxDialect } from '../../parse/flux-request.ts'

/** A column of a table of Flux. */
export interface CsvColumn {
  readonly name: string
  readonly type: 'string' | 'long'
  /** Whether all rows have the same value, by which the table is told from others. */
  readonly isGroup?: true
}

/**
 * One table as 2.x writes the answer to a script: lines end in CRLF, an empty one ends the table; what every row has in
 * common stands in the annotation `default`, if that is asked for. Source: wire contract 6.3; the encoder of Flux.
 *
 * @param rows with a value for each column
 */
export function annotatedCsv(
  columns: readonly CsvColumn[],
  rows: readonly (readonly string[])[],
  { annotations = [], commentPrefix = '#', delimiter = ',', header = true }: FluxDialect = {},
): string {
  const line = (cells: readonly string[]) => cells.map(cell => quoted(cell, delimiter)).join(delimiter)
  const lines: Readonly<Record<string, readonly string[]>> = {
    datatype: ['string', 'long', ...columns.map(({ type }) => type)],
    group: ['false', 'false', ...columns.map(({ isGroup = false }) => String(isGroup))],
    default: [RESULT, '', ...columns.map(() => '')],
  }
  const result = annotations.includes('default') ? '' : RESULT
  const all = [
    ...annotations.map(name => line([`${commentPrefix}${name}`, ...lines[name]!])),
    ...(header ? [line(['', 'result', 'table', ...columns.map(({ name }) => name)])] : []),
    ...rows.map(row => line(['', result, '0', ...row])),
  ]
  return `${all.join('\r\n')}\r\n\r\n`
}

/** The name of what a script yields without saying so. */
const RESULT = '_result'

/** As Go quotes. */
function quoted(cell: string, delimiter: string): string {
  const isPlain = !(cell.includes(delimiter) || /["\r\n]|^\s|^\\\.$/.test(cell))
  return isPlain ? cell : `"${cell.replaceAll('"', '""')}"`
}
