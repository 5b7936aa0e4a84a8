import { keywordOf } from './keywords.ts'

/**
 * A token. `start` and `end` are offsets into the text, so that a parser can tell what stands without a space between.
 *
 * `integer`, `number` and `duration` keep their spelling, with `u` for `µ`: nothing is computed that could round.
 */
export type Token =
  | { readonly kind: 'keyword'; readonly word: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'name'
      readonly name: string
      readonly quoted: boolean
      readonly start: number
      readonly end: number
    }
  | { readonly kind: 'symbol'; readonly symbol: string; readonly start: number; readonly end: number }
  | {
      readonly kind: 'string' | 'integer' | 'number' | 'duration' | 'parameter'
      readonly value: string
      readonly start: number
      readonly end: number
    }
  | { readonly kind: 'end'; readonly start: number; readonly end: number }
  | { readonly kind: 'illegal'; readonly reason: string; readonly start: number; readonly end: number }

type Position = { readonly start: number; readonly end: number }
type Quoted = { readonly value: string; readonly end: number } | { readonly reason: string }

/** Space, tab, new line; the caller has turned every CR and CRLF into one. Nothing else is white. */
const SPACE = /[ \t\n]*/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const DIGITS = /[0-9]+/y
const FRACTION = /\.[0-9]+/y
const UNITS = /[A-Za-zµ][A-Za-z0-9µ]*/y
const PARAMETER = /[A-Za-z0-9_]+/y
/** Longest first. `!` alone is nothing. */
const SYMBOL = /=~|!=|!~|>=|<=|<>|::|[-+*/%&|^=<>(),;:.]/y
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', '\\': '\\', '"': '"', "'": "'" }

function take(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Where white space ends. */
export function skipSpace(text: string, at: number): number {
  return at + (take(SPACE, text, at) ?? '').length
}

/** Where white space and comments end. A comment without an end is left standing, and is illegal where it stands. */
function skipGap(text: string, from: number): number {
  let at = skipSpace(text, from)
  for (;;) {
    if (text.startsWith('--', at)) {
      const line = text.indexOf('\n', at)
      at = line < 0 ? text.length : line
    } else if (text.startsWith('/*', at)) {
      const close = text.indexOf('*/', at + 2)
      if (close < 0) return at
      at = close + 2
    } else return at
    at = skipSpace(text, at)
  }
}

/**
 * The token that follows white space and comments at an offset.
 *
 * A slash is always division here: only the parser knows where a regular expression may stand (`scanRegex`). Text that
 * the reference scanner reads in a way nobody would expect is illegal: `ab"cd"` (there the name `cd`), `1.` (there 1
 * without its point), a name of no letters (there as good as none). Linear, never throws.
 *
 * Source: the scanners of 1.x (influxql, scanner.go) and of 3 (influxdb_influxql_parser).
 */
export function scanToken(text: string, from: number): Token {
  const start = skipGap(text, from)
  const first = text[start]
  if (first === undefined) return { kind: 'end', start, end: start }
  if (/[A-Za-z_]/.test(first)) return scanWord(text, start)
  if (/[0-9]/.test(first) || (first === '.' && /[0-9]/.test(text[start + 1] ?? ''))) return scanNumber(text, start)
  if (first === '"') return scanQuotedName(text, start)
  if (first === "'") {
    const quoted = unquote(text, start)
    return 'reason' in quoted ? illegal(text, start, quoted.reason) : { kind: 'string', start, ...quoted }
  }
  if (first === '$') return scanParameter(text, start)
  if (first === '/' && text[start + 1] === '*') return illegal(text, start, 'a comment does not end')
  const symbol = take(SYMBOL, text, start)
  if (symbol === undefined) return illegal(text, start, 'there is a character that means nothing')
  // One spelling for one meaning.
  return { kind: 'symbol', symbol: symbol === '<>' ? '!=' : symbol, start, end: start + symbol.length }
}

/**
 * The regular expression whose opening slash stands at an offset, as its pattern: `\/` is a slash, and every other
 * backslash belongs to the pattern.
 */
export function scanRegex(text: string, start: number): Quoted {
  // To 1.x, where an expression may stand, `/*` opens one; to 3 it opens a comment.
  if (text[start + 1] === '*') return { reason: 'a comment stands where a regular expression may' }
  let pattern = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === '\n') return { reason: 'a regular expression does not end in its line' }
    if (character === '/') return { value: pattern, end: at + 1 }
    const escaped = character === '\\' && text[at + 1] === '/'
    if (escaped) at++
    pattern += escaped ? '/' : character
  }
  return { reason: 'a regular expression does not end' }
}

