import fc, { type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseInfluxql } from './parser.ts'
import { printStatement, printStatements } from './print.ts'
import { printName, printString } from './print-expression.ts'
import {
  ARITHMETIC,
  COLUMN_TYPES,
  COMPARISONS,
  type Count,
  type Expression,
  FILL_WORDS,
  type Field,
  type Fill,
  type Measurement,
  type Regex,
  SCHEMA_CLAUSES,
  type SchemaClause,
  type SchemaSubject,
  SERVER_SUBJECTS,
  type Select,
  type ShowSchema,
  type Source,
  type Statement,
  type Target,
} from './syntax.ts'

describe('a name', () => {
  test.each([
    ['a', 'a'],
    ['_a1', '_a1'],
    ['A', 'A'],
    ['select', '"select"'],
    ['Select', '"Select"'],
    ['true', '"true"'],
    ['past', '"past"'],
    ['1a', '"1a"'],
    ['a.b', '"a.b"'],
    ['é', '"é"'],
    ['a"b', '"a\\"b"'],
    ["a'b", '"a\'b"'],
    ['a\\b', '"a\\\\b"'],
    ['a\nb', '"a\\nb"'],
    ['a;--/*', '"a;--/*"'],
  ])('%j is printed as %j', (name, printed) => {
    expect(printName(name)).toBe(printed)
  })
})

test.each([
  ["it's", "'it\\'s'"],
  ['"', "'\"'"],
  ['\\', "'\\\\'"],
  ['\n', "'\\n'"],
])('the string %j is printed as %j', (value, printed) => {
  expect(printString(value)).toBe(printed)
})

// Trees of every shape, with names and strings as nasty as they come. What a tree cannot hold is left out: empty names,
// CR and NUL, patterns that end in a backslash.
const optional = <T>(one: Arbitrary<T>) => fc.option(one, { nil: undefined })
const listOf = <T>(one: Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })

const text = fc.oneof(
  fc.constantFrom(
    'a',
    'm',
    'select',
    'TIME',
    'fill',
    'tz',
    'null',
    'x y',
    'a.b',
    '"',
    "'",
    '\\',
    '\n',
    '--',
    '/*',
    ';',
    '.',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }).map(one => one.replaceAll(/[\r\u0000]/g, '_')),
)
const name = text.filter(one => one !== '')
const bare = fc.constantFrom('a', 'b1', '_c', 'time', 'mean')
const regex: Arbitrary<Regex> = text
  .filter(one => !one.includes('\n') && !one.startsWith('*') && !one.endsWith('\\'))
  .map(pattern => ({ kind: 'regex', pattern }))
const parameter = name.map(one => ({ kind: 'parameter' as const, name: one }))
const integer = fc.nat().map(one => ({ kind: 'integer' as const, digits: String(one) }))
const number = fc.constantFrom('1.5', '.25', '00.10').map(digits => ({ kind: 'number' as const, digits }))
const durationText = fc.constantFrom('1h', '5u', '1h30m', '100ms', '0s')
const duration = durationText.map(digits => ({ kind: 'duration' as const, digits }))

const segments = fc.oneof(
  name.map(one => [one]),
  fc.tuple(name, name),
  fc.tuple(name, fc.oneof(name, fc.constant('')), name),
)
const column: Arbitrary<Expression> = fc.record({
  kind: fc.constant('column' as const),
  segments,
  type: optional(fc.constantFrom(...COLUMN_TYPES)),
})

/** @param depth how much deeper it may go */
function expression(depth: number, comparisons: boolean): Arbitrary<Expression> {
  const leaf: Arbitrary<Expression> = fc.oneof(
    column,
    integer,
    number,
    duration,
    parameter,
    text.map(value => ({ kind: 'string' as const, value })),
    fc.boolean().map(value => ({ kind: 'boolean' as const, value })),
    bare.map(one => ({ kind: 'distinct' as const, name: one })),
    optional(fc.constantFrom('field' as const, 'tag' as const)).map(type => ({ kind: 'wildcard' as const, type })),
  )
  if (depth === 0) return leaf
  const inner = expression(depth - 1, comparisons)
  const argument = fc.oneof({ weight: 4, arbitrary: inner }, { weight: 1, arbitrary: regex })
  const callOf = (...names: string[]) =>
    fc.record({
      kind: fc.constant('call' as const),
      name: fc.constantFrom(...names),
      arguments: fc.array(argument, { maxLength: 3 }),
    })
  const call = callOf('mean', 'distinct', 'time', 'now', 'fill')
  const group = inner.map(one => ({ kind: 'group' as const, inner: one }))
  const unsigned = fc.oneof(column, integer, number, duration, parameter, callOf('mean', 'now'), group)
  const signed = fc.record({ kind: fc.constant('signed' as const), sign: fc.constantFrom('+', '-'), operand: unsigned })
  const operand = fc.oneof(leaf, call, group, signed)
  const plain = fc.record({ operator: fc.constantFrom(...ARITHMETIC), operand })
  const compare = fc.record({ operator: fc.constantFrom(...COMPARISONS.filter(one => !one.includes('~'))), operand })
  const match = fc.record({
    operator: fc.constantFrom('=~' as const, '!~' as const),
    operand: fc.oneof(regex, parameter),
  })
  const rest = fc.array(comparisons ? fc.oneof(plain, compare, match) : plain, { minLength: 1, maxLength: 3 })
  const chain = fc.record({ kind: fc.constant('chain' as const), first: operand, rest })
  return fc.oneof(leaf, call, group, signed, chain) as Arbitrary<Expression>
}

