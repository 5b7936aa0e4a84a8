import { readExpression } from './sql-expression.ts'
import { type SqlReader, sqlReader } from './sql-reader.ts'
import { sqlTokens } from './sql-tokens.ts'
import { CACHE_FUNCTIONS, CLAUSES, HIDDEN_SCHEMAS, JOINS, RESERVED, ROW_FUNCTIONS } from './sql-words.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

export interface SqlQuery {
  /** Each table that is read, once, as it is named in the database; those that the query itself defines are not among them. */
  readonly tables: readonly string[]
  /** Whether the names of all tables of the database are shown. */
  readonly listsTables: boolean
}

/** Names that WITH defines, where they are visible. In layers, because copies of many names would take long. */
interface Scope {
  readonly names: Set<string>
  readonly outer: Scope | undefined
}

const NO_NAMES: Scope = { names: new Set(), outer: undefined }

function isDefined(name: string, scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.names.has(name) || isDefined(name, scope.outer))
}

/**
 * Reads the text of one query for 3.x and says which tables of its database it reads.
 *
 * Decided are SELECT, also with WITH, VALUES, TABLE, UNION and EXPLAIN around it, SHOW TABLES, SHOW COLUMNS and DESCRIBE.
 * A table is `m` or `iox.m`; other schemas and catalogs, names that might be files, and functions in the place of a table
 * that are not known are refused, and so is whatever else the grammar here does not hold. Nothing is said about columns,
 * types and functions: they reach no other table. Linear in the text; never throws.
 *
 * Source: upstream contract 1, 2.4 and 3.1; the grammar of DataFusion.
 */
export function parseSql(text: string): SqlQuery | Undecidable {
  return decided(() => {
    const reader = sqlReader(sqlTokens(text))
    const tables = new Set<string>()
    const listsTables = readStatement(reader, tables)
    reader.skip(';')
    if (reader.peek().kind !== 'end') refuse('something follows the query')
    return { tables: [...tables], listsTables }
  })
}

function readStatement(reader: SqlReader, tables: Set<string>): boolean {
  if (reader.skip('show')) {
    if (reader.skip('tables')) return true
    reader.expect('columns')
    if (!reader.skip('from')) reader.expect('in')
    addShownTable(reader, tables)
    return false
  }
  if (reader.skip('describe') || reader.skip('desc')) {
    reader.skip('table')
    addShownTable(reader, tables)
    return false
  }
  if (reader.skip('explain')) {
    reader.skip('analyze')
    reader.skip('verbose')
  }
  readQuery(reader, NO_NAMES, tables)
  return false
}

/**
 * The same for a table whose columns are shown. DataFusion puts such a name into a text of SQL, between quotes that it does
 * not double, and runs that.
 */
function addShownTable(reader: SqlReader, tables: Set<string>): void {
  if (!/^[\w .:-]+$/.test(addTable(reader, NO_NAMES, tables))) refuse('the name of a table is none that is shown')
}

/** Reads the name of a table, and adds it unless it is one of those that the query defines. */
function addTable(reader: SqlReader, scope: Scope, tables: Set<string>): string {
  const [first, second, ...more] = reader.qualifiedName()
  if (first === undefined || more.length > 0) refuse('a table of another catalog')
  if (second === undefined && isDefined(first, scope)) return first
  if (second !== undefined && first !== 'iox') refuse('a table of another schema')
  const name = second ?? first
  if (!isPlainTable(name)) refuse('the name of a table looks like the name of a file, or of a table of another schema')
  tables.add(name)
  return name
}

/** Files that DataFusion can read, packed or not. */
const FILE = /\.(?:arrow|avro|csv|json|ndjson|parquet)(?:\.\w+)?$/i
const SCHEMAS = new Set([...HIDDEN_SCHEMAS, 'iox', 'public'])

/**
 * Whether a name can mean nothing else than a table. Many have points in them, as in `disk.io`; but DataFusion can take what
 * looks like a place for that of a file, and where somebody writes names as one text, a point parts the schema from the table.
 */
function isPlainTable(name: string): boolean {
  if (!name.includes('.')) return !/[/\\]/.test(name)
  return /^\w+(?:[.:-]\w+)+$/.test(name) && !FILE.test(name) && !SCHEMAS.has(name.split('.')[0]!.toLowerCase())
}

function readQuery(reader: SqlReader, outer: Scope, tables: Set<string>): void {
  reader.nested(() => {
    const scope = reader.skip('with') ? readDefinitions(reader, outer, tables) : outer
    readOperand(reader, scope, tables)
    while (reader.skip('union') || reader.skip('intersect') || reader.skip('except')) {
      if (!reader.skip('all')) reader.skip('distinct')
      readOperand(reader, scope, tables)
    }
    const expression = () => readExpression(reader, { stops: CLAUSES, query: inExpression(reader, tables) })
    if (reader.skip('order')) {
      reader.expect('by')
      expression()
    }
    while (reader.skip('limit') || reader.skip('offset')) expression()
  })
}

/**
 * Reads a query that stands in an expression. What WITH defines outside of it counts as a table there: DataFusion plans
 * some expressions without those names, such as the elements of an array, or a limit, and then it is one.
 */
