/** How often the work is looked at before it counts as slow: a busy machine lies now and then, quadratic work always. */
const ATTEMPTS = 8

/** Work that takes longer than this is not looked at again. */
const HOPELESS_MICROSECONDS = 4_000_000

/**
 * Whether work on eight times the input takes less than thirty times the processor's time; quadratic work takes
 * sixty-four times. Waiting for a processor does not count.
 *
 * @param prepare makes the work for an input of a size; only what it returns is measured
 * @param size of the smaller input: large enough that quadratic work on it would take long beside everything else
 */
export function isLinear(prepare: (size: number) => () => void, size: number): boolean {
  const [small, large] = [prepare(size), prepare(size * 8)]
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const took = microsecondsOf(large)
    if (took < microsecondsOf(small) * 30 + 2000) return true
    if (took > HOPELESS_MICROSECONDS) return false
  }
  return false
}

/** The same for work on one input, which may be short: size 5,000 unless told. */
export function isLinearIn<Input>(
  inputOf: (size: number) => Input,
  work: (input: Input) => void,
  size = 5000,
): boolean {
  const prepare = (wanted: number) => {
    const input = inputOf(wanted)
    return () => work(input)
  }
  return isLinear(prepare, size)
}

function microsecondsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}
