// All parsers, with inputs that differ from run to run. `npm run fuzz` runs it; it is no part of `npm test`.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mutated } from './mutated.ts'
import { MINUTES, TARGET, told, until } from './pace.ts'
import { TARGETS } from './targets.ts'

const INPUTS_AT_ONCE = 1000
/** Far more than any input of these lengths takes; one that takes longer grows faster than it. */
const SLOW_MS = 1_000

const wanted = TARGETS.filter(({ name }) => TARGET === undefined || TARGET === name)
const shareMs = (MINUTES * 60_000) / Math.max(wanted.length, 1)

test.each(wanted)('$name', { timeout: shareMs * 2 + 60_000 }, async ({ name, corpus, words, check }) => {
  const begunMs = performance.now()
  let taken = 0
  const property = fc.property(mutated(corpus, words), text => {
    const started = process.cpuUsage()
    if (check(text)) taken++
    // Of the processor, so that a machine that is busy with others is no failure.
    expect(process.cpuUsage(started).user / 1000).toBeLessThan(SLOW_MS)
  })
  // What fails says its seed, and the shortest input that does.
  const batches = await until(shareMs, seed => fc.assert(property, { seed, numRuns: INPUTS_AT_ONCE }))
  told(name, batches * INPUTS_AT_ONCE, performance.now() - begunMs, taken)
  expect(taken, 'enough were taken to mean something').toBeGreaterThan(batches)
})
