// The invariant: through any sequence of calls, nobody comes to hold a secret or a session whose permissions are not covered by
// what he held, or was given by somebody who held them. Random calls to the real authority on a real store, against a model.
//
// SLUICE_SECURITY_SEQUENCES sets how many sequences, SLUICE_SECURITY_SEED which ones.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildStage, type Stage } from './cast.ts'
import { gift, give, moves, tally } from './moves.ts'
import { beginning } from './world.ts'

const SEQUENCES = Number(process.env.SLUICE_SECURITY_SEQUENCES ?? 1000)
const SEED = Number(process.env.SLUICE_SECURITY_SEED ?? Date.now() % 0x7fffffff)
const MOST_MOVES = 40
const TIMEOUT_MS = 60_000 + SEQUENCES * 1000

let stage: Stage

beforeAll(async () => {
  stage = await buildStage()
})
afterAll(() => stage.strike())

test('through any sequence of calls, nobody gains what was not given to him by somebody who held it', {
  timeout: TIMEOUT_MS,
}, async () => {
  const begunMs = performance.now()
  const property = fc.asyncProperty(fc.array(gift, { maxLength: 5 }), moves(MOST_MOVES), async (gifts, sequence) => {
    const parts = await stage.open()
    try {
      const world = beginning(parts, structuredClone(stage.cast))
      for (const one of gifts) await give(world, one)
      await fc.asyncModelRun(async () => ({ model: world, real: {} }), sequence)
    } finally {
      await parts.close()
    }
  })
  await fc.assert(property, { numRuns: SEQUENCES, seed: SEED })
  report(Math.round((performance.now() - begunMs) / 1000))
})

function report(seconds: number): void {
  const counts = [...tally.values()]
  const accepted = counts.reduce((sum, one) => sum + one.accepted, 0)
  const refused = counts.reduce((sum, one) => sum + one.refused, 0)
  console.log(
    `No escalation in ${SEQUENCES} sequences of ${accepted + refused} calls (${accepted} accepted, ${refused} refused), ` +
      `seed ${SEED}, ${seconds} s`,
  )
  if (SEQUENCES < 1000) return
  // Else the test would be green because nothing ever happened.
  for (const [name, { accepted, refused }] of tally) {
    expect(accepted, `${name}: accepted`).toBeGreaterThan(0)
    if (name !== 'list authorizations') expect(refused, `${name}: refused`).toBeGreaterThan(0)
  }
}
