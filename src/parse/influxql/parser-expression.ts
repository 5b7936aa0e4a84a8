import { type Cursor, Refusal } from './cursor.ts'
import { isBareName, isFunctionName } from './keywords.ts'
import {
  ARITHMETIC,
  COLUMN_TYPES,
  COMPARISONS,
  type ColumnType,
  type Count,
  type Digits,
  type Expression,
  type Operator,
  type Parameter,
} from './syntax.ts'

/**
 * An expression: operands with operators between them.
 *
 * @param comparisons whether `=`, AND and the like may stand in it, at any depth; not so in the list of fields
 *
 * Source: the expression parsers of 1.x (influxql, ParseExpr) and of 3 (conditional, arithmetic).
 */
export function parseExpression(cursor: Cursor, comparisons: boolean): Expression {
  const first = parseOperand(cursor, comparisons)
  const rest: { operator: Operator; operand: Expression }[] = []
  for (let operator = acceptOperator(cursor); operator !== undefined; operator = acceptOperator(cursor)) {
    if (!comparisons && isComparison(operator)) throw new Refusal('a comparison stands among the fields')
    const matches = operator === '=~' || operator === '!~'
    rest.push({ operator, operand: matches ? parsePattern(cursor) : parseOperand(cursor, comparisons) })
  }
  return rest.length === 0 ? first : { kind: 'chain', first, rest }
}

/** A regular expression or, where one may stand, an expression. */
export function parseRegexOrExpression(cursor: Cursor, comparisons: boolean): Expression {
  return cursor.acceptRegex() ?? parseExpression(cursor, comparisons)
}

/** What the right side of `=~` must be. */
export function parsePattern(cursor: Cursor) {
  const regex = cursor.acceptRegex()
  if (regex !== undefined) return regex
  if (cursor.peek().kind !== 'parameter') throw new Refusal('a regular expression is missing')
  return parseParameter(cursor)
}

/** The number of LIMIT and the like. */
export function parseCount(cursor: Cursor): Count {
  if (cursor.peek().kind === 'parameter') return parseParameter(cursor)
  const digits = cursor.expectValue('integer')
  if (BigInt(digits) > 0x7fff_ffff_ffff_ffffn) throw new Refusal('an integer is too large')
  return { kind: 'integer', digits }
}

/** One to three names with points between; `a..b` has an empty one. What may follow the last point is the caller's. */
export function parseSegments(cursor: Cursor): { segments: string[]; endsInPoint: boolean } {
  const segments = [cursor.expectName()]
  while (cursor.acceptAdjacent('.')) {
    if (cursor.isBefore('/') || cursor.isBefore(':')) return { segments, endsInPoint: true }
    segments.push(cursor.isBefore('.') ? '' : cursor.expectName())
    if (segments.length > 3) throw new Refusal('a name has too many parts')
  }
  return { segments, endsInPoint: false }
}

const OPERATORS: ReadonlySet<string> = new Set([...ARITHMETIC, ...COMPARISONS])

function isComparison(operator: Operator): boolean {
  return (COMPARISONS as readonly string[]).includes(operator)
}

function acceptOperator(cursor: Cursor): Operator | undefined {
  const token = cursor.peek()
  const text = token.kind === 'symbol' ? token.symbol : token.kind === 'keyword' ? token.word : undefined
  if (text === undefined || !OPERATORS.has(text)) return undefined
  cursor.next()
  return text as Operator
}

function parseOperand(cursor: Cursor, comparisons: boolean): Expression {
  const token = cursor.peek()
  switch (token.kind) {
    case 'name':
      return parseNamed(cursor, comparisons)
    case 'string':
      return { kind: 'string', value: cursor.expectValue('string') }
    case 'integer':
    case 'number':
    case 'duration':
      return parseDigits(cursor)
    case 'parameter':
      return parseParameter(cursor)
    case 'keyword':
      return parseWord(cursor, token.word, comparisons)
    case 'symbol':
      return parseSymbol(cursor, token.symbol, comparisons)
    default:
      throw new Refusal('a value is missing')
  }
}

function parseDigits(cursor: Cursor): Digits {
  const token = cursor.next()
  if (token.kind !== 'integer' && token.kind !== 'number' && token.kind !== 'duration') {
    throw new Refusal('a number is missing')
  }
  return { kind: token.kind, digits: token.value }
}

function parseParameter(cursor: Cursor): Parameter {
  return { kind: 'parameter', name: cursor.expectValue('parameter') }
}

