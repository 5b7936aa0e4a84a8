const HOUR = 3600
const DAY = 24 * HOUR

/** The choices that are offered; anything else is written by hand. */
export const RETENTION_CHOICES: readonly number[] = [
  0,
  HOUR,
  6 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  30 * DAY,
  90 * DAY,
  365 * DAY,
]

export type RetentionUnit = 'hours' | 'days'

const SECONDS: Readonly<Record<RetentionUnit, number>> = { hours: HOUR, days: DAY }
/** What the server can count in nanoseconds; about 292 years. */
const MOST_SECONDS = 9_000_000_000

/** How long data is kept, in words. */
export function retentionWords(everySeconds: number): string {
  if (everySeconds === 0) return 'Forever'
  const parts = [
    ['day', Math.floor(everySeconds / DAY)],
    ['hour', Math.floor((everySeconds % DAY) / HOUR)],
    ['minute', Math.floor((everySeconds % HOUR) / 60)],
    ['second', everySeconds % 60],
  ] as const
  return parts.flatMap(([unit, count]) => (count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`])).join(' ')
}

/** Reads a number of hours or days. @returns seconds, or what is wrong in words */
export function retentionOf(amount: string, unit: RetentionUnit): number | string {
  if (!/^\d+$/.test(amount.trim())) return 'Enter a whole number.'
  const seconds = Number(amount) * SECONDS[unit]
  if (seconds < HOUR) return 'Data is kept for at least 1 hour.'
  return seconds > MOST_SECONDS ? 'That is too long; choose Forever instead.' : seconds
}

/** A duration as a number of the largest unit that divides it. */
export function amountOf(everySeconds: number): { readonly amount: string; readonly unit: RetentionUnit } {
  const unit = everySeconds % DAY === 0 ? 'days' : 'hours'
  return { amount: String(Math.max(1, Math.round(everySeconds / SECONDS[unit]))), unit }
}

/** Whether data that is kept today might not be after the change. */
export const isShorter = (before: number, after: number): boolean => after !== 0 && (before === 0 || after < before)
