// How many requests a second pass the gateway, and how long do they take: beside vmauth, nginx with auth_request, and none?
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openStore } from '../dist/store/open-sqlite-store.js'
import { LOAD_CORE, moveTo, SERVER_CORE } from './cores.js'
import { authorizationOf, bucketCount, bucketOf, isActive, randomNumbers, tokenOf } from './dataset.js'
import { has, loadOf } from './gateway-load.js'
import { startAuthRequest, startInfluxd, startNull, startVmauth } from './gateways.js'
import { copyOfDatabaseWith } from './load.js'
import { record } from './results.js'
import { inTurns, summary } from './rounds.js'
import { startSluice } from './servers.js'

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5)
const SECONDS = Number(process.env.BENCH_SECONDS ?? 1)
const CONNECTIONS = [1, 16]
const MOST_CONNECTIONS = Math.max(...CONNECTIONS)
const MANY = 100_000
const MOST = 1_000_000
/** So many tokens are used; of all there are, at random. */
const IN_USE = 1000
const LINES = 5000

const missing = []
for (const command of ['wrk', 'nginx', 'vmauth', 'influxd']) if (!(await has(command))) missing.push(command)
if (missing.length > 0) {
  process.stderr.write(`not measured: ${missing.join(', ')} missing (Debian: wrk nginx victoria-metrics influxdb)\n`)
  process.exit(0)
}

/** A Sluice in front of an upstream, with so many authorizations; all buckets are bound. */
async function startGateway(tokens, upstreamPort) {
  const { directory, drop } = await copyOfDatabaseWith(tokens)
  const settings = `[upstream.lab]
kind = "influxdb1"
url = "http://127.0.0.1:${upstreamPort}"
[forward_auth]
trusted = ["127.0.0.1"]
`
  writeFileSync(join(directory, 'sluice.toml'), settings, { mode: 0o600 })
  const { store } = await openStore(directory, false)
  await store.transaction(async nouns => {
    for (let index = 0; index < bucketCount(); index++) {
      const { id, name } = bucketOf(index)
      await nouns.bindings.set({ bucketId: id, upstream: 'lab', database: name, retentionPolicy: '' })
    }
  })
  await store.close()
  const server = await startSluice(directory, {
    nodeArgs: (process.env.BENCH_NODE_ARGS ?? '').split(' ').filter(Boolean),
  })
  return {
    port: server.port,
    async stop() {
      await server.stop()
      drop()
    },
  }
}

/** Tokens in use of so many, with the bucket of each. */
function inUse(tokens) {
  const below = randomNumbers(tokens)
  const indexes = tokens === 1 ? [0] : Array.from({ length: IN_USE }, () => below(tokens)).filter(isActive)
  return indexes.map(index => ({ token: tokenOf(index), bucket: authorizationOf(index).bucket }))
}

const POINT = 'cpu,host=server01,region=eu usage_user=12.5,usage_system=3.25 1700000000000000000\n'
const manyLines = Array.from(
  { length: LINES },
  (_, at) =>
    `cpu,host=server${at % 100},region=eu usage_user=${at % 97}.5,usage_system=3.25 ${1_700_000_000_000 + at}000000\n`,
).join('')
const QUERY = 'q=SELECT%20f%20FROM%20m%20LIMIT%201'

/** What is asked of everybody. A path is that of a bucket by name. */
const QUESTIONS = {
  'small write': { method: 'POST', path: name => `/write?db=${name}`, body: POINT },
  'small query': { method: 'GET', path: name => `/query?db=${name}&${QUERY}` },
  [`write of ${LINES.toLocaleString('en')} lines`]: {
    method: 'POST',
    path: name => `/write?db=${name}`,
    body: manyLines,
    real: true,
  },
}

/** @returns by name: whom to ask, with how many tokens, and how he takes them */
function subjectsOf({ method, real }, servers) {
  if (real) {
    return {
      [DIRECT]: { server: servers.influxd, tokens: 1, scheme: 'Bearer' },
      'vmauth, 1 user': { server: servers.realVmauth, tokens: 1, scheme: 'Bearer' },
      'Sluice, 1 authorization': { server: servers.real, tokens: 1, scheme: 'Token' },
    }
  }
  return {
    [DIRECT]: { server: servers.direct, tokens: 1, scheme: 'Bearer' },
    'vmauth, 1 user': { server: servers.vmauthOne, tokens: 1, scheme: 'Bearer' },
    'vmauth, 100,000 users': { server: servers.vmauthMany, tokens: MANY, scheme: 'Bearer' },
    // It sees no body, so that it decides writes only.
    ...(method === 'POST' && {
      'nginx auth_request': { server: servers.one, through: servers.authRequest, tokens: 1, scheme: 'Token' },
    }),
    'Sluice, 1 authorization': { server: servers.one, tokens: 1, scheme: 'Token' },
    'Sluice, 100,000 authorizations': { server: servers.many, tokens: MANY, scheme: 'Token' },
    'Sluice, 1,000,000 authorizations': { server: servers.most, tokens: MOST, scheme: 'Token' },
  }
}
const DIRECT = 'direct'

