// How long does a command take, from the shell's point of view?
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { OPERATOR_TOKEN, userOf } from './dataset.js'
import { copyOfDatabaseWith } from './load.js'
import { record } from './results.js'
import { inTurns } from './rounds.js'
import { startSluice } from './servers.js'

const TOKENS = 100
const ROUNDS = 25
const bin = name => fileURLToPath(new URL(`../bin/${name}`, import.meta.url))

const { directory, drop } = await copyOfDatabaseWith(TOKENS)
const server = await startSluice(directory)
const home = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
const env = {
  PATH: process.env.PATH,
  HOME: home,
  INFLUX_HOST: `http://127.0.0.1:${server.port}`,
  INFLUX_TOKEN: OPERATOR_TOKEN,
}

/** Runs a program to its end. @returns how long that took, in milliseconds */
function timed(args) {
  const begun = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return performance.now() - begun
}

const measured = await inTurns(
  {
    node: () => timed(['-e', '0']),
    help: () => timed([bin('influx'), '--help']),
    sluiceHelp: () => timed([bin('sluice'), '--help']),
    list: () => timed([bin('influx'), 'auth', 'list', '--user', userOf(1).name]),
    ping: () => timed([bin('influx'), 'ping']),
  },
  ROUNDS,
)
await server.stop()
drop()
rmSync(home, { recursive: true })

const row = (what, name, budgetMs) => ({
  what,
  measured: measured[name],
  baseline: measured.node,
  unit: 'ms',
  ratio: `${(measured[name].median / measured.node.median).toFixed(2)} times`,
  budget: `under ${budgetMs} ms`,
  met: measured[name].median < budgetMs,
})
record({
  file: 'command-line.js',
  title: 'From Enter to the next prompt',
  about: `Whole processes, one after the other; the server holds ${TOKENS} tokens, on the same machine.`,
  baseline: '`node -e 0`, which does nothing',
  rows: [
    row('`influx --help`', 'help', 150),
    row('`sluice --help`', 'sluiceHelp', 150),
    row('`influx ping`', 'ping', 250),
    row('`influx auth list`', 'list', 250),
  ],
})
