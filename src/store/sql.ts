/** A value that both engines bind and return alike. Instants and counters are safe integers. */
export type SqlValue = string | number | null | Uint8Array

/** SQL text in pieces, with the values that belong between them. Made by the `sql` tag only. */
export interface Statement {
  readonly pieces: readonly string[]
  readonly values: readonly SqlValue[]
}

/**
 * Writes a statement. Values become parameters, never text; a statement in place of a value is spliced in, which is how
 * optional filters are composed.
 */
export function sql(pieces: TemplateStringsArray, ...parts: readonly (SqlValue | Statement)[]): Statement {
  const text = [pieces[0] ?? '']
  const values: SqlValue[] = []
  const append = (more: string) => {
    text[text.length - 1] += more
  }
  parts.forEach((part, at) => {
    if (part !== null && typeof part === 'object' && !(part instanceof Uint8Array)) {
      append(part.pieces[0] ?? '')
      part.values.forEach((value, inner) => {
        values.push(value)
        text.push(part.pieces[inner + 1] ?? '')
      })
    } else {
      values.push(part)
      text.push('')
    }
    append(pieces[at + 1] ?? '')
  })
  return { pieces: text, values }
}

export const EMPTY = sql``

/** Glues statements together with a text that is ours, never a caller's. */
export function join(parts: readonly Statement[], separator: ' and ' | ' or ' | ', ' | ' union all '): Statement {
  return parts.reduce((all, part, at) => (at === 0 ? part : sql`${all}${raw(separator)}${part}`), EMPTY)
}

/** SQL text that is ours and has no values, such as a column to sort by. Never call it with anything that came from outside. */
export function raw(text: string): Statement {
  return { pieces: [text], values: [] }
}

/**
 * `limit … offset …`. The casts are for SQLite: it plans by the value of a bare parameter there, and so plans a prepared
 * statement anew at each execution, which takes longer than most of ours run.
 */
export function portion(limit: number, offset = 0): Statement {
  return sql`limit cast(${limit} as bigint) offset cast(${offset} as bigint)`
}

/** How many values an `in (…)` may hold; few sizes, so that few statements need to be prepared. */
const LIST_SIZES = [1, 10, 100, 1000]

/**
 * `(?, ?, …)` for the right side of `in`, filled up with nulls, which nothing equals.
 *
 * @throws TypeError beyond 1,000 values: page instead
 */
export function list(values: readonly SqlValue[]): Statement {
  const size = LIST_SIZES.find(size => size >= values.length)
  if (size === undefined) throw new TypeError(`${values.length} values do not fit one list`)
  const padded: SqlValue[] = [...values, ...Array<null>(size - values.length).fill(null)]
  return { pieces: ['(', ...Array<string>(size - 1).fill(', '), ')'], values: padded }
}

/** Cuts ids into pieces that fit `list`. */
export function* inLists<T>(values: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += 1000) yield values.slice(at, at + 1000)
}

/**
 * All that database engines differ in.
 *
 * Errors of the driver come out as AppError: `conflict` for a broken uniqueness rule, `unavailable` for all else.
 */
export interface Sql {
  all<Row>(statement: Statement): Promise<Row[]>
  /** @returns how many rows were changed */
  run(statement: Statement): Promise<number>
  /**
   * Runs work atomically, alone among writers; resolves when the work is on disk. If the work throws, nothing of it remains.
   * Transactions that wait together may share one commit, each within its own savepoint. Inside, use only the `Sql` that is
   * passed in; it does not nest.
   */
  transaction<T>(work: (inside: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** `column in (…)` for any number of values; what nothing matches when there are none. The column is ours. */
export function among(column: string, values: readonly SqlValue[]): Statement {
  const parts = [...inLists(values)].map(some => sql`${raw(column)} in ${list(some)}`)
  return parts.length === 0 ? sql`1 = 0` : sql`(${join(parts, ' or ')})`
}
