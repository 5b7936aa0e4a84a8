// Replays recorded `influx` command lines against a CLI and a server and reports every difference. README.md has the format.
//
//   node test/conformance/replay-cli.js --cli 'COMMAND' --start 'SERVER COMMAND' [--variant NAME] DIR|FILE…
//
// Node 20 or later, no dependencies, so that it can be pointed at any CLI and any server; cli.test.ts imports it.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { sender } from './replay.js'

const STEP_LIMIT_MS = 60_000
const START_LIMIT_MS = 60_000

const MATCHERS = {
  id: '[0-9a-f]{16}',
  time: '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?(?:Z|[+-]\\d\\d:\\d\\d)',
  token: '[\\w-]{20,}={0,2}',
  secret: '(?:[\\w-]+={0,2})?',
  any: '.*',
}

// --- Comparing -------------------------------------------------------------------------------

/** Output as lines whose cells (separated by tabs, or by two or more spaces) are joined by one tab. */
function linesOf(text) {
  const lines = text.split('\n').map(line =>
    line
      .trim()
      .split(/\t+| {2,}/)
      .join('\t'),
  )
  while (lines.at(-1) === '') lines.pop()
  return lines
}

function linePattern(line) {
  if (line === '<<any>>') return '(?:.*\n)*?'
  const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  // An empty cell leaves no trace in a table.
  const cells = escaped.replaceAll('\t<<secret>>', `(?:\t${MATCHERS.secret})?`)
  return `${cells.replace(/<<(\w+)>>/g, (whole, name) => MATCHERS[name] ?? whole)}\n`
}

/** @returns {string | undefined} how a text differs from an expected one, line by line */
export function compareText(expected, actual, anyOrder = false) {
  const wanted = linesOf(expected)
  const got = linesOf(actual)
  const whole = new RegExp(`^${wanted.map(linePattern).join('')}$`)
  if (!anyOrder && whole.test(got.map(line => `${line}\n`).join(''))) return undefined
  const left = [...got]
  const missing = wanted.filter(line => {
    const pattern = new RegExp(`^${linePattern(line)}$`)
    const at = left.findIndex(candidate => pattern.test(`${candidate}\n`))
    if (at >= 0) left.splice(at, 1)
    return at < 0 && line !== '<<any>>'
  })
  if (missing.length + left.length > 0) return [...show('-', missing), ...show('+', left)].join('\n')
  return anyOrder ? undefined : ['      the same lines in another order:', ...show('+', got)].join('\n')
}

const show = (mark, lines) => lines.map(line => `      ${mark} ${line.replaceAll('\t', ' → ')}`)

/** @returns {string | undefined} what a help lacks; its prose is free */
export function compareHelp({ name, flags = [], commands = [] }, text) {
  const lines = text.split('\n').map(line => line.trim())
  const words = new Set(lines.flatMap(line => line.split(/ {2,}/)[0].split(/[\s,]+/)))
  const named = lines[1]?.split(/ -(?: |$)/)[0]
  const faults = [...flags, ...commands].filter(word => !words.has(word)).map(word => `does not list ${word}`)
  if (lines[0] !== 'NAME:') faults.push(`the first line is ${JSON.stringify(lines[0])}`)
  if (![name, `influx ${name}`].includes(named) && `influx ${named}` !== name) faults.push(`does not name ${name}`)
  return faults.length > 0 ? faults.map(fault => `      ${fault}`).join('\n') : undefined
}

async function differences(expected, result) {
  const found = []
  const note = (what, difference) => difference !== undefined && found.push(`${what}:\n${difference}`)
  const { exit, stdout, stderr, help, files = {}, anyOrder } = expected
  if (exit !== undefined && exit !== result.exit) found.push(`exit code ${result.exit}, expected ${exit}`)
  if (stdout !== undefined) note('stdout', compareText(stdout, result.stdout, anyOrder))
  if (stderr !== undefined) note('stderr', compareText(stderr, result.stderr))
  if (help !== undefined) note('help', compareHelp(help, result.stdout))
  for (const [path, text] of Object.entries(files)) {
    note(path, compareText(text, await readFile(path, 'utf8').catch(() => '')))
  }
  return found
}

// --- Placeholders and captures ---------------------------------------------------------------

/** Replaces `${name}` in every text of a value; unknown names stay as they are. */
export function fill(value, vars) {
  if (typeof value === 'string') return value.replace(/\$\{(\w+)\}/g, (whole, name) => vars[name] ?? whole)
  if (Array.isArray(value)) return value.map(entry => fill(entry, vars))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [fill(name, vars), fill(entry, vars)]))
}

function captured(rules = {}, stdout) {
  return Object.fromEntries(
    Object.entries(rules).map(([name, { json, regex }]) => {
      const value =
        json === undefined
          ? new RegExp(regex, 'm').exec(stdout)?.[1]
          : json.split('.').reduce((at, key) => at?.[key], JSON.parse(stdout))
      if (value === undefined) throw new Error(`nothing to capture as ${name}`)
      return [name, value]
    }),
  )
}

// --- Running ---------------------------------------------------------------------------------

/** Runs one command line; nobody is at the other end of its streams. */
export function runCli(cli, args, env, stdin) {
  return new Promise((resolve, reject) => {
    const options = { env, cwd: env.HOME, detached: true, timeout: STEP_LIMIT_MS }
    const child = spawn('sh', ['-c', `${cli} "$@"`, 'sh', ...args], options)
    const output = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', text => {
        output[name] += text
      })
    }
    child.on('error', reject).on('close', exit => resolve({ exit, ...output }))
    child.stdin.on('error', () => {}).end(stdin ?? '')
  })
}

