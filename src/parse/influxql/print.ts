import {
  printCount,
  printExpression,
  printExpressions,
  printFields,
  printFill,
  printName,
  printRegex,
  printString,
} from './print-expression.ts'
import type {
  ContinuousQuery,
  Count,
  Expression,
  KeyFilter,
  Measurement,
  Order,
  PolicyOptions,
  Select,
  ShowSchema,
  Source,
  Statement,
  Target,
} from './syntax.ts'

/**
 * Statements as the text that is forwarded, with `; ` between.
 *
 * `parseInfluxql` gives the same trees for it, and every server reads it like us: one spelling for each construct, no
 * comment, no CR, spaces between all that could run together. It shows passwords if the statements have some.
 */
export function printStatements(statements: readonly Statement[]): string {
  return statements.map(printStatement).join('; ')
}

/** One statement, without a semicolon. */
export function printStatement(statement: Statement): string {
  switch (statement.kind) {
    case 'select':
      return printSelect(statement.select)
    case 'explain':
      return words(
        'EXPLAIN',
        statement.analyze && 'ANALYZE',
        statement.verbose && 'VERBOSE',
        printSelect(statement.select),
      )
    case 'show-databases':
      return 'SHOW DATABASES'
    case 'show-server':
      return words('SHOW', statement.subject, after('FOR', statement.module, printString))
    case 'show-grants':
      return `SHOW GRANTS FOR ${printName(statement.user)}`
    case 'show-schema':
      return printShowSchema(statement)
    case 'delete':
      return words('DELETE', printFrom(statement.sources), printWhere(statement.where))
    case 'drop-series':
      return words('DROP SERIES', printFrom(statement.sources), printWhere(statement.where))
    default:
      return printManagement(statement)
  }
}

type Management = Exclude<
  Statement,
  {
    kind:
      | 'select'
      | 'explain'
      | 'show-databases'
      | 'show-server'
      | 'show-grants'
      | 'show-schema'
      | 'delete'
      | 'drop-series'
  }
>

function printManagement(statement: Management): string {
  switch (statement.kind) {
    case 'drop-measurement':
      return `DROP MEASUREMENT ${printName(statement.name)}`
    case 'create-database': {
      const { name, policy } = statement
      if (policy === undefined) return `CREATE DATABASE ${printName(name)}`
      const named = after('NAME', policy.name, printName)
      return words('CREATE DATABASE', printName(name), 'WITH', printOptions(policy), named)
    }
    case 'drop-database':
      return `DROP DATABASE ${printName(statement.name)}`
    case 'create-retention-policy':
    case 'alter-retention-policy': {
      const verb = statement.kind === 'create-retention-policy' ? 'CREATE' : 'ALTER'
      const { name, database, options, isDefault } = statement
      const head = `${verb} RETENTION POLICY ${printName(name)} ON ${printName(database)}`
      return words(head, printOptions(options), isDefault && 'DEFAULT')
    }
    case 'drop-retention-policy':
      return `DROP RETENTION POLICY ${printName(statement.name)} ON ${printName(statement.database)}`
    case 'create-continuous-query':
      return printContinuousQuery(statement)
    case 'drop-continuous-query':
      return `DROP CONTINUOUS QUERY ${printName(statement.name)} ON ${printName(statement.database)}`
    case 'create-subscription': {
      const { mode, destinations } = statement
      return words(
        'CREATE',
        printSubscription(statement),
        'DESTINATIONS',
        mode,
        destinations.map(printString).join(', '),
      )
    }
    case 'drop-subscription':
      return `DROP ${printSubscription(statement)}`
    case 'create-user': {
      const head = `CREATE USER ${printName(statement.name)} WITH PASSWORD ${printString(statement.password)}`
      return words(head, statement.isAdmin && 'WITH ALL PRIVILEGES')
    }
    case 'set-password':
      return `SET PASSWORD FOR ${printName(statement.name)} = ${printString(statement.password)}`
    case 'drop-user':
      return `DROP USER ${printName(statement.name)}`
    case 'grant':
    case 'revoke': {
      const [verb, preposition] = statement.kind === 'grant' ? ['GRANT', 'TO'] : ['REVOKE', 'FROM']
      const { privilege, database, user } = statement
      return words(verb, privilege, after('ON', database, printName), preposition, printName(user))
    }
    case 'drop-shard':
      return `DROP SHARD ${statement.id}`
    case 'kill-query':
      return words('KILL QUERY', statement.id, after('ON', statement.host, printName))
  }
}

function words(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(' ')
}

