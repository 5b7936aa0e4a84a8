// What users get from npm: the packed program, installed by itself in an empty folder, serves.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startServer } from './e2e/server.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const INSTALL_TIMEOUT_MS = 180_000
const PACKED = ['LICENSE', 'README.md', 'bin', 'dist', 'openapi.json', 'package.json']

// Not of the harness: what npm installs is not written by servers, and need not be searched for secrets.
const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'))
const home = join(folder, 'home')
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

function run(command: string, args: string[], cwd: string): string {
  // What npm tells scripts about this project is not meant for another one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)/.test(name)))
  delete env.npm_config_local_prefix
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8' })
  if (done.status !== 0) throw new Error(`${command} ${args.join(' ')}: ${done.error ?? done.stdout + done.stderr}`)
  return done.stdout
}

type Lock = Record<string, { dev?: boolean }>

const readLock = (path: string): Lock => JSON.parse(readFileSync(path, 'utf8')).packages
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
const installedPackages = () => Object.keys(readLock(join(home, 'node_modules/.package-lock.json'))).map(nameOf)

/** The packages that the lock file has for development alone. */
function developmentPackages(): string[] {
  const entries = Object.entries(readLock(join(ROOT, 'package-lock.json')))
  const needed = new Set(entries.filter(([, { dev }]) => !dev).map(([path]) => nameOf(path)))
  return entries.map(([path]) => nameOf(path)).filter(name => !needed.has(name))
}

beforeAll(() => {
  mkdirSync(home)
  run('npm', ['pack', '--pack-destination', folder], ROOT)
  writeFileSync(join(home, 'package.json'), '{ "private": true }')
  const tarball = join(folder, `${manifest.name}-${manifest.version}.tgz`)
  run('npm', ['install', '--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', tarball], home)
}, INSTALL_TIMEOUT_MS)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the package has the program, its description and its licence, and no tests or sources', () => {
  const installed = join(home, 'node_modules', manifest.name)
  expect(readdirSync(installed).sort()).toEqual(PACKED)
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' })
  expect(files.filter(name => /\.ts$|\.test\.|\.map$/.test(name))).toEqual([])
})

test('no package that only development needs is installed with it', () => {
  const development = developmentPackages()
  expect(development).toContain('typescript')
  expect(installedPackages().filter(name => development.includes(name))).toEqual([])
  expect(installedPackages()).toEqual(expect.arrayContaining(Object.keys(manifest.dependencies)))
})

test('the installed command serves, the page too', async () => {
  const server = await startServer({ program: join(home, 'node_modules/.bin/sluice') })
  expect((await server.request('GET', '/health')).json()).toMatchObject({ status: 'pass' })
  const page = await server.request('GET', '/', { headers: { accept: 'text/html' } })
  expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
  expect(await server.stop()).toBe(0)
})

test('the installed command can be called by its name', () => {
  expect(run(join(home, 'node_modules/.bin/sluice'), ['--help'], home)).toContain('serve')
})
