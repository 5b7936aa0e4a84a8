import { type DateParts, nanosecondsOf } from '../rfc3339.ts'

/** Reads a time; undefined if the text does not have the layout. @param zone in minutes ahead of UTC, unless the text has its own */
export type TimeReader = (text: string, zone: number | 'local') => bigint | undefined

type Field = keyof DateParts | 'yearDay' | 'afternoon' | 'offset'

/** Longest first, where one begins another. */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const short = (names: readonly string[]) => names.map(name => name.slice(0, 3))
const OFFSET = '([+-]\\d\\d:?\\d\\d|[+-]\\d\\d)'

interface Element {
  readonly pattern: string
  readonly field?: Field
  readonly value?: (text: string) => number
}

/** The elements of a Go layout, which spells a known moment: 2006-01-02 15:04:05.999999999 -0700. */
const ELEMENTS: Readonly<Record<string, Element>> = {
  '2006': { pattern: '(\\d{4})', field: 'year' },
  '06': { pattern: '(\\d\\d)', field: 'year', value: text => Number(text) + (Number(text) >= 69 ? 1900 : 2000) },
  January: { pattern: `(${MONTHS.join('|')})`, field: 'month', value: text => MONTHS.indexOf(text) + 1 },
  Jan: { pattern: `(${short(MONTHS).join('|')})`, field: 'month', value: text => short(MONTHS).indexOf(text) + 1 },
  '01': { pattern: '(\\d\\d)', field: 'month' },
  Monday: { pattern: `(?:${DAYS.join('|')})` },
  Mon: { pattern: `(?:${short(DAYS).join('|')})` },
  '002': { pattern: '(\\d{3})', field: 'yearDay' },
  '02': { pattern: '(\\d\\d)', field: 'day' },
  _2: { pattern: ' ?(\\d{1,2})', field: 'day' },
  '15': { pattern: '(\\d\\d)', field: 'hour' },
  '03': { pattern: '(\\d\\d)', field: 'hour' },
  '04': { pattern: '(\\d\\d)', field: 'minute' },
  // A fraction may follow even where the layout has none, as in Go.
  '05': { pattern: '(\\d\\d)', field: 'second' },
  PM: { pattern: '([AP]M)', field: 'afternoon', value: text => (text === 'PM' ? 1 : 0) },
  pm: { pattern: '([ap]m)', field: 'afternoon', value: text => (text === 'pm' ? 1 : 0) },
  'Z07:00': { pattern: `(Z|${OFFSET.slice(1, -1)})`, field: 'offset', value: minutesOf },
  Z0700: { pattern: `(Z|${OFFSET.slice(1, -1)})`, field: 'offset', value: minutesOf },
  Z07: { pattern: `(Z|${OFFSET.slice(1, -1)})`, field: 'offset', value: minutesOf },
  '-07:00': { pattern: OFFSET, field: 'offset', value: minutesOf },
  '-0700': { pattern: OFFSET, field: 'offset', value: minutesOf },
  '-07': { pattern: OFFSET, field: 'offset', value: minutesOf },
  '1': { pattern: '(\\d{1,2})', field: 'month' },
  '2': { pattern: '(\\d{1,2})', field: 'day' },
  '3': { pattern: '(\\d{1,2})', field: 'hour' },
  '4': { pattern: '(\\d{1,2})', field: 'minute' },
  '5': { pattern: '(\\d{1,2})', field: 'second' },
}

const FRACTION: Element = {
  pattern: '(?:[.,](\\d{1,9})\\d*)?',
  field: 'nanosecond',
  value: text => Number(text.padEnd(9, '0')),
}

const TOKEN = new RegExp(
  `[.,](?:0+|9+)(?!\\d)|${Object.keys(ELEMENTS)
    .sort((one, other) => other.length - one.length)
    .join('|')}`,
  'g',
)

function minutesOf(text: string): number {
  if (text === 'Z') return 0
  const [, sign, hours, minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
}

/** A reader for times in a layout of Go's time package. */
export function parseLayout(layout: string): TimeReader {
  const elements: Element[] = []
  const fractional = /[.,](?:0+|9+)(?!\d)/.test(layout)
  let source = ''
  let at = 0
  for (const { 0: token, index } of layout.matchAll(TOKEN)) {
    const element = ELEMENTS[token] ?? FRACTION
    const own = (token === '05' || token === '5') && !fractional ? [element, FRACTION] : [element]
    source += literal(layout.slice(at, index)) + own.map(({ pattern }) => pattern).join('')
    elements.push(...own.filter(({ field }) => field !== undefined))
    at = index + token.length
  }
  const pattern = new RegExp(`^${source}${literal(layout.slice(at))}$`)
  return (text, zone) => {
    const values = pattern.exec(text)?.slice(1)
    return values === undefined ? undefined : timeOf(elements, values, zone)
  }
}

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function timeOf(elements: readonly Element[], values: readonly string[], zone: number | 'local'): bigint | undefined {
  const parts = { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanosecond: 0 }
  const found = new Map<Field, number>()
  for (const [at, { field, value = Number }] of elements.entries()) {
    if (field !== undefined && values[at] !== undefined) found.set(field, value(values[at]))
  }
  for (const part of Object.keys(parts) as (keyof DateParts)[]) parts[part] = found.get(part) ?? parts[part]
  const afternoon = found.get('afternoon')
  if (afternoon !== undefined) parts.hour = (parts.hour % 12) + 12 * afternoon
  const yearDay = found.get('yearDay')
  const time = nanosecondsOf(parts, found.get('offset') ?? zone)
  return time === undefined || yearDay === undefined ? time : time + BigInt(yearDay - 1) * 86_400_000_000_000n
}
