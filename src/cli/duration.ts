const NANOSECONDS: Readonly<Record<string, number>> = {
  w: 604_800e9,
  d: 86_400e9,
  h: 3_600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  µs: 1e3,
  ns: 1,
}

/**
 * Reads a duration such as `1w2d`, `90m` or `1.5h`, in nanoseconds. Empty is 0.
 *
 * @throws Error in the reference's words. Source: CLI contract 3.6.
 */
export function parseDuration(text: string): number {
  if (text === '' || text === '0') return 0
  if (text.startsWith('-')) throw new Error('must be greater than 0')
  if (/^\d+(?:\.\d+)?$/.test(text)) throw new Error(`duration is missing a unit: ${text}`)
  if (!/^(?:\d+(?:\.\d+)?[a-zµ]+)+$/.test(text)) throw new Error(`invalid duration ${text}`)
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-zµ]+)/g)) {
    const factor = NANOSECONDS[unit as string]
    if (factor === undefined) {
      throw new Error(
        'duration must be week(w), day(d), hour(h), min(m), sec(s), millisec(ms), microsec(us), or nanosec(ns)',
      )
    }
    total += Number(count) * factor
  }
  return total
}

/** As the reference prints it: hours, minutes, seconds. */
export function printSeconds(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = seconds % 60
  if (hours > 0) return `${hours}h${minutes}m${rest}s`
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`
}
