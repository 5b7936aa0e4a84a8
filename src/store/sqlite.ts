import { accessSync, chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Sql, SqlValue, Statement } from './sql.ts'

/** What is used of the `DatabaseSync` API, which Node has from 22.13 on and a package brings to older ones. */
export interface Database {
  exec(text: string): void
  prepare(text: string): PreparedStatement
  close(): void
}
export interface PreparedStatement {
  all(...values: SqlValue[]): unknown[]
  columns(): readonly { readonly name: string }[]
  /** Since Node 22.16. */
  setReturnArrays?(arrays: boolean): void
  get(...values: SqlValue[]): unknown
  run(...values: SqlValue[]): { changes: number | bigint }
}
type DatabaseClass = new (path: string, options?: { readOnly?: boolean }) => Database

let databaseClass: DatabaseClass | undefined

async function loadDatabaseClass(): Promise<DatabaseClass> {
  if (databaseClass !== undefined) return databaseClass
  for (const name of ['node:sqlite', '@photostructure/sqlite']) {
    try {
      const module = (await import(name)) as { DatabaseSync: DatabaseClass }
      databaseClass = module.DatabaseSync
      return databaseClass
    } catch {
      // The next one, or the sentence below.
    }
  }
  throw new Error('SQLite is missing: use Node 22.13 or later, or install the optional package @photostructure/sqlite.')
}

/** Opens a database handle without any settings of ours. */
export async function openDatabase(path: string, options?: { readOnly?: boolean }): Promise<Database> {
  const Class = await loadDatabaseClass()
  return options === undefined ? new Class(path) : new Class(path, options)
}

/** Creates the folder and the file, readable and writable by their owner only, if they are not there yet. */
export function createPrivately(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}

export interface SqliteOptions {
  readonly path: string
  /** A connection that only reads. It sees every commit of the others at once and never waits for them. */
  readonly readOnly?: boolean
  /** How long a writer waits for another process's transaction, in milliseconds. */
  readonly busyTimeoutMs?: number
  /** `delete` leaves nothing beside the file once a transaction has ended: for files that nobody else has open. */
  readonly journalMode?: 'wal' | 'delete'
}

/** `Sql` on one SQLite file, with the counter that tells when another connection has committed. */
export interface Sqlite extends Sql {
  /** Changes whenever another connection, of this process or another, has committed. Costs about 2 µs, never waits. */
  dataVersion(): number
  /** The settings in force, for tests and `doctor`. */
  pragma(name: 'synchronous' | 'journal_mode' | 'integrity_check'): unknown
  /** Bytes that `exec` takes as they are: migrations and maintenance only. */
  exec(text: string): void
}

/**
 * Opens a file as `Sql`. Writes are on disk when acknowledged: write-ahead log, `synchronous=FULL`.
 *
 * @throws Error if the file cannot be opened or is no database
 */
export async function openSqlite(options: SqliteOptions): Promise<Sqlite> {
  const { path, readOnly = false, busyTimeoutMs = 5000, journalMode = 'wal' } = options
  // SQLite would create what is not there, for everybody to read.
  if (readOnly) accessSync(path)
  else createPrivately(path)
  const database = await openDatabase(path)
  database.exec(`pragma busy_timeout = ${busyTimeoutMs}`)
  database.exec(`pragma journal_mode = ${journalMode}`)
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = off')
  // Pages kept by the connection (negative: KiB), and pages read through a mapping instead of being copied.
  database.exec('pragma cache_size = -65536')
  database.exec('pragma mmap_size = 1073741824')
  // Not for writers: kept in memory, the journal of a savepoint is walked from its beginning after each statement, so that
  // deleting an org takes time with the square of its tokens.
  if (readOnly) database.exec('pragma temp_store = memory')
  if (readOnly) database.exec('pragma query_only = on')
  return new SqliteConnection(database, !readOnly && journalMode === 'wal')
}

/** `Sql` on a handle that somebody else opened, with that one's settings. */
export function sqliteOn(database: Database): Sqlite {
  return new SqliteConnection(database)
}

interface Waiting {
  readonly work: (inside: Sql) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (cause: unknown) => void
}
type Outcome = { readonly value: unknown } | { readonly cause: unknown }

/** Enough for every statement the stores write, optional filters included. */
const MAX_PREPARED = 500
/** Bounds how long the first of a batch waits for the last. */
const MAX_BATCH = 256

class SqliteConnection implements Sqlite {
  readonly #database: Database
  readonly #mergesLog: boolean
  readonly #prepared = new Map<string, Prepared>()
  readonly #dataVersion: PreparedStatement
  readonly #queue: Waiting[] = []
  /** Pending while a batch of transactions is open. Everybody else waits, or would see what is not committed yet. */
  #batch: Promise<void> | undefined
  #draining: Promise<void> | undefined
  #closed = false

  /** @param mergesLog whether closing brings what stands in the write-ahead log into the one file */
  constructor(database: Database, mergesLog = false) {
    this.#database = database
    this.#mergesLog = mergesLog
    this.#dataVersion = database.prepare('pragma data_version')
  }

