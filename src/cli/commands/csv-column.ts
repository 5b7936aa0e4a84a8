/** Which part of a point a column gives. */
export type Part = 'measurement' | 'tag' | 'time' | 'field' | 'ignored'

/** One column of a table of CSV, as annotations and header describe it. */
export interface CsvColumn {
  label: string
  /** Position in a row; undefined if the value does not come from a cell of its own. */
  readonly index: number | undefined
  /** Undefined until something says it. */
  part?: Part
  /** Data type, empty if none was given: the value is taken as it stands. */
  type: string
  /** What stands after the colon of the type. */
  format: string
  /** Stands in for an empty cell. */
  preset: string
  /** Puts the value together from other columns; of `#concat`. */
  readonly template?: string
}

const PARTS: Readonly<Record<string, Part>> = {
  measurement: 'measurement',
  tag: 'tag',
  dateTime: 'time',
  time: 'time',
  field: 'field',
  ignore: 'ignored',
  ignored: 'ignored',
}

const TYPES = ['string', 'double', 'long', 'unsignedLong', 'boolean', 'duration', 'base64Binary', 'dateTime']

export function newColumn(index: number | undefined): CsvColumn {
  return { label: '', index, type: '', format: '', preset: '' }
}

/**
 * Takes in a data type as annotations spell it: `type`, `type:format`, each perhaps with `|default`.
 *
 * @throws Error for a type that does not exist
 */
export function describe(column: CsvColumn, text: string): void {
  const [typed = '', preset] = splitOnce(text, '|')
  const [name = '', format = ''] = splitOnce(typed, ':')
  if (preset !== undefined && column.preset === '') column.preset = preset
  if (name === '') return
  const part = PARTS[name]
  if (part === undefined && !TYPES.includes(name)) {
    throw new Error(`column '${column.label}': data type '${name}' is not supported`)
  }
  if (part !== undefined) column.part = part
  column.type = part === undefined ? name : part === 'time' ? 'dateTime' : ''
  column.format = format
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** The header may carry what annotations carry: `label|type|default`. */
export function label(column: CsvColumn, text: string): void {
  const [name, rest] = column.type === '' && column.part === undefined ? splitOnce(text, '|') : [text]
  column.label = name
  if (rest !== undefined) describe(column, rest)
}
