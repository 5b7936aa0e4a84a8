import { type Cursor, Refusal } from './cursor.ts'
import { parseCount, parseExpression, parseRegexOrExpression, parseSegments } from './parser-expression.ts'
import {
  type Count,
  type Digits,
  type Expression,
  FILL_WORDS,
  type Field,
  type Fill,
  type Measurement,
  type Order,
  type Select,
  type Signed,
  type Source,
  type Target,
} from './syntax.ts'

/** Whether INTO may, must or must not stand in a SELECT. */
export type IntoRule = 'may' | 'must' | 'never'

/**
 * A SELECT, from the word on.
 *
 * @param into a sub-query never has a target: 1.x parses one and forgets it, 3 refuses
 *
 * Source: influxql, parseSelectStatement; 3, select_statement.
 */
export function parseSelect(cursor: Cursor, into: IntoRule): Select {
  cursor.expectKeyword('SELECT')
  const fields = cursor.list(() => parseField(cursor))
  const target = cursor.acceptKeyword('INTO') ? parseTarget(cursor) : undefined
  if (target !== undefined && into === 'never') throw new Refusal('INTO stands in a sub-query')
  if (target === undefined && into === 'must') throw new Refusal('INTO is missing')
  cursor.expectKeyword('FROM')
  return {
    fields,
    target,
    sources: cursor.list(() => parseSource(cursor)),
    where: acceptWhere(cursor),
    groupBy: acceptGroupBy(cursor),
    fill: cursor.atCallOf('fill') ? parseFill(cursor) : undefined,
    order: acceptOrder(cursor),
    limit: acceptCount(cursor, 'LIMIT'),
    offset: acceptCount(cursor, 'OFFSET'),
    seriesLimit: acceptCount(cursor, 'SLIMIT'),
    seriesOffset: acceptCount(cursor, 'SOFFSET'),
    timeZone: cursor.atCallOf('tz') ? parseTimeZone(cursor) : undefined,
  }
}

/** The sources of a statement that takes no sub-queries. */
export function parseMeasurements(cursor: Cursor): Measurement[] {
  return cursor.list(() => parseMeasurement(cursor))
}

/** `database.policy.name`, each but the name optional, the name perhaps a regular expression. */
export function parseMeasurement(cursor: Cursor): Measurement {
  cursor.countSource()
  const bare = cursor.acceptRegex()
  if (bare !== undefined) return { kind: 'measurement', database: undefined, retentionPolicy: undefined, name: bare }
  const { segments, endsInPoint } = parseSegments(cursor)
  const name = endsInPoint ? cursor.acceptRegex() : segments.pop()
  if (name === undefined || segments.length > 2) throw new Refusal('a measurement is missing')
  return { kind: 'measurement', ...parseOwner(segments), name }
}

export function acceptWhere(cursor: Cursor): Expression | undefined {
  return cursor.acceptKeyword('WHERE') ? parseExpression(cursor, true) : undefined
}

export function acceptGroupBy(cursor: Cursor): readonly Expression[] {
  if (!cursor.acceptKeyword('GROUP')) return []
  cursor.expectKeyword('BY')
  return cursor.list(() => parseRegexOrExpression(cursor, true))
}

/** All servers sort by time only, and only `time` is spelt alike by all. */
export function acceptOrder(cursor: Cursor): Order | undefined {
  if (!cursor.acceptKeyword('ORDER')) return undefined
  cursor.expectKeyword('BY')
  const isNamed = !cursor.atKeyword('ASC', 'DESC')
  if (isNamed && cursor.expectName() !== 'time') throw new Refusal('only time can be sorted by')
  const order = cursor.atKeyword('ASC', 'DESC') ? cursor.next() : undefined
  if (cursor.atSymbol(',')) throw new Refusal('only time can be sorted by')
  return order?.kind === 'keyword' && order.word === 'DESC' ? 'DESC' : 'ASC'
}

export function acceptCount(cursor: Cursor, word: string): Count | undefined {
  return cursor.acceptKeyword(word) ? parseCount(cursor) : undefined
}

function parseField(cursor: Cursor): Field {
  const value = parseRegexOrExpression(cursor, false)
  return { value, alias: cursor.acceptKeyword('AS') ? cursor.expectName() : undefined }
}

function parseSource(cursor: Cursor): Source {
  // A regular expression is looked for first: peeking would take `/*` for a comment, as 1.x does not.
  if (cursor.isAtSlash() || !cursor.acceptSymbol('(')) return parseMeasurement(cursor)
  const select = cursor.deeper(() => parseSelect(cursor, 'never'))
  cursor.expectSymbol(')')
  return { kind: 'subquery', select }
}

/** The database and policy before a name. */
function parseOwner(segments: readonly string[]) {
  const [first, second] = segments
  if (second === undefined) return { database: undefined, retentionPolicy: first }
  return { database: first, retentionPolicy: second === '' ? undefined : second }
}

function parseTarget(cursor: Cursor): Target {
  const { segments, endsInPoint } = parseSegments(cursor)
  if (!endsInPoint) {
    const name = segments.pop()
    // 1.x reads `a :MEASUREMENT` as `a.:MEASUREMENT`.
    if (cursor.atSymbol(':') || cursor.atSymbol('::')) throw new Refusal(': stands after a space')
    return { ...parseOwner(segments), name }
  }
  if (segments.length > 2) throw new Refusal('a name has too many parts')
  cursor.expectSymbol(':')
  cursor.expectKeyword('MEASUREMENT')
  return { ...parseOwner(segments), name: undefined }
}

function parseFill(cursor: Cursor): Fill {
  cursor.next()
  cursor.expectSymbol('(')
  const word = acceptFillWord(cursor)
  const fill = word ?? asNumber(parseExpression(cursor, false))
  cursor.expectSymbol(')')
  return fill
}

function acceptFillWord(cursor: Cursor) {
  const token = cursor.peek()
  const word = token.kind === 'name' && !token.quoted ? token.name.toLowerCase() : undefined
  const found = FILL_WORDS.find(one => one === word)
  if (found !== undefined) cursor.next()
  return found
}

function asNumber(value: Expression): Signed | Digits {
  const plain = value.kind === 'signed' ? value.operand : value
  if (plain.kind !== 'integer' && plain.kind !== 'number') throw new Refusal('fill() takes a number or a certain word')
  return value.kind === 'signed' ? value : plain
}

function parseTimeZone(cursor: Cursor): string {
  cursor.next()
  cursor.expectSymbol('(')
  const name = cursor.expectValue('string')
  cursor.expectSymbol(')')
  // 1.x opens a file by this name.
  if (!/^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+)*$/.test(name)) throw new Refusal('a time zone has no such name')
  return name
}
