import { expect, test } from 'vitest'
import { isLinear } from './linear-time.ts'

/** Counts to a number, so that the work cannot be left out. */
function count(steps: number): void {
  let sum = 0
  for (let step = 0; step < steps; step++) sum += step & 3
  expect(sum).toBeGreaterThan(0)
}

test('linear work is told from quadratic work', () => {
  expect(isLinear(size => () => count(size), 1_000_000)).toBe(true)
  expect(isLinear(size => () => count(size * size), 3_000)).toBe(false)
})
