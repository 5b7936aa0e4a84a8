import { counted } from '../counted.ts'

/** `bad`: it does not work, or is not safe. `warn`: it will not, or may not be. */
export type Level = 'ok' | 'warn' | 'bad'

/** What one look at a set-up brought to light. */
export interface Finding {
  readonly level: Level
  /** A sentence. */
  readonly what: string
  /** Another one: what to do about it. Undefined for `ok`. */
  readonly todo?: string
}

export const ok = (what: string): Finding => ({ level: 'ok', what })
export const warn = (what: string, todo: string): Finding => ({ level: 'warn', what, todo })
export const bad = (what: string, todo: string): Finding => ({ level: 'bad', what, todo })

export const DAY_MS = 24 * 60 * 60 * 1000

/** Whole days, for sentences: `1 day`, `12 days`. */
export const printDays = (ms: number) => counted(Math.floor(ms / DAY_MS), 'day')
