import { takesDatabaseOfRequest } from '../../parse/influxql/defaults.ts'
import { printStatements } from '../../parse/influxql/print.ts'
import { rename } from '../../parse/influxql/rename.ts'
import type { Statement } from '../../parse/influxql/syntax.ts'
import { needsPost } from '../../parse/influxql/touches.ts'
import type { V1Query, V3Query } from '../../parse/query-request.ts'
import type { BoundPlace } from '../place.ts'
import type { Forwarded } from '../upstream/forward.ts'
import { isThree } from '../upstream/upstream.ts'
import { namesAt } from '../upstream/upstream-names.ts'
import type { Untranslatable } from '../write/write-request.ts'
import type { Approved } from './judge-influxql.ts'

/**
 * The request to `/query` with which an upstream is asked to run what was approved: the text printed from the renamed
 * statements, always by POST and in a form, because there no generation looks elsewhere. Source: upstream contract 2.4.
 */
export function v1Request(approved: Approved, { options }: Pick<V1Query, 'options'>): Forwarded | Untranslatable {
  const text = textOf(approved)
  if (typeof text !== 'string') return text
  return queryForm({ ...options, q: text, db: databaseBeside(approved) }, !approved.statements.some(needsPost))
}

/** What is asked at `/query`: what is not said is left out, and nothing else is said. */
export function queryForm(
  said: V1Query['options'] & { readonly q: string; readonly db: string | undefined },
  repeatable: boolean,
): Forwarded {
  const { q, db, epoch, chunked, chunk_size, params, pretty } = said
  const form = { q, db, epoch, chunked, chunk_size, params, pretty }
  const given = Object.entries(form).flatMap(([name, value]) => (value ? [[name, value] as [string, string]] : []))
  return {
    method: 'POST',
    path: '/query',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    // A plus sign is a space to some readers and a plus to others.
    body: new URLSearchParams(given).toString().replaceAll('+', '%20'),
    repeatable,
  }
}

/** The request to `/api/v3/query_influxql` of InfluxDB 3. */
export function v3InfluxqlRequest(approved: Approved, query: V3Query): Forwarded | Untranslatable {
  const text = textOf(approved)
  if (typeof text !== 'string') return text
  return v3Request('/api/v3/query_influxql', approved.places[0]!, { ...query, text })
}

/** A request of version 3: a JSON object by POST, which alone counts there. */
export function v3Request(path: string, { database }: BoundPlace, { text, format, params }: V3Query): Forwarded {
  const members = Object.entries({ db: database, q: text, format })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`)
  if (params !== undefined) members.push(`"params":${params}`)
  const body = `{${members.join(',')}}`
  // Nothing that changes anything is asked of version 3 like this.
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body, repeatable: true }
}

/** The text that an upstream is asked to run: printed from the statements, with its own names. */
export function textOf({ upstream, statements, places, placeOf }: Approved): string | Untranslatable {
  if (isThree(upstream)) {
    const why = beyondThree(statements, places)
    if (why !== undefined) return { untranslatable: why }
  }
  const renamed: Statement[] = []
  for (const statement of statements) {
    const found = rename(statement, names => namesAt(placeOf(names)))
    if ('undecidable' in found) return { untranslatable: found.undecidable }
    renamed.push(found)
  }
  return printStatements(renamed)
}

function beyondThree(statements: readonly Statement[], places: readonly BoundPlace[]): string | undefined {
  const [statement, ...others] = statements
  if (statement === undefined || others.length > 0) return 'InfluxDB 3 takes one statement at a time'
  if (places.length > 1) return 'InfluxDB 3 reads one database at a time'
  if (needsPost(statement)) return 'InfluxDB 3 changes nothing by InfluxQL'
  // 3.6.0 breaks the connection off.
  const isPolicies = statement.kind === 'show-schema' && statement.subject === 'RETENTION POLICIES'
  return isPolicies ? 'not implemented: SHOW RETENTION POLICIES' : undefined
}

/** The `db` of the request, where the text does not say it all. */
function databaseBeside({ upstream, statements, places, placeOfRequest }: Approved): string | undefined {
  const [place, ...others] = places
  const needed = statements.some(takesDatabaseOfRequest) ? placeOfRequest : others.length === 0 ? place : undefined
  if (needed === undefined) return undefined
  return isThree(upstream) ? needed.database : namesAt(needed).database
}
