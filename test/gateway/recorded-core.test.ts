// What clients were recorded to send to a real InfluxDB 3 Core yields the recorded answers through the gateway; of the
// tricks that were tried on it, nothing gets through.
import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compare, fill } from '../conformance/replay.js'
import { BUCKETS, createBucket, createToken, may, ok } from '../e2e/fixtures.ts'
import { type Plant, startPlant } from './plant.ts'
import { type CoreDouble, type CoreStep, coreSteps, startCoreDouble } from './recorded-core.ts'

let core: CoreDouble
let plant: Plant
let vars: Readonly<Record<string, string>>

beforeAll(async () => {
  core = await startCoreDouble()
  plant = await startPlant('influxdb3-core', core.url)
  const { operator, orgID } = plant
  const permissions = []
  for (const database of ['mine', 'secret', 'mine/rp1']) {
    const id = database === 'secret' ? plant.buckets.secret : await createBucket(operator, orgID, database)
    ok(await operator.put(`${BUCKETS}/${id}/binding`, { upstream: 'lab', database }))
    const on = { id, orgID }
    if (database !== 'secret') permissions.push(may('read', 'buckets', on), may('write', 'buckets', on))
  }
  const { token } = await createToken(operator, { orgID, permissions })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  vars = {
    token,
    wrong: 'apiv3_wrong',
    basic: base64(`user:${token}`),
    basicNoUser: base64(`:${token}`),
    basicTwoColons: base64(`user:x:${token}`),
    basicTokenFirst: base64(`${token}:x`),
    basicNoColon: base64(token),
  }
})
afterAll(() => core.close())
beforeEach(() => {
  core.seen.length = 0
  core.strangers.length = 0
})

interface Got {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

async function sent(step: CoreStep): Promise<Got> {
  const { method = 'GET', path = '/', headers, body, gzip, bodyHex, raw } = fill(step.request, vars)
  if (raw !== undefined) return sendRaw(raw)
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body)
  const bytes = bodyHex !== undefined ? Buffer.from(bodyHex, 'hex') : gzip ? gzipSync(text ?? '') : text
  return plant.server.request(method, path, { ...(headers && { headers: { ...headers } }), body: bytes })
}

function sendRaw(bytes: string): Promise<Got> {
  return new Promise(resolve => {
    const socket = connect(plant.server.port, '127.0.0.1')
    let text = ''
    socket.setTimeout(1_000, () => socket.destroy())
    socket.on('data', chunk => (text += chunk.toString('latin1')))
    socket.on('error', () => {})
    socket.once('close', () => {
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
      resolve({ status, headers: {}, text })
    })
    socket.write(Buffer.from(bytes, 'latin1'))
  })
}

/** Of what was recorded, what a gateway passes on: no headers of one server's own. */
function expectedOf({ status, headers = {}, body }: CoreStep['expect']) {
  const { 'content-type': type } = headers
  return { status, headers: type === undefined ? {} : { 'content-type': type }, body }
}

const isQuery = ({ request: { path = '' } }: CoreStep) => /^\/(?:query|api\/v3\/query_\w+)\?/.test(path)
const isWrite = ({ request: { path = '' } }: CoreStep) => /^\/(?:write|api\/v2\/write|api\/v3\/write_lp)\?/.test(path)
const about = ({ case: name, request: { method, path } }: CoreStep) => `${name}: ${method} ${path}`.slice(0, 110)

/** Sends what the real server did, and tells what was answered as recorded, and what Sluice refused of it. */
async function replay(steps: readonly CoreStep[]) {
  const faults: string[] = []
  const refused: string[] = []
  let same = 0
  for (const step of steps) {
    core.seen.length = 0
    const got = await sent(step)
    const problems = compare(expectedOf(step.expect), got as never, vars)
    if (core.seen.length === 0 && got.status >= 400) refused.push(about(step))
    else if (problems.length > 0 || core.seen.length !== 1) faults.push(`${about(step)}: ${problems.join('; ')}`)
    else same++
  }
  return { faults, refused, same }
}

