// Replays every recorded scenario against the built server; a test is a topic. README.md says where they come from.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { described } from '../e2e/described-server.ts'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { loadScenarios, onboard, type Result, runScenario, type Scenario, type Send, type Vars } from './replay.js'

const DATA = fileURLToPath(new URL('data/', import.meta.url))
/** How many servers of their own run at once. */
const SERVERS = 2
const TOPIC_TIMEOUT_MS = 120_000

const totals = { scenarios: 0, passed: 0, failed: 0 }
let shared: { send: Send; vars: Vars }

/** The harness sends, so that it sees the secrets; an answer that openapi.json does not describe fails its step. */
function sendTo(server: Server): Send {
  const request = described(server.request)
  return ({ method, path, headers = {}, body }) => request(method, path, { headers: { ...headers }, body })
}

const varsFor = async ({ setup }: Scenario, send: Send) => (setup === 'onboarded' ? await onboard(send) : {})

async function onFreshServer(scenario: Scenario): Promise<Result> {
  const server = await startServer()
  const send = sendTo(server)
  const result = await runScenario(scenario, send, await varsFor(scenario, send))
  await server.stop()
  return result
}

/** Runs scenarios that need a server of their own, a few at once. */
async function runFresh(scenarios: readonly Scenario[]): Promise<Result[]> {
  const waiting = [...scenarios]
  const results: Result[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await onFreshServer(next))
  }
  await Promise.all(Array.from({ length: SERVERS }, worker))
  return results
}

/** Runs scenarios that can share a server; one after the other, as they were recorded. */
async function runShared(scenarios: readonly Scenario[]): Promise<Result[]> {
  const results: Result[] = []
  for (const scenario of scenarios) results.push(await runScenario(scenario, shared.send, shared.vars))
  return results
}

async function runTopic(scenarios: readonly Scenario[]): Promise<string[]> {
  const fresh = await runFresh(scenarios.filter(({ independent }) => !independent))
  const results = [...fresh, ...(await runShared(scenarios.filter(({ independent }) => independent)))]
  const failures = results.flatMap(result => result.failures)
  totals.scenarios += results.length
  totals.passed += results.reduce((sum, { passed }) => sum + passed, 0)
  totals.failed += failures.length
  return failures
}

beforeAll(async () => {
  const send = sendTo(await startServer())
  shared = { send, vars: await onboard(send) }
})

afterAll(() => {
  const { scenarios, passed, failed } = totals
  // A password of one scenario, and a part of the ids that scenarios make up.
  secretsSeen.delete('12345678')
  // A password of another, and a part of the name of one of our source files, which traces of system calls show.
  secretsSeen.delete('v1-password')
  console.log(`conformance: ${scenarios} scenarios, ${passed} steps passed, ${failed} steps failed`)
})

/** `http-data` needs an upstream, and has a test of its own. */
const COLLECTIONS = ['http', 'http-documented']

for (const collection of COLLECTIONS) {
  describe(`${collection} scenarios answer as expected`, () => {
    for (const topic of readdirSync(`${DATA}${collection}`)) {
      test(`${topic}`, { timeout: TOPIC_TIMEOUT_MS }, async () => {
        expect(await runTopic(loadScenarios(`${DATA}${collection}/${topic}`))).toEqual([])
      })
    }
  })
}
