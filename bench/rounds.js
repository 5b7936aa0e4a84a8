// Measuring in turns, so that whatever else the machine does meets everybody alike.

/**
 * Runs all subjects in turns: A B C A B C …; the first two turns warm up and do not count.
 *
 * @param subjects by name: a function that does its work and returns one number
 * @returns by name: median, least and greatest of its numbers
 */
export async function inTurns(subjects, rounds) {
  const numbers = Object.fromEntries(Object.keys(subjects).map(name => [name, []]))
  for (let round = -2; round < rounds; round++) {
    for (const [name, measure] of Object.entries(subjects)) {
      const number = await measure()
      if (round >= 0) numbers[name].push(number)
    }
  }
  return Object.fromEntries(Object.entries(numbers).map(([name, all]) => [name, summary(all)]))
}

export function summary(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return { median: percentile(sorted, 50), min: sorted[0], max: sorted.at(-1) }
}

/** @param sorted ascending */
export function percentile(sorted, percent) {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))]
}

/** Time of one of many, in microseconds. */
export async function microsecondsEach(count, work) {
  const begun = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - begun) / 1000 / count
}
