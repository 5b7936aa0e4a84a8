// Makes a checkout ready to run: installs packages and builds dist/, each only if something changed since the last time.
//
//   node scripts/prepare.js [--force] [--test]
//
// --force builds even if nothing changed; --test also sees to the system tools that the tests call.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {{ size: number, mtimeMs: number, hash: string }} Seen A file as it was when it was last read. */
/** @typedef {{ modules: string, runtime: string, sources: string, files: Record<string, Seen> }} Stamp */

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const STAMP = join(ROOT, 'node_modules', '.sluice-stamp.json')
const WORK = join(ROOT, '.sluice')
const LOCK = join(WORK, 'prepare.lock')
const LOCK_FILE = 'package-lock.json'
const MIN_NODE = [20, 19]
/** What dist/ is built from: the program, and the page that it serves. */
const SOURCES = ['src', 'ui']

/** A lock is renewed every second; one that was not for this long belongs to a run that was killed. */
const LOCK_STALE_MS = 10_000

/** The commands that the tests call, and the Debian package of each. */
const TEST_TOOLS = {
  curl: 'curl',
  jq: 'jq',
  strace: 'strace',
  xargs: 'findutils',
  openssl: 'openssl',
  sqlite3: 'sqlite3',
  prlimit: 'util-linux',
  nginx: 'nginx-light',
  caddy: 'caddy',
  script: 'bsdutils',
  zsh: 'zsh',
  fish: 'fish',
  chromium: 'chromium',
  influxd: 'influxdb',
  python3: 'python3',
  pip3: 'python3-pip',
}

/** The client libraries that the tests call, and where they are put: nothing of the machine's own is touched. */
const PYTHON_PACKAGES = 'test/clients/requirements.txt'
const PYTHON_FOLDER = join(WORK, 'python')
const PYTHON_STAMP = join(PYTHON_FOLDER, '.sluice-stamp')

/** Native modules are chosen or built for these, so a difference means another installation. */
const RUNTIME = `${process.platform}-${process.arch}-abi${process.versions.modules}`

/** A failure that is explained in one sentence, without a stack. */
class Failure extends Error {}

// Standard error, so that the output of `npm pack --json` and the like stays what it is.
const say = text => process.stderr.write(`${text}\n`)
const path = name => join(ROOT, name)
const sha256 = content => createHash('sha256').update(content).digest('hex')
const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return
  throw new Failure(`Sluice needs Node.js ${MIN_NODE.join('.')} or later; this is ${process.versions.node}.`)
}

// --- What is there, and what changed ---------------------------------------------------------

/** @returns {string[]} the files that the build reads, relative to the root */
function sourceFiles() {
  const below = SOURCES.filter(folder => existsSync(path(folder)))
    .flatMap(folder => readdirSync(path(folder), { withFileTypes: true, recursive: true }))
    .filter(entry => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map(entry => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    // Packages that npm could not share with the program.
    .filter(name => !name.includes(`node_modules${sep}`))
  const beside = readdirSync(ROOT).filter(name => /^tsconfig.*\.json$/.test(name) || name === 'openapi.json')
  return [...below, ...beside].sort()
}

/** @returns {Stamp | undefined} */
function readStamp() {
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch {
    return undefined
  }
}

function writeStamp(stamp) {
  // Without packages there is no node_modules.
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(`${STAMP}.new`, JSON.stringify(stamp))
  renameSync(`${STAMP}.new`, STAMP)
}

/** Reads a file only if its size or time differ from those seen last. @returns {Seen} */
function look(name, seen) {
  const { size, mtimeMs } = statSync(path(name))
  if (seen?.size === size && seen.mtimeMs === mtimeMs) return seen
  return { size, mtimeMs, hash: sha256(readFileSync(path(name))) }
}

/** The checkout as it is now. @returns {Stamp} */
function survey(stamp) {
  const sources = sourceFiles()
  const names = existsSync(path(LOCK_FILE)) ? [...sources, LOCK_FILE] : sources
  const files = Object.fromEntries(names.map(name => [name, look(name, stamp?.files?.[name])]))
  return {
    modules: files[LOCK_FILE]?.hash ?? '',
    runtime: RUNTIME,
    sources: sha256(sources.map(name => `${name} ${files[name].hash}\n`).join('')),
    files,
  }
}

function differences(force) {
  const stamp = readStamp()
  const now = survey(stamp)
  const install = stamp === undefined || stamp.modules !== now.modules || stamp.runtime !== now.runtime
  // New packages can mean a new compiler, or new types.
  const build = force || install || stamp.sources !== now.sources || !existsSync(path('dist'))
  return { stamp, now, install, build }
}

// --- Doing something about it ----------------------------------------------------------------

/** Ends when the program does; its output appears only if it fails. */
function run(command, args, what) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => chunks.push(chunk))
    const end = () => child.kill()
    process.once('exit', end)
    child.on('error', cause => reject(new Failure(`${what} could not be started: ${cause.message}.`)))
    child.on('close', code => {
      process.off('exit', end)
      if (code === 0) return resolve()
      process.stderr.write(Buffer.concat(chunks))
      reject(new Failure(`${what} failed; its output is above.`))
    })
  })
}

function npm(args) {
  const what = `npm ${args[0]}`
  const script = process.env.npm_execpath
  if (script?.endsWith('.js')) return run(process.execPath, [script, ...args], what)
  return run('npm', args, what)
}

