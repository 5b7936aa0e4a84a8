import type { Invocation } from './invocation.ts'
import { longest } from './longest.ts'
import { UsageError } from './usage-error.ts'

/** A record as a table shows it. */
export interface Column<T> {
  readonly title: string
  readonly of: (record: T) => string
}

/** What a command prints, in any of its forms. */
export interface Printout<T> {
  readonly columns: readonly Column<T>[]
  readonly records: readonly T[]
  /** The same for programs: one object, or an array. */
  readonly json: unknown
}

export type OutputForm = 'table' | 'json' | 'csv' | 'yaml'
const FORMS: readonly OutputForm[] = ['table', 'json', 'csv', 'yaml']

/**
 * The form of `--output` or `--json`; what stands on the command line counts before either's environment variable, so that
 * a script with `--json` gets JSON.
 *
 * @throws UsageError for a form that does not exist, and for two at once
 */
export function outputForm({ given, on, text }: Invocation): OutputForm {
  const jsonFirst = given('json') && !given('output')
  const form = (jsonFirst ? '' : text('output')) || (on('json') ? 'json' : 'table')
  if (!FORMS.includes(form as OutputForm)) {
    throw new UsageError(`--output takes ${FORMS.join(', ')}, not ${JSON.stringify(form)}`)
  }
  if (given('json') && on('json') && form !== 'json') throw new UsageError(`use --json or --output ${form}, not both`)
  return form as OutputForm
}

/** Prints records in the form that was asked for. */
export async function print<T>(invocation: Invocation, printout: Printout<T>): Promise<void> {
  const { terminal } = invocation
  const hideHeaders = invocation.on('hide-headers')
  switch (outputForm(invocation)) {
    case 'json':
      return terminal.out(goJson(printout.json))
    case 'csv':
      return terminal.out(csv(cellsOf(printout, hideHeaders)))
    case 'yaml':
      return terminal.out((await import('yaml')).stringify(printout.json, YAML))
    case 'table': {
      const cells = cellsOf(printout, hideHeaders)
      if (!terminal.outIsTerminal) return terminal.out(tabbed(cells))
      const { aligned } = await import('./aligned-table.ts')
      return terminal.out(aligned(cells, { width: terminal.width, header: !hideHeaders, colours: terminal.colours }))
    }
  }
}

/** Quotes what readers of YAML 1.1 would take for something else, and breaks no lines. */
const YAML = { compat: 'yaml-1.1', lineWidth: 0 } as const

function cellsOf<T>({ columns, records }: Printout<T>, hideHeaders: boolean): string[][] {
  const rows = records.map(record => columns.map(column => column.of(record)))
  return hideHeaders ? rows : [columns.map(column => column.title), ...rows]
}

/**
 * Cells separated by tabs, aligned for tab stops of 8; nothing is cut. Scripts split on these tabs.
 * Source: CLI contract 4.1; tabs and line breaks inside a value become spaces.
 */
export function tabbed(rows: readonly (readonly string[])[]): string {
  const clean = rows.map(row => row.map(cell => cell.replace(/[\t\r\n]/g, ' ')))
  const lengths = clean.map(row => row.map(cell => [...cell].length))
  const widths = (clean[0] ?? []).map((_, at) => Math.ceil((longest(lengths, at) + 1) / 8) * 8)
  return clean
    .map((row, line) =>
      row
        .map((cell, at) => {
          if (at === row.length - 1) return `${cell}\n`
          return cell + '\t'.repeat(Math.ceil(((widths[at] ?? 0) - (lengths[line]?.[at] ?? 0)) / 8))
        })
        .join(''),
    )
    .join('')
}

/** RFC 4180. */
function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return rows.map(row => `${row.map(cell).join(',')}\r\n`).join('')
}

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
}

/** JSON as the reference prints it: a tab a level, these characters escaped, a line break at the end. Source: CLI contract 4.2. */
export function goJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, '\t').replace(/[<>&\u2028\u2029]/g, found => ESCAPED[found] ?? found)}\n`
}

/** An object with its keys in the order of the alphabet, all the way down. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]))
}
