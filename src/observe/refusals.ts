import { plainText } from './plain-text.ts'

/** A kind of request that would be refused: who, why, where. No secret is in it. */
export interface RefusalKind {
  /** The id of an authorization, or in words that there is none. */
  readonly credential: string
  readonly reason: string
  readonly path: string
  /** Empty if none is known. */
  readonly database: string
}

export interface CountedRefusal extends RefusalKind {
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

/** What would have been refused, counted by kind. In memory, of bounded size; gone when the process ends. */
export interface RefusalTable {
  note(kind: RefusalKind): void
  /** The last seen first. */
  list(): CountedRefusal[]
  /** Rows that made room for others, since the beginning or `clear`. */
  dropped(): number
  /** Epoch milliseconds of the beginning or the last `clear`. */
  sinceMs(): number
  clear(): void
}

export const MAX_ROWS = 1_000
/** Clients say what they like. */
const LONGEST_CHARS = 128

const short = (text: string) => plainText(text).slice(0, LONGEST_CHARS)

/** Beyond `maxRows`, the row that was seen longest ago makes room. */
export function createRefusalTable(nowMs: () => number, maxRows = MAX_ROWS): RefusalTable {
  // In the order in which they were last seen.
  const rows = new Map<string, CountedRefusal>()
  let dropped = 0
  let sinceMs = nowMs()
  return {
    note(kind) {
      const row = {
        credential: short(kind.credential),
        reason: short(kind.reason),
        path: short(kind.path),
        database: short(kind.database),
      }
      const key = JSON.stringify(Object.values(row))
      const lastMs = nowMs()
      const { count, firstMs } = rows.get(key) ?? { count: 0, firstMs: lastMs }
      rows.delete(key)
      rows.set(key, { ...row, count: count + 1, firstMs, lastMs })
      if (rows.size <= maxRows) return
      rows.delete(rows.keys().next().value as string)
      dropped++
    },
    list: () => [...rows.values()].reverse(),
    dropped: () => dropped,
    sinceMs: () => sinceMs,
    clear() {
      rows.clear()
      dropped = 0
      sinceMs = nowMs()
    },
  }
}