function illegal(text: string, start: number, reason: string): Token {
  return { kind: 'illegal', reason, start, end: text.length }
}

function scanWord(text: string, start: number): Token {
  const name = take(WORD, text, start)!
  const position = { start, end: start + name.length }
  if (text[position.end] === '"') return illegal(text, start, 'a name is partly quoted')
  const word = keywordOf(name)
  return word === undefined
    ? { kind: 'name', name, quoted: false, ...position }
    : { kind: 'keyword', word, ...position }
}

function scanQuotedName(text: string, start: number): Token {
  const quoted = unquote(text, start)
  if ('reason' in quoted) return illegal(text, start, quoted.reason)
  // `""` is no name to 1.x, which then takes the default one, and a name to 3.
  if (quoted.value === '') return illegal(text, start, 'a name is empty')
  return { kind: 'name', name: quoted.value, quoted: true, start, end: quoted.end }
}

function scanParameter(text: string, start: number): Token {
  if (text[start + 1] === '"') {
    const quoted = unquote(text, start + 1)
    if ('reason' in quoted) return illegal(text, start, quoted.reason)
    return quoted.value === '' ? illegal(text, start, 'a name is empty') : { kind: 'parameter', start, ...quoted }
  }
  const value = take(PARAMETER, text, start + 1)
  if (value === undefined) return illegal(text, start, 'a parameter has no name')
  const end = start + 1 + value.length
  return text[end] === '"' ? illegal(text, start, 'a name is partly quoted') : { kind: 'parameter', value, start, end }
}

function scanNumber(text: string, start: number): Token {
  const whole = take(DIGITS, text, start) ?? ''
  const fraction = take(FRACTION, text, start + whole.length)
  if (fraction !== undefined)
    return decimal(text, whole + fraction, { start, end: start + whole.length + fraction.length })
  if (text[start + whole.length] === '.') return illegal(text, start, 'a number ends in its point')
  const units = take(UNITS, text, start + whole.length) ?? ''
  const position = { start, end: start + whole.length + units.length }
  if (units !== '') return duration(text, whole + units, position)
  const isLarge = significant(whole) > 20 || BigInt(whole) > 0xffff_ffff_ffff_ffffn
  return isLarge ? illegal(text, start, 'an integer is too large') : { kind: 'integer', value: whole, ...position }
}

function decimal(text: string, value: string, position: Position): Token {
  if (!Number.isFinite(Number(value))) return illegal(text, position.start, 'a number is too large')
  return { kind: 'number', value, ...position }
}

const PART = /([0-9]+)(ns|ms|[uµsmhdw])/y
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  u: 1_000n,
  µ: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
}

/** Checked, because what overflows is another duration to 1.x, and an error to 3. */
function duration(text: string, value: string, position: Position): Token {
  let total = 0n
  for (let at = 0; at < value.length; at = PART.lastIndex) {
    PART.lastIndex = at
    const part = PART.exec(value)
    if (part === null) return illegal(text, position.start, 'a duration has no such unit')
    if (significant(part[1]!) > 19) return illegal(text, position.start, 'a duration is too long')
    total += BigInt(part[1]!) * NANOSECONDS[part[2]!]!
    if (total > 0x7fff_ffff_ffff_ffffn) return illegal(text, position.start, 'a duration is too long')
  }
  return { kind: 'duration', value: value.replaceAll('µ', 'u'), ...position }
}

/** How many digits count. */
function significant(digits: string): number {
  return digits.replace(/^0+/, '').length
}

/** What stands between two quotes, the first of them at `start`. */
function unquote(text: string, start: number): Quoted {
  const quote = text[start]
  let value = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at]!
    if (character === quote) return { value, end: at + 1 }
    if (character === '\n') return { reason: 'a quoted text does not end in its line' }
    if (character !== '\\') {
      value += character
      continue
    }
    const escaped = ESCAPES[text[++at] ?? '']
    if (escaped === undefined) return { reason: 'a quoted text has an escape that means nothing' }
    value += escaped
  }
  return { reason: 'a quoted text does not end' }
}
