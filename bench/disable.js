// After a token was disabled, is it ever accepted again? And how long do the answers take?
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { LOAD_CORE, moveTo } from './cores.js'
import { authorizationIdOf, isActive, OPERATOR_TOKEN, tokenOf } from './dataset.js'
import { requestText } from './http-load.js'
import { CACHE, copyOfDatabaseWith } from './load.js'
import { record } from './results.js'
import { percentile } from './rounds.js'
import { startSluice } from './servers.js'

const TOKENS = 100_000
const ROUNDS = 2000
const LANES = 4
const USE = '/api/v2/resources'

async function timed(ask) {
  const begun = performance.now()
  const answer = await ask()
  return { status: answer.status, ms: performance.now() - begun }
}

/**
 * Disables tokens through one server and uses each at once through another, several side by side.
 *
 * @returns milliseconds of each step, and how many were accepted after they had been disabled
 */
async function disableAndUse(changing, using, firstToken) {
  const times = { use: [], disable: [], refusal: [], write: [] }
  let accepted = 0
  let next = firstToken
  const end = firstToken + ROUNDS
  async function lane() {
    const [change] = await changing.connections(1)
    const [use] = await using.connections(1)
    while (next < end) {
      const index = next++
      if (!isActive(index)) continue
      const used = requestText('GET', USE, tokenOf(index))
      const disabling = requestText(
        'PATCH',
        `/api/v2/authorizations/${authorizationIdOf(index)}`,
        OPERATOR_TOKEN,
        '{"status":"inactive"}',
      )
      await use.ask(used)
      const before = await timed(() => use.ask(used))
      const disable = await timed(() => change.ask(disabling))
      const after = await timed(() => use.ask(used))
      if (before.status !== 200 || disable.status !== 200) throw new Error(`${before.status}, ${disable.status}`)
      if (after.status !== 401) accepted++
      times.use.push(before.ms)
      times.disable.push(disable.ms)
      times.refusal.push(after.ms)
    }
    change.close()
    use.close()
  }
  const flushing = flushOften(times.write)
  await Promise.all(Array.from({ length: LANES }, lane))
  await flushing.stop()
  return { times, accepted, rounds: times.refusal.length }
}

/** The least that being on disk costs: four kilobytes and a flush, now and then while the rest goes on. */
function flushOften(times) {
  const path = join(CACHE, 'flushed')
  const file = openSync(path, 'w')
  const page = Buffer.alloc(4096)
  const timer = setInterval(() => {
    const begun = performance.now()
    writeSync(file, page)
    fdatasyncSync(file)
    times.push(performance.now() - begun)
  }, 50)
  return {
    async stop() {
      clearInterval(timer)
      closeSync(file)
      rmSync(path)
    },
  }
}

const spread = times => {
  const sorted = [...times].sort((a, b) => a - b)
  return { p50: percentile(sorted, 50), p99: percentile(sorted, 99) }
}
const figure = ({ p50, p99 }) => `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`

function rowsOf(where, { times, accepted, rounds }) {
  const [use, disable, refusal, write] = [times.use, times.disable, times.refusal, times.write].map(spread)
  return [
    {
      what: `${where}: accepted after the disabling was acknowledged`,
      measured: `${accepted} of ${rounds.toLocaleString('en')}`,
      budget: '0',
      met: accepted === 0,
    },
    {
      what: `${where}: the disabling (baseline: 4 KiB and a flush)`,
      measured: figure(disable),
      baseline: figure(write),
      ratio: `${(disable.p50 / write.p50).toFixed(1)} times (p50)`,
    },
    {
      what: `${where}: the first refusal (baseline: being accepted before)`,
      measured: figure(refusal),
      baseline: figure(use),
      ratio: `${(refusal.p50 / use.p50).toFixed(1)} times (p50)`,
      budget: 'p99 under 100 ms',
      met: refusal.p99 < 100,
    },
  ]
}

moveTo(LOAD_CORE)
const { directory, drop } = await copyOfDatabaseWith(TOKENS)
const [one, other] = [await startSluice(directory), await startSluice(directory)]
// The first rounds warm both up and do not count.
await disableAndUse(one, other, 3 * ROUNDS)
const rows = [
  ...rowsOf('one process', await disableAndUse(one, one, 0)),
  ...rowsOf('two processes on one file', await disableAndUse(one, other, ROUNDS)),
]
await Promise.all([one.stop(), other.stop()])
drop()
record({
  file: 'disable.js',
  title: 'From disabled to refused',
  about: `${LANES} side by side; each token is used, disabled, and used again as soon as the disabling is answered. Of ${TOKENS.toLocaleString('en')} tokens.`,
  baseline: 'as each row says, measured in the same rounds',
  rows,
})
