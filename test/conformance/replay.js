// Replays recorded HTTP scenarios against a server and reports every difference. README.md has the format.
//
//   node test/conformance/replay.js --url http://127.0.0.1:PORT [--only NAME] DIR…
//
// Node 20 or later, no dependencies, so that it can be pointed at any server; http.test.ts imports it.
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { basename, dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What an onboarded server was set up with. */
export const SETUP = {
  username: 'admin',
  password: 'admin-password',
  org: 'org1',
  bucket: 'bucket1',
  token: 'operator-token',
}

const MATCHERS = {
  id: '[0-9a-f]{16}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)',
  token: '[A-Za-z0-9_.=-]{20,512}',
  any: '[^]*',
}

// --- HTTP ------------------------------------------------------------------------------------

function toWire({ headers = {}, body }) {
  if (body === undefined) return { headers }
  const isText = typeof body === 'string'
  const payload = isText ? body : JSON.stringify(body)
  const hasType = Object.keys(headers).some(name => name.toLowerCase() === 'content-type')
  const type = isText || hasType ? {} : { 'Content-Type': 'application/json' }
  return { payload, headers: { ...headers, ...type, 'Content-Length': Buffer.byteLength(payload) } }
}

/** A function that sends a scenario's request to a server, each on a connection of its own. */
export function sender(url) {
  const { hostname, port } = new URL(url)
  return ({ method, path, ...rest }) =>
    new Promise((resolve, reject) => {
      const { headers, payload } = toWire(rest)
      const options = {
        host: hostname.replace(/[[\]]/g, ''),
        port,
        method,
        path,
        headers,
        agent: false,
        timeout: 30_000,
      }
      const sent = request(options, response => {
        const chunks = []
        response.on('data', chunk => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() })
        })
      })
      sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')))
      sent.on('error', reject)
      sent.end(payload)
    })
}

/** Onboards a server and returns the placeholders that every onboarded scenario may use. */
export async function onboard(send) {
  const answer = await send({ method: 'POST', path: '/api/v2/setup', body: SETUP })
  if (answer.status !== 201) throw new Error(`set-up answered ${answer.status}: ${answer.text}`)
  const { user, org, bucket, auth } = JSON.parse(answer.text)
  return { operator: SETUP.token, adminId: user.id, orgId: org.id, bucketId: bucket.id, operatorAuthId: auth.id }
}

// --- Placeholders and captures ---------------------------------------------------------------

/** Replaces the placeholders in every text of a value. */
export function fill(value, vars) {
  if (typeof value === 'string') return fillText(value, vars)
  if (Array.isArray(value)) return value.map(entry => fill(entry, vars))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [fill(name, vars), fill(entry, vars)]))
}

function fillText(text, vars) {
  return text
    .replace(/\$\{(\w+)\}/g, (whole, name) => {
      if (vars[name] === undefined) throw new Error(`nothing captured for ${whole}`)
      return vars[name]
    })
    .replace(/\$\{repeat:([^:}]+):(\d+)\}/g, (_, part, times) => part.repeat(Number(times)))
    .replace(/\$\{base64:([^}]*)\}/g, (_, part) => Buffer.from(part).toString('base64'))
}

/** The value that a capture names: `$.path[0].name` of the body, or `cookie:NAME` as `NAME=value`. */
export function pick(spec, answer) {
  if (spec.startsWith('cookie:')) {
    const start = `${spec.slice('cookie:'.length)}=`
    return (answer.headers['set-cookie'] ?? []).map(cookie => cookie.split(';')[0]).find(pair => pair.startsWith(start))
  }
  let value = JSON.parse(answer.text)
  for (const part of spec.slice(1).match(/\w+/g) ?? []) value = value?.[part]
  return value
}

/** @returns {string | undefined} what could not be captured */
function capture(step, answer, vars) {
  for (const [name, spec] of Object.entries(step.capture ?? {})) {
    let value
    try {
      value = pick(spec, answer)
    } catch {
      // Not JSON: the comparison says so.
    }
    if (value === undefined) return `cannot capture ${name} from ${spec}`
    vars[name] = value
  }
  return undefined
}

// --- Comparing -------------------------------------------------------------------------------

function show(value) {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

function textMatches(expected, actual) {
  if (!expected.includes('<<')) return expected === actual
  const parts = expected.split(/<<(id|time|token|any)>>/)
  const source = parts.map((part, i) => (i % 2 ? MATCHERS[part] : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))).join('')
  return new RegExp(`^${source}$`).test(actual)
}

/** Differences between an expected value (with matchers) and an actual one, as readable texts. */
export function diff(expected, actual, path = 'body') {
  const differs = [`${path}: expected ${show(expected)}, got ${show(actual)}`]
  if (expected === '<<any>>') return actual === undefined ? differs : []
  if (typeof expected === 'string') return typeof actual === 'string' && textMatches(expected, actual) ? [] : differs
  if (expected === null || typeof expected !== 'object') return expected === actual ? [] : differs
  if (Array.isArray(expected)) return Array.isArray(actual) ? diffArrays(expected, actual, path) : differs
  if (expected['<<unordered>>']) {
    return Array.isArray(actual) ? diffUnordered(expected['<<unordered>>'], actual, path) : differs
  }
  const isObject = actual !== null && typeof actual === 'object' && !Array.isArray(actual)
  return isObject ? diffObjects(expected, actual, path) : differs
}

