/** Nobody misspells beyond this; it bounds the work spent on hostile names. */
const LONGEST_NAME = 64

const lettersOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/**
 * The candidate that somebody most likely meant by a name that is unknown, or undefined if none is near.
 *
 * Case, dots, hyphens and underscores do not count. A name that begins or ends a candidate is near, else one that differs
 * in at most a third of its letters; a swap of neighbours counts once.
 */
export function suggest(given: string, candidates: readonly string[]): string | undefined {
  const wanted = lettersOf(given)
  if (wanted.length < 2 || wanted.length > LONGEST_NAME) return undefined
  let nearest: string | undefined
  let least = Number.POSITIVE_INFINITY
  for (const candidate of candidates) {
    const letters = lettersOf(candidate)
    const isPart = wanted.length >= 3 && (letters.startsWith(wanted) || letters.endsWith(wanted))
    const distance = letters === wanted ? 0 : isPart ? 0.5 : editDistance(wanted, letters)
    if (distance < least && distance <= Math.max(1, Math.max(wanted.length, letters.length) / 3)) {
      nearest = candidate
      least = distance
    }
  }
  return nearest
}

/** Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other. */
export function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(row[j - 1]! + 1, last[j]! + 1, replaced)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, beforeLast[j - 2]! + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.length]!
}
