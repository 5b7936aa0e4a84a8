// Runs the whole suite on Node 24, which npm's package `node` brings: `npm run test:node24`.
//
// The runtime lives in a folder of its own, so that it is no dependency of ours and `npm test` never sees it.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VERSION = '24.21.0'
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const HOME = join(ROOT, '.sluice', 'node24')
const BIN = join(HOME, 'node_modules', 'node', 'bin')
const NODE = join(BIN, 'node')

/** npm by this or by another Node; inside `npm run` its script is known, otherwise PATH has it. */
function npm(args, { node = process.execPath, ...options }) {
  const script = process.env.npm_execpath
  const [command, all] = script?.endsWith('.js') ? [node, [script, ...args]] : ['npm', args]
  return spawnSync(command, all, { stdio: 'inherit', ...options })
}

function installedVersion() {
  if (!existsSync(NODE)) return undefined
  return spawnSync(NODE, ['--version'], { encoding: 'utf8' }).stdout?.trim().replace(/^v/, '')
}

function fail(text) {
  console.error(text)
  process.exit(1)
}

function install() {
  console.error(`Installing Node ${VERSION} into .sluice/node24 (about 190 MB, once).`)
  mkdirSync(HOME, { recursive: true })
  // The package fetches the binary for this machine in its install script.
  writeFileSync(join(HOME, 'package.json'), JSON.stringify({ private: true, allowScripts: { node: true } }))
  const done = npm(['install', '--no-audit', '--no-fund', '--prefer-offline', `node@${VERSION}`], { cwd: HOME })
  if (done.status !== 0) fail(`npm could not install node@${VERSION}; its output is above. Is the registry reachable?`)
}

if (installedVersion() !== VERSION) install()
const version = installedVersion()
if (version !== VERSION) {
  fail(
    `.sluice/node24 holds ${version ? `Node ${version}` : 'no Node that runs on this machine'}, not ${VERSION}. ` +
      'Remove the folder and run this again; if it comes back, npm has no Node for this platform, or did not run its install script.',
  )
}

console.error(`Running the suite on Node ${VERSION}.`)
const env = { ...process.env, PATH: BIN + delimiter + process.env.PATH }
const { status, signal, error } = npm(['test', ...process.argv.slice(2)], { node: NODE, cwd: ROOT, env })
if (error) fail(`The suite could not be started on Node ${VERSION}: ${error.message}`)
if (status !== 0) {
  fail(
    `The suite failed on Node ${VERSION}${signal ? ` (${signal})` : ''}. \`npm test\` says whether it fails here too.`,
  )
}
