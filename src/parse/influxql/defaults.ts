import type { Measurement, Select, ShowSchema, Source, Statement } from './syntax.ts'

/** What a request names beside its text. */
export interface Defaults {
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
}

/**
 * The statement with the request's database and retention policy put in where the text has none, so that its text alone
 * says what it touches, for 1.x and 3 alike.
 *
 * As 1.x does it: the policy is the request's for every measurement without one, whatever its database. A continuous
 * query without a request's database reads and writes the one it is created on. In SHOW, ON is put in; measurements
 * without a database are those of ON. Statements that `takesDatabaseOfRequest` stay as they are.
 *
 * @param defaults names that are not empty, without CR and NUL, and well-formed; RangeError otherwise, because no text
 * could say them
 *
 * Source: 1.x, statement_rewriter.go and NormalizeStatement.
 */
export function withDefaults(statement: Statement, defaults: Defaults): Statement {
  for (const name of [defaults.database, defaults.retentionPolicy]) {
    if (name !== undefined && !isPrintable(name)) throw new RangeError('a default name is not one')
  }
  switch (statement.kind) {
    case 'select':
    case 'explain':
      return { ...statement, select: fillSelect(statement.select, defaults) }
    case 'create-continuous-query': {
      const own = { ...defaults, database: defaults.database ?? statement.database }
      return { ...statement, select: fillSelect(statement.select, own) }
    }
    case 'show-schema':
      return fillShow(statement, defaults)
    default:
      return statement
  }
}

/**
 * Whether a statement cannot name its database in any server's grammar, so that the request must: whoever forwards it
 * sends the database that was decided on as a parameter.
 */
export function takesDatabaseOfRequest(statement: Statement): boolean {
  return statement.kind === 'delete' || statement.kind === 'drop-series' || statement.kind === 'drop-measurement'
}

function isPrintable(name: string): boolean {
  return name !== '' && !/[\r\u0000]/.test(name) && name.isWellFormed()
}

function fillSelect(select: Select, defaults: Defaults): Select {
  const { target } = select
  return {
    ...select,
    target: target === undefined ? undefined : { ...target, ...fillOwner(target, defaults) },
    sources: select.sources.map(source => fillSource(source, defaults)),
  }
}

function fillSource(source: Source, defaults: Defaults): Source {
  return source.kind === 'subquery'
    ? { kind: 'subquery', select: fillSelect(source.select, defaults) }
    : { ...source, ...fillOwner(source, defaults) }
}

function fillOwner({ database, retentionPolicy }: Defaults, defaults: Defaults): Defaults {
  return { database: database ?? defaults.database, retentionPolicy: retentionPolicy ?? defaults.retentionPolicy }
}

function fillShow(show: ShowSchema, { database, retentionPolicy }: Defaults): ShowSchema {
  const fillPolicy = (source: Measurement) => ({
    ...source,
    retentionPolicy: source.retentionPolicy ?? retentionPolicy,
  })
  return { ...show, database: show.database ?? database, sources: show.sources.map(fillPolicy) }
}
