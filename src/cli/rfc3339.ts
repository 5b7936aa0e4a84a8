const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9})\d*)?(?:([Zz])|([+-])(\d\d):(\d\d))$/

/** Parts of a date and time as people write it. */
export interface DateParts {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanosecond: number
}

/** Nanoseconds since 1970 of a time such as `2024-01-01T10:00:00.25+02:00`; undefined if it is none. */
export function parseRfc3339(text: string): bigint | undefined {
  const [, year, month, day, hour, minute, second, fraction = '', , sign, hours = '0', minutes = '0'] =
    RFC3339.exec(text) ?? []
  if (year === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes))
  return nanosecondsOf(
    {
      year: Number(year),
      month: Number(month),
      day: Number(day),
      hour: Number(hour),
      minute: Number(minute),
      second: Number(second),
      nanosecond: Number(fraction.padEnd(9, '0')),
    },
    offset,
  )
}

/**
 * Nanoseconds since 1970; undefined for a day that the calendar lacks, such as 30 February.
 *
 * @param offset minutes that the clock is ahead of UTC; `local` means this machine's zone
 */
export function nanosecondsOf(parts: DateParts, offset: number | 'local'): bigint | undefined {
  const { year, month, day, hour, minute, second, nanosecond } = parts
  if (hour > 23 || minute > 59 || second > 59) return undefined
  // Years below 100 mean other years to the constructor.
  const date = offset === 'local' ? new Date(2000, month - 1, 1, hour, minute, second) : new Date(0)
  if (offset === 'local') date.setFullYear(year, month - 1, day)
  else {
    date.setUTCFullYear(year, month - 1, day)
    date.setUTCHours(hour, minute - offset, second)
  }
  const calendar = new Date(0)
  calendar.setUTCFullYear(year, month - 1, day)
  if (calendar.getUTCMonth() !== month - 1 || calendar.getUTCDate() !== day) return undefined
  return BigInt(date.getTime()) * 1_000_000n + BigInt(nanosecond)
}

/** As query results show times: UTC with nine digits. */
export function printNanoseconds(time: bigint): string {
  const seconds = time / 1_000_000_000n - (time % 1_000_000_000n < 0n ? 1n : 0n)
  const rest = time - seconds * 1_000_000_000n
  const date = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return `${date}.${rest.toString().padStart(9, '0')}Z`
}
