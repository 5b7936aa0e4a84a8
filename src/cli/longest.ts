/** The largest number of a column. Not by Math.max(...), which takes some ten thousand at most. */
export function longest(rows: readonly (readonly number[])[], at: number): number {
  return rows.reduce((most, row) => Math.max(most, row[at] ?? 0), 0)
}
