// How a test run ends: the line that CI reads, and the search for secrets. Tried on runs of Vitest that are made up.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url))

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sluice-run-'))
  // The made-up run leaves its traces here, where a search that finds something may keep them.
  mkdirSync(join(root, 'tmp'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Runs Vitest, with our reporter and our global set-up, on files of JavaScript. */
function run(files: Record<string, string>) {
  const options = {
    globals: true,
    reporters: ['default', path('scripts/summary-reporter.js')],
    globalSetup: [path('test/e2e/global-setup.ts')],
  }
  writeFileSync(join(root, 'vitest.config.js'), `export default { test: ${JSON.stringify(options)} }`)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, `${name}.test.js`), text)
  const outside = Object.entries(process.env).filter(([name]) => !/^(VITEST|SLUICE|NODE_ENV|TEST$)/.test(name))
  const env = { ...Object.fromEntries(outside), TMPDIR: join(root, 'tmp') }
  const args = [path('node_modules/vitest/vitest.mjs'), 'run', '--root', root]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env })
  return { status, output: stdout, errors: stderr, last: stdout.trimEnd().split('\n').at(-1) }
}

describe('the last line', () => {
  test('counts the tests', () => {
    const { status, last } = run({
      good: "test('a', () => {}); test('b', () => {}); test.skip('c', () => {}); test.todo('d')",
    })
    expect({ status, last }).toEqual({ status: 0, last: '2 passed, 0 failed, 2 skipped' })
  })

  test('counts what fails without being a test, so that 0 failed means success', () => {
    const { status, last } = run({
      bad: "test('a', () => { throw new Error('no') })",
      unloadable: "import './not-there.js'",
      hook: "afterAll(() => { throw new Error('no') }); test('b', () => {})",
      rejection: "test('c', () => { Promise.reject(new Error('nobody cares')) })",
    })
    expect({ status, last }).toEqual({ status: 1, last: '2 passed, 4 failed, 0 skipped' })
  })
})

describe('the search for secrets', () => {
  /** A test that uses a secret, and a server that wrote something. */
  const leaving = (written: string) => `
    import { mkdirSync, writeFileSync } from 'node:fs'
    test('a', () => {
      const root = process.env.SLUICE_TEST_TRACES
      writeFileSync(root + '/secrets/1.json', JSON.stringify({ testFile: 'a.test.ts', secrets: ['hidden-one', 'short'] }))
      mkdirSync(root + '/written/data')
      writeFileSync(root + '/written/data/sluice.db', ${JSON.stringify(written)})
    })`
  const leftFolders = () => readdirSync(join(root, 'tmp')).filter(name => name.startsWith('sluice-traces-'))

  test('says how much it searched, and leaves nothing', () => {
    const { status, output, last } = run({ clean: leaving('a short text') })
    expect(output).toContain(
      'Searched 12 bytes that servers wrote (output and data) for 1 secrets of at least 8 characters: none found.',
    )
    expect({ status, last }).toEqual({ status: 0, last: '1 passed, 0 failed, 0 skipped' })
    expect(leftFolders()).toEqual([])
  })

  test('fails the run if one is found, names the file and not the secret, and keeps the traces', () => {
    const { status, errors, output, last } = run({ leaky: leaving('hidden-one hidden-one') })
    expect(errors).toContain('SECRET IN CLEAR: hidd… (10 characters) of a.test.ts: 2 times in written/data/sluice.db')
    expect(output + errors).not.toContain('hidden-one')
    expect({ status, last }).toEqual({ status: 1, last: '1 passed, 1 failed, 0 skipped' })
    const [folder] = leftFolders()
    expect(existsSync(join(root, 'tmp', folder!, 'written/data/sluice.db'))).toBe(true)
  })
})