async function install() {
  const command = existsSync(path(LOCK_FILE)) ? 'ci' : 'install'
  say(`Installing packages (npm ${command}).`)
  // The compiler is a development dependency, so it is asked for even where NODE_ENV says production.
  await npm([command, '--include=dev', '--prefer-offline', '--no-audit', '--no-fund'])
}

/** Builds beside the old dist/ and swaps, so that whatever happens dist/ is whole or absent. */
async function build() {
  say('Building dist/.')
  const fresh = join(WORK, 'dist.new')
  const old = join(WORK, 'dist.old')
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true })
  const compiler = path('node_modules/typescript/bin/tsc')
  await run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], 'The build')
  if (existsSync(path('ui'))) {
    const bundler = path('node_modules/vite/bin/vite.js')
    const page = ['build', 'ui', '--config', 'ui/vite.config.ts', '--outDir', join(fresh, 'ui'), '--logLevel', 'warn']
    await run(process.execPath, [bundler, ...page], 'The build of the page')
  }
  if (existsSync(path('dist'))) renameSync(path('dist'), old)
  renameSync(fresh, path('dist'))
  rmSync(old, { recursive: true, force: true })
}

function takeLock() {
  mkdirSync(WORK, { recursive: true })
  try {
    mkdirSync(LOCK)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

function breakStaleLock() {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > LOCK_STALE_MS) rmSync(LOCK, { recursive: true })
  } catch {
    // Somebody else removed it first.
  }
}

function renewLock() {
  try {
    utimesSync(LOCK, new Date(), new Date())
  } catch {
    // Taken for stale after this process was suspended; the next run will see what is missing.
  }
}

/** Runs the work while no other run of this script in this checkout does. */
async function locked(work) {
  for (let waiting = false; !takeLock(); await sleep(100)) {
    if (!waiting) say('Waiting for another run of scripts/prepare.js.')
    waiting = true
    breakStaleLock()
  }
  const renewal = setInterval(renewLock, 1000)
  const release = () => rmSync(LOCK, { recursive: true, force: true })
  process.once('exit', release)
  try {
    await work()
  } finally {
    clearInterval(renewal)
    process.off('exit', release)
    release()
  }
}

async function bringUpToDate(force) {
  const todo = differences(force)
  if (todo.install) {
    await install()
    // An interrupted build must not lead to another installation. npm may have touched the lock file.
    writeStamp({ ...survey(todo.now), sources: '' })
  }
  if (todo.build) await build()
  writeStamp(survey(todo.now))
}

async function prepareCheckout(force) {
  const { stamp, now, install, build } = differences(force)
  if (install || build) {
    // Looks again once it has the lock: the run it waited for may have done everything.
    await locked(() => bringUpToDate(force))
  } else if (JSON.stringify(stamp) !== JSON.stringify(now)) {
    // Touched but equal: remember the new times, so that next time nothing needs reading.
    writeStamp(now)
  }
}

// --- System tools for the tests --------------------------------------------------------------

function isOnPath(command) {
  // Debian keeps nginx where only root's PATH looks.
  return [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'].some(folder => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

async function prepareTestTools() {
  const missing = Object.keys(TEST_TOOLS).filter(command => !isOnPath(command))
  if (missing.length === 0) return
  const packages = missing.map(command => TEST_TOOLS[command]).join(' ')
  if (!isOnPath('apt-get')) {
    throw new Failure(
      `The tests call ${missing.join(', ')}: not found on PATH. Install what provides them (Debian: ${packages}).`,
    )
  }
  say(`Installing ${packages} (apt-get), which the tests call.`)
  const apt = args => {
    const command = process.getuid?.() === 0 ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args]
    return run(command[0], command.slice(1), command.join(' '))
  }
  await apt(['update'])
  await apt(['install', '-y', '--no-install-recommends', ...packages.split(' ')])
}

function hasPythonPackages(hash) {
  try {
    return readFileSync(PYTHON_STAMP, 'utf8') === hash
  } catch {
    return false
  }
}

/** By their exact versions, all of them named, and only those that need no compiler. */
async function preparePython() {
  if (!existsSync(path(PYTHON_PACKAGES))) return
  const hash = sha256(readFileSync(path(PYTHON_PACKAGES)))
  if (hasPythonPackages(hash)) return
  await locked(async () => {
    if (hasPythonPackages(hash)) return
    say('Installing Python packages (pip), which the tests call.')
    const fresh = join(WORK, 'python.new')
    for (const folder of [fresh, PYTHON_FOLDER]) rmSync(folder, { recursive: true, force: true })
    const quietly = ['--quiet', '--no-input', '--disable-pip-version-check', '--no-warn-conflicts']
    const exactly = ['--no-deps', '--only-binary', ':all:', '--requirement', PYTHON_PACKAGES]
    await run('python3', ['-m', 'pip', 'install', ...quietly, ...exactly, '--target', fresh], 'pip install')
    renameSync(fresh, PYTHON_FOLDER)
    writeFileSync(PYTHON_STAMP, hash)
  })
}

async function main(args) {
  // In an installed package there is nothing to build from, and nothing that needs building.
  if (!existsSync(path('src'))) return
  checkNode()
  await prepareCheckout(args.includes('--force'))
  if (!args.includes('--test')) return
  await prepareTestTools()
  await preparePython()
}

// By exit, so that the lock is released and the running program ended.
process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

main(process.argv.slice(2)).catch(error => {
  say(error instanceof Failure ? error.message : error.stack)
  process.exitCode = 1
})
