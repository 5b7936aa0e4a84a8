// What does a verdict cost, and does it cost the same with a million authorizations? And what does a server with a million
// cost to start?
import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { systemClock } from '../dist/authority/clock.js'
import { followChanges } from '../dist/authority/freshness.js'
import { createPasswordHasher } from '../dist/authority/password-hasher.js'
import { createVerifier } from '../dist/authority/verifier.js'
import { digestOf } from '../dist/domain/token.js'
import { decide } from '../dist/domain/verdict.js'
import { openStore, storePath } from '../dist/store/open-sqlite-store.js'
import { openDatabase } from '../dist/store/sqlite.js'
import { LOAD_CORE, moveTo, SERVER_CORE } from './cores.js'
import { authorizationIdOf, authorizationOf, isActive, OPERATOR_TOKEN, randomNumbers, tokenOf } from './dataset.js'
import { requestText } from './http-load.js'
import { copyOfDatabaseWith, databaseWith } from './load.js'
import { record } from './results.js'
import { inTurns, microsecondsEach } from './rounds.js'
import { startSluice } from './servers.js'

const SIZES = [1000, 100_000, 1_000_000]
const LARGEST = SIZES.at(-1)
/** Tokens in use: as many as the smallest size has, so that the sizes differ in nothing else. */
const IN_USE = 900
/** As many as a verifier remembers. */
const MANY_IN_USE = 100_000
const SEEN_ROUNDS = 15
const SEEN_EACH = 20_000
const FIRST_EACH = 900
const COMMITS_PER_SECOND = 20

const COMMITTER = fileURLToPath(new URL('./committer.js', import.meta.url))
const name = tokens => tokens.toLocaleString('en')

async function verdicts() {
  const places = []
  for (const tokens of SIZES) places.push(await placeWith(tokens))
  const shared = await placeShared()
  const subjects = {}
  for (const place of places) Object.assign(subjects, subjectsOf(place))
  Object.assign(subjects, await subjectsOfMany(places.at(-1)))
  subjects.shared = () => microsecondsEach(SEEN_EACH, () => judge(shared.verifier, shared.used, SEEN_EACH))
  process.stderr.write('  verdicts\n')
  const measured = await inTurns(subjects, SEEN_ROUNDS)
  shared.stop()
  for (const place of places) await place.store.close()
  return verdictRows(measured)
}

/** One process on a database of its own. */
async function placeWith(tokens) {
  const directory = await databaseWith(tokens)
  const { store, sqlite } = await openStore(directory, true)
  const newVerifier = () => verifierOn(store, sqlite)
  const below = randomNumbers(tokens)
  const used = Array.from({ length: IN_USE }, () => activeBelow(below, tokens))
  const database = await openDatabase(storePath(directory))
  database.exec('pragma mmap_size = 1073741824')
  return { tokens, store, newVerifier, verifier: await newVerifier(), used: used.map(presented), below, database }
}

async function verifierOn(store, sqlite) {
  const freshness = await followChanges({ store, dataVersion: () => sqlite.dataVersion() })
  return createVerifier({ store, freshness, clock: systemClock, hasher: createPasswordHasher() })
}

function activeBelow(below, tokens) {
  for (;;) {
    const index = below(tokens)
    if (isActive(index)) return index
  }
}

/** A token as it comes in, and what its holder wants: to write to his bucket. */
function presented(index) {
  const { bucket, org } = authorizationOf(index)
  return {
    text: tokenOf(index),
    demands: [{ action: 'write', resource: { type: 'buckets', id: bucket.id, orgId: org.id } }],
  }
}

async function judge(verifier, requests, times) {
  for (let at = 0; at < times; at++) {
    const { text, demands } = requests[at % requests.length]
    const caller = await verifier.verify(text)
    if ('allow' in caller || !decide(caller, demands, caller.atMs).allow) throw new Error(`${text} was refused`)
  }
}