async function measure(question, servers, connections) {
  const { method, path, body, real } = question
  const loads = []
  const warming = []
  const latencies = {}
  const turns = {}
  for (const [name, { server, through = server, tokens, scheme }] of Object.entries(subjectsOf(question, servers))) {
    const asked = inUse(tokens).map(({ token, bucket }) => ({
      path: path(bucket.name),
      authorization: `${scheme} ${token}`,
    }))
    const load = loadOf(method, asked, body)
    loads.push(load)
    warming.push([through.port, load])
    latencies[name] = []
    turns[name] = async () => {
      const { perSecond, p50, p99 } = await load
        .ask(through.port, connections, real ? 3 * SECONDS : SECONDS)
        .catch(cause => {
          throw new Error(`${name}: ${cause.message}`)
        })
      latencies[name].push({ p50, p99 })
      return perSecond
    }
  }
  // A server that has just started runs code that is not compiled yet, and one connection would take long to change that.
  for (const [port, load] of warming) await load.ask(port, MOST_CONNECTIONS, 2 * SECONDS)
  const rates = await inTurns(turns, ROUNDS)
  for (const load of loads) load.drop()
  return { rates, latencies }
}

const median = (all, name) => summary(all.map(one => one[name])).median

function rowsOf(name, { real }, connections, { rates, latencies }) {
  const baseline = rates[real ? DIRECT : 'vmauth, 1 user']
  return Object.entries(rates).map(([subject, rate]) => {
    const [p50, p99] = ['p50', 'p99'].map(percentile => median(latencies[subject], percentile))
    const ratio = rate.median / baseline.median
    const isOurs = subject.startsWith('Sluice')
    const least = real ? 0.95 : 1.2
    return {
      what: `${name}, ${connections} connection${connections > 1 ? 's' : ''}: ${subject} (p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms)`,
      measured: rate,
      ...(rate !== baseline && { baseline }),
      unit: '/s',
      ratio: `${ratio.toFixed(2)} of ${real ? 'direct' : 'vmauth'}; ${(rate.median / rates[DIRECT].median).toFixed(2)} of direct`,
      ...(isOurs && { budget: `at least ${least.toFixed(2)} of ${real ? 'direct' : 'vmauth'}`, met: ratio >= least }),
    }
  })
}

moveTo(LOAD_CORE)
const nothing = await startNull()
const influxd = await startInfluxd(bucketOf(0).name)
const tokensOf = count => Array.from({ length: count }, (_, index) => tokenOf(index))
const servers = {
  direct: await startNull(SERVER_CORE),
  influxd,
  vmauthOne: await startVmauth(nothing.port, tokensOf(1)),
  vmauthMany: await startVmauth(nothing.port, tokensOf(MANY)),
  realVmauth: await startVmauth(influxd.port, tokensOf(1)),
  one: await startGateway(1, nothing.port),
  many: await startGateway(MANY, nothing.port),
  most: await startGateway(MOST, nothing.port),
  real: await startGateway(1, influxd.port),
}
servers.authRequest = await startAuthRequest(nothing.port, servers.one.port)

const WHY =
  'Why the budgets of small requests are not met: of some 115 µs of the gateway’s core for each, Node’s HTTP server and undici take 42 without ' +
  'anything of ours; the rest is spread thin over what is parsed, judged, counted and logged. It is the same with one authorization and ' +
  'with a million.'

const rows = []
for (const [name, question] of Object.entries(QUESTIONS)) {
  for (const connections of CONNECTIONS) {
    process.stderr.write(`  ${name}, ${connections}\n`)
    rows.push(...rowsOf(name, question, connections, await measure(question, servers, connections)))
  }
}
for (const server of [...Object.values(servers), nothing]) await server.stop()
record({
  file: 'gateway.js',
  title: 'The gateway',
  about:
    `Requests a second. The gateway, vmauth, or nginx with the Sluice that it asks, on one core; wrk and the upstream on the other. ` +
    `Of small requests the upstream is an nginx that answers at once, of long writes InfluxDB 1.6. ` +
    `Up to ${IN_USE.toLocaleString('en')} tokens in use, picked from all there are.`,
  baseline: 'vmauth with one user, for small requests; asking InfluxDB directly, for long writes',
  rows,
  notes: rows.some(({ met }) => met === false) ? [WHY] : [],
})
