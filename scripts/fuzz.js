// Tries inputs that nobody thought of, for as long as one likes: `npm run fuzz -- --minutes 10`.
//
// Every parser of the gateway, and random sequences of calls to the authority, beside one another. Prints how many inputs
// each target got; for a failure the seed and the shortest input, and ends with 1. To see a failure again:
// `npm run fuzz -- --target Flux --seed 123`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

function fail(text) {
  console.error(`${text}\nUsage: npm run fuzz -- [--minutes N] [--target NAME] [--seed N]`)
  process.exit(1)
}

function options() {
  try {
    const text = { type: 'string' }
    return parseArgs({ options: { minutes: text, target: text, seed: text } }).values
  } catch (error) {
    return fail(error.message)
  }
}

const { minutes = '1', target, seed } = options()
if (!(Number(minutes) > 0)) fail('--minutes is a number above 0')
if (seed !== undefined && !/^-?\d+$/.test(seed)) fail('--seed is the number that a failure told')

const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/fuzz/vitest.config.ts'],
  {
    cwd: ROOT,
    stdio: 'inherit',
    env: {
      ...process.env,
      SLUICE_FUZZ_MINUTES: minutes,
      ...(target !== undefined && { SLUICE_FUZZ_TARGET: target }),
      ...(seed !== undefined && { SLUICE_FUZZ_SEED: seed }),
    },
  },
)
process.exit(status ?? 1)
