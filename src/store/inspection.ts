import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { raw, type Sql, sql } from './sql.ts'
import { type Database, openDatabase, sqliteOn } from './sqlite.ts'

/** How much is in a store. */
export interface Counts {
  readonly orgs: number
  readonly users: number
  readonly authorizations: number
  /** The newest numbers of the two sequences. */
  readonly changes: number
  readonly audit: number
}

/** A data file that is looked at and not touched: nothing is created, migrated or repaired. */
export interface Inspection {
  /** Reads only. */
  readonly sql: Sql
  /** What is broken in the file's structure, as SQLite says it; empty if nothing is. Reads all of the file. */
  quickCheck(): string[]
  /** 0 for an empty file; undefined for a database of some other program. */
  schemaVersion(): Promise<number | undefined>
  /** Of a store whose schema we know. */
  counts(): Promise<Counts>
  /** Writes a compact copy, whole and consistent, to a file that is empty or not there. It is not flushed. */
  copyTo(path: string): void
  close(): Promise<void>
}

/**
 * @param use `none` if nobody writes to the file meanwhile: then nothing at all is left beside it. What is read while
 *   somebody does may look broken, though it is not. `shared` reads consistently beside any writer.
 * @throws Error if the file is not there, may not be read, or is no database
 */
export async function inspect(path: string, use: 'none' | 'shared'): Promise<Inspection> {
  const database = use === 'none' ? await openUntouched(path) : await openDatabase(path, { readOnly: true })
  try {
    database.exec('pragma busy_timeout = 5000')
    // Opening alone reads nothing.
    database.exec('select count(*) from sqlite_schema')
  } catch (cause) {
    database.close()
    throw cause
  }
  const sqlite = sqliteOn(database)
  return {
    sql: sqlite,
    quickCheck: () => quickCheck(database),
    schemaVersion: () => schemaVersionOf(sqlite),
    counts: () => count(sqlite),
    copyTo: target => database.exec(`vacuum into ${quoted(target)}`),
    close: () => sqlite.close(),
  }
}

function quickCheck(database: Database): string[] {
  try {
    const rows = database.prepare('pragma quick_check(10)').all() as { quick_check: string }[]
    return rows.map(row => row.quick_check).filter(text => text !== 'ok')
  } catch (cause) {
    // Some damage ends the check itself.
    return [(cause as Error).message]
  }
}

/** A text as SQL writes it, where a statement takes no parameters. */
export const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`

/**
 * A handle that leaves the folder as it was. Even a reader would create a write-ahead log beside the file; if there is none,
 * everything is in the file, and SQLite may be told that nothing else matters. Node 22.13 and 22.14 cannot say so: there, an
 * empty log may stay behind.
 */
async function openUntouched(path: string): Promise<Database> {
  if (!existsSync(`${path}-wal`)) {
    try {
      return await openDatabase(`${pathToFileURL(path).href}?immutable=1`, { readOnly: true })
    } catch {
      // The next line says what is wrong, if it is more than that.
    }
  }
  return openDatabase(path, { readOnly: true })
}

/** Unlike that of `migrations.ts`, it creates nothing. 0 for an empty database, undefined for one that is not ours. */
export async function schemaVersionOf(store: Sql, database: 'main' | 'present' = 'main'): Promise<number | undefined> {
  const name = raw(database)
  const tables = await store.all<{ name: string }>(sql`select name from ${name}.sqlite_schema where type = 'table'`)
  if (tables.length === 0) return 0
  if (!['meta', 'authorizations', 'audit'].every(wanted => tables.some(({ name }) => name === wanted))) return undefined
  const [row] = await store.all<{ value: string }>(sql`select value from ${name}.meta where key = 'schema-version'`)
  return row === undefined ? undefined : Number(row.value)
}

async function count(store: Sql): Promise<Counts> {
  const [row] = await store.all<Counts>(sql`select
    (select count(*) from orgs) as orgs,
    (select count(*) from users where deleted_at is null) as users,
    (select count(*) from authorizations) as authorizations,
    (select value from sequences where name = 'changes') as changes,
    (select value from sequences where name = 'audit') as audit`)
  return row as Counts
}
