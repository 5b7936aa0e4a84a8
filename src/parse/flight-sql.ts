import {
  type Any,
  bytesOf,
  type FieldValue,
  readAny,
  readFields,
  readMessage,
  type Shape,
  textOf,
  writeAny,
  writeFields,
  writeMessage,
} from './protobuf.ts'
import { refuse } from './undecidable.ts'

/** What a FlightSQL client wants to know or run. `about`: the database as such, such as which tables there are. */
export type Command =
  | { readonly kind: 'statement'; readonly text: string }
  | { readonly kind: 'prepared'; readonly statement: Prepared }
  | { readonly kind: 'about'; readonly what: string; readonly fields: readonly (readonly [number, FieldValue])[] }

/** A prepared statement, which 3 does not keep: its handle is the text itself, and the parameters bound to it as Arrow. */
export interface Prepared {
  readonly text: string
  readonly parameters: Uint8Array
}

export type Action =
  | { readonly kind: 'prepare'; readonly text: string }
  | { readonly kind: 'close'; readonly statement: Prepared }
  /** What 3 does not have; drivers end with it. */
  | { readonly kind: 'close-session' }

const PACKAGE = 'arrow.flight.protocol.sql.'
const STATEMENT = `${PACKAGE}CommandStatementQuery`
const PREPARED = `${PACKAGE}CommandPreparedStatementQuery`
const PREPARE = `${PACKAGE}ActionCreatePreparedStatementRequest`
const CLOSE = `${PACKAGE}ActionClosePreparedStatementRequest`
const HANDLE = 'influxdata.iox.querier.v1.FlightSqlPreparedStatementHandle'

/** Commands that ask about the database, with their fields. Source: Arrow's FlightSql.proto. */
const ABOUT: Readonly<Record<string, Shape>> = {
  CommandGetCatalogs: {},
  CommandGetDbSchemas: { 1: 'bytes', 2: 'bytes' },
  CommandGetTables: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes', 5: 'number' },
  CommandGetTableTypes: {},
  CommandGetSqlInfo: { 1: 'bytes' },
  CommandGetXdbcTypeInfo: { 1: 'number' },
  CommandGetPrimaryKeys: { 1: 'bytes', 2: 'bytes', 3: 'bytes' },
  CommandGetExportedKeys: { 1: 'bytes', 2: 'bytes', 3: 'bytes' },
  CommandGetImportedKeys: { 1: 'bytes', 2: 'bytes', 3: 'bytes' },
  CommandGetCrossReference: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes', 5: 'bytes', 6: 'bytes' },
}
/** Fields that may come several times: the types of tables, and numbers that are not packed. */
const REPEATED: Readonly<Record<string, number>> = { CommandGetTables: 4, CommandGetSqlInfo: 1 }

/** @throws AppError `invalid` for what cannot be decided, transactions and changes among it */
export function readCommand(bytes: Uint8Array): Command {
  const { type, value } = readAny(bytes)
  if (type === STATEMENT) return { kind: 'statement', text: textOfQuery(value) }
  if (type === PREPARED) return { kind: 'prepared', statement: readPrepared(value) }
  const what = type.startsWith(PACKAGE) ? type.slice(PACKAGE.length) : ''
  const shape = Object.hasOwn(ABOUT, what) ? ABOUT[what]! : refuse('a command of FlightSQL that does not pass')
  return { kind: 'about', what, fields: readAbout(what, shape, value) }
}

export function writeCommand(command: Command): Uint8Array {
  if (command.kind === 'statement') return writeAny({ type: STATEMENT, value: writeMessage([1, command.text]) })
  if (command.kind === 'prepared') return writeAny({ type: PREPARED, value: writeHandle(command.statement) })
  return writeAny({ type: PACKAGE + command.what, value: writeFields(command.fields) })
}

/** @throws AppError `invalid` */
export function readAction(bytes: Uint8Array): Action {
  const fields = readFields(bytes, { 1: 'bytes', 2: 'bytes' })
  const [type, body] = [textOf(fields.get(1)), bytesOf(fields.get(2))]
  if (type === 'CloseSession') return { kind: 'close-session' }
  if (type === 'CreatePreparedStatement') {
    return { kind: 'prepare', text: textOfQuery(contentOf(body, PREPARE)) }
  }
  if (type !== 'ClosePreparedStatement') refuse('an action that does not pass')
  return { kind: 'close', statement: readPrepared(contentOf(body, CLOSE)) }
}

export function writeAction(action: Exclude<Action, { kind: 'close-session' }>): Uint8Array {
  const [type, any]: [string, Any] =
    action.kind === 'prepare'
      ? ['CreatePreparedStatement', { type: PREPARE, value: writeMessage([1, action.text]) }]
      : ['ClosePreparedStatement', { type: CLOSE, value: writeHandle(action.statement) }]
  return writeMessage([1, type], [2, writeAny(any)])
}

/** The text of a query that is in no transaction. */
function textOfQuery(bytes: Uint8Array): string {
  return textOf(readFields(bytes, { 1: 'bytes' }).get(1))
}

function contentOf(bytes: Uint8Array, expected: string): Uint8Array {
  const { type, value } = readAny(bytes)
  return type === expected ? value : refuse('a message is of another type than its place')
}

function readPrepared(bytes: Uint8Array): Prepared {
  const handle = bytesOf(readFields(bytes, { 1: 'bytes' }).get(1))
  const fields = readFields(contentOf(handle, HANDLE), { 1: 'bytes', 2: 'bytes' })
  return { text: textOf(fields.get(1)), parameters: bytesOf(fields.get(2)) }
}

const writeHandle = ({ text, parameters }: Prepared) =>
  writeMessage([1, writeAny({ type: HANDLE, value: writeMessage([1, text], [2, parameters]) })])

function readAbout(what: string, shape: Shape, bytes: Uint8Array): readonly (readonly [number, FieldValue])[] {
  const seen = new Set<number>()
  const fields = readMessage(bytes)
  for (const [field, value] of fields) {
    const repeats = REPEATED[what] === field
    const isNumber = typeof value === 'number'
    const kind = Object.hasOwn(shape, field) ? shape[field] : refuse('a command has a field that is not known')
    if (isNumber !== (kind === 'number') && !(isNumber && what === 'CommandGetSqlInfo')) {
      refuse('a command has a field of another type')
    }
    if (seen.has(field) && !repeats) refuse('a command has a field twice')
    seen.add(field)
  }
  return fields
}
