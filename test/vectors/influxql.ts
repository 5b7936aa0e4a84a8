import { readFileSync } from 'node:fs'
import type { Touch } from '../../src/parse/touch.ts'

/** A text of InfluxQL, and what becomes of it. */
export type InfluxqlVector = { readonly why: string; readonly text: string } & (
  | { readonly refused: string }
  | {
      readonly printed: string
      /** Of each statement; members that are undefined are left out. */
      readonly touches: readonly (readonly Touch[])[]
    }
)

export const INFLUXQL_VECTORS: readonly InfluxqlVector[] = JSON.parse(
  readFileSync(new URL('./influxql.json', import.meta.url), 'utf8'),
)
