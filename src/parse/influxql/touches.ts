import type { Touch } from '../touch.ts'
import type { Measurement, Select, ShowSchema, Statement } from './syntax.ts'

/**
 * What a statement would touch, without repetitions, in the order of the text. Names that the text leaves out are
 * undefined; `withDefaults` puts them in first.
 *
 * Stricter than InfluxDB's own privileges, which let SHOW … ON a read the measurements of b, let a continuous query read
 * anything, and show everybody's queries to whoever may read one database.
 *
 * Deletions: DELETE and DROP SERIES remove points, which is what a writer may do to them, as in 1.x and 2. The others
 * remove what was set up with the database (in 1.x DROP MEASUREMENT is for administrators, and DROP RETENTION POLICY
 * takes a whole bucket's points with it): manage.
 *
 * Source: contract, section 3.2.
 */
export function touchesOf(statement: Statement): Touch[] {
  const seen = new Set<string>()
  return listTouches(statement).filter(touch => {
    const key = JSON.stringify(touch)
    return !seen.has(key) && seen.add(key)
  })
}

/**
 * Whether 1.x wants a statement by POST: all that change something. It runs them on GET too, with a warning; a gateway
 * does not.
 */
export function needsPost(statement: Statement): boolean {
  switch (statement.kind) {
    case 'select':
    case 'explain':
      return statement.select.target !== undefined
    case 'show-databases':
    case 'show-grants':
    case 'show-schema':
    case 'show-server':
      return false
    default:
      return true
  }
}

function listTouches(statement: Statement): Touch[] {
  switch (statement.kind) {
    case 'select':
    case 'explain':
      return touchesOfSelect(statement.select)
    case 'show-databases':
      return [{ action: 'list-databases' }]
    case 'show-schema':
      return touchesOfShow(statement)
    case 'show-server':
      return [manage(undefined, `show ${statement.subject.toLowerCase()}`)]
    case 'show-grants':
      return [manage(undefined, 'show grants')]
    case 'delete':
    case 'drop-series':
      return statement.sources.length === 0
        ? [{ action: 'write', database: undefined, retentionPolicy: undefined, measurement: undefined }]
        : statement.sources.map(source => touch('write', source))
    case 'create-continuous-query':
      return [manage(statement.database, 'create continuous query'), ...touchesOfSelect(statement.select)]
    case 'create-database':
    case 'drop-database':
      return [manage(statement.name, statement.kind.replace('-', ' '))]
    default:
      return [manage('database' in statement ? statement.database : undefined, statement.kind.replaceAll('-', ' '))]
  }
}

function manage(database: string | undefined, what: string): Touch {
  return { action: 'manage', database, what }
}

function touch(action: 'read' | 'write', { database, retentionPolicy, name }: Omit<Measurement, 'kind'>): Touch {
  return { action, database, retentionPolicy, measurement: typeof name === 'string' ? name : undefined }
}

/** All sources at any depth, then the target. */
function touchesOfSelect({ sources, target }: Select): Touch[] {
  const read = sources.flatMap(source =>
    source.kind === 'subquery' ? touchesOfSelect(source.select) : [touch('read', source)],
  )
  if (target === undefined) return read
  const { database, retentionPolicy, name } = target
  return [...read, { action: 'write', database, retentionPolicy, measurement: name }]
}

/**
 * The database that is asked, with each measurement named, and the databases that measurements name: 1.x looks at the
 * one for TAG VALUES and MEASUREMENTS, and at the others for the rest.
 */
function touchesOfShow({ database, retentionPolicy, sources, measurement }: ShowSchema): Touch[] {
  const named = measurement === undefined ? sources : [measurement]
  if (named.length === 0) return [{ action: 'read', database, retentionPolicy, measurement: undefined }]
  return named.flatMap(source => {
    const policy = source.database === undefined ? source.retentionPolicy : undefined
    const asked = touch('read', { database, retentionPolicy: policy ?? retentionPolicy, name: source.name })
    return source.database === undefined ? [asked] : [asked, touch('read', source)]
  })
}
