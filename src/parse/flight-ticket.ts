import { type Command, readCommand, writeCommand } from './flight-sql.ts'
import { type JsonObject, parseJsonObject, textsOfMembers } from './json-object.ts'
import { bytesOf, numberOf, readAny, readFields, textOf, writeAny, writeMessage } from './protobuf.ts'
import { refuse } from './undecidable.ts'

export type QueryLanguage = 'sql' | 'influxql'

/** What a ticket asks for. */
export type Ticket =
  | {
      readonly kind: 'text'
      readonly database: string
      readonly language: QueryLanguage
      readonly text: string
      /** The text of a JSON object; undefined if there are none. */
      readonly params: string | undefined
    }
  | { readonly kind: 'command'; readonly database: string; readonly command: Command }
  /** One that this gateway has handed out. */
  | {
      readonly kind: 'own'
      readonly database: string
      readonly language: QueryLanguage
      readonly command: Command
      readonly seal: Uint8Array
    }

const READ_INFO = 'influxdata.iox.querier.v1.ReadInfo'
const OWN = 'sluice.v1.Ticket'
const DATABASE_KEYS = ['database', 'namespace_name', 'bucket', 'bucket-name']
const OTHER_KEYS = ['sql_query', 'query_type', 'params', 'is_debug']
const OPENING_BRACE = 0x7b
const SPACES = [0x20, 0x09, 0x0d]
/** Of ReadInfo. Source: upstream contract 2.5, recorded tickets. */
const QUERY_TYPES: readonly (QueryLanguage | 'flightsql')[] = ['sql', 'sql', 'influxql', 'flightsql']

/**
 * Reads a ticket of DoGet: JSON, as client libraries write it, or protobuf, as `ReadInfo` bare or wrapped; and those that
 * we hand out ourselves.
 *
 * Where 3 takes one of several readings, none is taken here: an unknown or repeated key or field, two databases, a text
 * beside a command, a type of query that is none.
 *
 * @throws AppError `invalid`
 */
export function readTicket(bytes: Uint8Array): Ticket {
  const first = bytes.find(byte => !SPACES.includes(byte))
  if (first === OPENING_BRACE) return readJsonTicket(bytes)
  const outer = readFields(bytes, { 1: 'bytes', 2: 'bytes', 3: 'number', 4: 'bytes' })
  // Only what is spelt so is taken for wrapped; 3 would take anything else for the name of a database.
  if (!textOf(outer.get(1)).includes('/')) return readInfo(bytes)
  const { type, value } = readAny(bytes)
  if (type === READ_INFO) return readInfo(value)
  return type === OWN ? readOwn(value) : refuse('a ticket of an unknown type')
}

/** The form that 3 tries first, so that it takes it for nothing else; parameters have a place in JSON only. */
export function writeTicket(ticket: Exclude<Ticket, { kind: 'own' }>): Uint8Array {
  const { database } = ticket
  if (ticket.kind === 'command') {
    return writeAny({ type: READ_INFO, value: writeMessage([1, database], [3, 3], [4, writeCommand(ticket.command)]) })
  }
  const { language, text, params } = ticket
  if (params === undefined) {
    const type = QUERY_TYPES.lastIndexOf(language)
    return writeAny({ type: READ_INFO, value: writeMessage([1, database], [2, text], [3, type]) })
  }
  const members = { database, sql_query: text, query_type: language }
  return new TextEncoder().encode(`${JSON.stringify(members).slice(0, -1)},"params":${params}}`)
}

export const writeOwnTicket = ({ database, language, command, seal }: Omit<Ticket & { kind: 'own' }, 'kind'>) =>
  writeAny({
    type: OWN,
    value: writeMessage([1, database], [2, language], [3, writeCommand(command)], [4, seal]),
  })

function readOwn(bytes: Uint8Array): Ticket {
  const fields = readFields(bytes, { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes' })
  const language = languageOf(textOf(fields.get(2)))
  const command = readCommand(bytesOf(fields.get(3)))
  return { kind: 'own', database: nameOf(textOf(fields.get(1))), language, command, seal: bytesOf(fields.get(4)) }
}

export function languageOf(text: string): QueryLanguage {
  return text === 'sql' || text === 'influxql' ? text : refuse('the query is in a language that does not pass')
}

/** No text could say a name with such a character in it. */
export function nameOf(database: string): string {
  if (database === '') refuse('no database in the request')
  return /\p{Cc}/u.test(database) ? refuse('a name has a character that no name has') : database
}

function readInfo(bytes: Uint8Array): Ticket {
  const fields = readFields(bytes, { 1: 'bytes', 2: 'bytes', 3: 'number', 4: 'bytes' })
  const database = nameOf(textOf(fields.get(1)))
  const language = QUERY_TYPES[numberOf(fields.get(3))] ?? refuse('the query is in a language that does not pass')
  const [text, command] = [textOf(fields.get(2)), bytesOf(fields.get(4))]
  if (language === 'flightsql') {
    if (text !== '') refuse('a ticket has a text beside a command')
    return { kind: 'command', database, command: readCommand(command) }
  }
  if (command.length > 0) refuse('a ticket has a command beside a text')
  if (text === '') refuse('no query in the ticket')
  return { kind: 'text', database, language, text, params: undefined }
}

function readJsonTicket(bytes: Uint8Array): Ticket {
  const object = objectOf(bytes)
  const unknown = [...object.keys()].some(key => !DATABASE_KEYS.includes(key) && !OTHER_KEYS.includes(key))
  if (unknown) refuse('a key of the ticket is not known')
  const databases = DATABASE_KEYS.filter(key => object.has(key))
  if (databases.length !== 1) refuse('a ticket names one database')
  const [database, text, debug] = [databases[0]!, 'sql_query', 'is_debug'].map(key => object.get(key))
  if (typeof database !== 'string' || typeof text !== 'string' || text === '')
    refuse('a ticket has a database and a query')
  if (debug !== undefined && debug !== null && typeof debug !== 'boolean') refuse('is_debug is true or false')
  const language = object.get('query_type') ?? 'sql'
  if (typeof language !== 'string') refuse('query_type is a text')
  return {
    kind: 'text',
    database: nameOf(database),
    language: languageOf(language),
    text,
    params: paramsOf(bytes, object),
  }
}

function objectOf(bytes: Uint8Array): JsonObject {
  const object = parseJsonObject(bytes)
  return 'undecidable' in object ? refuse(object.undecidable) : object
}

function paramsOf(bytes: Uint8Array, object: JsonObject): string | undefined {
  const params = object.get('params')
  if (params === undefined || params === null) return undefined
  if (!(params instanceof Map)) refuse('params is an object')
  if (params.size === 0) return undefined
  const texts = textsOfMembers(bytes)
  const text = 'undecidable' in texts ? undefined : texts.get('params')
  return text === undefined || 'undecidable' in parseJsonObject(text) ? refuse('params is no plain object') : text
}
