import type { SqlReader } from './sql-reader.ts'
import { EXPRESSION_WORDS, HIDDEN_SCHEMAS, RESERVED, WORDY_FUNCTIONS } from './sql-words.ts'
import { refuse } from './undecidable.ts'

export interface ExpressionPlace {
  /** Words that end the expressions here. */
  readonly stops: ReadonlySet<string>
  /** Reads a query that stands in parentheses. */
  readonly query: () => void
  /** Whether expressions may be given names without AS. */
  readonly aliases?: boolean
  /** Whether a comma ends the expression. */
  readonly isOne?: boolean
  /** Words that part the arguments of the function that is called here. */
  readonly partings?: ReadonlySet<string>
}

const QUERY_STARTS = ['select', 'with', 'values', 'table']
const NO_WORDS: ReadonlySet<string> = new Set()

/**
 * Reads one or more expressions, up to a word that ends them or a parenthesis that is not theirs.
 *
 * They are not taken apart further than is needed to be sure that no relation is named in them but by queries in
 * parentheses: two operands never touch without a word or an operator known here, and no word that leads to a relation in
 * any dialect is let through.
 *
 * @throws AppError `invalid`, to be caught by `decided`
 */
export function readExpression(reader: SqlReader, place: ExpressionPlace): void {
  /** Whether an operand was just read, so that another one needs something in between. */
  let afterOperand = false
  /** The words read just before, latest first. */
  let words: readonly string[] = []

  for (;;) {
    const { kind, text } = reader.peek()
    if (kind === 'end' || (kind === 'symbol' && [')', ']', ';'].includes(text))) return
    if (kind === 'symbol' && text === ',' && place.isOne) return
    if (kind === 'symbol') symbol(text)
    else if (kind === 'word') {
      if (!word(text)) return
    } else if (kind === 'quoted') name()
    else {
      reader.next()
      operand()
    }
  }

  function symbol(text: string): void {
    if (text === '(') {
      if (afterOperand) refuse('the query is none that can be decided')
      parentheses(NO_WORDS)
      operand()
    } else if (text === '[') {
      reader.next()
      reader.nested(() => readExpression(reader, { stops: NO_WORDS, query: place.query }))
      reader.expect(']')
      afterOperand = true
    } else {
      if (text === '.') refuse('a point without a name before it')
      reader.next()
      afterOperand = false
    }
    words = []
  }

  function operand(): void {
    if (afterOperand) refuse('the query is none that can be decided')
    afterOperand = true
    words = []
  }

  /** Whether the expression goes on. */
  function word(text: string): boolean {
    if (text === 'from' && isDistinctFrom()) return passed(text)
    if (text === 'group' && words[0] === 'within') return passed(text)
    if (text === 'with' && reader.peek(1).text === 'time' && reader.peek(2).text === 'zone') return passed(text)
    if (place.partings?.has(text)) return passed(text)
    const isCall = reader.peek(1).kind === 'symbol' && reader.peek(1).text === '('
    if (isCall && (text === 'left' || text === 'right')) name()
    else if (place.stops.has(text)) return false
    else if (text === 'in' && !isCall) refuse('IN without a list')
    else if (EXPRESSION_WORDS.has(text) && reader.peek(1).text !== '.') return passed(text)
    else if (RESERVED.has(text)) refuse('the query is none that can be decided')
    else name()
    return true
  }

  function isDistinctFrom(): boolean {
    return words[0] === 'distinct' && (words[1] === 'is' || (words[1] === 'not' && words[2] === 'is'))
  }

  /** A word of the language: next to it, operands may stand. */
  function passed(text: string): true {
    reader.next()
    const isCall = reader.peek().kind === 'symbol' && reader.peek().text === '('
    if (isCall) parentheses(text === 'filter' ? WHERE : NO_WORDS)
    // An IS without an operand before it could be a name, and then DISTINCT the name that it is given.
    if (isCall || (text === 'is' && !afterOperand)) words = []
    else words = [text, ...words.slice(0, 2)]
    afterOperand = false
    return true
  }

  /** A column, the call of a function, or the name that an expression is given. */
  function name(): void {
    const isQuoted = reader.peek().kind === 'quoted'
    const names = isQuoted || !RESERVED.has(reader.peek().text) ? columnName(reader) : [reader.next().text]
    const { kind, text } = reader.peek()
    if (kind === 'symbol' && text === '(') {
      if (isQuoted || names.length > 1) refuse('a function whose name is qualified or quoted')
      operand()
      parentheses(WORDY_FUNCTIONS.get(names[0]!) ?? NO_WORDS)
    } else if (!afterOperand) operand()
    else alias(names)
  }

  function alias(names: readonly string[]): void {
    const { kind, text } = reader.peek()
    const isEnd = kind === 'end' || (kind === 'symbol' && [',', ')', ';'].includes(text))
    const isLast = isEnd || (kind === 'word' && place.stops.has(text))
    if (!place.aliases || names.length > 1 || !isLast) refuse('the query is none that can be decided')
  }

  function parentheses(partings: ReadonlySet<string>): void {
    reader.expect('(')
    if (QUERY_STARTS.includes(reader.peekWord() ?? '')) place.query()
    else {
      if (partings === WHERE) reader.expect('where')
      reader.nested(() => readExpression(reader, { stops: NO_WORDS, query: place.query, partings }))
    }
    reader.expect(')')
  }
}

const WHERE: ReadonlySet<string> = new Set(['where'])

/** `a`, `t.a`, `iox.t.a` or `t.*`: never of a schema that tells of other tables. */
function columnName(reader: SqlReader): readonly string[] {
  const names = [reader.identifier()]
  while (reader.skip('.')) {
    if (HIDDEN_SCHEMAS.has(names.at(-1)!.toLowerCase())) refuse('a schema that tells of other tables')
    if (reader.skip('*')) return [...names, '*']
    names.push(reader.identifier())
  }
  if (names.length > 3 || (names.length === 3 && names[0] !== 'iox')) refuse('a column of another catalog')
  return names
}