function subjectsOf({ tokens, newVerifier, verifier, used, below, database }) {
  const known = new Map(used.map(({ text }) => [digestOf(text), {}]))
  const found = database.prepare(`select authorization_id from secrets where algorithm = 'sha256' and digest = ?`)
  const strangers = () => Array.from({ length: FIRST_EACH }, () => activeBelow(below, tokens))
  return {
    [`seen ${tokens}`]: () => microsecondsEach(SEEN_EACH, () => judge(verifier, used, SEEN_EACH)),
    [`map ${tokens}`]: () =>
      microsecondsEach(SEEN_EACH, () => lookUp(used, SEEN_EACH, text => known.get(digestOf(text)))),
    [`first ${tokens}`]: async () => {
      // Nobody has been seen by a verifier that was just made.
      const fresh = await newVerifier()
      const requests = [...new Set(strangers())].map(presented)
      return microsecondsEach(requests.length, () => judge(fresh, requests, requests.length))
    },
    [`sqlite ${tokens}`]: () => {
      const requests = strangers().map(index => ({ text: tokenOf(index) }))
      return microsecondsEach(FIRST_EACH, () => lookUp(requests, FIRST_EACH, text => found.get(digestOf(text))))
    },
  }
}

function lookUp(requests, times, find) {
  for (let at = 0; at < times; at++) {
    if (find(requests[at % requests.length].text) === undefined) throw new Error('not found')
  }
}

/** As many tokens in use as are remembered: the memory of the machine is asked, not its caches. */
async function subjectsOfMany({ tokens, newVerifier, below }) {
  const verifier = await newVerifier()
  const indexes = new Set()
  while (indexes.size < MANY_IN_USE) indexes.add(activeBelow(below, tokens))
  const requests = [...indexes].map(presented)
  const known = new Map(requests.map(({ text }) => [digestOf(text), {}]))
  await judge(verifier, requests, requests.length)
  return {
    'many seen': () => microsecondsEach(MANY_IN_USE, () => judge(verifier, requests, MANY_IN_USE)),
    'many map': () =>
      microsecondsEach(MANY_IN_USE, () => lookUp(requests, MANY_IN_USE, text => known.get(digestOf(text)))),
  }
}

/** A database on which another process commits now and then. */
async function placeShared() {
  const { directory, drop } = await copyOfDatabaseWith(LARGEST)
  const committer = fork(COMMITTER, [directory, String(LARGEST), String(COMMITS_PER_SECOND)])
  await new Promise(resolve => committer.once('message', resolve))
  const { store, sqlite } = await openStore(directory, true)
  const verifier = await verifierOn(store, sqlite)
  const below = randomNumbers(1)
  const used = Array.from({ length: IN_USE }, () => presented(activeBelow(below, LARGEST)))
  const stop = () => {
    committer.kill('SIGKILL')
    drop()
  }
  return { verifier, used, stop }
}

function verdictRows(measured) {
  const flat = measured[`seen ${LARGEST}`].median / measured[`seen ${SIZES[0]}`].median
  const flatFirst = measured[`first ${LARGEST}`].median / measured[`first ${SIZES[0]}`].median
  const row = (what, one, other, budget, met, more = '') => ({
    what,
    measured: measured[one],
    baseline: measured[other],
    unit: 'µs',
    ratio: `${(measured[one].median / measured[other].median).toFixed(1)} times${more}`,
    budget,
    met,
  })
  const under = (one, microseconds) => measured[one].median < microseconds
  return [
    ...SIZES.map(tokens => {
      const one = `seen ${tokens}`
      return row(`seen before, ${name(tokens)} authorizations`, one, `map ${tokens}`, 'under 5 µs', under(one, 5))
    }),
    {
      what: `seen before: ${name(LARGEST)} against ${name(SIZES[0])}`,
      ratio: `${flat.toFixed(2)} times`,
      budget: 'flat (at most 1.25 times)',
      met: flat <= 1.25,
    },
    row(
      `seen before, ${name(LARGEST)}, ${name(MANY_IN_USE)} of them in use`,
      'many seen',
      'many map',
      'under 5 µs',
      under('many seen', 5),
    ),
    row(
      `seen before, ${name(LARGEST)}, another process commits ${COMMITS_PER_SECOND} times a second`,
      'shared',
      `map ${LARGEST}`,
      'under 8 µs',
      under('shared', 8),
    ),
    ...SIZES.map(tokens => {
      const one = `first ${tokens}`
      return row(`first time, ${name(tokens)} authorizations`, one, `sqlite ${tokens}`, 'under 60 µs', under(one, 60))
    }),
    {
      what: `first time: ${name(LARGEST)} against ${name(SIZES[0])}`,
      ratio: `${flatFirst.toFixed(2)} times`,
      budget: 'none: a tree of a thousand times the size is some levels deeper',
      met: true,
    },
  ]
}

