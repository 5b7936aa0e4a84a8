import type { Undecidable } from '../undecidable.ts'
import { Cursor, Refusal } from './cursor.ts'
import { parseAlter, parseCreate, parseDelete, parseDrop, parseGrant, parseKill, parseSet } from './parser-manage.ts'
import { parseSelect } from './parser-select.ts'
import { parseShow } from './parser-show.ts'
import type { Statement } from './syntax.ts'

/** The longest text that is read, in UTF-16 units. */
export const MAX_TEXT_LENGTH = 262_144

/** How many statements a text may hold, because each may grow by the names that `withDefaults` puts in. */
export const MAX_STATEMENTS = 1024

/**
 * Reads a text of InfluxQL as its statements, of which there is one at least.
 *
 * Total: whatever is not known, or could be read in two ways by two servers, is undecidable, with a reason that quotes
 * nothing of the text but its first word, where that begins no statement. Linear in the text's length, and its depth is bounded.
 *
 * What is to be forwarded is printed from the statements, never taken from the text.
 *
 * Source: contract, sections 2.4 and 3.2; the grammars of 1.x (influxql) and of 3 (influxdb_influxql_parser).
 */
export function parseInfluxql(text: string): { readonly statements: readonly Statement[] } | Undecidable {
  if (text.length > MAX_TEXT_LENGTH) return { undecidable: 'the query is too long' }
  // 1.x takes NUL for the end of the text, and goes on after it: NUL ends a comment, and stands between statements.
  // What is not well-formed reaches the server as another text.
  if (text.includes('\u0000') || !text.isWellFormed()) {
    return { undecidable: 'the query has characters that no query has' }
  }
  try {
    return { statements: parseStatements(new Cursor(text.replaceAll(/\r\n?/g, '\n'))) }
  } catch (error) {
    if (error instanceof Refusal) return { undecidable: error.reason }
    throw error
  }
}

/** With semicolons between, which 3 does not ask for, and as many as they like before and after, which all allow. */
function parseStatements(cursor: Cursor): Statement[] {
  const statements: Statement[] = []
  let isSeparated = true
  while (cursor.peek().kind !== 'end') {
    if (cursor.acceptSymbol(';')) {
      isSeparated = true
      continue
    }
    if (!isSeparated) throw new Refusal('there is more than a statement')
    if (statements.length === MAX_STATEMENTS) throw new Refusal('there are too many statements')
    statements.push(parseStatement(cursor))
    isSeparated = false
  }
  if (statements.length === 0) throw new Refusal('there is no statement')
  return statements
}

function parseStatement(cursor: Cursor): Statement {
  const token = cursor.peek()
  switch (token.kind === 'keyword' ? token.word : undefined) {
    case 'SELECT':
      return { kind: 'select', select: parseSelect(cursor, 'may') }
    case 'EXPLAIN':
      return parseExplain(cursor)
    case 'SHOW':
      return parseShow(cursor)
    case 'CREATE':
      return parseCreate(cursor)
    case 'ALTER':
      return parseAlter(cursor)
    case 'DROP':
      return parseDrop(cursor)
    case 'DELETE':
      return parseDelete(cursor)
    case 'GRANT':
      return parseGrant(cursor, 'grant')
    case 'REVOKE':
      return parseGrant(cursor, 'revoke')
    case 'SET':
      return parseSet(cursor)
    case 'KILL':
      return parseKill(cursor)
    default:
      throw new Refusal(cursor.wrongBeginning(BEGINNINGS) ?? 'no statement begins like this')
  }
}

/** In the order in which InfluxDB tells them. */
const BEGINNINGS = 'SELECT, DELETE, SHOW, CREATE, DROP, EXPLAIN, GRANT, REVOKE, ALTER, SET, KILL'

/** VERBOSE is of 3 only, where it is no keyword. */
function parseExplain(cursor: Cursor): Statement {
  cursor.expectKeyword('EXPLAIN')
  const analyze = cursor.acceptKeyword('ANALYZE')
  const verbose = cursor.acceptWord('verbose')
  return { kind: 'explain', analyze, verbose, select: parseSelect(cursor, 'may') }
}