const inExpression = (reader: SqlReader, tables: Set<string>) => () => readQuery(reader, NO_NAMES, tables)

/**
 * `WITH a AS (…), b AS (…)`. A name is visible after its definition and not within it: there, it is still a table (with
 * RECURSIVE too, in the part before UNION).
 */
function readDefinitions(reader: SqlReader, outer: Scope, tables: Set<string>): Scope {
  reader.skip('recursive')
  const scope = { names: new Set<string>(), outer }
  do {
    const name = reader.identifier()
    if (reader.peek().text === '(') readColumns(reader)
    reader.expect('as')
    reader.expect('(')
    readQuery(reader, scope, tables)
    reader.expect(')')
    scope.names.add(name)
  } while (reader.skip(','))
  return scope
}

function readColumns(reader: SqlReader): void {
  reader.expect('(')
  do reader.identifier()
  while (reader.skip(','))
  reader.expect(')')
}

/** One side of a UNION, or the only one. */
function readOperand(reader: SqlReader, scope: Scope, tables: Set<string>): void {
  if (reader.skip('(')) {
    readQuery(reader, scope, tables)
    reader.expect(')')
  } else if (reader.skip('table')) {
    addTable(reader, scope, tables)
  } else if (reader.skip('values')) {
    do {
      reader.expect('(')
      readExpression(reader, { stops: new Set(), query: inExpression(reader, tables) })
      reader.expect(')')
    } while (reader.skip(','))
  } else readSelect(reader, scope, tables)
}

function readSelect(reader: SqlReader, scope: Scope, tables: Set<string>): void {
  const query = inExpression(reader, tables)
  const expression = (aliases = false) => readExpression(reader, { stops: CLAUSES, query, aliases })
  reader.expect('select')
  if (reader.skip('distinct') && reader.skip('on')) {
    reader.expect('(')
    readExpression(reader, { stops: new Set(), query })
    reader.expect(')')
  }
  expression(true)
  if (reader.skip('from')) readTables(reader, scope, tables)
  if (reader.skip('where')) expression()
  if (reader.skip('group')) {
    reader.expect('by')
    expression()
  }
  if (reader.skip('having')) expression()
  if (reader.skip('window')) expression()
  if (reader.skip('qualify')) expression()
}

/** Tables parted by commas, each with those that are joined to it. */
function readTables(reader: SqlReader, scope: Scope, tables: Set<string>): void {
  do readJoined(reader, scope, tables)
  while (reader.skip(','))
}

function readJoined(reader: SqlReader, scope: Scope, tables: Set<string>): void {
  readTable(reader, scope, tables)
  while (skipJoin(reader)) {
    readTable(reader, scope, tables)
    if (reader.skip('using')) readColumns(reader)
    else if (reader.skip('on')) {
      readExpression(reader, { stops: ON_STOPS, query: inExpression(reader, tables), isOne: true })
    }
  }
}

const ON_STOPS: ReadonlySet<string> = new Set([...CLAUSES, ...JOINS])

function skipJoin(reader: SqlReader): boolean {
  const isNatural = reader.skip('natural')
  if (reader.skip('left') || reader.skip('right') || reader.skip('full')) {
    if (!reader.skip('outer') && !reader.skip('semi')) reader.skip('anti')
    reader.expect('join')
    return true
  }
  if (reader.skip('inner') || reader.skip('cross') || isNatural) {
    reader.expect('join')
    return true
  }
  return reader.skip('join')
}

function readTable(reader: SqlReader, scope: Scope, tables: Set<string>): void {
  reader.nested(() => {
    reader.skip('lateral')
    if (reader.skip('(')) {
      if (['select', 'with', 'values'].includes(reader.peekWord() ?? '')) readQuery(reader, scope, tables)
      else readJoined(reader, scope, tables)
      reader.expect(')')
    } else if (reader.peek(1).kind === 'symbol' && reader.peek(1).text === '(') readFunction(reader, tables)
    else addTable(reader, scope, tables)
    readAlias(reader)
  })
}

function readFunction(reader: SqlReader, tables: Set<string>): void {
  const name = reader.peekWord() ?? ''
  if (CACHE_FUNCTIONS.has(name)) {
    reader.next()
    reader.expect('(')
    tables.add(readCacheTable(reader))
    if (reader.skip(',') && reader.next().kind !== 'text') refuse('the name of a cache is not a text')
  } else {
    if (!ROW_FUNCTIONS.has(name)) refuse('a function in the place of a table')
    reader.next()
    reader.expect('(')
    readExpression(reader, { stops: new Set(), query: inExpression(reader, tables) })
  }
  reader.expect(')')
}

function readCacheTable(reader: SqlReader): string {
  const { kind, text } = reader.next()
  if (kind !== 'text' || !/^[A-Za-z_][A-Za-z0-9_]*$/.test(text)) refuse('the table of a cache is not a plain name')
  return text
}

function readAlias(reader: SqlReader): void {
  const isNamed = reader.skip('as')
  const word = reader.peekWord()
  const isName = word === undefined ? reader.peek().kind === 'quoted' : !RESERVED.has(word)
  if (!isName && !isNamed) return
  reader.identifier()
  const after = reader.peek()
  if (after.kind === 'symbol' && after.text === '(') readColumns(reader)
}
