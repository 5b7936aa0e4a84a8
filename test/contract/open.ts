import { onTestFinished } from 'vitest'
import type { Statement } from '../../src/store/sql.ts'
import type { Nouns, Store } from '../../src/store/store.ts'
import type { StoreProcess } from './store-process.ts'

/** An empty store of a test's own, and the ways to the same database that are not that store. */
export interface OpenedStore {
  readonly store: Store
  /** One more connection of this process. Closed with the rest. */
  connect(): Promise<Store>
  /** A process of its own. Ended with the rest. */
  startProcess(): Promise<StoreProcess>
  /** Runs SQL behind the store's back, as somebody with the file would. */
  tamper(statement: Statement): Promise<void>
  /** Closes everything that was opened, and removes the database. */
  dispose(): Promise<void>
}

/** Opens an empty store: a new file or a new schema, never a list of tables to empty. */
export type OpenStore = () => Promise<OpenedStore>

/** An empty store for the test that is running; it is gone when the test ends. */
export async function fresh(open: OpenStore): Promise<OpenedStore> {
  const opened = await open()
  onTestFinished(() => opened.dispose())
  return opened
}

/** A name of a method of a noun, and its arguments: what another process is asked to do. */
export type Call = {
  [Noun in keyof Nouns]: readonly [noun: Noun, method: keyof Nouns[Noun], ...args: readonly unknown[]]
}[keyof Nouns]
