import { type Sql, sql } from './sql.ts'

/** The kinds of things a verdict depends on. */
export type ChangeKind = 'authorization' | 'secret' | 'user' | 'org' | 'membership' | 'session' | 'bucket' | 'dbrp'

export interface Change {
  readonly seq: number
  readonly kind: ChangeKind
  readonly id: string
}

/** The ever-growing sequence of everything that a verdict depends on. */
export interface Changes {
  /**
   * Notes that something changed. Call it in the same transaction as the change. The number is given under the lock of its
   * row, so that numbers become visible in order on every engine.
   */
  note(kind: ChangeKind, id: string): Promise<void>
  /** What came after a number, oldest first. */
  after(seq: number): Promise<Change[]>
  /** The newest number; 0 if nothing ever changed. */
  last(): Promise<number>
}

export function changes(store: Sql): Changes {
  return {
    async note(kind, id) {
      const seq = await nextInSequence(store, 'changes')
      await store.run(sql`insert into changes (seq, kind, id) values (${seq}, ${kind}, ${id})`)
    },
    after: seq => store.all<Change>(sql`select seq, kind, id from changes where seq > ${seq} order by seq`),
    async last() {
      const rows = await store.all<{ value: number }>(sql`select value from sequences where name = 'changes'`)
      return rows[0]?.value ?? 0
    },
  }
}

/** Takes the next number of a sequence; its row stays locked until the transaction ends. */
export async function nextInSequence(store: Sql, name: 'changes' | 'audit'): Promise<number> {
  const rows = await store.all<{ value: number }>(
    sql`update sequences set value = value + 1 where name = ${name} returning value`,
  )
  const value = rows[0]?.value
  if (value === undefined) throw new TypeError(`there is no sequence ${name}`)
  return value
}
