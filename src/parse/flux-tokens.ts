import { refuse } from './undecidable.ts'

/** A piece of Flux. Of a `text` or `regex` the text is what stands between the quotes or slashes, as written. */
export interface FluxToken {
  readonly kind: 'word' | 'keyword' | 'text' | 'regex' | 'time' | 'literal' | 'symbol' | 'end'
  readonly text: string
  /** Where it begins in the script, its quote or slash included. */
  readonly at: number
}

type Piece = Pick<FluxToken, 'kind' | 'text'>

/** The longest script that is read, in UTF-16 units: while it is, nobody else has a turn. */
export const MAX_SCRIPT_LENGTH = 131_072

const KEYWORDS = new Set(
  'and or not empty in import package return option builtin test testcase if then else exists'.split(' '),
)

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/
const SPACE = /[ \t\r\n]+/y
const COMMENT = /\/\/[^\n]*/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const TIME = /\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d*)?(?:Z|[+-]\d{2}:\d{2})?)?/y
const DURATION = /(?:(?:0|[1-9]\d*)(?:mo|ms|us|ns|[ywdhms]))+/y
const NUMBER = /\d+\.\d+|0|[1-9]\d*/y
const SYMBOL = /==|!=|=~|!~|<=|>=|=>|<-|\|>|[-+*/%^<>=()[\]{}:,.]/y
/** What may not touch a word, a number or a text: together they might be one token of another kind. */
const STICKY = /[A-Za-z0-9_"]|[^\u0000-\u007f]/
/** After these, a slash begins a regular expression. */
const BEFORE_REGEX = new Set(['=~', '!~', '==', '!=', '(', '[', ',', ':', '=', '=>'])
const END: Piece = { kind: 'end', text: '' }

/**
 * Cuts a Flux script into tokens, which end with one of kind `end`.
 *
 * The scanner of Flux takes the longest text that fits, which for strings and regular expressions can depend on all that
 * follows. So refused are a `$` in a string before `{`, `\`, `$` or the end, escapes other than `\n \r \t \" \\ \xNN`,
 * escaped slashes in regular expressions but for those that do no harm whichever slash is the end, and regular expressions
 * in unusual places or over several lines; also control characters and, outside strings and comments, characters other than
 * ASCII. Linear in the text.
 *
 * @throws AppError `invalid`, to be caught by `decided`
 *
 * Source: upstream contract 3.3; the scanner of Flux (libflux).
 */
export function fluxTokens(script: string): readonly FluxToken[] {
  if (script.length > MAX_SCRIPT_LENGTH) refuse(`the script is longer than ${MAX_SCRIPT_LENGTH} characters`)
  if (CONTROL.test(script)) refuse('the script has control characters')
  if (!script.isWellFormed()) refuse('the script has half a surrogate pair')
  const tokens: FluxToken[] = []
  let before: Piece = END
  for (let at = 0; at < script.length; ) {
    const skipped = gapAt(script, at)
    if (skipped > 0) {
      at += skipped
      continue
    }
    const [{ kind, text }, length] = tokenAt(script, at, before)
    const token = { kind, text, at }
    tokens.push(token)
    before = token
    at += length
    if (kind !== 'symbol' && STICKY.test(script[at] ?? '')) refuse('two tokens touch each other')
  }
  tokens.push({ ...END, at: script.length })
  return tokens
}

/** How much white space, or of a comment, stands at a place. */
function gapAt(script: string, at: number): number {
  const first = script[at]!
  if (first === '/') return script[at + 1] === '/' ? match(COMMENT, script, at)!.length : 0
  return first <= ' ' ? (match(SPACE, script, at)?.length ?? 0) : 0
}

function match(pattern: RegExp, script: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(script)?.[0]
}

function tokenAt(script: string, at: number, before: Piece): readonly [Piece, number] {
  if (script[at] === '"') return textAt(script, at)
  if (script[at] === '/' && !isOperand(before)) return regexAt(script, at, before)
  if (isDigitAt(script, at)) return numberAt(script, at)
  const word = match(WORD, script, at)
  if (word !== undefined) return [{ kind: KEYWORDS.has(word) ? 'keyword' : 'word', text: word }, word.length]
  const symbol = match(SYMBOL, script, at) ?? refuse('a character that is not known in scripts')
  if (symbol === '.' && isDigitAt(script, at + 1)) refuse('a number that begins with a point')
  return [{ kind: 'symbol', text: symbol }, symbol.length]
}

function isDigitAt(script: string, at: number): boolean {
  const code = script.charCodeAt(at)
  return code >= 0x30 && code <= 0x39
}

/** A time, a duration or a number. */
function numberAt(script: string, at: number): readonly [Piece, number] {
  const time = match(TIME, script, at)
  if (time !== undefined) return [{ kind: 'time', text: time }, time.length]
  const literal = match(DURATION, script, at) ?? match(NUMBER, script, at) ?? refuse('a number that is none')
  if (script[at + literal.length] === '.') refuse('a number with a point at its end')
  return [{ kind: 'literal', text: literal }, literal.length]
}

/** Whether a slash after it divides. */
function isOperand({ kind, text }: Piece): boolean {
  return kind === 'symbol' ? text === ')' || text === ']' : kind !== 'keyword' && kind !== 'end'
}

function textAt(script: string, at: number): readonly [Piece, number] {
  let end = at + 1
  for (; script[end] !== '"'; end++) {
    if (end >= script.length) refuse('a text does not end')
    if (script[end] === '$' && '{\\$"'.includes(script[end + 1] ?? '"')) refuse('a text with a dollar sign')
    if (script[end] !== '\\') continue
    end++
    if (!'nrt"\\x'.includes(script[end] ?? ' ')) refuse('a text with an escape that is not known')
  }
  return [{ kind: 'text', text: script.slice(at + 1, end) }, end + 1 - at]
}

function regexAt(script: string, at: number, before: Piece): readonly [Piece, number] {
  if (before.kind !== 'symbol' || !BEFORE_REGEX.has(before.text)) refuse('a slash in an unusual place')
  const regex = match(REGEX, script, at)?.slice(1, -1) ?? refuse('a regular expression does not end')
  const end = at + regex.length + 2
  if (regex.endsWith('\\')) refuse('a regular expression with a backslash at its end')
  if (regex.includes('/')) {
    if (!HARMLESS.test(regex) || CALL.test(regex)) refuse('an escaped slash in a regular expression of another kind')
    SLASH.lastIndex = end
    if (SLASH.test(script)) refuse('a slash after a regular expression with escaped slashes')
  }
  return [{ kind: 'regex', text: regex }, end - at]
}

/** To the first slash that is not escaped. */
const REGEX = /\/(?:\\\/|[^/\n])*\//y
/**
 * Of one with an escaped slash, should anybody take that for its end: what would then stand there calls nothing, opens no
 * text, and ends where we say.
 */
const HARMLESS = /^(?:[\w.^$|*+?[\]{}(),:@%-]|\\[^\\\s"'])*$/
const CALL = /[\w)\]}]\(/
const SLASH = /[ \t\r\n]*\//y
