// Random sequences of calls to the authority, as in test/security/no-escalation.test.ts, for as long as the run lasts.
import { afterAll, beforeAll, test } from 'vitest'
import { buildStage, type Stage } from '../security/cast.ts'
import { playSequences } from '../security/play.ts'
import { MINUTES, TARGET, told, until } from './pace.ts'

const NAME = 'sequences of calls'
const SEQUENCES_AT_ONCE = 20

let stage: Stage
beforeAll(async () => {
  stage = await buildStage()
})
afterAll(() => stage.strike())

test.runIf(TARGET === undefined || TARGET === NAME)(NAME, { timeout: MINUTES * 120_000 + 120_000 }, async () => {
  const begunMs = performance.now()
  const batches = await until(MINUTES * 60_000, seed => playSequences(stage, SEQUENCES_AT_ONCE, seed))
  told(NAME, batches * SEQUENCES_AT_ONCE, performance.now() - begunMs)
})
