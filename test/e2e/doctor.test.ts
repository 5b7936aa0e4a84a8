// `sluice doctor` with real processes: it finds each fault that is planted, and changes nothing.
import { createHash } from 'node:crypto'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Finding } from '../../src/operate/checks/finding.ts'
import { lockStore } from '../../src/store/lock.ts'
import { lockPath, storePath } from '../../src/store/open-sqlite-store.ts'
import { openDatabase } from '../../src/store/sqlite.ts'
import { type RunOptions, sluice } from './command.ts'
import { freePort, type Server, startServer, temporaryFolder } from './server.ts'

let running: Server
/** The data of a server that was stopped. */
let atRest: string

beforeAll(async () => {
  running = await startServer({ onboard: true })
  const stopped = await startServer({ onboard: true })
  await stopped.stop()
  atRest = stopped.dataDir
})

interface Report {
  readonly code: number | null
  readonly findings: readonly Finding[]
  /** Those that are not `ok`, as one text each. */
  readonly wrong: readonly string[]
}

async function examine(dataDir: string, words: readonly string[] = [], options: RunOptions = {}): Promise<Report> {
  const listen = ['--listen', `127.0.0.1:${await freePort()}`]
  const ran = await sluice(
    dataDir,
    ['doctor', '--json', ...(words.includes('--listen') ? [] : listen), ...words],
    options,
  )
  expect(ran.stderr).toBe('')
  const { findings } = JSON.parse(ran.stdout) as { findings: Finding[] }
  const wrong = findings.flatMap(({ level, what, todo }) => (level === 'ok' ? [] : [`${level}: ${what} ${todo}`]))
  return { code: ran.code, findings, wrong }
}

/**
 * Every file of a folder, with what is in it, its mode and when it was written. Without the index of the write-ahead log:
 * that is no data, and even a reader leaves his mark in it.
 */
const stateOf = (directory: string) =>
  readdirSync(directory)
    .filter(name => name !== 'sluice.db-shm')
    .map(name => {
      const { mode, mtimeMs, size } = statSync(join(directory, name))
      const digest = createHash('sha256')
        .update(readFileSync(join(directory, name)))
        .digest('hex')
      return { name, mode, mtimeMs, size, digest }
    })

const copy = () => {
  const dataDir = join(temporaryFolder(), 'data')
  cpSync(atRest, dataDir, { recursive: true })
  chmodSync(dataDir, 0o700)
  return dataDir
}

async function change(dataDir: string, statements: string): Promise<void> {
  const database = await openDatabase(storePath(dataDir))
  database.exec(statements)
  database.close()
}

