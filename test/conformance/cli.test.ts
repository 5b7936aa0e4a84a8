// Replays every recorded command line with the built CLI against the built server; a test is a topic.
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { secretsSeen, startServer } from '../e2e/server.ts'
import { loadScenarios, type Result, type RunningServer, runScenario, type Scenario } from './replay-cli.js'

const DATA = fileURLToPath(new URL('data/cli/', import.meta.url))
const INFLUX = fileURLToPath(new URL('../../bin/influx', import.meta.url))
const CLI = `'${process.execPath}' '${INFLUX}'`
/** Where the recorded client and its documentation differ, the documentation counts. */
const VARIANT = 'documented'
/** How many scenarios, each with a server of its own, run at once. */
const AT_ONCE = 2
const TOPIC_TIMEOUT_MS = 300_000

const totals = { passed: 0, failed: 0, commands: 0 }

async function start(): Promise<RunningServer> {
  const server = await startServer()
  return {
    url: server.url,
    send: ({ method, path, body }) => server.request(method, path, { body }),
    stop: () => server.kill(),
  }
}

/** What the harness does not see, because the CLI talks to the server: tokens that were made, passwords that were set. */
function noteSecrets(args: readonly string[], { stdout }: Result): void {
  totals.commands++
  for (const [token] of stdout.matchAll(/slc_[0-9A-Za-z]{49}/g)) secretsSeen.add(token)
  for (const flag of ['-p', '--password']) {
    const at = args.indexOf(flag)
    const password = at < 0 ? undefined : args[at + 1]
    if (password !== undefined) secretsSeen.add(password)
  }
}

async function runTopic(scenarios: readonly Scenario[]): Promise<string[]> {
  const waiting = [...scenarios]
  const faults: string[] = []
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const fault = await runScenario(next, { cli: CLI, start, variant: VARIANT, onStep: noteSecrets })
      if (fault === undefined) totals.passed++
      else faults.push(`${next.name}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  totals.failed += faults.length
  return faults
}

afterAll(() => {
  const { passed, failed, commands } = totals
  // In the database the act `user.password` stands beside an id, and the two together look like these.
  for (const secret of secretsSeen) if (/^password\d$/.test(secret)) secretsSeen.delete(secret)
  console.log(`cli conformance: ${passed} scenarios passed, ${failed} failed, ${commands} commands run`)
})

describe('influx does what was recorded', () => {
  for (const topic of readdirSync(DATA)) {
    test(topic, { timeout: TOPIC_TIMEOUT_MS }, async () => {
      expect(await runTopic(loadScenarios(`${DATA}${topic}`))).toEqual([])
    })
  }
})