function diffArrays(expected, actual, path) {
  if (expected.length !== actual.length) {
    return [`${path}: expected ${expected.length} entries, got ${actual.length}: ${show(actual)}`]
  }
  return expected.flatMap((entry, i) => diff(entry, actual[i], `${path}[${i}]`))
}

function diffUnordered(expected, actual, path) {
  const rest = [...actual]
  for (const entry of expected) {
    const at = rest.findIndex(candidate => diff(entry, candidate).length === 0)
    if (at < 0) return [`${path}: no entry like ${show(entry)} in ${show(rest)}`]
    rest.splice(at, 1)
  }
  return rest.length > 0 ? [`${path}: unexpected ${show(rest)}`] : []
}

function diffObjects(expected, actual, path) {
  const wrong = Object.entries(expected).flatMap(([name, entry]) => diff(entry, actual[name], `${path}.${name}`))
  const unexpected = Object.keys(actual).filter(name => !(name in expected))
  return [...wrong, ...unexpected.map(name => `${path}.${name}: unexpected ${show(actual[name])}`)]
}

function diffHeader(name, expected, actual) {
  const good =
    expected === null ? actual === undefined : actual !== undefined && textMatches(expected, [actual].flat().join(', '))
  return good ? [] : [`${name}: expected ${show(expected)}, got ${show(actual)}`]
}

function diffBody(expected, text) {
  if (expected === undefined) return []
  if (typeof expected === 'string') {
    return textMatches(expected, text) ? [] : [`body: expected ${show(expected)}, got ${show(text)}`]
  }
  try {
    return diff(expected, JSON.parse(text))
  } catch {
    return [`body: expected JSON, got ${show(text)}`]
  }
}

/** Differences between an expectation, its placeholders not yet filled, and an answer. */
export function compare(expectation, answer, vars) {
  const { status, headers = {}, body } = fill(expectation, vars)
  return [
    ...(status === answer.status ? [] : [`status: expected ${status}, got ${answer.status}`]),
    ...Object.entries(headers).flatMap(([name, value]) => diffHeader(name, value, answer.headers[name])),
    ...diffBody(body, answer.text),
  ]
}

// --- Running ---------------------------------------------------------------------------------

async function runStep(step, send, vars) {
  const answer = await send(fill(step.request, vars))
  const missing = capture(step, answer, vars)
  const outcomes = [step.expect, ...(step.accept ?? [])].map(expectation => {
    try {
      return compare(expectation, answer, vars)
    } catch (error) {
      return [error.message]
    }
  })
  // Another answer need not have what the recorded one has.
  if (outcomes.slice(1).some(problems => problems.length === 0)) return []
  return missing ? [missing, ...outcomes[0]] : outcomes[0]
}

/** Runs all steps of a scenario, also after one failed, and returns how many passed and a line for each that did not. */
export async function runScenario(scenario, send, vars) {
  const known = { ...vars }
  const failures = []
  for (const [i, step] of scenario.steps.entries()) {
    const problems = await runStep(step, send, known).catch(error => [error.message])
    const { method, path } = step.request
    const where = `${scenario.topic}/${scenario.name} step ${i + 1} ${method} ${path}`
    if (problems.length > 0) failures.push(`${where}: ${problems.join('; ')}`)
  }
  return { passed: scenario.steps.length - failures.length, failures }
}

/** The scenarios below a folder, in the order of their names; `topic` is the name of the folder that one is in. */
export function loadScenarios(folder) {
  return readdirSync(folder, { recursive: true })
    .filter(name => name.endsWith('.json'))
    .sort()
    .map(name => join(folder, name))
    .map(file => ({ ...JSON.parse(readFileSync(file, 'utf8')), topic: basename(dirname(file)) }))
}

// --- Command line ----------------------------------------------------------------------------

async function main(args) {
  const option = name => {
    const at = args.indexOf(name)
    return at < 0 ? undefined : args.splice(at, 2)[1]
  }
  const url = new URL(option('--url') ?? 'http://127.0.0.1:8086')
  const only = option('--only')
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname))
    throw new Error('only loopback addresses may be tested')
  if (args.length === 0) throw new Error('usage: replay.js --url http://127.0.0.1:PORT [--only NAME] DIR…')
  const scenarios = args.flatMap(loadScenarios).filter(({ name }) => !only || name === only)
  // One server, fresh at the start: what needs one of its own runs only if it is the one thing to run.
  const chosen = only ? scenarios : scenarios.filter(({ independent }) => independent)
  const send = sender(url)
  const vars = chosen.some(({ setup }) => setup === 'onboarded') ? await onboard(send) : {}
  const results = []
  for (const scenario of chosen) results.push(await runScenario(scenario, send, vars))
  const failures = results.flatMap(result => result.failures)
  for (const line of failures) console.log(`FAIL ${line}`)
  const skipped = scenarios.length - chosen.length
  if (skipped > 0) console.log(`left out: ${skipped} scenarios that need a fresh server each (--only NAME runs one)`)
  console.log(`${results.reduce((sum, { passed }) => sum + passed, 0)} passed, ${failures.length} failed`)
  process.exitCode = failures.length > 0 || results.length === 0 ? 1 : 0
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await main(process.argv.slice(2)).catch(error => {
    console.error(error.message)
    process.exitCode = 1
  })
}
