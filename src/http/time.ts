import { AppError } from '../domain/errors.ts'

/** RFC 3339 in UTC, without a fraction where it is zero, without trailing zeros. Source: wire contract 1.3. */
export function printTime(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.?0+Z$/, 'Z')
}

const RFC_3339 = /^\d{4}-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** @throws AppError `invalid`, naming the field */
export function parseTime(field: string, text: string): number {
  const epochMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN
  // Date.parse lets 30 February through as 1 March.
  if (Number.isNaN(epochMs) || !isRealDate(text)) {
    throw new AppError('invalid', `${field} must be a time like 2026-01-31T12:00:00Z`)
  }
  return epochMs
}

function isRealDate(text: string): boolean {
  const [year, month, day] = text.slice(0, 10).split('-').map(Number) as [number, number, number]
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}
