// The invariant: through any sequence of calls, nobody comes to hold a secret or a session whose permissions are not covered by
// what he held, or was given by somebody who held them. Random calls to the real authority on a real store, against a model.
//
// SLUICE_SECURITY_SEQUENCES sets how many sequences, SLUICE_SECURITY_SEED which ones.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildStage, type Stage } from './cast.ts'
import { tally } from './moves.ts'
import { playSequences } from './play.ts'

const SEQUENCES = Number(process.env.SLUICE_SECURITY_SEQUENCES ?? 1000)
// The same ones in every run: a red run must be red again when somebody looks. Trying others is what `npm run fuzz` is for.
const SEED = Number(process.env.SLUICE_SECURITY_SEED ?? 1)
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
  await playSequences(stage, SEQUENCES, SEED)
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
