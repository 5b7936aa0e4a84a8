import { refuse } from './undecidable.ts'

interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'symbol' | 'end'
  readonly text: string
}

/** How deeply parentheses may lie within one another. */
export const MAX_PREDICATE_DEPTH = 16
/** The longest predicate that is read, in UTF-16 units. */
export const MAX_PREDICATE_LENGTH = 65_536

const TOKEN = /[ \t\r\n]*(?:([A-Za-z_][A-Za-z0-9_]*)|"([^"\\\r\n\0]*)"|'([^'\\\r\n\0]*)'|(\d+(?:\.\d+)?)|(!=|[=()]))/y
const REST = /[ \t\r\n]*$/y
/** What may not touch a word or a number: together they might be one token of another kind. */
const STICKY = /[A-Za-z0-9_."']|[^\u0000-\u007f]/

/**
 * Reads the predicate of a deletion, `tag = value AND (other != value)`.
 *
 * InfluxDB 2 reads it with two parsers, of which one knows no strings in single quotes and the other more operators; only
 * what both read alike is let through: tags in double quotes or as plain words, `=` and `!=`, AND and parentheses. There
 * are no escapes, comments, regular expressions and OR.
 *
 * @returns the measurement that the predicate demands outside parentheses; undefined if it demands none
 * @throws AppError `invalid`, to be caught by `decided`
 *
 * Source: wire contract 6.4; the predicate parser of 2.x and the scanner of InfluxQL.
 */
export function readPredicate(text: string): string | undefined {
  if (text === '') return undefined
  if (text.length > MAX_PREDICATE_LENGTH) refuse(`the predicate is longer than ${MAX_PREDICATE_LENGTH} characters`)
  const tokens = tokensOf(text)
  let at = 0
  const next = (): Token => tokens[at++] ?? END
  const isSymbol = (symbol: string) => tokens[at]?.kind === 'symbol' && tokens[at]?.text === symbol
  const measurements = new Set<string>()
  conjunction(0)
  if (at < tokens.length) refuse('something follows the predicate')
  if (measurements.size > 1) refuse('two measurements are demanded')
  return [...measurements][0]

  function conjunction(depth: number): void {
    if (depth > MAX_PREDICATE_DEPTH) refuse('the predicate is nested too deeply')
    do {
      if (isSymbol('(')) {
        at++
        conjunction(depth + 1)
        const { kind, text } = next()
        if (kind !== 'symbol' || text !== ')') refuse('a parenthesis does not close')
      } else comparison(depth)
    } while (skipAnd())
  }

  function skipAnd(): boolean {
    if (tokens[at]?.kind !== 'word' || tokens[at]?.text.toLowerCase() !== 'and') return false
    at++
    return true
  }

  function comparison(depth: number): void {
    const key = next()
    const operator = next()
    const value = next()
    const isKey = key.kind === 'quoted' || (key.kind === 'word' && !RESERVED.has(key.text.toLowerCase()))
    if (!isKey || key.text === '') refuse('the predicate has no tag where one is needed')
    if (operator.kind !== 'symbol' || !['=', '!='].includes(operator.text)) refuse('the predicate has no = or !=')
    const isValue = value.kind === 'word' ? isWordValue(value.text) : value.kind === 'quoted' || value.kind === 'number'
    if (!isValue) refuse('the predicate has no value where one is needed')
    if (key.text === '_field') refuse('a deletion by field')
    if (key.text === '_measurement' && operator.text === '=' && depth === 0) measurements.add(value.text)
  }
}

const END: Token = { kind: 'end', text: '' }

/** Of the language, some only in other places; as names of tags they need quotes. */
const RESERVED = new Set(
  `all alter analyze and any as asc begin by cardinality continuous create database databases default delete desc
  destinations diagnostics distinct drop duration end every exact explain field for from future grant grants group groups
  if in inf insert into key keys kill limit measurement measurements name not offset on or order past password policies
  policy privileges queries query read replication resample retention revoke select series set shard shards show slimit
  soffset stats subscription subscriptions tag to true false user users values where with write`.split(/\s+/),
)

const isWordValue = (text: string) => ['true', 'false'].includes(text) || !RESERVED.has(text.toLowerCase())

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < text.length; ) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) {
      REST.lastIndex = at
      if (!REST.test(text)) refuse('the predicate is none that can be decided')
      break
    }
    at = TOKEN.lastIndex
    const token = tokenOf(match)
    if (token.kind !== 'symbol' && STICKY.test(text[at] ?? '')) refuse('two tokens touch each other')
    tokens.push(token)
  }
  return tokens
}

function tokenOf([, word, quoted, text, number, symbol]: RegExpExecArray): Token {
  if (word !== undefined) return { kind: 'word', text: word }
  // In InfluxQL one is a name and the other a string; a deletion takes both for the value.
  if (quoted !== undefined || text !== undefined) return { kind: 'quoted', text: quoted ?? text ?? '' }
  return number === undefined ? { kind: 'symbol', text: symbol ?? '' } : { kind: 'number', text: number }
}
