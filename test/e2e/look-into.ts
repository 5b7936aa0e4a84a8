// Looks into the data of a server, as another process could while that one runs.
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { sql } from '../../src/store/sql.ts'
import { openSqlite, type Sqlite } from '../../src/store/sqlite.ts'

export async function lookInto<T>(dataDir: string, look: (sqlite: Sqlite) => Promise<T>): Promise<T> {
  const sqlite = await openSqlite({ path: storePath(dataDir), readOnly: true })
  try {
    return await look(sqlite)
  } finally {
    await sqlite.close()
  }
}

/** How often this data was restored, from 1. */
export async function epochIn(dataDir: string): Promise<number> {
  const find = (sqlite: Sqlite) => sqlite.all<{ value: string }>(sql`select value from meta where key = 'epoch'`)
  return Number((await lookInto(dataDir, find))[0]?.value)
}
