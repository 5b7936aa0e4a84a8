const DAY_MS = 24 * 60 * 60 * 1000

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['week', 7 * DAY_MS],
  ['day', DAY_MS],
  ['hour', DAY_MS / 24],
  ['minute', 60_000],
]

const relativeFormat = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

/** `2026-01-02 03:04:05` in the reader's zone, or in the one that is named. */
export function absolute(instant: string, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone !== undefined && { timeZone }),
  }).formatToParts(new Date(instant))
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find(found => found.type === type)?.value ?? ''
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')}`
}

/** "3 days ago", "in 2 hours"; "just now" within a minute. */
export function relative(instant: string, nowMs: number): string {
  const distance = Date.parse(instant) - nowMs
  const found = UNITS.find(([, length]) => Math.abs(distance) >= length)
  if (found === undefined) return distance > 0 ? 'in less than a minute' : 'just now'
  const [unit, length] = found
  return relativeFormat.format(Math.trunc(distance / length), unit)
}

/** An instant as a field of a form wants it: in the reader's zone, to the minute. */
export function toFieldValue(instant: Date): string {
  return absolute(instant.toISOString()).slice(0, 16).replace(' ', 'T')
}