/** Sets a server up for the first time. @returns the names that this defines */
async function onboard(send, setup) {
  const { user = 'admin', password = 'password1', org = 'acme', bucket = 'plant' } = setup
  const token = setup.token ?? 'operator-token-000001'
  const body = { username: user, password, org, bucket, token, retentionPeriodSeconds: 0 }
  const answer = await send({ method: 'POST', path: '/api/v2/setup', body })
  if (answer.status !== 201) throw new Error(`set-up answered ${answer.status}: ${answer.text}`)
  const made = JSON.parse(answer.text)
  const ids = { userId: made.user.id, orgId: made.org.id, bucketId: made.bucket.id, operatorId: made.auth.id }
  return { TOKEN: token, USER: user, ORG: org, BUCKET: bucket, ...ids }
}

async function write(path, text) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
  await chmod(path, 0o600)
}

/** The server and the home as a scenario wants them. @returns its placeholders */
async function prepare({ setup, files = {} }, home, { url, send = sender(url) }) {
  const vars = {
    PORT: new URL(url).port,
    HOST: url,
    HOME: home,
    CONFIGS: join(home, '.influxdbv2', 'configs'),
    DOWN: `http://127.0.0.1:${await unusedPort()}`,
    ...(setup ? await onboard(send, setup) : {}),
  }
  if (setup?.config) {
    const entry = `  url = "${url}"\n  token = "${vars.TOKEN}"\n  org = "${vars.ORG}"\n  active = true\n`
    await write(vars.CONFIGS, `[${setup.config}]\n${entry}`)
  }
  for (const [path, text] of Object.entries(fill(files, vars))) await write(path, text)
  return vars
}

/** Runs the steps of a scenario. @returns {Promise<string | undefined>} the first that fits none of its readings */
async function perform(scenario, home, server, { cli, variant, onStep = () => {} }) {
  const vars = await prepare(scenario, home, server)
  const names = new Set(scenario.steps.flatMap(step => Object.keys(step.accept ?? {})))
  // One reading must fit all steps: whoever accepts the documented command must also have done what it says.
  let readings = names.has(variant) ? [variant] : ['recorded', ...names]
  for (const step of scenario.steps) {
    const env = { PATH: process.env.PATH, HOME: home, INFLUX_CONFIGS_PATH: vars.CONFIGS, ...fill(step.env ?? {}, vars) }
    const args = fill(step.args, vars)
    const result = await runCli(cli, args, env, fill(step.stdin, vars))
    onStep(args, result)
    const misses = []
    const fits = []
    for (const name of readings) {
      const found = await differences(fill(step.accept?.[name] ?? step.expect, vars), result)
      if (found.length === 0) fits.push(name)
      else misses.push(`    [${name}] ${found.join('\n    ')}`)
    }
    if (fits.length === 0) return `$ influx ${args.join(' ')}\n${misses.join('\n')}`
    readings = fits
    Object.assign(vars, captured(step.capture, result.stdout))
  }
  return undefined
}

/**
 * Runs a scenario on a server and a home of its own.
 *
 * @returns {Promise<string | undefined>} what differs, or undefined if it passed
 */
export async function runScenario(scenario, { start, ...options }) {
  const home = await mkdtemp(join(tmpdir(), 'replay-home-'))
  let server
  try {
    server = await start()
    return await perform(scenario, home, server, options)
  } catch (cause) {
    return cause.message
  } finally {
    await server?.stop()
    await rm(home, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** The scenarios below a folder, by name. */
export function loadScenarios(path) {
  if (!statSync(path).isDirectory()) return path.endsWith('.json') ? [JSON.parse(readFileSync(path, 'utf8'))] : []
  return readdirSync(path)
    .sort()
    .flatMap(name => loadScenarios(join(path, name)))
}

// --- Command line ----------------------------------------------------------------------------

function unusedPort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address()
      probe.close(() => resolve(port))
    })
  })
}

const answers = url =>
  fetch(url).then(
    response => response.status === 200,
    () => false,
  )

/** Starts a server by a shell command, which finds `PORT` and `DATA_DIR` in its environment. */
async function startServer(command) {
  const port = await unusedPort()
  const dataDir = await mkdtemp(join(tmpdir(), 'replay-data-'))
  const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir }
  const child = spawn('sh', ['-c', command], { detached: true, stdio: ['ignore', 'ignore', 'inherit'], env })
  const ended = new Promise(resolve => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  async function stop() {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
    await ended
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 })
  }
  for (const deadline = Date.now() + START_LIMIT_MS; Date.now() < deadline && child.exitCode === null; ) {
    // A healthy server may still be starting: influxd answers 503 on its API for a moment.
    if ((await answers(`${url}/health`)) && (await answers(`${url}/api/v2/setup`))) return { url, stop }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  await stop()
  throw new Error('the server did not become healthy')
}

async function main() {
  const text = { type: 'string' }
  const options = { cli: text, start: text, variant: text }
  const { values, positionals } = parseArgs({ allowPositionals: true, options })
  const { cli, start, variant } = values
  if (!cli || !start || positionals.length === 0) {
    throw new Error("usage: replay-cli.js --cli 'COMMAND' --start 'SERVER COMMAND' [--variant NAME] DIR|FILE…")
  }
  let passed = 0
  let failed = 0
  for (const scenario of positionals.flatMap(loadScenarios)) {
    const fault = await runScenario(scenario, { cli, variant, start: () => startServer(start) })
    if (fault === undefined) passed++
    else failed++
    console.log(fault === undefined ? `ok   ${scenario.name}` : `FAIL ${scenario.name}\n  ${fault}`)
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
