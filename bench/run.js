// Runs every benchmark, one after the other, and says how long each took: `npm run bench`.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { canPin } from './cores.js'
import { databaseWith, sweep } from './load.js'

const QUESTIONS = [
  'verifier.js',
  'management-reads.js',
  'management-changes.js',
  'disable.js',
  'gateway.js',
  'flight.js',
  'command-line.js',
]
const SIZES = [1, 100, 1000, 10_000, 100_000, 1_000_000]
/** All together end before this, come what may. */
const WITHIN_MS = 30 * 60_000

const begunMs = Date.now()
const say = text => process.stderr.write(`${text}\n`)

if (!canPin) say('There is no taskset, or one core only: server and load share cores, and the ratios say less.')
sweep()
say('databases (made once, about two minutes for the million)')
for (const tokens of SIZES) await databaseWith(tokens)

for (const question of QUESTIONS) {
  say(question)
  const startedMs = Date.now()
  const script = fileURLToPath(new URL(question, import.meta.url))
  const timeout = Math.max(1, WITHIN_MS - (startedMs - begunMs))
  const { status, error } = spawnSync(process.execPath, [script], { stdio: 'inherit', timeout })
  if (status !== 0) {
    say(`${question} did not finish${error === undefined ? '' : `: ${error.message}`}`)
    process.exitCode = 1
  }
  say(`  ${Math.round((Date.now() - startedMs) / 1000)} s`)
}
say('The results are in bench/RESULTS.md.')