const values = expression(2, false)
const conditions = expression(2, true)
const field: Arbitrary<Field> = fc.record({ value: fc.oneof(values, regex), alias: optional(name) })
const count: Arbitrary<Count> = fc.oneof(integer, parameter)
const owner = fc.oneof(
  fc.constant({ database: undefined, retentionPolicy: undefined }),
  fc.record({ database: optional(name), retentionPolicy: name }),
  fc.record({ database: name, retentionPolicy: fc.constant(undefined) }),
)
const named = (what: Arbitrary<string | Regex>): Arbitrary<Measurement> =>
  fc.tuple(owner, what).map(([of, one]) => ({ kind: 'measurement', ...of, name: one }))
const measurement = named(fc.oneof(name, regex))
/** Without a name it must have an owner. */
const target: Arbitrary<Target> = fc
  .tuple(owner, optional(name))
  .filter(([of, one]) => one !== undefined || of.database !== undefined || of.retentionPolicy !== undefined)
  .map(([of, one]) => ({ ...of, name: one }))
const fill: Arbitrary<Fill> = fc.oneof(
  fc.constantFrom(...FILL_WORDS),
  integer,
  fc.record({ kind: fc.constant('signed' as const), sign: fc.constant('-' as const), operand: number }),
)
const order = optional(fc.constantFrom('ASC' as const, 'DESC' as const))
const groupBy = fc.array(fc.oneof(conditions, regex), { maxLength: 2 })

function select(depth: number, into: Arbitrary<Target | undefined>): Arbitrary<Select> {
  const subquery = (): Arbitrary<Source> =>
    select(depth - 1, fc.constant(undefined)).map(one => ({ kind: 'subquery', select: one }))
  return fc.record({
    fields: listOf(field),
    target: into,
    sources: listOf(depth === 0 ? measurement : fc.oneof(measurement, subquery())),
    where: optional(conditions),
    groupBy,
    fill: optional(fill),
    order,
    limit: optional(count),
    offset: optional(count),
    seriesLimit: optional(count),
    seriesOffset: optional(count),
    timeZone: optional(fc.constantFrom('UTC', 'Europe/Berlin', 'Etc/GMT+3')),
  })
}

const key = fc.oneof(
  fc.record({ operator: fc.constant('IN' as const), names: listOf(name) }),
  fc.record({ operator: fc.constantFrom('=' as const, '!=' as const), name }),
  fc.record({ operator: fc.constantFrom('=~' as const, '!~' as const), pattern: fc.oneof(regex, parameter) }),
)

function showSchema(subject: SchemaSubject): Arbitrary<ShowSchema> {
  const clauses: readonly SchemaClause[] = SCHEMA_CLAUSES[subject]
  const given = <T, N>(clause: SchemaClause, one: Arbitrary<T>, none: N): Arbitrary<T | N> =>
    clauses.includes(clause) ? one : fc.constant(none)
  const database = clauses.includes('on-policy')
    ? fc.oneof(
        fc.record({ database: name, retentionPolicy: optional(name) }),
        fc.constant({ database: undefined, retentionPolicy: undefined }),
      )
    : optional(name).map(one => ({ database: one, retentionPolicy: undefined }))
  const rest = fc.record({
    exact: subject.endsWith('CARDINALITY') ? fc.boolean() : fc.constant(false),
    sources: given('from', fc.array(measurement, { maxLength: 2 }), []),
    measurement: given('with-measurement', optional(measurement), undefined),
    key: given('with-key', key, undefined),
    where: given('where', optional(conditions), undefined),
    groupBy: given('group', groupBy, []),
    order: given('order', order, undefined),
    limit: given('limit', optional(count), undefined),
    offset: given('offset', optional(count), undefined),
    seriesLimit: given('series-limit', optional(count), undefined),
    seriesOffset: given('series-offset', optional(count), undefined),
  })
  return fc.tuple(database, rest).map(([on, others]) => ({ kind: 'show-schema', subject, ...on, ...others }))
}

