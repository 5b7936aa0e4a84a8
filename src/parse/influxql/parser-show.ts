import { type Cursor, Refusal } from './cursor.ts'
import { parsePattern } from './parser-expression.ts'
import {
  acceptCount,
  acceptGroupBy,
  acceptOrder,
  acceptWhere,
  parseMeasurement,
  parseMeasurements,
} from './parser-select.ts'
import {
  type KeyFilter,
  type Measurement,
  SCHEMA_CLAUSES,
  type SchemaClause,
  type SchemaSubject,
  SERVER_SUBJECTS,
  type ServerSubject,
  type ShowSchema,
  type Statement,
} from './syntax.ts'

/**
 * A statement that begins with SHOW, from there on.
 *
 * Source: the SHOW rules of 1.x (influxql, parse_tree.go) and of 3 (show and show_…).
 */
export function parseShow(cursor: Cursor): Statement {
  cursor.expectKeyword('SHOW')
  if (cursor.acceptKeyword('DATABASES')) return { kind: 'show-databases' }
  if (cursor.acceptKeyword('GRANTS')) {
    cursor.expectKeyword('FOR')
    return { kind: 'show-grants', user: cursor.expectName() }
  }
  const server = acceptServerSubject(cursor)
  if (server !== undefined) return parseShowServer(cursor, server)
  const { subject, exact } = parseSchemaSubject(cursor)
  return parseShowSchema(cursor, subject, exact)
}

function parseShowServer(cursor: Cursor, subject: ServerSubject): Statement {
  const hasModule = (subject === 'STATS' || subject === 'DIAGNOSTICS') && cursor.acceptKeyword('FOR')
  return { kind: 'show-server', subject, module: hasModule ? cursor.expectValue('string') : undefined }
}

/** Each begins with a word that no other subject does, but for SHARD and SHARDS. */
function acceptServerSubject(cursor: Cursor): ServerSubject | undefined {
  const subject = SERVER_SUBJECTS.find(one => cursor.atKeyword(one.split(' ')[0]!))
  if (subject !== undefined) cursor.expectKeyword(...subject.split(' '))
  return subject
}

function parseSchemaSubject(cursor: Cursor): { subject: SchemaSubject; exact: boolean } {
  if (cursor.acceptKeyword('RETENTION')) {
    cursor.expectKeyword('POLICIES')
    return { subject: 'RETENTION POLICIES', exact: false }
  }
  if (cursor.acceptKeyword('MEASUREMENTS')) return { subject: 'MEASUREMENTS', exact: false }
  if (cursor.acceptKeyword('MEASUREMENT')) return parseCardinality(cursor, 'MEASUREMENT CARDINALITY')
  if (cursor.acceptKeyword('SERIES')) return mayBeCardinality(cursor, 'SERIES', 'SERIES CARDINALITY')
  if (cursor.acceptKeyword('FIELD')) return parseKeys(cursor, 'FIELD KEYS', 'FIELD KEY CARDINALITY')
  cursor.expectKeyword('TAG')
  if (cursor.acceptKeyword('VALUES')) return mayBeCardinality(cursor, 'TAG VALUES', 'TAG VALUES CARDINALITY')
  return parseKeys(cursor, 'TAG KEYS', 'TAG KEY CARDINALITY')
}

function parseKeys(cursor: Cursor, keys: SchemaSubject, cardinality: SchemaSubject) {
  if (cursor.acceptKeyword('KEYS')) return { subject: keys, exact: false }
  cursor.expectKeyword('KEY')
  return parseCardinality(cursor, cardinality)
}

function mayBeCardinality(cursor: Cursor, plain: SchemaSubject, cardinality: SchemaSubject) {
  // 1.x forgets EXACT if no CARDINALITY follows.
  if (!cursor.atKeyword('EXACT', 'CARDINALITY')) return { subject: plain, exact: false }
  return parseCardinality(cursor, cardinality)
}

function parseCardinality(cursor: Cursor, subject: SchemaSubject) {
  const exact = cursor.acceptKeyword('EXACT')
  cursor.expectKeyword('CARDINALITY')
  return { subject, exact }
}

function parseShowSchema(cursor: Cursor, subject: SchemaSubject, exact: boolean): ShowSchema {
  const clauses: readonly SchemaClause[] = SCHEMA_CLAUSES[subject]
  const has = (clause: SchemaClause) => clauses.includes(clause)
  const on = acceptOn(cursor, has('on-policy'))
  return {
    kind: 'show-schema',
    subject,
    exact,
    ...on,
    sources: has('from') && cursor.acceptKeyword('FROM') ? parseMeasurements(cursor) : [],
    measurement: has('with-measurement') ? acceptWithMeasurement(cursor) : undefined,
    key: has('with-key') ? parseWithKey(cursor) : undefined,
    where: has('where') ? acceptWhere(cursor) : undefined,
    groupBy: has('group') ? acceptGroupBy(cursor) : [],
    order: has('order') ? acceptOrder(cursor) : undefined,
    limit: has('limit') ? acceptCount(cursor, 'LIMIT') : undefined,
    offset: has('offset') ? acceptCount(cursor, 'OFFSET') : undefined,
    seriesLimit: has('series-limit') ? acceptCount(cursor, 'SLIMIT') : undefined,
    seriesOffset: has('series-offset') ? acceptCount(cursor, 'SOFFSET') : undefined,
  }
}

function acceptOn(cursor: Cursor, mayHavePolicy: boolean) {
  if (!cursor.acceptKeyword('ON')) return { database: undefined, retentionPolicy: undefined }
  if (cursor.atSymbol('*')) throw new Refusal('ON * names every database')
  const database = cursor.expectName()
  const hasPolicy = mayHavePolicy && cursor.acceptAdjacent('.')
  return { database, retentionPolicy: hasPolicy ? cursor.expectName() : undefined }
}

/** 1.x goes by what stands on the right, 3 by the operator; they must agree. */
function acceptWithMeasurement(cursor: Cursor): Measurement | undefined {
  if (!cursor.acceptKeyword('WITH')) return undefined
  cursor.expectKeyword('MEASUREMENT')
  const matches = cursor.acceptSymbol('=~')
  if (!matches) cursor.expectSymbol('=')
  const measurement = parseMeasurement(cursor)
  if ((typeof measurement.name !== 'string') !== matches) throw new Refusal('= takes a name, =~ a regular expression')
  return measurement
}

function parseWithKey(cursor: Cursor): KeyFilter {
  cursor.expectKeyword('WITH', 'KEY')
  if (cursor.acceptKeyword('IN')) {
    cursor.expectSymbol('(')
    const names = cursor.list(() => cursor.expectName())
    cursor.expectSymbol(')')
    return { operator: 'IN', names }
  }
  for (const operator of ['=', '!='] as const) {
    if (cursor.acceptSymbol(operator)) return { operator, name: cursor.expectName() }
  }
  for (const operator of ['=~', '!~'] as const) {
    if (cursor.acceptSymbol(operator)) return { operator, pattern: parsePattern(cursor) }
  }
  throw new Refusal('WITH KEY needs an operator')
}
