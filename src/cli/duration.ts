const NANOSECONDS: Readonly<Record<string, number>> = {
  w: 604_800e9,
  d: 86_400e9,
  h: 3_600e9,
  m: 60e9,
  s: 1e9,
  ms: 1e6,
  us: 1e3,
  // The sign for micro and the Greek letter look alike, and both are typed.
  '\u00b5s': 1e3,
  '\u03bcs': 1e3,
  ns: 1,
}

/** What servers can count, in nanoseconds: about 292 years. */
const LONGEST = 2 ** 63

/**
 * Reads a duration such as `1w2d`, `90m` or `1.5h`, in nanoseconds. Empty is 0.
 *
 * @throws Error in the reference's words. Source: CLI contract 3.6.
 */
export function parseDuration(text: string): number {
  if (text === '' || text === '0') return 0
  if (text.startsWith('-')) throw new Error('must be greater than 0')
  if (/^\d+(?:\.\d+)?$/.test(text)) throw new Error(`duration is missing a unit: ${text}`)
  if (!/^(?:\d+(?:\.\d+)?[a-z\u00b5\u03bc]+)+$/.test(text)) throw new Error(`invalid duration ${text}`)
  let total = 0
  for (const [, count, unit] of text.matchAll(/(\d+(?:\.\d+)?)([a-z\u00b5\u03bc]+)/g)) {
    const factor = NANOSECONDS[unit as string]
    if (factor === undefined) {
      throw new Error(
        'duration must be week(w), day(d), hour(h), min(m), sec(s), millisec(ms), microsec(us), or nanosec(ns)',
      )
    }
    // Whole nanoseconds: 1.1 h would otherwise be a fraction of one more.
    total += Math.round(Number(count) * factor)
  }
  if (total >= LONGEST) throw new Error(`invalid duration ${text}: too long`)
  return total
}

/** A duration in whole seconds. @throws Error as `parseDuration`, and for fractions of a second */
export function parseSeconds(text: string): number {
  const nanoseconds = parseDuration(text)
  if (nanoseconds % 1e9 !== 0) throw new Error(`duration "${text}" is too precise, must be divisible by 1s`)
  return nanoseconds / 1e9
}

/** As the reference prints it: hours, minutes, seconds. */
export function printSeconds(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = seconds % 60
  if (hours > 0) return `${hours}h${minutes}m${rest}s`
  return minutes > 0 ? `${minutes}m${rest}s` : `${rest}s`
}
