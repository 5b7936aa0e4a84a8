import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore, prepareDirectory, type SqliteStore } from '../../src/store/open-sqlite-store.ts'
import type { Statement } from '../../src/store/sql.ts'
import type { OpenedStore } from './open.ts'
import { type StoreProcess, startStoreProcess } from './store-process.ts'

/** A new SQLite store in a folder of its own. */
export interface OpenedSqliteStore extends OpenedStore {
  readonly directory: string
  readonly sqlite: SqliteStore['sqlite']
  /** One more connection, with the engine under it. */
  connectSqlite(readOnly: boolean): Promise<SqliteStore>
}

export async function openSqliteStore(): Promise<OpenedSqliteStore> {
  const directory = mkdtempSync(join(tmpdir(), 'sluice-store-'))
  const lock = await prepareDirectory(directory, () => 'an-instance')
  const connections: SqliteStore[] = []
  const processes: StoreProcess[] = []

  async function connectSqlite(readOnly: boolean): Promise<SqliteStore> {
    const connection = await openStore(directory, readOnly)
    connections.push(connection)
    return connection
  }
  const { store, sqlite } = await connectSqlite(false)

  return {
    store,
    sqlite,
    directory,
    connectSqlite,
    connect: async () => (await connectSqlite(false)).store,
    async startProcess() {
      const started = await startStoreProcess('sqlite', directory)
      processes.push(started)
      return started
    },
    async tamper(statement: Statement) {
      const connection = await connectSqlite(false)
      await connection.sqlite.run(statement)
    },
    async dispose() {
      await Promise.all(processes.map(started => started.kill()))
      await Promise.all(connections.map(connection => connection.store.close()))
      lock.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