const isDone = ({ expect: { status, body } }: CoreStep) => status >= 200 && status < 300 && body !== '(cut short)'

describe('what the real server did for clients', () => {
  test('it does through the gateway, with the recorded answers', async () => {
    const steps = coreSteps('clients').filter(step => isDone(step) && (isQuery(step) || isWrite(step)))
    const { faults, refused, same } = await replay(steps)
    expect({ faults, strangers: core.strangers }).toEqual({ faults: [], strangers: [] })
    expect(refused).toMatchInlineSnapshot(`[]`)
    expect(same).toBeGreaterThan(5)
  })

  test('it does of queries in all formats', async () => {
    const { faults, refused, same } = await replay(coreSteps('answers').filter(step => isDone(step) && isQuery(step)))
    expect({ faults, strangers: core.strangers }).toEqual({ faults: [], strangers: [] })
    expect(refused).toMatchInlineSnapshot(`[]`)
    expect(same).toBeGreaterThan(20)
  })

  test('it does of writes', async () => {
    const { faults, refused, same } = await replay(coreSteps('write').filter(step => isDone(step) && isWrite(step)))
    expect({ faults, strangers: core.strangers }).toEqual({ faults: [], strangers: [] })
    expect(refused).toMatchInlineSnapshot(`
      [
        "rp default: POST /write?db=mine&rp=default",
        "rp RP1: lower-cased: POST /write?db=mine&rp=RP1",
        "rp '': POST /write?db=mine&rp=''",
        "rp AUTOGEN: POST /write?db=mine&rp=AUTOGEN",
        "db with a slash and no rp: POST /write?db=mine%2Frp1",
        "db with a slash and rp autogen: POST /write?db=mine%2Frp1&rp=autogen",
        "bucket beside db: POST /write?db=mine&bucket=secret",
        "org is ignored: POST /api/v2/write?org=none&bucket=mine",
        "bucket and db: POST /api/v2/write?bucket=mine&db=secret",
        "bucket mine/autogen: POST /api/v2/write?bucket=mine%2Fautogen",
        "precision n: POST /api/v2/write?bucket=mine&precision=n",
        "precision second: POST /api/v2/write?bucket=mine&precision=second",
        "database that does not exist is created: POST /api/v3/write_lp?db=fresh",
        "name with a slash: POST /api/v3/write_lp?db=mine%2Frp1",
        "unknown parameter: POST /api/v3/write_lp?db=mine&x=1",
      ]
    `)
    expect(same).toBeGreaterThan(30)
  })
})

/** Names of other things, in values and as names of the own database's tables. */
const HARMLESS = [
  'parameter value that looks like text',
  'common table expression named like a table',
  'InfluxQL cannot name a system table',
]

describe('of the tricks that were tried on the real server', () => {
  test.each(['bypass', 'path', 'auth'])('%s: none reaches another database than the token’s', async folder => {
    const faults: string[] = []
    let stopped = 0
    const steps = coreSteps(folder)
    for (const step of steps) {
      core.seen.length = 0
      const { status, text } = await sent(step)
      const name = `${step.case}: ${step.request.raw?.slice(0, 80) ?? about(step)}`
      if (text.includes('secret-row')) faults.push(`${name}: revealed`)
      if (core.seen.length === 0) {
        stopped++
        continue
      }
      // The own database, and nothing else, in what reached the upstream.
      const foreign = core.seen.filter(({ target, body }) =>
        /secret|_internal|configure|token|system\.|information_schema/i.test(decodeURIComponent(`${target} ${body}`)),
      )
      const { rows } = step.expect
      if (HARMLESS.includes(step.case) && !rows?.includes('secret')) continue
      if (foreign.length > 0 || rows?.includes('secret')) faults.push(`${name}: ${status}, reached the upstream`)
    }
    expect({ faults, strangers: core.strangers }).toEqual({ faults: [], strangers: [] })
    expect(stopped).toBeGreaterThan(steps.length / 2)
  })
})
