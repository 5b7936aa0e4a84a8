// How long a fuzz run lasts, and where it begins. scripts/fuzz.js sets the variables.

export const MINUTES = Number(process.env.SLUICE_FUZZ_MINUTES ?? 1)
/** Of one target alone, to see a failure again. */
export const TARGET = process.env.SLUICE_FUZZ_TARGET
export const FIXED_SEED = process.env.SLUICE_FUZZ_SEED === undefined ? undefined : Number(process.env.SLUICE_FUZZ_SEED)

/** Calls `batch` with one seed after another until its time is over, and says how many that were. */
export async function until(ms: number, batch: (seed: number) => Promise<void> | void): Promise<number> {
  const endMs = performance.now() + ms
  let batches = 0
  do {
    await batch(FIXED_SEED ?? Math.floor(Math.random() * 0x7fffffff))
    batches++
  } while (performance.now() < endMs && FIXED_SEED === undefined)
  return batches
}

/** A line of the summary. */
export function told(name: string, inputs: number, ms: number, taken?: number): void {
  const number = (value: number) => Math.round(value).toLocaleString('en')
  const share = taken === undefined ? '' : `, ${number(taken)} of them taken`
  const seconds = ms / 1000
  console.log(
    `fuzz: ${name}: ${number(inputs)} inputs in ${seconds.toFixed(1)} s, ${number(inputs / seconds)} a second${share}`,
  )
}