  async all<Row>(statement: Statement): Promise<Row[]> {
    while (this.#batch !== undefined) await this.#batch
    return this.#all(statement)
  }

  async run(statement: Statement): Promise<number> {
    while (this.#batch !== undefined) await this.#batch
    return this.#run(statement)
  }

  transaction<T>(work: (inside: Sql) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed())
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({ work, resolve: resolve as (value: unknown) => void, reject })
      this.#draining ??= this.#drain()
    })
  }

  dataVersion(): number {
    return (this.#dataVersion.get() as { data_version: number }).data_version
  }

  pragma(name: string): unknown {
    return Object.values(this.#database.prepare(`pragma ${name}`).get() as object)[0]
  }

  exec(text: string): void {
    guard(() => this.#database.exec(text))
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#draining
    this.#prepared.clear()
    if (this.#mergesLog) this.#mergeLog()
    this.#database.close()
  }

  #all<Row>(statement: Statement): Row[] {
    return guard(() => {
      const { prepared, rowsOf } = this.#prepare(statement.pieces.join('?'))
      return rowsOf(prepared.all(...statement.values)) as Row[]
    })
  }

  #run(statement: Statement): number {
    return guard(() => Number(this.#prepare(statement.pieces.join('?')).prepared.run(...statement.values).changes))
  }

  #control(text: 'begin immediate' | 'commit' | 'savepoint work' | 'release work' | 'rollback to work'): void {
    guard(() => this.#prepare(text).prepared.run())
  }

  /** Commits what waits, again and again, until nothing waits. What arrives during a commit forms the next batch. */
  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      // Lets the messages that arrived during the last commit become transactions, so that they share the next one.
      await nextTurn()
      const { promise, resolve } = signal()
      this.#batch = promise
      await this.#commit(this.#queue.splice(0, MAX_BATCH))
      this.#batch = undefined
      resolve()
    }
    this.#draining = undefined
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    const outcomes: Outcome[] = []
    try {
      this.#control('begin immediate')
      for (const { work } of batch) outcomes.push(await this.#inSavepoint(work))
      this.#control('commit')
    } catch (cause) {
      this.#rollBack()
      for (const { reject } of batch) reject(cause)
      return
    }
    batch.forEach(({ resolve, reject }, at) => {
      const outcome = outcomes[at] as Outcome
      if ('cause' in outcome) reject(outcome.cause)
      else resolve(outcome.value)
    })
  }

  async #inSavepoint(work: Waiting['work']): Promise<Outcome> {
    this.#control('savepoint work')
    try {
      const value = await work(this.#inside)
      this.#control('release work')
      return { value }
    } catch (cause) {
      // If even this fails, the caller rolls back the whole batch.
      this.#control('rollback to work')
      this.#control('release work')
      return { cause }
    }
  }

  readonly #inside: Sql = {
    all: async statement => this.#all(statement),
    run: async statement => this.#run(statement),
    transaction: () => Promise.reject(new TypeError('transactions do not nest')),
    close: () => Promise.reject(new TypeError('a transaction cannot close the store')),
  }

  #rollBack(): void {
    try {
      this.#database.exec('rollback')
    } catch {
      // There was no transaction left to end: SQLite had rolled it back itself.
    }
  }

  /**
   * SQLite does so itself when the last connection closes, but not while a statement is waiting to be collected. So that
   * whoever copies the one file of a stopped server has everything.
   */
  #mergeLog(): void {
    try {
      this.#database.exec('pragma wal_checkpoint(passive)')
    } catch {
      // Whatever stays in the log is read from there.
    }
  }

  #prepare(text: string): Prepared {
    if (this.#closed && this.#draining === undefined) throw closed()
    let prepared = this.#prepared.get(text)
    if (prepared === undefined) {
      if (this.#prepared.size >= MAX_PREPARED) this.#prepared.clear()
      prepared = preparedWith(this.#database, text)
      this.#prepared.set(text, prepared)
    }
    return prepared
  }
}

interface Prepared {
  readonly prepared: PreparedStatement
  rowsOf(found: unknown[]): unknown[]
}

/** Rows come as arrays and become objects here: the driver's own objects are slow to make and slow to read. */
function preparedWith(database: Database, text: string): Prepared {
  const prepared = database.prepare(text)
  if (prepared.setReturnArrays === undefined) return { prepared, rowsOf: found => found }
  prepared.setReturnArrays(true)
  const names = prepared.columns().map(({ name }) => name)
  return { prepared, rowsOf: found => found.map(values => rowOf(names, values as unknown[])) }
}

function rowOf(names: readonly string[], values: readonly unknown[]): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  for (let at = 0; at < names.length; at++) row[names[at] as string] = values[at]
  return row
}

const closed = () => new AppError('unavailable', 'the store is closed')

function signal(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {}
  const promise = new Promise<void>(done => {
    resolve = done
  })
  return { promise, resolve }
}

function guard<T>(act: () => T): T {
  try {
    return act()
  } catch (cause) {
    throw asAppError(cause)
  }
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve))

function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  if (/UNIQUE constraint failed/i.test(text)) return new AppError('conflict', 'already exists', { cause })
  return new AppError('unavailable', 'the store did not answer; try again', { cause, retryAfterSeconds: 1 })
}