const kind = <K extends Statement['kind']>(...kinds: readonly K[]) => fc.constantFrom(...kinds)
const replication = fc.constantFrom('1', '3')
const options = {
  duration: optional(durationText),
  replication: optional(replication),
  shardDuration: optional(durationText),
}
const selection = fc
  .record({ sources: fc.array(fc.oneof(name, regex), { maxLength: 2 }), where: optional(conditions) })
  .filter(one => one.sources.length > 0 || one.where !== undefined)
  .map(({ sources, where }) => ({
    sources: sources.map(one => ({
      kind: 'measurement' as const,
      database: undefined,
      retentionPolicy: undefined,
      name: one,
    })),
    where,
  }))

const statement: Arbitrary<Statement> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind('select'), select: select(2, optional(target)) }) },
  fc.record({
    kind: kind('explain'),
    analyze: fc.boolean(),
    verbose: fc.boolean(),
    select: select(1, optional(target)),
  }),
  { weight: 6, arbitrary: fc.oneof(...(Object.keys(SCHEMA_CLAUSES) as SchemaSubject[]).map(showSchema)) },
  fc.record({ kind: kind('show-databases') }),
  fc.record({
    kind: kind('show-server'),
    subject: fc.constantFrom(...SERVER_SUBJECTS),
    module: fc.constant(undefined),
  }),
  fc.record({ kind: kind('show-server'), subject: fc.constantFrom('STATS', 'DIAGNOSTICS'), module: text }),
  fc.record({ kind: kind('show-grants'), user: name }),
  selection.map(one => ({ kind: 'delete', ...one })),
  selection.map(one => ({ kind: 'drop-series', ...one })),
  fc.record({ kind: kind('drop-measurement', 'drop-database', 'drop-user'), name }),
  fc
    .record({ ...options, name: optional(name) })
    .filter(one => Object.values(one).some(member => member !== undefined))
    .chain(policy => fc.record({ kind: kind('create-database'), name, policy: fc.constantFrom(undefined, policy) })),
  fc.record({
    kind: kind('create-retention-policy'),
    name,
    database: name,
    options: fc.record({ ...options, duration: fc.oneof(durationText, fc.constant('INF')), replication }),
    isDefault: fc.boolean(),
  }),
  fc
    .record({
      kind: kind('alter-retention-policy'),
      name,
      database: name,
      options: fc.record(options),
      isDefault: fc.boolean(),
    })
    .filter(one => one.isDefault || Object.values(one.options).some(member => member !== undefined)),
  fc.record({ kind: kind('drop-retention-policy', 'drop-continuous-query'), name, database: name }),
  fc.record({
    kind: kind('create-continuous-query'),
    name,
    database: name,
    every: optional(durationText),
    span: optional(durationText),
    select: select(1, target),
  }),
  fc.record({
    kind: kind('create-subscription'),
    name,
    database: name,
    retentionPolicy: name,
    mode: fc.constantFrom('ALL', 'ANY'),
    destinations: listOf(text),
  }),
  fc.record({ kind: kind('drop-subscription'), name, database: name, retentionPolicy: name }),
  fc.record({ kind: kind('create-user'), name, password: text, isAdmin: fc.boolean() }),
  fc.record({ kind: kind('set-password'), name, password: text }),
  fc.record({ kind: kind('grant', 'revoke'), privilege: fc.constantFrom('READ', 'WRITE'), database: name, user: name }),
  fc.record({
    kind: kind('grant', 'revoke'),
    privilege: fc.constant('ALL PRIVILEGES'),
    database: optional(name),
    user: name,
  }),
  fc.record({ kind: kind('drop-shard'), id: fc.nat().map(String) }),
  fc.record({ kind: kind('kill-query'), id: fc.nat().map(String), host: optional(name) }),
) as Arbitrary<Statement>

test('every tree is printed as a text that means that tree, in one line', () => {
  fc.assert(
    fc.property(fc.array(statement, { minLength: 1, maxLength: 2 }), statements => {
      const printed = printStatements(statements)
      expect(parseInfluxql(printed)).toEqual({ statements })
      expect(printed).not.toMatch(/[\n\r\u0000]/)
    }),
    { numRuns: 2500 },
  )
})

test('statements are separated by one semicolon', () => {
  const databases: Statement = { kind: 'show-databases' }
  expect(printStatements([databases, databases])).toBe('SHOW DATABASES; SHOW DATABASES')
  expect(printStatement(databases)).toBe('SHOW DATABASES')
})
