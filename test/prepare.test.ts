import { spawn, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../scripts/prepare.js', import.meta.url))

/** Stands for TypeScript: copies a.ts to the output folder, slowly enough to be overtaken, or fails if it says so. */
const COMPILER = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const source = readFileSync('src/a.ts', 'utf8')
if (source.includes('mistake')) { console.log('a.ts(1,1): error'); process.exit(2) }
const out = process.argv[process.argv.indexOf('--outDir') + 1]
mkdirSync(out, { recursive: true })
setTimeout(() => writeFileSync(out + '/a.js', source), 300)
`

let root: string

const inRoot = (name: string) => join(root, name)

function write(name: string, content: string | object): void {
  mkdirSync(dirname(inRoot(name)), { recursive: true })
  writeFileSync(inRoot(name), typeof content === 'string' ? content : JSON.stringify(content))
}

function lockFile(version: string) {
  const dependencies = { typescript: 'file:compiler' }
  return {
    name: 'made-up',
    version,
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'made-up', version, devDependencies: dependencies },
      compiler: { name: 'typescript', version: '1.0.0', dev: true },
      'node_modules/typescript': { resolved: 'compiler', link: true },
    },
  }
}

/** Stands for Vite: copies the page to the output folder, or fails if it says so. */
const BUNDLER = `
const { mkdirSync, readFileSync, writeFileSync } = require('node:fs')
const page = readFileSync('ui/index.html', 'utf8')
if (page.includes('mistake')) { console.log('ui/index.html: error'); process.exit(1) }
const out = process.argv[process.argv.indexOf('--outDir') + 1]
mkdirSync(out, { recursive: true })
writeFileSync(out + '/index.html', page)
`

/** A checkout whose one dependency is a folder in it, so that npm needs no network. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-prepare-'))
  const devDependencies = { typescript: 'file:compiler' }
  write('package.json', { name: 'made-up', version: '1.0.0', type: 'module', devDependencies })
  write('package-lock.json', lockFile('1.0.0'))
  write('compiler/package.json', { name: 'typescript', version: '1.0.0' })
  write('compiler/bin/tsc', COMPILER)
  write('src/a.ts', 'one')
  write('tsconfig.build.json', {})
  mkdirSync(inRoot('scripts'))
  copyFileSync(SCRIPT, inRoot('scripts/prepare.js'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const environment = (more: NodeJS.ProcessEnv) => ({ ...process.env, ...more })

function prepare(args: string[] = [], env: NodeJS.ProcessEnv = {}) {
  const done = spawnSync(process.execPath, ['scripts/prepare.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: environment(env),
  })
  return { code: done.status, said: done.stdout + done.stderr }
}

const INSTALL = 'Installing packages (npm ci).\n'
const BUILD = 'Building dist/.\n'
const built = () => readFileSync(inRoot('dist/a.js'), 'utf8')

describe('preparing a checkout', () => {
  test('installs and builds at first, then says and does nothing', () => {
    expect(prepare()).toEqual({ code: 0, said: INSTALL + BUILD })
    expect(built()).toBe('one')
    expect(prepare()).toEqual({ code: 0, said: '' })
  })

  test('only builds after a change of a source, of openapi.json, or of a missing dist/', () => {
    prepare()
    write('src/a.ts', 'two')
    expect(prepare().said).toBe(BUILD)
    expect(built()).toBe('two')
    write('openapi.json', '{}')
    expect(prepare().said).toBe(BUILD)
    rmSync(inRoot('dist'), { recursive: true })
    expect(prepare().said).toBe(BUILD)
    expect(prepare().said).toBe('')
  })

  test('installs and builds after a change of the lock file', () => {
    prepare()
    write('package-lock.json', lockFile('1.0.1'))
    expect(prepare().said).toBe(INSTALL + BUILD)
  })

  test('builds after --force, with nothing left of the old dist/', () => {
    prepare()
    write('dist/old.js', '')
    expect(prepare(['--force']).said).toBe(BUILD)
    expect(existsSync(inRoot('dist/old.js'))).toBe(false)
  })

  test('does nothing for a file that was touched but not changed, nor for a unit test', () => {
    prepare()
    utimesSync(inRoot('src/a.ts'), new Date(), new Date(1_000_000))
    write('src/a.test.ts', 'test')
    expect(prepare().said).toBe('')
  })

  describe('with a page', () => {
    const page = () => readFileSync(inRoot('dist/ui/index.html'), 'utf8')

    beforeEach(() => {
      write('ui/index.html', 'page one')
      write('ui/src/app.tsx', '')
      prepare()
      // Behind npm's back, which removes what the lock file does not name.
      write('node_modules/vite/bin/vite.js', BUNDLER)
    })

    test('builds it into dist/ui, and again after a change of it', () => {
      expect(prepare().said).toBe(BUILD)
      expect({ program: built(), page: page() }).toEqual({ program: 'one', page: 'page one' })
      expect(prepare().said).toBe('')
      write('ui/index.html', 'page two')
      expect(prepare().said).toBe(BUILD)
      expect(page()).toBe('page two')
      write('ui/src/app.tsx', 'changed')
      expect(prepare().said).toBe(BUILD)
      write('ui/src/app.test.ts', 'test')
      write('ui/node_modules/a/index.js', 'a package')
      expect(prepare().said).toBe('')
    })

    test('one that cannot be built leaves the old dist/ whole', () => {
      prepare()
      write('src/a.ts', 'two')
      write('ui/index.html', 'mistake')
      const said = `${BUILD}ui/index.html: error\nThe build of the page failed; its output is above.\n`
      expect(prepare()).toEqual({ code: 1, said })
      expect({ program: built(), page: page() }).toEqual({ program: 'one', page: 'page one' })
    })
  })

  test('shows the output of a build that fails, keeps the old dist/ and tries again', () => {
    prepare()
    write('src/a.ts', 'mistake')
    const expected = { code: 1, said: `${BUILD}a.ts(1,1): error\nThe build failed; its output is above.\n` }
    expect(prepare()).toEqual(expected)
    expect(built()).toBe('one')
    expect(prepare()).toEqual(expected)
    write('src/a.ts', 'corrected')
    expect(prepare().said).toBe(BUILD)
    expect(built()).toBe('corrected')
  })

  test('shows the output of an installation that fails', () => {
    write('package-lock.json', 'not JSON')
    const { code, said } = prepare()
    expect(code).toBe(1)
    expect(said).toMatch(/npm error/)
    expect(said).toMatch(/npm ci failed; its output is above\.\n$/)
  })

  test('does nothing in an installed package', () => {
    rmSync(inRoot('src'), { recursive: true })
    expect(prepare(['--test'])).toEqual({ code: 0, said: '' })
    expect(existsSync(inRoot('node_modules'))).toBe(false)
  })

  test('refuses an old Node in one sentence', () => {
    write('old.cjs', "Object.defineProperty(process.versions, 'node', { value: '20.18.3' })")
    const { code, said } = prepare([], { NODE_OPTIONS: `--require ${inRoot('old.cjs')}` })
    expect({ code, said }).toEqual({ code: 1, said: 'Sluice needs Node.js 20.19 or later; this is 20.18.3.\n' })
  })
})

describe('two runs at once', () => {
  function start() {
    const child = spawn(process.execPath, ['scripts/prepare.js'], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        said += chunk
      })
    }
    const ended = new Promise<{ code: number | null; said: string }>(resolve => {
      child.on('close', code => resolve({ code, said }))
    })
    return { child, ended }
  }

  test('the second waits, and finds nothing left to do', async () => {
    const [first, second] = await Promise.all([start().ended, start().ended])
    expect([first.code, second.code]).toEqual([0, 0])
    expect(built()).toBe('one')
    expect([first.said, second.said].sort()).toEqual([
      INSTALL + BUILD,
      'Waiting for another run of scripts/prepare.js.\n',
    ])
  })

  test('one that is told to end leaves no lock and no half of a dist/', async () => {
    prepare()
    write('src/a.ts', 'two')
    const { child, ended } = start()
    await new Promise(resolve => child.stderr.once('data', resolve))
    child.kill('SIGTERM')
    expect((await ended).code).toBe(143)
    expect(existsSync(inRoot('.sluice/prepare.lock'))).toBe(false)
    expect(built()).toBe('one')
    expect(prepare().said).toBe(BUILD)
  })

  test('the lock of one that was killed does not last', () => {
    prepare()
    mkdirSync(inRoot('.sluice/prepare.lock'))
    utimesSync(inRoot('.sluice/prepare.lock'), new Date(), new Date(Date.now() - 60_000))
    write('src/a.ts', 'two')
    expect(prepare().said).toBe(`Waiting for another run of scripts/prepare.js.\n${BUILD}`)
  })
})

describe('the tools that tests call', () => {
  /** A PATH with nothing but these: each the real one, or a script. */
  function pathWith(commands: Record<string, string>): string {
    mkdirSync(inRoot('bin'))
    for (const [name, script] of Object.entries(commands)) {
      if (script) writeFileSync(inRoot(`bin/${name}`), script, { mode: 0o755 })
      else symlinkSync(process.execPath, inRoot(`bin/${name}`))
    }
    return inRoot('bin')
  }
  const stub = '#!/bin/sh\n'
  const names = [
    'curl',
    'jq',
    'strace',
    'xargs',
    'openssl',
    'sqlite3',
    'prlimit',
    'nginx',
    'caddy',
    'script',
    'zsh',
    'fish',
    'chromium',
    'influxd',
    'python3',
    'pip3',
  ] as const
  const tools = Object.fromEntries(names.map(name => [name, stub])) as Record<(typeof names)[number], string>

  test('are left alone if they are there', () => {
    prepare()
    expect(prepare(['--test'], { PATH: pathWith(tools) })).toEqual({ code: 0, said: '' })
  })

  test('are installed where apt-get is, and nothing else is', () => {
    prepare()
    const { xargs: _, jq: __, ...rest } = tools
    // As root it is called by itself, otherwise by sudo.
    const log = `#!/bin/sh\necho "$@" | /bin/sed 's/^-n apt-get //' >> ${inRoot('calls')}\n`
    const { code, said } = prepare(['--test'], { PATH: pathWith({ ...rest, 'apt-get': log, sudo: log }) })
    expect({ code, said }).toEqual({ code: 0, said: 'Installing jq findutils (apt-get), which the tests call.\n' })
    expect(readFileSync(inRoot('calls'), 'utf8')).toBe('update\ninstall -y --no-install-recommends jq findutils\n')
  })

  test('are named if they are missing and cannot be installed', () => {
    prepare()
    const { strace: _, ...rest } = tools
    const { code, said } = prepare(['--test'], { PATH: pathWith(rest) })
    expect(code).toBe(1)
    expect(said).toBe('The tests call strace: not found on PATH. Install what provides them (Debian: strace).\n')
  })

  describe('and the Python packages', () => {
    const SAID = 'Installing Python packages (pip), which the tests call.\n'
    /** Stands for pip: makes the folder that is named last, or fails if a package is called so. */
    const python = (log: string) => `${stub}echo "$@" >> ${log}
if /bin/grep -q missing test/clients/requirements.txt; then echo no such package; exit 1; fi
for folder; do :; done
/bin/mkdir -p "$folder"
`
    let PATH: string

    beforeEach(() => {
      prepare()
      PATH = pathWith({ ...tools, python3: python(inRoot('calls')) })
      write('test/clients/requirements.txt', 'influxdb==5.3.2\n')
    })

    test('are installed into a folder of the checkout, once, and again after a change', () => {
      expect(prepare(['--test'], { PATH })).toEqual({ code: 0, said: SAID })
      const [call] = readFileSync(inRoot('calls'), 'utf8').split('\n')
      expect(call).toMatch(
        /^-m pip install .*--no-deps --only-binary :all: --requirement test\/clients\/requirements.txt /,
      )
      expect(existsSync(inRoot('.sluice/python'))).toBe(true)
      expect(prepare(['--test'], { PATH })).toEqual({ code: 0, said: '' })
      write('test/clients/requirements.txt', 'influxdb==5.3.3\n')
      expect(prepare([], { PATH })).toEqual({ code: 0, said: '' })
      expect(prepare(['--test'], { PATH })).toEqual({ code: 0, said: SAID })
    })

    test('that cannot be installed are said, and tried again', () => {
      write('test/clients/requirements.txt', 'missing==1\n')
      const expected = { code: 1, said: `${SAID}no such package\npip install failed; its output is above.\n` }
      expect(prepare(['--test'], { PATH })).toEqual(expected)
      expect(prepare(['--test'], { PATH })).toEqual(expected)
    })
  })
})
