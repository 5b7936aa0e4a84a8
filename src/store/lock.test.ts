import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Lock, type LockMode, lockStore } from './lock.ts'

const BUILT = new URL('../../dist/store/lock.js', import.meta.url)
/** Takes a lock, says what came of it, and holds it until it is told to end, or is killed. */
const PROGRAM = `
const { lockStore } = await import(${JSON.stringify(BUILT.href)})
const [path, mode, waitMs] = process.argv.slice(1)
let lock
try {
  lock = await lockStore(path, mode, waitMs === undefined ? undefined : Number(waitMs))
  console.log('held')
} catch (cause) {
  console.log(cause.code + ': ' + cause.message)
}
process.stdin.resume().on('end', () => process.exit())
`

const ALONE_REFUSED = 'unavailable: another Sluice is using this data: stop it first'
const SHARED_REFUSED = 'unavailable: this data is being migrated or restored by another Sluice: wait until it is done'

let folder: string
let path: string
let processes: ChildProcess[]
let locks: Lock[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
  path = join(folder, 'data', 'sluice.lock')
  processes = []
  locks = []
})
afterEach(async () => {
  for (const lock of locks) lock.close()
  await Promise.all(processes.map(end))
  rmSync(folder, { recursive: true, force: true })
})

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

/** A process that holds the lock, or says why not. */
async function inProcess(mode: LockMode, waitMs?: number): Promise<{ child: ChildProcess; said: string }> {
  const args = ['--input-type=module', '--eval', PROGRAM, path, mode]
  if (waitMs !== undefined) args.push(String(waitMs))
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  processes.push(child)
  let said = ''
  child.stdout.setEncoding('utf8').on('data', text => {
    said += text
  })
  while (!said.includes('\n')) await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])
  return { child, said: said.trim() }
}

async function here(mode: LockMode): Promise<Lock | string> {
  try {
    const lock = await lockStore(path, mode)
    locks.push(lock)
    return lock
  } catch (cause) {
    const { code, message } = cause as Error & { code: string }
    return `${code}: ${message}`
  }
}
function release(lock: Lock | string): void {
  locks = locks.filter(held => held !== lock)
  if (typeof lock !== 'string') lock.close()
}

describe('a lock', () => {
  test('is shared by servers, in one process or several', async () => {
    expect(await here('shared')).toBeTypeOf('object')
    expect(await here('shared')).toBeTypeOf('object')
    expect((await inProcess('shared')).said).toBe('held')
    expect((await inProcess('shared')).said).toBe('held')
  })

  test('is not given to one alone while a server runs, and the refusal says what to do', async () => {
    const shared = await here('shared')
    expect((await inProcess('alone')).said).toBe(ALONE_REFUSED)
    release(shared)
    expect((await inProcess('alone')).said).toBe('held')
  })

  test('that one holds alone is given to nobody else', async () => {
    expect((await inProcess('alone')).said).toBe('held')
    const another = inProcess('alone')
    expect((await inProcess('shared', 500)).said).toBe(SHARED_REFUSED)
    expect((await another).said).toBe(ALONE_REFUSED)
  })

  test('is free once its holder has closed it', async () => {
    release(await here('alone'))
    release(await here('shared'))
    expect((await inProcess('alone')).said).toBe('held')
  })

  test.each(['shared', 'alone'] as const)('held %s by a process that is killed is free at once', async mode => {
    const { child, said } = await inProcess(mode)
    expect(said).toBe('held')
    await end(child)
    expect((await inProcess('alone')).said).toBe('held')
  })

  test('is waited for a moment, because whoever migrates is done soon', async () => {
    const alone = await here('alone')
    // The other process waits for as long as SQLite lets it; ours is given back while it does.
    const waiting = inProcess('shared')
    setTimeout(() => release(alone), 300)
    expect((await waiting).said).toBe('held')
  })

  test('is given to servers while another program waits to have it alone', async () => {
    const first = await here('shared')
    const waiting = inProcess('alone', 10_000)
    // Well after that one has begun to wait: a process starts in a tenth of this.
    await sleep(1000)
    const second = await inProcess('shared', 300)
    expect(second.said).toBe('held')
    release(first)
    await end(second.child)
    expect((await waiting).said).toBe('held')
  })

  test('lies in a file and a folder that only their owner may read', async () => {
    await here('shared')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700)
  })

  test('that cannot be had for another reason says that reason', async () => {
    path = join(folder, 'text')
    writeFileSync(path, 'this is no database '.repeat(100))
    await expect(lockStore(path, 'shared')).rejects.toThrow(/not a database/)
  })
})
