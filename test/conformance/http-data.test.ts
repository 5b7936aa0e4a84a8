// Replays the recorded scenarios in which writes and queries succeed: against the built server in front of a strict double of
// the recorded 2.x server, and those of version 1 in front of a real InfluxDB 1.x.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer, temporaryFolder } from '../e2e/server.ts'
import { startInfluxd } from '../gateway/influxd.ts'
import { closeAfterTest, type Seen, startUpstreamDouble } from '../gateway/upstream-double.ts'
import { type Expectation, loadScenarios, onboard, runScenario, type Send, type Step } from './replay.js'

const DATA = fileURLToPath(new URL('data/http-data/', import.meta.url))
const SCENARIOS = loadScenarios(DATA).map(scenario => [`${scenario.topic}/${scenario.name}`, scenario] as const)

// A password of one scenario that is a part of other texts, too.
afterAll(() => void secretsSeen.delete('long-password'))

/** A server in front of one upstream. */
async function startBefore(kind: string, url: string, settings = '', env = {}): Promise<Server> {
  const dataDir = join(temporaryFolder(), 'data')
  mkdirSync(dataDir, { mode: 0o700 })
  writeFileSync(join(dataDir, 'sluice.toml'), `[upstream.lab]\nkind = "${kind}"\nurl = "${url}"\n${settings}`)
  return startServer({ dataDir, env })
}

/** The answers of an upstream are not described by openapi.json. */
const sendTo =
  (server: Server): Send =>
  ({ method, path, headers = {}, body }) =>
    server.request(method, path, { headers: { ...headers }, body })

/** Whether a step asks an upstream for something, and gets it. */
const isPassedOn = ({ request: { path }, expect: { status, body } }: Step) =>
  status < 300 &&
  /^\/(write|query|api\/v2\/(write|query))\b/.test(path) &&
  !path.includes('SHOW%20DATABASES') &&
  !JSON.stringify(body).includes('database not found')

/** What the upstream must see of such a step; the bucket's name there ends with something that nobody can guess. */
function expectedOf({ request: { path, body } }: Step): { target: RegExp; body: (bucket: string) => string } {
  const { pathname, searchParams } = new URL(path, 'http://x')
  if (pathname === '/api/v2/query') {
    const { query } = body as { query: string }
    const renamed = (bucket: string) => query.replace('"bucket1"', `"${bucket}"`)
    return {
      target: /^\/api\/v2\/query\?org=their%20org$/,
      body: bucket => JSON.stringify({ query: renamed(bucket), type: 'flux' }),
    }
  }
  const name = /second/.test(path) ? 'second' : 'bucket1'
  const precision = searchParams.get('precision') ?? 'ns'
  return {
    target: new RegExp(`^/api/v2/write\\?bucket=org1_${name}_[0-9a-f]+&org=their%20org&precision=${precision}$`),
    body: () => body as string,
  }
}

/** What differs between a request that came and the one that a step leads to. */
function faultOf(step: Step | undefined, { method, target, headers, body }: Seen): string | undefined {
  if (step === undefined) return `${method} ${target} came, and nothing should`
  const wanted = expectedOf(step)
  const [, bucket = ''] =
    /from\(bucket:"(org1_bucket1_[0-9a-f]+)"\)/.exec(JSON.stringify(body).replaceAll('\\', '')) ?? []
  const isRight = method === 'POST' && wanted.target.test(target) && body === wanted.body(bucket)
  const isOurs = headers.authorization === 'Token token-of-the-gateway'
  return isRight && isOurs ? undefined : `${method} ${target} ${body} came for ${step.request.path}`
}

describe('in front of a double that answers only as recorded', () => {
  test.each(SCENARIOS)('%s', async (_, scenario) => {
    const waiting = scenario.steps.filter(isPassedOn)
    const faults: string[] = []
    const double = await startUpstreamDouble((seen, outgoing) => {
      const step = waiting.shift()
      const fault = faultOf(step, seen)
      if (fault !== undefined || step === undefined) {
        faults.push(fault ?? '')
        outgoing.writeHead(500).end()
        return
      }
      const { status, headers = {}, body } = step.expect
      outgoing.writeHead(status, headers as Record<string, string>).end(body === '<<any>>' ? '\r\n' : body)
    })
    closeAfterTest(double)
    const env = { SLUICE_UPSTREAM_LAB_TOKEN: 'token-of-the-gateway' }
    const server = await startBefore('influxdb2', double.url, 'org = "their org"\n', env)
    const ask = sendTo(server)
    const { failures, passed } = await runScenario(scenario, ask, await onboard(ask))
    expect({ failures, faults, waiting: waiting.map(({ request }) => request.path) }).toEqual({
      failures: [],
      faults: [],
      waiting: [],
    })
    expect(passed).toBe(scenario.steps.length)
  })
})

describe('in front of a real InfluxDB 1.x', () => {
  const OF_ONE = ['data/v1-write', 'data/v1-query', 'legacy/legacy-password', 'flows/page-tokens']

  /** 1.x tells errors on its own paths in its own form; what they say, and the rest, is the same. */
  function inTheFormOfOne(step: Step): Step {
    const { path } = step.request
    const told = (expectation: Expectation): Expectation => {
      const { status, headers = {}, body } = expectation
      if (status < 400 || !/^\/(write|query)\b/.test(path)) return expectation
      const { 'www-authenticate': challenge } = headers
      return {
        status,
        headers: { 'content-type': 'application/json', ...(challenge === null && { 'www-authenticate': null }) },
        body: { error: (body as { message: string }).message },
      }
    }
    return { ...step, expect: told(step.expect) }
  }

  test.each(SCENARIOS.filter(([name]) => OF_ONE.includes(name)))('%s', async (_, scenario) => {
    const influxd = await startInfluxd(false)
    const server = await startBefore('influxdb1', influxd.url)
    const ask = sendTo(server)
    const vars = await onboard(ask)
    const binding = await server.request('GET', `/api/v2/buckets/${vars.bucketId}/binding`, { token: vars.operator! })
    const { database } = binding.json()
    await influxd.query(`CREATE DATABASE "${database}"`)
    const { failures } = await runScenario({ ...scenario, steps: scenario.steps.map(inTheFormOfOne) }, ask, vars)
    const points = await influxd.query('SELECT COUNT(f) FROM m', database)
    await influxd.stop()
    expect(failures).toEqual([])
    const writes = scenario.steps.filter(step => isPassedOn(step)).length
    expect(points.length > 0, 'what was written is there').toBe(writes > 0)
  })
})
