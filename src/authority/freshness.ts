import type { Change } from '../store/changes.ts'
import type { Store } from '../store/store.ts'

export type { Change } from '../store/changes.ts'

/**
 * Keeps what is remembered of the store as new as the store itself. Whoever remembers something listens to the changes, and
 * asks for a renewal before each use of what he remembers.
 */
export interface Freshness {
  /**
   * Asks whether anybody has committed since the last time: some microseconds. If so, it settles when all listeners were told
   * what changed; undefined means that nothing did. Changes acknowledged before the call, by this process or another, count.
   */
  renew(): Promise<void> | undefined
  /** Grows with each telling, so that a look-up which began before one does not remember what it read. */
  generation(): number
  /** @param tell is given the changes, oldest first; it must not throw */
  listen(tell: (changes: readonly Change[]) => void): void
}

export interface FreshnessOptions {
  /** Reads only; its own connection, on which nothing else is left open. */
  readonly store: Pick<Store, 'changes'>
  /** Moves whenever anybody commits. */
  readonly dataVersion: () => number
}

/**
 * If `dataVersion` moved, somebody committed: the log of changes is read from where it was left. So a change that was
 * acknowledged holds for everything that begins afterwards; nothing is ever trusted for a time.
 */
export async function followChanges({ store, dataVersion }: FreshnessOptions): Promise<Freshness> {
  const listeners: ((changes: readonly Change[]) => void)[] = []
  let seenVersion = dataVersion()
  let seenChange = await store.changes.last()
  let generation = 0

  async function readOn(): Promise<void> {
    for (let version = dataVersion(); version !== seenVersion; version = dataVersion()) {
      const changes = await store.changes.after(seenChange)
      if (changes.length > 0) for (const tell of listeners) tell(changes)
      generation++
      seenChange = Math.max(seenChange, changes.at(-1)?.seq ?? 0)
      seenVersion = version
    }
  }

  return {
    renew: () => (dataVersion() === seenVersion ? undefined : readOn()),
    generation: () => generation,
    listen: tell => void listeners.push(tell),
  }
}
