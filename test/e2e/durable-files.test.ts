// A backup has its name, and a restored store its place, only when the disk has all of it: seen by system calls.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { sluice, succeeded } from './command.ts'
import { PROGRAM, startServer, temporaryFolder } from './server.ts'
import { parseCalls, type SystemCall } from './system-calls.ts'

const NAMES = ['write', 'pwrite64', 'fsync', 'fdatasync', 'link', 'linkat', 'rename', 'renameat', 'renameat2']

/** Runs a command under strace, which must be there: the suite installs it. */
async function callsOf(dataDir: string, words: readonly string[]): Promise<SystemCall[]> {
  const folder = temporaryFolder()
  const log = join(folder, 'calls')
  const program = join(folder, 'strace.cjs')
  const flags = ['-f', '-y', '-s', '0', '-o', log, '-e', `trace=${NAMES.join(',')}`, process.execPath, PROGRAM]
  writeFileSync(
    program,
    `const { status } = require('node:child_process')
      .spawnSync('strace', [...${JSON.stringify(flags)}, ...process.argv.slice(2)], { stdio: 'inherit' })
    process.exit(status ?? 1)`,
  )
  succeeded(await sluice(dataDir, words, { program }))
  return parseCalls(readFileSync(log, 'utf8'))
}

const on = (calls: readonly SystemCall[], names: RegExp, path: string) =>
  calls.filter(({ name, args }) => names.test(name) && args.includes(`<${path}>`))
const naming = (calls: readonly SystemCall[], names: RegExp, from: string, to: string) =>
  calls.find(
    ({ name, args, result }) =>
      names.test(name) && args.includes(`"${from}"`) && args.includes(`"${to}"`) && result === 0,
  )!

/** Everything written to a file was flushed before it got its name, and the name was flushed after. */
function expectFlushedThenNamed(calls: readonly SystemCall[], file: string, named: SystemCall): void {
  const lastWrite = on(calls, /write/, file).at(-1)!
  const flushed = on(calls, /sync/, file).at(-1)!
  expect(lastWrite.ended).toBeLessThan(flushed.begun)
  expect(flushed.ended).toBeLessThan(named.begun)
  expect(on(calls, /sync/, dirname(file)).some(({ begun }) => begun > named.ended)).toBe(true)
}

let dataDir: string
beforeAll(async () => {
  const server = await startServer({ onboard: true })
  await server.stop()
  dataDir = server.dataDir
})

test('a backup is on disk before it has its name, and its name is before the command ends', async () => {
  const target = join(temporaryFolder(), 'backup.db')
  const calls = await callsOf(dataDir, ['backup', target])
  const unfinished = /"(\S+\.unfinished-\w+)"/.exec(calls.find(({ name }) => name.startsWith('link'))!.args)![1]!
  expectFlushedThenNamed(calls, unfinished, naming(calls, /^link/, unfinished, target))
})

test('a restored store is on disk before it takes its place, after the old one was kept', async () => {
  const file = join(temporaryFolder(), 'backup.db')
  succeeded(await sluice(dataDir, ['backup', file]))
  const calls = await callsOf(dataDir, ['restore', file, '--yes'])
  const store = storePath(dataDir)
  const replaced = naming(calls, /^rename/, `${store}.restoring`, store)
  expectFlushedThenNamed(calls, `${store}.restoring`, replaced)
  const kept = calls.find(({ name, args }) => name.startsWith('link') && args.includes(`"${store}"`))!
  expect(on(calls, /sync/, dataDir).some(({ begun, ended }) => begun > kept.ended && ended < replaced.begun)).toBe(true)
})
