import type { Ask } from './ask.ts'

/** One row of an InfluxQL answer, by column. */
export type Row = Readonly<Record<string, unknown>>

/** The rows that InfluxDB 1.x answers to a statement, or the status with which it refuses. */
export async function askInfluxql(ask: Ask, statement: string): Promise<readonly Row[] | { readonly refused: number }> {
  const { status, json } = await ask(`/query?q=${encodeURIComponent(statement)}`)
  if (status !== 200) return { refused: status }
  const [result] = (json as V1Answer | undefined)?.results ?? []
  if (result === undefined || result.error !== undefined) return { refused: status }
  return (result.series ?? []).flatMap(({ columns, values = [] }) =>
    values.map(value => Object.fromEntries(columns.map((column, at) => [column, value[at]]))),
  )
}

interface V1Answer {
  readonly results?: readonly {
    readonly error?: string
    readonly series?: readonly { readonly columns: readonly string[]; readonly values?: readonly unknown[][] }[]
  }[]
}