function parseWord(cursor: Cursor, word: string, comparisons: boolean): Expression {
  if (word === 'TRUE' || word === 'FALSE') {
    cursor.next()
    return { kind: 'boolean', value: word === 'TRUE' }
  }
  if (word !== 'DISTINCT') throw new Refusal(`${word} stands where a value should`)
  cursor.next()
  if (cursor.isBefore('(')) return parseCall(cursor, 'distinct', comparisons)
  if (!cursor.isAtSpace()) throw new Refusal('a name is missing')
  const name = cursor.expectName()
  // 1.x prints this one without quotes where it keeps a continuous query as text, and reads that text again.
  if (!isBareName(name)) throw new Refusal('DISTINCT takes a plain name; distinct() takes any')
  return { kind: 'distinct', name }
}

function parseSymbol(cursor: Cursor, symbol: string, comparisons: boolean): Expression {
  cursor.next()
  switch (symbol) {
    case '(': {
      const inner = cursor.deeper(() => parseExpression(cursor, comparisons))
      cursor.expectSymbol(')')
      return { kind: 'group', inner }
    }
    case '*': {
      const type = acceptType(cursor)
      if (type !== undefined && type !== 'field' && type !== 'tag') throw new Refusal('a wildcard has no such type')
      return { kind: 'wildcard', type }
    }
    case '+':
    case '-':
      return { kind: 'signed', sign: symbol, operand: parseUnsigned(cursor, symbol, comparisons) }
    default:
      throw new Refusal(`${symbol} stands where a value should`)
  }
}

/** What may follow a sign: never another sign, of which two would be a comment. */
function parseUnsigned(cursor: Cursor, sign: string, comparisons: boolean): Expression {
  const { kind } = cursor.peek()
  if (!['name', 'integer', 'number', 'duration', 'parameter'].includes(kind) && !cursor.atSymbol('(')) {
    throw new Refusal('a number is missing')
  }
  const operand = parseOperand(cursor, comparisons)
  if (sign === '-' && operand.kind === 'integer' && BigInt(operand.digits) > 0x8000_0000_0000_0000n) {
    throw new Refusal('an integer is too small')
  }
  return operand
}

function parseNamed(cursor: Cursor, comparisons: boolean): Expression {
  const token = cursor.peek()
  if (token.kind === 'name' && isCall(cursor)) {
    cursor.next()
    return parseCall(cursor, token.name.toLowerCase(), comparisons)
  }
  const { segments, endsInPoint } = parseSegments(cursor)
  // 1.x forgets the point: to it, `a./b` is `a / b`.
  if (endsInPoint) throw new Refusal('a name ends in a point')
  return { kind: 'column', segments, type: acceptType(cursor) }
}

/** Whether a bracket stands right after a name. 1.x takes quoted names of functions too, and prints them unquoted. */
function isCall(cursor: Cursor): boolean {
  const token = cursor.peek()
  if (token.kind !== 'name' || !cursor.isCharacterAt(token.end, '(')) return false
  if (token.quoted || !isFunctionName(token.name)) throw new Refusal('the name of a function is quoted')
  return true
}

/** The rest of a call, from its opening bracket. */
function parseCall(cursor: Cursor, name: string, comparisons: boolean): Expression {
  return cursor.deeper(() => {
    cursor.expectSymbol('(')
    // A regular expression is looked for first: peeking would take `/*` for a comment, as 1.x does not.
    const regex = cursor.acceptRegex()
    if (regex === undefined && cursor.acceptSymbol(')')) return { kind: 'call', name, arguments: [] }
    const first = regex ?? parseExpression(cursor, comparisons)
    const others = cursor.acceptSymbol(',') ? cursor.list(() => parseRegexOrExpression(cursor, comparisons)) : []
    cursor.expectSymbol(')')
    return { kind: 'call', name, arguments: [first, ...others] }
  })
}

/** `::type`, without a gap anywhere. */
function acceptType(cursor: Cursor): ColumnType | undefined {
  if (!cursor.acceptAdjacent('::')) return undefined
  const token = cursor.isAdjacent() ? cursor.next() : undefined
  const word = token?.kind === 'keyword' ? token.word : token?.kind === 'name' && !token.quoted ? token.name : ''
  const type = COLUMN_TYPES.find(one => one === word.toLowerCase())
  if (type === undefined) throw new Refusal('there is no such type')
  return type
}