// --- Start and memory ------------------------------------------------------------------------

const STARTS = 5
const MiB = 2 ** 20

async function starts() {
  moveTo(LOAD_CORE)
  process.stderr.write('  starts\n')
  const memory = {}
  const subjects = Object.fromEntries(
    [SIZES[0], LARGEST].map(tokens => [
      tokens,
      async () => {
        const { millisecondsToVerdict, residentMiB } = await startOnce(tokens)
        memory[tokens] = [...(memory[tokens] ?? []), residentMiB]
        return millisecondsToVerdict
      },
    ]),
  )
  const measured = await inTurns(subjects, STARTS)
  const busy = await memoryInUse()
  return startRows(measured, memory, busy)
}

async function startOnce(tokens) {
  const directory = await databaseWith(tokens)
  const begun = performance.now()
  const server = await startSluice(directory)
  const [connection] = await server.connections(1)
  const index = 0
  const answer = await connection.ask(
    requestText('GET', `/api/v2/authorizations/${authorizationIdOf(index)}`, OPERATOR_TOKEN),
  )
  const millisecondsToVerdict = performance.now() - begun
  if (answer.status !== 200) throw new Error(`status ${answer.status}`)
  const residentMiB = memoryOf(server.pid).resident
  connection.close()
  await server.stop()
  return { millisecondsToVerdict, residentMiB }
}

/** @returns MiB: all that is resident, and without the pages of files, which the system takes back when it needs them */
function memoryOf(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = field => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  return { resident: (kilobytes('VmRSS') * 1024) / MiB, own: (kilobytes('RssAnon') * 1024) / MiB }
}

/** After 100 thousand different tokens came in: as many as it remembers. */
async function memoryInUse() {
  const server = await startSluice(await databaseWith(LARGEST))
  const connections = await server.connections(16)
  const step = Math.floor(LARGEST / MANY_IN_USE)
  let next = 0
  await Promise.all(
    connections.map(async connection => {
      while (next < MANY_IN_USE) {
        const index = next++ * step
        await connection.ask(requestText('GET', '/api/v2/resources', tokenOf(index)))
      }
    }),
  )
  const memory = memoryOf(server.pid)
  for (const connection of connections) connection.close()
  await server.stop()
  return memory
}

function startRows(measured, memory, busy) {
  const middle = numbers => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]
  const [small, large] = [measured[SIZES[0]], measured[LARGEST]]
  const [smallMiB, largeMiB] = [middle(memory[SIZES[0]]), middle(memory[LARGEST])]
  return [
    {
      what: `start of a server with ${name(LARGEST)} authorizations, to the first verdict (baseline: with ${name(SIZES[0])})`,
      measured: large,
      baseline: small,
      unit: 'ms',
      ratio: `${(large.median / small.median).toFixed(2)} times`,
      budget: 'under 2,000 ms',
      met: large.median < 2000,
    },
    {
      what: 'its resident memory then',
      measured: largeMiB,
      baseline: smallMiB,
      unit: 'MiB',
      ratio: `${(largeMiB / smallMiB).toFixed(2)} times`,
      budget: 'under 400 MB',
      met: largeMiB * MiB < 400e6,
    },
    {
      what: `after ${name(MANY_IN_USE)} different tokens came in: its own memory (and with pages of the database file, which the system takes back at need)`,
      measured: `${busy.own.toFixed(0)} MiB (${busy.resident.toFixed(0)} MiB)`,
    },
  ]
}

moveTo(SERVER_CORE)
const rows = [...(await verdicts()), ...(await starts())]
record({
  file: 'verifier.js',
  title: 'The verifier: a verdict, and a start',
  about: `A verdict is digest, look-up, status, expiry, owner and permission. Microseconds each; ${IN_USE} tokens in use unless it says otherwise.`,
  baseline:
    'of tokens seen before, SHA-256 and a look-up in a bare `Map`; of others, SHA-256 and one prepared look-up in SQLite',
  rows,
})
