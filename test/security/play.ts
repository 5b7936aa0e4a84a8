// Plays random sequences of calls against the model.
import fc from 'fast-check'
import type { Stage } from './cast.ts'
import { gift, give, moves } from './moves.ts'
import { beginning } from './world.ts'

const MOST_MOVES = 40

/** @throws Error of fast-check with the seed and the shortest sequence by which somebody gained what nobody gave him */
export async function playSequences(stage: Stage, sequences: number, seed: number): Promise<void> {
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
  await fc.assert(property, { numRuns: sequences, seed })
}
