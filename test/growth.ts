/** The processor time that work takes, in microseconds; the least of several rounds. Other processes do not count. */
function cost(work: () => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 4; round++) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, user + system)
  }
  return Math.max(1, least)
}

/**
 * How many times more work an input of four times the size takes: about 4 if it is linear in the size, 16 if it is
 * quadratic. What little inputs cost, some millionths of a second, is too little to divide by.
 */
export function growth<Input>(inputOf: (size: number) => Input, work: (input: Input) => void, size = 5000): number {
  const [small, large] = [inputOf(size), inputOf(4 * size)]
  cost(() => work(small))
  const costOfLarge = cost(() => work(large))
  return (
    costOfLarge /
    Math.max(
      500,
      cost(() => work(small)),
    )
  )
}

/** Between linear and quadratic. */
export const LINEAR = 9
