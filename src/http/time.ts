import { AppError } from '../domain/errors.ts'

/** RFC 3339 in UTC, without a fraction where it is zero, without trailing zeros. Source: wire contract 1.3. */
export function printTime(epochMs: number): string {
  const text = new Date(epochMs).toISOString()
  // Not by a regular expression, which takes as long as all the rest of this.
  let end = text.length - 1
  while (text[end - 1] === '0') end--
  if (text[end - 1] === '.') end--
  return `${text.slice(0, end)}Z`
}

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/
/** The end of the year 9999, beyond which the format has no words. */
const LAST_MS = Date.UTC(10_000, 0) - 1

/** @throws AppError `invalid`, naming the field */
export function parseTime(field: string, text: string): number {
  const epochMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse lets 30 February through as 1 March.
  if (Number.isNaN(epochMs) || epochMs > LAST_MS || !isRealDate(text)) {
    throw new AppError('invalid', `${field} must be a time like 2026-01-31T12:00:00Z`)
  }
  return epochMs
}

function isRealDate(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number]
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
