import { decided, refuse, type Undecidable } from '../undecidable.ts'
import type { Measurement, Select, ShowSchema, Source, Statement, Target } from './syntax.ts'

/** How a database and retention policy are called; undefined is not said. */
export interface Names {
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
}

/** Other names in place of those that a statement has. Asked for each owner of a measurement that it names or implies. */
export type Renaming = (names: Names) => Names

/**
 * A statement with other names of databases and retention policies, and all else as it is. Measurements keep theirs.
 *
 * It is made for statements after `withDefaults`. In SHOW, ON gets the name of the database where the measurements without
 * one of their own are; those that would be in several are undecidable, and so is every statement that names a database in
 * another way than by what it reads and writes.
 */
export function rename(statement: Statement, renaming: Renaming): Statement | Undecidable {
  return decided((): Statement => {
    switch (statement.kind) {
      case 'select':
      case 'explain':
        return { ...statement, select: renameSelect(statement.select, renaming) }
      case 'show-schema':
        return renameShow(statement, renaming)
      case 'delete':
      case 'drop-series':
        // No server's grammar lets them name one; the request does.
        if (statement.sources.some(isOwned)) refuse('a database or retention policy is named where none can be')
        return statement
      default:
        return refuse('the statement is not about measurements')
    }
  })
}

const isOwned = ({ database, retentionPolicy }: Names) => database !== undefined || retentionPolicy !== undefined

function renameSelect(select: Select, renaming: Renaming): Select {
  const { target } = select
  return {
    ...select,
    target: target === undefined ? undefined : renameOwner(target, renaming),
    sources: select.sources.map(source => renameSource(source, renaming)),
  }
}

function renameSource(source: Source, renaming: Renaming): Source {
  return source.kind === 'subquery'
    ? { kind: 'subquery', select: renameSelect(source.select, renaming) }
    : renameOwner(source, renaming)
}

function renameOwner<Owned extends Measurement | Target>(owned: Owned, renaming: Renaming): Owned {
  return { ...owned, ...named(owned, renaming) }
}

function named({ database, retentionPolicy }: Names, renaming: Renaming): Names {
  const renamed = renaming({ database, retentionPolicy })
  return { database: printable(renamed.database), retentionPolicy: printable(renamed.retentionPolicy) }
}

/** @throws RangeError for what no text could say */
function printable(name: string | undefined): string | undefined {
  if (name === undefined || (name !== '' && !/[\r\u0000]/.test(name) && name.isWellFormed())) return name
  throw new RangeError('a new name is not one')
}

function renameShow(show: ShowSchema, renaming: Renaming): ShowSchema {
  const databases = new Set<string | undefined>()
  const own = (retentionPolicy: string | undefined) => {
    const names = named({ database: show.database, retentionPolicy: retentionPolicy ?? show.retentionPolicy }, renaming)
    databases.add(names.database)
    return names
  }
  const inShow = (source: Measurement): Measurement => {
    if (source.database !== undefined) {
      own(undefined)
      return renameOwner(source, renaming)
    }
    const { retentionPolicy } = own(source.retentionPolicy)
    // What the measurement did not say itself is said by ON.
    return { ...source, retentionPolicy: source.retentionPolicy && retentionPolicy }
  }
  const measurements = [...show.sources, ...(show.measurement === undefined ? [] : [show.measurement])]
  if (show.retentionPolicy !== undefined && measurements.some(one => one.retentionPolicy !== undefined)) {
    refuse('ON and a measurement both name a retention policy')
  }
  const sources = show.sources.map(inShow)
  const measurement = show.measurement && inShow(show.measurement)
  const retentionPolicy = show.retentionPolicy && own(undefined).retentionPolicy
  if (databases.size === 0) own(undefined)
  const [database, ...others] = databases
  if (others.length > 0) refuse('SHOW would ask several databases')
  return { ...show, database, retentionPolicy, sources, measurement }
}
