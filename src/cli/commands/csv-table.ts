import { type CsvColumn, describe, label, newColumn } from './csv-column.ts'
import { type Layout, pointOf, roleOf } from './csv-layout.ts'
import { createConverter } from './csv-value.ts'
import type { Precision } from './precision.ts'

/** Reads rows of extended annotated CSV, one after the other. */
export interface CsvTable {
  /**
   * Takes in a row if it describes columns: an annotation, a comment or a header.
   *
   * @returns whether it does; otherwise it is a row of values
   * @throws Error if it describes what does not exist
   */
  head(cells: readonly string[], line: number): boolean
  /** The point that a row of values describes, in line protocol. @throws Error naming the column */
  point(cells: readonly string[], line: number): string
}

export interface TableOptions {
  readonly precision: Precision
  warn(text: string): void
  /** Shows what columns are taken for. */
  debug?(text: string): void
}

type Annotation = (table: State, cells: readonly string[]) => void

interface State {
  columns: CsvColumn[]
  /** Columns that annotations make, beside those of the rows. */
  extra: CsvColumn[]
  /** How many of them there were when the header was read. */
  extraOfHeader: number
  /** Annotations of columns that the table has already. */
  seen: Set<string>
  isHeaderRead: boolean
  /** Minutes that the clocks of the input are ahead of UTC. */
  zone: number | 'local'
  layout: Layout | undefined
}

/** What was made after the header, by annotations that come before those of columns, is of the next table. */
const next = ({ zone, extra, extraOfHeader }: Pick<State, 'zone' | 'extra' | 'extraOfHeader'>): State => ({
  columns: [],
  extra: extra.slice(extraOfHeader),
  extraOfHeader: 0,
  seen: new Set(),
  isHeaderRead: false,
  zone,
  layout: undefined,
})

export function createCsvTable(options: TableOptions): CsvTable {
  let state = next({ zone: 0, extra: [], extraOfHeader: 0 })
  let line = 0
  const converter = createConverter({
    precision: options.precision,
    zone: () => state.zone,
    warn: text => options.warn(`line ${line}: ${text}`),
  })

  function annotate(cells: readonly string[]): void {
    const [first = ''] = cells
    const name = first.split(' ')[0]?.toLowerCase() ?? ''
    // What stands in the first cell after the name belongs to the first column.
    const values = [first.slice(name.length).trim(), ...cells.slice(1)]
    const ofTable = OF_TABLE[name]
    if (ofTable !== undefined) ofTable(state, values)
    else if (OF_COLUMNS[name] !== undefined) {
      if (state.isHeaderRead || state.seen.has(name)) state = next(state)
      state.seen.add(name)
      for (const [index, value] of values.entries()) {
        state.columns[index] ??= newColumn(index)
        OF_COLUMNS[name]?.(state.columns[index], value)
      }
    } else if (name !== '#') options.warn(`line ${line}: unsupported annotation ${name}`)
    state.layout = undefined
  }

  function readHeader(cells: readonly string[]): void {
    for (const [index, text] of cells.entries()) {
      state.columns[index] ??= newColumn(index)
      label(state.columns[index], text)
    }
    state.isHeaderRead = true
    state.extraOfHeader = state.extra.length
  }

  return {
    head(cells, at) {
      line = at
      const isAnnotation = cells[0]?.startsWith('#') === true
      if (!isAnnotation && state.isHeaderRead) return false
      if (isAnnotation) annotate(cells)
      else readHeader(cells)
      return true
    },
    point(cells, at) {
      line = at
      if (state.layout === undefined) {
        state.layout = roleOf([...state.columns, ...state.extra], text => options.warn(`line ${line}: ${text}`))
        options.debug?.(described(state.layout))
      }
      return pointOf(state.layout, cells, converter)
    },
  }
}

const OF_COLUMNS: Readonly<Record<string, (column: CsvColumn, value: string) => void>> = {
  '#datatype': describe,
  '#group': (column, value) => {
    if (value === 'true') column.part ??= 'tag'
  },
  '#default': (column, value) => {
    column.preset = value
  },
}

const OF_TABLE: Readonly<Record<string, Annotation>> = {
  '#constant': ({ extra }, values) => void extra.push(extraColumn(values, false)),
  '#concat': ({ extra }, values) => void extra.push(extraColumn(values, true)),
  '#timezone': (state, values) => {
    state.zone = zoneOf(values.find(value => value !== '') ?? '')
  },
}

/** `type,label,value`; measurement and time need no label. The type may stand beside the annotation or in a cell of its own. */
function extraColumn(values: readonly string[], isTemplate: boolean): CsvColumn {
  const [type = '', one = '', two = ''] = values[0] === '' ? values.slice(1) : values
  const column = newColumn(undefined)
  describe(column, type)
  const nameless = (column.part === 'measurement' || column.part === 'time') && two === ''
  const value = nameless ? one : two || column.preset
  const name = nameless ? type : one
  return isTemplate ? { ...column, label: name, template: value } : { ...column, label: name, preset: value }
}

function zoneOf(text: string): number | 'local' {
  if (text === '' || text.toUpperCase() === 'UTC') return 0
  if (text.toLowerCase() === 'local') return 'local'
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(text) ?? []
  if (sign === undefined) throw new Error(`#timezone annotation: '${text}' is neither +hhmm, -hhmm nor Local`)
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

function described({ measurement, tags, fields, time }: Layout): string {
  const names = (columns: readonly (CsvColumn | undefined)[]) => columns.map(column => column?.label ?? '-').join(', ')
  return `measurement: ${names([measurement])}; tags: ${names(tags)}; fields: ${names(fields)}; time: ${names([time])}`
}