describe('nothing is wrong', () => {
  test('with a server that runs, and nothing is changed', async () => {
    const before = stateOf(running.dataDir)
    const { code, wrong, findings } = await examine(running.dataDir, ['--listen', `127.0.0.1:${running.port}`])
    expect([code, wrong]).toEqual([0, []])
    expect(findings).toContainEqual({ level: 'ok', what: 'A server is running on this data.' })
    expect(stateOf(running.dataDir)).toEqual(before)
  })

  test('with data that nobody uses, and nothing is changed', async () => {
    const before = stateOf(atRest)
    const { code, wrong, findings } = await examine(atRest)
    expect([code, wrong]).toEqual([0, []])
    expect(findings).toContainEqual({ level: 'ok', what: 'No server is running on this data.' })
    expect(stateOf(atRest)).toEqual(before)
  })

  test('with data that a killed server left, and nothing is changed', async () => {
    const killed = await startServer({ onboard: true })
    await killed.kill()
    const before = stateOf(killed.dataDir)
    expect(before.some(({ name, size }) => name === 'sluice.db-wal' && size > 0)).toBe(true)
    const { code, wrong, findings } = await examine(killed.dataDir)
    expect([code, wrong]).toEqual([0, []])
    // Known only from the write-ahead log.
    expect(findings).toContainEqual({ level: 'ok', what: 'There is one active operator token.' })
    expect(stateOf(killed.dataDir)).toEqual(before)
  })

  test('before the first start, and nothing is created', async () => {
    const folder = temporaryFolder()
    const { code, wrong } = await examine(join(folder, 'data'))
    expect([code, wrong]).toEqual([0, []])
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a planted fault is found', () => {
  type Plant = (dataDir: string) => void | Promise<void>
  const inDirectory: readonly [string, Plant, RegExp][] = [
    ['a directory that others can open', dir => chmodSync(dir, 0o755), /^bad: .*data is open to others \(mode 0755\)/],
    ['a database that others can read', dir => chmodSync(storePath(dir), 0o644), /^bad: .*sluice.db is open to others/],
    ['a database that is broken', dir => writeFileSync(storePath(dir), 'x'.repeat(9999)), /^bad: .*cannot be opened/],
    [
      'a database of which a page was overwritten',
      dir => writeFileSync(storePath(dir), readFileSync(storePath(dir)).fill(0xff, 8 * 4096, 20 * 4096)),
      /^bad: The database is broken/,
    ],
    [
      'data of a newer program',
      dir => change(dir, "update meta set value = '99' where key = 'schema-version'"),
      /^bad: .*newer Sluice \(schema 99/,
    ],
    [
      'a row of the audit log that was changed',
      dir => change(dir, "update audit set actor = 'nobody' where seq = 2"),
      /^bad: The audit log is broken: row 2 was changed/,
    ],
    [
      'a row of the audit log that was removed',
      dir => change(dir, 'delete from audit where seq = 3'),
      /^bad: The audit log is broken: row 3 is missing/,
    ],
    [
      'nobody left who may do everything',
      dir => change(dir, "update authorizations set status = 'inactive'; delete from passwords"),
      /^bad: There is no active operator token.*sluice recovery create-operator/,
    ],
    [
      'a lock that is in the way of everybody',
      async dir => {
        const lock = await lockStore(lockPath(dir), 'alone')
        onTestFinished(() => lock.close())
      },
      /^warn: The data is being migrated or restored/,
    ],
  ]
  test.each(inDirectory)('%s', async (_, plant, sentence) => {
    const dataDir = copy()
    await plant(dataDir)
    const { code, wrong } = await examine(dataDir)
    expect(wrong).toEqual([expect.stringMatching(sentence)])
    expect(code).toBe(wrong[0]!.startsWith('bad') ? 1 : 0)
  })

  const inConfiguration: readonly [string, readonly string[], Record<string, string>, RegExp][] = [
    ['secrets that travel in clear', ['--listen', '0.0.0.0:0'], {}, /^bad: Other machines can connect .* without TLS/],
    ['forward-auth for everybody', [], { SLUICE_FORWARD_AUTH_TRUSTED: '::/0' }, /^bad: Forward-auth trusts everybody/],
    [
      'an address of some other machine',
      ['--listen', '192.0.2.1:8086'],
      { SLUICE_PUBLIC_URL: 'https://a.example' },
      /^bad: The server could not listen: 192.0.2.1 is not an address of this machine/,
    ],
    [
      'a certificate that is not there',
      ['--tls-cert', '/nowhere/cert.pem', '--tls-key', '/nowhere/key.pem'],
      {},
      /^bad: tls.cert cannot be read: \/nowhere\/cert.pem does not exist/,
    ],
    [
      'a file for the first start that is not there',
      [],
      {
        SLUICE_INIT_USERNAME: 'a',
        SLUICE_INIT_ORG: 'o',
        SLUICE_INIT_BUCKET: 'b',
        SLUICE_INIT_TOKEN_FILE: '/nowhere/token',
      },
      /^bad: A file for the first start cannot be read/,
    ],
  ]
  test.each(inConfiguration)('%s', async (_, words, env, sentence) => {
    const { code, wrong } = await examine(atRest, words, { env })
    expect(
      wrong.some(what => sentence.test(what)),
      wrong.join('\n'),
    ).toBe(true)
    expect(code).toBe(1)
  })

  test('mistakes in the configuration, each with its place', async () => {
    const dataDir = copy()
    writeFileSync(join(dataDir, 'sluice.toml'), '[tls]\ncret = "a.pem"\n')
    const { code, wrong } = await examine(dataDir, ['--listen', '8086'], { env: { SLUICE_LOG_LEVEL: 'loud' } })
    expect(code).toBe(1)
    expect(wrong).toEqual([
      expect.stringMatching(/^bad: --listen: listen must name a host/),
      expect.stringMatching(/^bad: SLUICE_LOG_LEVEL: log.level must be one of/),
      expect.stringMatching(/^bad: .*sluice.toml:2: tls.cret is unknown; did you mean tls.cert\?/),
      expect.stringMatching(/^bad: The rest could not be looked at/),
    ])
  })

  test('a port that somebody else has', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo
    const { code, wrong } = await examine(atRest, ['--listen', `127.0.0.1:${port}`])
    expect([code, wrong]).toEqual([1, [expect.stringContaining(`port ${port} of 127.0.0.1 is taken`)]])
  })

  test.skipIf(!existsSync('/dev/shm'))('data in memory, on a file system that is no disk', async () => {
    const folder = mkdtempSync('/dev/shm/sluice-doctor-')
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const { code, wrong } = await examine(join(folder, 'data'))
    expect(wrong).toContainEqual(expect.stringMatching(/^warn: .* is on tmpfs: all is lost/))
    expect(code).toBe(0)
  })
})

test('people read sentences, and what to do', async () => {
  const dataDir = copy()
  chmodSync(dataDir, 0o711)
  const ran = await sluice(dataDir, ['doctor', '--listen', '127.0.0.1:0'])
  expect(ran.code).toBe(1)
  expect(ran.stdout.split('\n').slice(0, 2)).toEqual([
    `bad   ${dataDir} is open to others (mode 0711).`,
    `      → chmod 700 ${dataDir}`,
  ])
  expect(ran.stdout.trimEnd().split('\n').at(-1)).toBe('1 bad.')
})
