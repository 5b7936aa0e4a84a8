// How fast does a large result come through the gateway over Arrow Flight, and how much memory does that take?
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { join } from 'node:path'
import { LOAD_CORE, moveTo } from './cores.js'
import { CACHE } from './load.js'
import { record } from './results.js'
import { inTurns } from './rounds.js'
import { startFlightServer, startSluice } from './servers.js'

const RESULT_BYTES = 2 ** 30
const ROUNDS = 5
const MIB = 2 ** 20
const DATA = join(CACHE, 'flight')

/** Reads a whole result, as a client of gRPC would: with a large window. @returns MiB a second */
async function download(port, token) {
  const settings = { initialWindowSize: 4 * MIB, maxFrameSize: 4 * MIB }
  const session = connect(`http://127.0.0.1:${port}`, { settings })
  await new Promise((resolve, reject) => session.once('connect', resolve).once('error', reject))
  session.setLocalWindowSize(16 * MIB)
  const begun = performance.now()
  const stream = session.request({
    ':method': 'POST',
    ':path': '/arrow.flight.protocol.FlightService/DoGet',
    'content-type': 'application/grpc',
    te: 'trailers',
    authorization: `Bearer ${token}`,
  })
  stream.end(ticket({ database: 'raw', sql_query: 'SELECT * FROM m', query_type: 'sql' }))
  let bytes = 0
  let status
  stream.on('data', chunk => {
    bytes += chunk.length
  })
  for (const event of ['response', 'trailers']) {
    stream.once(event, headers => {
      status ??= headers['grpc-status']
    })
  }
  await new Promise(resolve => stream.once('close', resolve))
  const seconds = (performance.now() - begun) / 1000
  session.destroy()
  if (status !== '0' || bytes < RESULT_BYTES) throw new Error(`status ${status} after ${bytes} bytes`)
  return bytes / MIB / seconds
}

/** The body of DoGet: a message with the ticket in it, which is shorter than 128 bytes. */
function ticket(object) {
  const json = Buffer.from(JSON.stringify(object))
  const head = Buffer.alloc(7)
  head.writeUInt32BE(json.length + 2, 1)
  head[5] = 0x0a
  head[6] = json.length
  return Buffer.concat([head, json])
}

/** A bucket at the server, and a token that may read it. */
async function setUp(port, database) {
  const ask = async (method, path, token, body) => {
    const headers = { 'Content-Type': 'application/json', ...(token && { Authorization: `Token ${token}` }) }
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  const names = {
    username: 'bench',
    password: 'bench-password',
    org: 'bench',
    bucket: 'raw',
    token: 'bench-operator-token',
  }
  const { auth, org, bucket } = await ask('POST', '/api/v2/setup', undefined, names)
  await ask('PUT', `/api/v2/buckets/${bucket.id}/binding`, auth.token, { upstream: 'lab', database })
  const permissions = [{ action: 'read', resource: { type: 'buckets', id: bucket.id, orgID: org.id } }]
  return (await ask('POST', '/api/v2/authorizations', auth.token, { orgID: org.id, permissions })).token
}

const residentMib = pid => Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024

/** The most that a process holds while something runs. */
async function peakMib(pid, work) {
  let peak = residentMib(pid)
  const timer = setInterval(() => {
    peak = Math.max(peak, residentMib(pid))
  }, 20)
  await work()
  clearInterval(timer)
  return peak
}

const WHY =
  'Why the budget is not met: the gateway receives and sends each byte by Node’s HTTP/2; three quarters of its busy time are ' +
  'copies and system calls there. Rounds of one run differ by more than half when the machine is busy.'

moveTo(LOAD_CORE)
rmSync(DATA, { recursive: true, force: true })
mkdirSync(DATA, { recursive: true, mode: 0o700 })
const upstream = await startFlightServer(RESULT_BYTES)
writeFileSync(
  join(DATA, 'sluice.toml'),
  `[upstream.lab]\nkind = "influxdb3-core"\nurl = "http://127.0.0.1:${upstream.port}"\n`,
)
const sluice = await startSluice(DATA)
const token = await setUp(sluice.port, 'db_raw')

const rates = await inTurns(
  { direct: () => download(upstream.port, token), gateway: () => download(sluice.port, token) },
  ROUNDS,
)
const before = residentMib(sluice.pid)
const peak = await peakMib(sluice.pid, () => download(sluice.port, token))
await Promise.all([sluice.stop(), upstream.stop()])
rmSync(DATA, { recursive: true, force: true })

const ratio = rates.gateway.median / rates.direct.median
record({
  file: 'flight.js',
  title: 'Large results over Arrow Flight',
  about:
    'One call whose answer is 1 GiB of record batches; the upstream and the client share a core, the gateway has the other.',
  baseline: 'the same client at the upstream itself',
  rows: [
    {
      what: '1 GiB in one answer',
      measured: rates.gateway,
      baseline: rates.direct,
      unit: 'MiB/s',
      ratio: `${ratio.toFixed(2)} times`,
      budget: 'at least 0.8 times',
      met: ratio >= 0.8,
    },
    {
      what: 'memory of the gateway at most meanwhile (baseline: before)',
      measured: peak,
      baseline: before,
      unit: 'MiB',
      ratio: `${(peak - before).toFixed(0)} MiB more`,
      budget: 'constant: under 32 MiB more',
      met: peak - before < 32,
    },
  ],
  notes: ratio >= 0.8 ? [] : [WHY],
})
