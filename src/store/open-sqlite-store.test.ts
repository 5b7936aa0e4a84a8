import { spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { id, NOW_MS, user } from '../../test/contract/samples.ts'
import { lockUse } from './lock-use.ts'
import { SCHEMA_VERSION } from './migrations.ts'
import { lockPath, openStore, prepareDirectory, storePath } from './open-sqlite-store.ts'
import { sql } from './sql.ts'

let folder: string
let directory: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-open-'))
  directory = join(folder, 'somewhere', 'data')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const newId = () => 'an-instance'
const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

/** Alters a database that is ready. */
async function alter(statement: ReturnType<typeof sql>): Promise<void> {
  const { sqlite } = await openStore(directory, false)
  await sqlite.run(statement)
  await sqlite.close()
}

describe('a data directory', () => {
  test('is created when it is not there, and held', async () => {
    const lock = await prepareDirectory(directory, newId)
    expect(await lockUse(lockPath(directory))).toBe('shared')
    const { store } = await openStore(directory, false)
    await store.users.create(user(1), NOW_MS)
    await store.close()
    lock.close()
    expect(await lockUse(lockPath(directory))).toBe('nobody')

    const again = await prepareDirectory(directory, () => expect.unreachable())
    const later = await openStore(directory, true)
    expect(await later.store.users.find(id(1))).toEqual(user(1))
    await later.store.close()
    again.close()
  })

  test('and all that lies in it may be read by its owner only, even if the umask allows more', async () => {
    const umask = process.umask(0)
    try {
      const lock = await prepareDirectory(directory, newId)
      const { store } = await openStore(directory, false)
      await store.users.create(user(1), NOW_MS)
      expect(modeOf(directory)).toBe('700')
      const files = readdirSync(directory)
      expect(files, 'among them what the engine keeps beside the data').toEqual(
        expect.arrayContaining(['sluice.db', 'sluice.db-wal', 'sluice.db-shm', 'sluice.lock']),
      )
      for (const file of files) expect(modeOf(join(directory, file)), file).toBe('600')
      await store.close()
      lock.close()
    } finally {
      process.umask(umask)
    }
  })

  test('whose files somebody opened to others has them closed again', async () => {
    ;(await prepareDirectory(directory, newId)).close()
    chmodSync(storePath(directory), 0o644)
    chmodSync(lockPath(directory), 0o666)
    ;(await prepareDirectory(directory, newId)).close()
    expect(modeOf(storePath(directory))).toBe('600')
    expect(modeOf(lockPath(directory))).toBe('600')
  })

  test('of a newer program is refused in words, and let go', async () => {
    ;(await prepareDirectory(directory, newId)).close()
    await alter(sql`update meta set value = ${String(SCHEMA_VERSION + 1)} where key = 'schema-version'`)
    await expect(prepareDirectory(directory, newId)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('was written by a newer Sluice'),
    })
    expect(await lockUse(lockPath(directory))).toBe('nobody')
  })

  test('that must be migrated while somebody uses it is refused in words', async () => {
    const lock = await prepareDirectory(directory, newId)
    await alter(sql`delete from meta where key = 'schema-version'`)
    await expect(prepareDirectory(directory, newId)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'another Sluice is using this data: stop it first',
    })
    lock.close()
  })

  test('that holds something else than our data is refused, and let go', async () => {
    mkdirSync(directory, { recursive: true })
    writeFileSync(storePath(directory), 'this is no database '.repeat(100))
    await expect(prepareDirectory(directory, newId)).rejects.toThrow(/not a database/)
    expect(await lockUse(lockPath(directory))).toBe('nobody')
  })

  test('can be made ready by many processes at once: one migrates, all may run', async () => {
    const built = new URL('../../dist/store/open-sqlite-store.js', import.meta.url)
    const program = `
      const { prepareDirectory } = await import(${JSON.stringify(built.href)})
      // Held until the process ends, as a server does.
      await prepareDirectory(process.argv[1], () => 'instance ' + process.pid)
      console.log('ready')
      process.stdin.resume().on('end', () => process.exit())
    `
    const outcomes = Array.from({ length: 12 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program, directory])
      return new Promise<string>(resolve => {
        let said = ''
        for (const stream of [child.stdout, child.stderr]) {
          stream.setEncoding('utf8').on('data', text => {
            said += text
            if (said.includes('ready')) resolve('ready')
          })
        }
        child.once('exit', () => resolve(said))
      }).then(said => ({ child, said }))
    })
    const ended = await Promise.all(outcomes)
    for (const { child } of ended) child.kill('SIGKILL')
    expect(ended.map(({ said }) => said)).toEqual(Array(12).fill('ready'))
    const { store, sqlite } = await openStore(directory, true)
    const rows = await sqlite.all(sql`select value from meta where key = 'instance-id'`)
    expect(rows).toHaveLength(1)
    await store.close()
  })
})

describe('a store that is opened to read', () => {
  test('reads what others commit, and cannot write', async () => {
    const lock = await prepareDirectory(directory, newId)
    const [writer, reader] = [await openStore(directory, false), await openStore(directory, true)]
    await writer.store.users.create(user(1), NOW_MS)
    expect(await reader.store.users.find(id(1))).toEqual(user(1))
    await expect(reader.store.users.create(user(2), NOW_MS)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await writer.store.users.find(id(2))).toBeUndefined()
    await reader.store.close()
    await writer.store.close()
    lock.close()
  })

  test('is not created, or others could read it', async () => {
    mkdirSync(directory, { recursive: true })
    await expect(openStore(directory, true)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(readdirSync(directory)).toEqual([])
  })
})
