import { parseDuration } from '../duration.ts'
import { plainDecimal } from '../plain-decimal.ts'
import { parseRfc3339 } from '../rfc3339.ts'
import type { CsvColumn } from './csv-column.ts'
import type { Precision } from './precision.ts'
import { parseLayout, type TimeReader } from './time-layout.ts'

/** Writes values of CSV in line protocol. All throw an Error that names the column. */
export interface Converter {
  measurement(name: string): string
  /** `,key=value`; empty if there is no value. */
  tag(key: string, value: string): string
  /** `key=value`; empty if there is no value. */
  field(key: string, column: CsvColumn, value: string): string
  time(column: CsvColumn, value: string): string
}

export interface ConverterOptions {
  readonly precision: Precision
  readonly zone: () => number | 'local'
  warn(text: string): void
}

const NANOSECONDS: Readonly<Record<Precision, bigint>> = { ns: 1n, us: 1000n, ms: 1_000_000n, s: 1_000_000_000n }

export function createConverter({ precision, zone, warn }: ConverterOptions): Converter {
  const layouts = new Map<string, TimeReader>()
  const layoutOf = (format: string): TimeReader => {
    const known = layouts.get(format) ?? parseLayout(format)
    layouts.set(format, known)
    return known
  }
  /** @throws Error if the text is no time in this format */
  function nanoseconds({ label, format }: CsvColumn, text: string): bigint {
    const isStandard = format === '' || format === 'RFC3339' || format === 'RFC3339Nano'
    const time = isStandard ? parseRfc3339(text) : layoutOf(format)(text, zone())
    if (time === undefined)
      throw new Error(`column '${label}': '${text}' is no time in the format ${format || 'RFC3339'}`)
    return time
  }
  return {
    measurement: name => escaped('_measurement', name, /[, ]/g),
    tag: (key, value) => (value === '' ? '' : `,${escaped(key, key)}=${escaped(key, value)}`),
    field(key, column, value) {
      if (value === '') return ''
      const text = column.type === 'dateTime' && !/^-?\d+$/.test(value) ? `${nanoseconds(column, value)}` : value
      return `${escaped(key, key)}=${typed(column, text, warn)}`
    },
    time(column, value) {
      // A number is in the precision of the request already.
      if (column.format === 'number' || column.format === '') {
        if (/^-?\d{1,19}$/.test(value)) return value
        if (column.format === 'number') throw new Error(`column '${column.label}': '${value}' is not a whole number`)
      }
      return floor(nanoseconds(column, value), NANOSECONDS[precision]).toString()
    },
  }
}

const floor = (time: bigint, unit: bigint) => (time < 0n && time % unit !== 0n ? time / unit - 1n : time / unit)

/** @throws Error for what line protocol has no way to write */
function escaped(column: string, text: string, special = /[,= ]/g): string {
  if (/[\n\r]/.test(text)) throw new Error(`column '${column}': a line break can stand in a string field only`)
  if (text.endsWith('\\')) throw new Error(`column '${column}': '${text}' ends with a backslash`)
  return text.replace(special, '\\$&')
}

function typed({ type, format, label }: CsvColumn, text: string, warn: (text: string) => void): string {
  const fail = (reason: string) => new Error(`column '${label}': ${reason}`)
  switch (type) {
    case '':
      return text
    case 'string':
      return `"${text.replace(/["\\]/g, '\\$&')}"`
    case 'double': {
      const number = normalized(text, format).text
      if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(number) || !Number.isFinite(Number(number))) {
        throw fail(`'${text}' is not a number`)
      }
      return plainDecimal(Number(number))
    }
    case 'long':
    case 'unsignedLong':
      return whole(type, format, text, fail, truncated => warn(`column '${label}': ${truncated}`))
    case 'boolean':
      return String(truth(format, text, fail))
    case 'duration':
      return `${nanosecondsOf(text, fail)}i`
    case 'base64Binary':
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw fail(`'${text}' is not base64`)
      return `"${text}"`
    default:
      return `${text}i`
  }
}

/** In a format, the first character stands before the fraction, and the others are left out. */
function normalized(text: string, format: string): { readonly text: string; readonly fraction: boolean } {
  const [point = '.', ...ignored] = format === '' ? '. \t_' : format
  const kept = [...text].filter(character => !ignored.includes(character)).join('')
  return { text: kept.replace(point, '.'), fraction: kept.includes(point) }
}

const LIMITS: Readonly<Record<string, readonly [least: bigint, most: bigint, suffix: string]>> = {
  long: [-(2n ** 63n), 2n ** 63n - 1n, 'i'],
  unsignedLong: [0n, 2n ** 64n - 1n, 'u'],
}

function whole(
  type: string,
  format: string,
  text: string,
  fail: (reason: string) => Error,
  warn: (text: string) => void,
): string {
  const strict = format.endsWith('strict')
  const number = normalized(text, strict ? format.slice(0, -'strict'.length).replace(/:$/, '') : format)
  const digits = number.text.split('.')[0] ?? ''
  const [least, most, suffix] = LIMITS[type] as (typeof LIMITS)[string]
  if (
    !/^[+-]?\d{1,20}$/.test(digits) ||
    BigInt(digits.replace('+', '')) < least ||
    BigInt(digits.replace('+', '')) > most
  ) {
    throw fail(`'${text}' is not a ${type}`)
  }
  if (number.fraction && strict) throw fail(`'${text}' cannot fit into ${type} data type`)
  if (number.fraction) warn(`'${text}' truncated to '${digits}' to fit into ${type} data type`)
  return `${digits.replace('+', '')}${suffix}`
}

/** `y,Y:n,N`: one of the lists may be empty, which then takes all that is not in the other. */
function truth(format: string, text: string, fail: (reason: string) => Error): boolean {
  if (format === '') {
    if (/^[tTyY1]/.test(text)) return true
    if (/^[fFnN0]/.test(text)) return false
    throw fail(`'${text}' is no boolean: its first character is expected to be one of tTyY1fFnN0`)
  }
  const [yes, no] = format.split(':', 2).map(list => (list === '' ? [] : list.split(',')))
  if (yes === undefined || no === undefined) {
    throw fail(`boolean format '${format}' lacks its colon: 'true,yes,1:false,no,0'`)
  }
  if (no.includes(text)) return false
  if (yes.includes(text)) return true
  if (no.length === 0) return false
  if (yes.length === 0) return true
  throw fail(`'${text}' is neither one of ${yes} nor one of ${no}`)
}

function nanosecondsOf(text: string, fail: (reason: string) => Error): number {
  const negative = text.startsWith('-')
  try {
    const time = parseDuration(negative ? text.slice(1) : text)
    if (Number.isSafeInteger(time)) return negative ? -time : time
  } catch {
    // Said below, with the column.
  }
  throw fail(`'${text}' is not a duration`)
}
