import { parse, TomlError } from 'smol-toml'
import { keyLines, printKey } from './key-lines.ts'
import type { TomlType } from './kind.ts'
import { type Mistake, quote } from './mistake.ts'
import type { Parsed } from './parsed.ts'
import { isSettingKey, SETTING_KEYS, settingOf, variableOf } from './settings.ts'
import type { Source, Statement } from './statement.ts'
import { suggest } from './suggestion.ts'
import {
  isUpstreamField,
  UPSTREAM_FIELD_NAMES,
  UPSTREAM_FIELDS,
  type UpstreamField,
  type UpstreamStatement,
} from './upstream.ts'

/** A longer file is something else than settings. In UTF-8 it has at least as many bytes as characters. */
export const MAX_FILE_BYTES = 262_144

const FILE_KEYS = SETTING_KEYS.filter(key => settingOf(key).inFile)
const TABLES = [...new Set(FILE_KEYS.filter(key => key.includes('.')).map(key => key.slice(0, key.indexOf('.'))))]

/**
 * Reads the text of a `sluice.toml`: what it states, and what is wrong with its form, keys and types. A document that is not
 * TOML gives one mistake, at the place where the parser gave up.
 *
 * @param file its name, for the messages
 * @param baseDir its directory, where relative paths start; absolute
 */
export function readSettingsToml(text: string, file: string, baseDir: string): Source {
  const statements: Statement[] = []
  const mistakes: Mistake[] = []
  if (text.length > MAX_FILE_BYTES) {
    return { statements, mistakes: [{ where: file, message: `is longer than ${MAX_FILE_BYTES} bytes` }] }
  }
  let document: object
  try {
    // Numbers that are too long for JavaScript are refused by their setting, with its range, rather than by the parser.
    document = parse(text, { integersAsBigInt: 'asNeeded', maxDepth: 16 })
  } catch (error) {
    return { statements, mistakes: [syntaxMistake(error, file)] }
  }
  const lines = keyLines(text)
  const place = (key: string) => (lines.has(key) ? `${file}:${lines.get(key)}` : file)
  const upstreams: UpstreamStatement[] = []

  const read = (table: object, path: readonly string[]) => {
    for (const [name, value] of Object.entries(table)) {
      const key = printKey([...path, name])
      const where = place(key)
      if (key === 'upstream') {
        const read = readUpstreamTables(value, place, baseDir)
        upstreams.push(...read.upstreams)
        mistakes.push(...read.mistakes)
      } else if (isSettingKey(key) && settingOf(key).inFile) {
        const written = tomlText(value, settingOf(key).kind.tomlType)
        if ('value' in written) statements.push({ key, text: written.value, where, baseDir })
        else mistakes.push({ where, message: `${key} ${written.refused}` })
      } else if (!TABLES.includes(key)) mistakes.push({ where, message: unknownKey(key, isTable(value)) })
      else if (isTable(value)) read(value, [...path, name])
      else mistakes.push({ where, message: `${key} is a table, written [${key}], with ${keysOf(key)} below it` })
    }
  }
  read(document, [])
  return { statements, upstreams, mistakes }
}

/** The tables `[upstream.NAME]`, whose names are people's own. */
function readUpstreamTables(
  value: unknown,
  place: (key: string) => string,
  baseDir: string,
): Required<Pick<Source, 'upstreams' | 'mistakes'>> {
  const mistakes: Mistake[] = []
  const tables = isTable(value) ? Object.entries(value) : []
  if (!isTable(value))
    mistakes.push({ where: place('upstream'), message: 'upstream is a table, written [upstream.NAME]' })
  const upstreams = tables.flatMap(([name, table]) => {
    const key = printKey(['upstream', name])
    if (!isTable(table)) {
      mistakes.push({ where: place(key), message: `${key} is a table, written [upstream.NAME]` })
      return []
    }
    const fields: [UpstreamField, { text: string; where: string }][] = []
    for (const [field, given] of Object.entries(table)) {
      const where = place(printKey(['upstream', name, field]))
      if (!isUpstreamField(field)) {
        const nearest = suggest(field, UPSTREAM_FIELD_NAMES)
        const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
        mistakes.push({ where, message: `${field.length > 80 ? quote(field) : field} is unknown in [${key}]${hint}` })
        continue
      }
      const written = tomlText(given, UPSTREAM_FIELDS[field].kind.tomlType)
      if ('value' in written) fields.push([field, { text: written.value, where }])
      else mistakes.push({ where, message: `${key}.${field} ${written.refused}` })
    }
    return [{ name, where: place(key), baseDir, fields: new Map(fields) }]
  })
  return { upstreams, mistakes }
}

function syntaxMistake(error: unknown, file: string): Mistake {
  if (!(error instanceof TomlError)) throw error
  // Further lines of the message quote the file, which may hold anything if it is the wrong one.
  const reason = error.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '')
  return { where: `${file}:${error.line}`, message: `is not TOML at column ${error.column}: ${reason}` }
}

const isTable = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const keysOf = (table: string) =>
  FILE_KEYS.filter(key => key.startsWith(`${table}.`))
    .map(key => key.slice(table.length + 1))
    .join(', ')

function unknownKey(key: string, isTableKey: boolean): string {
  const shown = key.length > 80 ? quote(key) : key
  if (isSettingKey(key)) return `${key} is not read from the file; set ${variableOf(key)}`
  if (isTableKey && SETTING_KEYS.some(known => known.startsWith(`${key}.`))) {
    return `[${key}] is not read from the file; set SLUICE_${key.toUpperCase()}_… in the environment`
  }
  const nearest = suggest(key, isTableKey ? [...TABLES, ...FILE_KEYS] : [...FILE_KEYS, ...TABLES])
  const hint = nearest === undefined ? '' : `; did you mean ${TABLES.includes(nearest) ? `[${nearest}]` : nearest}?`
  return `${isTableKey ? `table [${shown}]` : shown} is unknown${hint}`
}

/** A value of the file as the text that would say the same in a variable. */
function tomlText(value: unknown, type: TomlType): Parsed<string> {
  const refused = `must be ${type}, not ${typeName(value)}`
  switch (type) {
    case 'a string':
      return typeof value === 'string' ? { value } : { refused }
    case 'true or false':
      return typeof value === 'boolean' ? { value: String(value) } : { refused }
    case 'an integer':
      return typeof value === 'bigint' || Number.isInteger(value) ? { value: String(value) } : { refused }
    case 'an array of strings': {
      if (!Array.isArray(value)) return { refused }
      const wrong = value.find(element => typeof element !== 'string' || element === '' || element.includes(','))
      if (wrong === undefined) return { value: value.join(',') }
      return { refused: `must be ${type}, each with one entry, but one of them is ${typeName(wrong)}` }
    }
  }
}

function typeName(value: unknown): string {
  if (typeof value === 'string') return `the string ${quote(value)}`
  if (typeof value === 'boolean') return String(value)
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${quote(String(value)).slice(1, -1)}`
  if (Array.isArray(value)) return 'an array'
  return value instanceof Date ? 'a date or time' : 'a table'
}
