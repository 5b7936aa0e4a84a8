import { refuse } from './undecidable.ts'

/** A piece of SQL. Of a `word` the text is in lower case, of what stands in quotes it is what the quotes mean. */
export interface SqlToken {
  readonly kind: 'word' | 'quoted' | 'text' | 'number' | 'parameter' | 'symbol' | 'end'
  readonly text: string
}

/** The longest text that is read, in UTF-16 units: while it is, nobody else has a turn. */
export const MAX_SQL_LENGTH = 262_144

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/
const SPACE = /[ \t\r\n]+/y
const LINE_COMMENT = /--[^\r\n]*(?=\r?\n|$)/y
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const PARAMETER = /\$(?:\d+|[A-Za-z_][A-Za-z0-9_]*)/y
const SYMBOL = /::|<=|>=|<>|!=|==|\|\||!~\*|!~|~\*|->>|->|=>|<<|>>|[()[\],;.+\-*/%<>=~&|^]/y
/** What may not touch a word, number, parameter or quote: together they might be one token of another kind. */
const STICKY = /[A-Za-z0-9_$@#'"`\\]|[^\u0000-\u007f]/

/** A pipe, whose operators name relations; a prefix of quotes, after `U`; a division or comment; a comment's end alone. */
const MISLEADING = /^(?:\|>|&['"]|\/\/|\*\/)/

const END: SqlToken = { kind: 'end', text: '' }

/**
 * Cuts SQL into tokens, which end with one of kind `end`.
 *
 * Only what the dialects of the parser in 3.x agree on: identifiers of ASCII letters or in double quotes, strings in single
 * quotes in which only the quote is doubled, plain numbers, `$1` and `$name`. Refused, because they differ about it, are
 * strings with a prefix (`E''`, `U&''`, `X''`), dollar quotes, back-ticks, a backslash before a quote, comments within
 * comments and those with a meaning, `#`, `@`, `?`, and control or other than ASCII characters outside quotes. Linear.
 *
 * @throws AppError `invalid`, to be caught by `decided`
 *
 * Source: upstream contract 1 and 3.1; the tokenizer of sqlparser with its generic dialect.
 */
export function sqlTokens(text: string): readonly SqlToken[] {
  if (text.length > MAX_SQL_LENGTH) refuse(`the query is longer than ${MAX_SQL_LENGTH} characters`)
  if (CONTROL.test(text)) refuse('the query has control characters')
  if (!text.isWellFormed()) refuse('the query has half a surrogate pair')
  const tokens: SqlToken[] = []
  for (let at = 0; at < text.length; ) {
    const skipped = match(SPACE, text, at) ?? commentAt(text, at)
    if (skipped !== undefined) {
      at += skipped.length
      continue
    }
    const [token, length] = tokenAt(text, at)
    at += length
    if (token.kind !== 'symbol' && STICKY.test(text[at] ?? '')) refuse('two tokens touch each other')
    tokens.push(token)
  }
  tokens.push(END)
  return tokens
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

function commentAt(text: string, at: number): string | undefined {
  if (text.startsWith('--', at)) return match(LINE_COMMENT, text, at) ?? refuse('a comment with a carriage return')
  if (!text.startsWith('/*', at)) return undefined
  const end = text.indexOf('*/', at + 2)
  if (end < 0) refuse('a comment does not end')
  const comment = text.slice(at, end + 2)
  if (comment.includes('/*', 2)) refuse('a comment within a comment')
  // Run by MySQL's dialect, or hints to a planner.
  if (comment.startsWith('/*!') || comment.startsWith('/*+')) refuse('a comment that means something')
  return comment
}

function tokenAt(text: string, at: number): readonly [SqlToken, number] {
  if (text[at] === '"') return quotedAt(text, at)
  if (text[at] === "'") return textAt(text, at)
  const word = match(WORD, text, at)
  if (word !== undefined) return [{ kind: 'word', text: word.toLowerCase() }, word.length]
  const number = match(NUMBER, text, at)
  if (number !== undefined) {
    if (text[at + number.length] === '.') refuse('a number with a point at its end')
    return [{ kind: 'number', text: number }, number.length]
  }
  const parameter = match(PARAMETER, text, at)
  if (parameter !== undefined) return [{ kind: 'parameter', text: parameter }, parameter.length]
  if (MISLEADING.test(text.slice(at, at + 2))) refuse('symbols that dialects differ about')
  const symbol = match(SYMBOL, text, at) ?? refuse('a character that is not known in queries')
  return [{ kind: 'symbol', text: symbol }, symbol.length]
}

/** Where the quote that opens at `at` closes; doubled ones stand for themselves. */
function closing(text: string, at: number, quote: string): number {
  for (let end = at + 1; ; end += 2) {
    end = text.indexOf(quote, end)
    if (end < 0) refuse('a quote does not close')
    if (text[end + 1] !== quote) return end
  }
}

function quotedAt(text: string, at: number): readonly [SqlToken, number] {
  const end = closing(text, at, '"')
  const name = text.slice(at + 1, end).replaceAll('""', '"')
  if (name === '' || /[\\\t\r\n]/.test(name)) refuse('an identifier that might be read in another way')
  return [{ kind: 'quoted', text: name }, end + 1 - at]
}

function textAt(text: string, at: number): readonly [SqlToken, number] {
  const end = closing(text, at, "'")
  const written = text.slice(at + 1, end)
  if (written.includes("\\'") || written.endsWith('\\')) refuse('a backslash before a quote')
  return [{ kind: 'text', text: written.replaceAll("''", "'") }, end + 1 - at]
}
