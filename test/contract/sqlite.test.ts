import { openSqliteStore } from './open-sqlite.ts'
import { storeContract } from './store.ts'

storeContract('SQLite', openSqliteStore)
