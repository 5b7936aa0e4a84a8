import type { CsvColumn } from './csv-column.ts'
import type { Converter } from './csv-value.ts'

/** Which columns make up a point. */
export interface Layout {
  readonly measurement: CsvColumn | undefined
  /** In the order of their names. */
  readonly tags: readonly CsvColumn[]
  readonly fields: readonly CsvColumn[]
  readonly time: CsvColumn | undefined
  /** In query results one column names the field, and another holds its value. */
  readonly fieldName: CsvColumn | undefined
  readonly fieldValue: CsvColumn | undefined
  readonly byLabel: ReadonlyMap<string, CsvColumn>
}

/** Columns that query results carry along, which are no part of the points. */
const OF_RESULTS = ['result', 'table']

/**
 * What each column is for: as its type says, or else by the names that query results use. A column that nothing says
 * anything about is a field, unless there is a `_field` column.
 */
export function roleOf(columns: readonly CsvColumn[], warn: (text: string) => void): Layout {
  const named = columns.filter(({ label }) => label.trim() !== '')
  const isOf = (part: CsvColumn['part'], name: string) => (column: CsvColumn) =>
    column.part === part || (column.label === name && column.part !== 'ignored')
  const byName = (name: string) => named.findLast(({ label, part }) => label === name && part !== 'ignored')
  const measurement = named.findLast(isOf('measurement', '_measurement'))
  const times = named.filter(isOf('time', '_time'))
  const time = times.findLast(({ label }) => label !== '_start' && label !== '_stop') ?? times.at(-1)
  for (const { label } of times) {
    if (label !== time?.label && label !== '_start' && label !== '_stop') {
      warn(`only one dateTime column is used: '${label}' is ignored`)
    }
  }
  const fieldName = byName('_field')
  const fieldValue = byName('_value')
  const special = new Set([measurement, fieldName, ...(fieldName === undefined ? [] : [fieldValue]), ...times])
  const rest = named.filter(column => !special.has(column) && column.part !== 'ignored')
  const isResult = columns[0]?.label === ''
  const fields = rest.filter(({ part, label }) => {
    if (part === 'field') return true
    if (part !== undefined || fieldName !== undefined) return false
    return !(isResult && OF_RESULTS.includes(label))
  })
  const tags = new Map(rest.filter(({ part }) => part === 'tag').map(column => [column.label, column]))
  return {
    measurement,
    time,
    fieldName,
    fieldValue,
    fields,
    tags: [...tags.values()].sort((one, other) => (one.label < other.label ? -1 : 1)),
    byLabel: new Map(columns.map(column => [column.label, column])),
  }
}

/** One row as a point. @throws Error naming the column */
export function pointOf(layout: Layout, cells: readonly string[], converter: Converter): string {
  const { measurement, tags, time } = layout
  const textIn = (column: CsvColumn) => textOf(column, cells, layout)
  if (measurement === undefined) throw new Error('no measurement column found')
  const name = textIn(measurement)
  if (name === '') throw new Error(`column '${measurement.label}': no measurement supplied`)
  const tagged = tags.map(column => converter.tag(column.label, textIn(column))).join('')
  const fields = fieldsOf(layout, textIn, converter)
  if (fields.length === 0) throw new Error('no field data found')
  const at = time === undefined ? '' : textIn(time)
  const stamp = time === undefined || at === '' ? '' : ` ${converter.time(time, at)}`
  return `${converter.measurement(name)}${tagged} ${fields.join(',')}${stamp}`
}

function fieldsOf(
  { fieldName, fieldValue, fields }: Layout,
  textIn: (column: CsvColumn) => string,
  { field }: Converter,
): string[] {
  const key = fieldName === undefined ? '' : textIn(fieldName)
  const named = key === '' || fieldValue === undefined ? '' : field(key, fieldValue, textIn(fieldValue))
  return [named, ...fields.map(column => field(column.label, column, textIn(column)))].filter(Boolean)
}

function textOf(column: CsvColumn, cells: readonly string[], layout: Layout): string {
  const { template, index, preset } = column
  if (template === undefined) return (index === undefined ? '' : cells[index]) || preset
  return template.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    const source = layout.byLabel.get(name)
    if (source === undefined || source.template !== undefined) {
      throw new Error(`column '${column.label}': '${template}' references an unknown column '${name}'`)
    }
    return textOf(source, cells, layout)
  })
}