function after<T>(word: string, value: T | undefined, print: (value: T) => string): string | undefined {
  return value === undefined ? undefined : `${word} ${print(value)}`
}

function printSelect(select: Select): string {
  return words(
    'SELECT',
    printFields(select.fields),
    after('INTO', select.target, printTarget),
    printFrom(select.sources),
    printWhere(select.where),
    printGroupBy(select.groupBy),
    select.fill === undefined ? undefined : printFill(select.fill),
    printOrder(select.order),
    ...printPaging(select),
    select.timeZone === undefined ? undefined : `tz(${printString(select.timeZone)})`,
  )
}

function printShowSchema(show: ShowSchema): string {
  // EXACT goes before the last word, which is CARDINALITY.
  const subject = show.exact ? show.subject.replace('CARDINALITY', 'EXACT CARDINALITY') : show.subject
  const policy = show.retentionPolicy === undefined ? '' : `.${printName(show.retentionPolicy)}`
  return words(
    'SHOW',
    subject,
    after('ON', show.database, database => printName(database) + policy),
    printFrom(show.sources),
    printWithMeasurement(show.measurement),
    after('WITH KEY', show.key, printKeyFilter),
    printWhere(show.where),
    printGroupBy(show.groupBy),
    printOrder(show.order),
    ...printPaging(show),
  )
}

type Paging = Readonly<Record<'limit' | 'offset' | 'seriesLimit' | 'seriesOffset', Count | undefined>>

function printPaging({ limit, offset, seriesLimit, seriesOffset }: Paging) {
  return [
    after('LIMIT', limit, printCount),
    after('OFFSET', offset, printCount),
    after('SLIMIT', seriesLimit, printCount),
    after('SOFFSET', seriesOffset, printCount),
  ]
}

function printFrom(sources: readonly Source[]): string | undefined {
  return sources.length === 0 ? undefined : `FROM ${sources.map(printSource).join(', ')}`
}

function printSource(source: Source): string {
  return source.kind === 'subquery' ? `(${printSelect(source.select)})` : printMeasurement(source)
}

function printMeasurement({ database, retentionPolicy, name }: Measurement): string {
  return printOwner(database, retentionPolicy) + (typeof name === 'string' ? printName(name) : printRegex(name))
}

function printTarget({ database, retentionPolicy, name }: Target): string {
  return printOwner(database, retentionPolicy) + (name === undefined ? ':MEASUREMENT' : printName(name))
}

/** What stands before a name, its point included. */
function printOwner(database: string | undefined, retentionPolicy: string | undefined): string {
  const policy = retentionPolicy === undefined ? '' : printName(retentionPolicy)
  if (database !== undefined) return `${printName(database)}.${policy}.`
  return policy === '' ? '' : `${policy}.`
}

function printWhere(where: Expression | undefined): string | undefined {
  return after('WHERE', where, printExpression)
}

function printGroupBy(dimensions: readonly Expression[]): string | undefined {
  return dimensions.length === 0 ? undefined : `GROUP BY ${printExpressions(dimensions)}`
}

function printOrder(order: Order | undefined): string | undefined {
  return after('ORDER BY time', order, one => one)
}

function printWithMeasurement(measurement: Measurement | undefined): string | undefined {
  if (measurement === undefined) return undefined
  const operator = typeof measurement.name === 'string' ? '=' : '=~'
  return `WITH MEASUREMENT ${operator} ${printMeasurement(measurement)}`
}

function printKeyFilter(filter: KeyFilter): string {
  if ('names' in filter) return `IN (${filter.names.map(printName).join(', ')})`
  return `${filter.operator} ${'name' in filter ? printName(filter.name) : printExpression(filter.pattern)}`
}

function printOptions({ duration, replication, shardDuration }: PolicyOptions): string {
  return words(
    after('DURATION', duration, String),
    after('REPLICATION', replication, String),
    after('SHARD DURATION', shardDuration, String),
  )
}

function printContinuousQuery({ name, database, every, span, select }: ContinuousQuery): string {
  const resample = every !== undefined || span !== undefined
  return words(
    `CREATE CONTINUOUS QUERY ${printName(name)} ON ${printName(database)}`,
    resample && 'RESAMPLE',
    after('EVERY', every, String),
    after('FOR', span, String),
    `BEGIN ${printSelect(select)} END`,
  )
}

function printSubscription(of: { name: string; database: string; retentionPolicy: string }): string {
  return `SUBSCRIPTION ${printName(of.name)} ON ${printName(of.database)}.${printName(of.retentionPolicy)}`
}
