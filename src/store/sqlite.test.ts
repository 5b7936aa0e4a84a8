import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sql } from './sql.ts'
import { openDatabase, openSqlite, type Sqlite, type SqliteOptions } from './sqlite.ts'

let folder: string
let opened: Sqlite[]
let sqlite: Sqlite

const open = async (options: Omit<SqliteOptions, 'path'> = {}) => {
  const connection = await openSqlite({ path: join(folder, 'a.db'), ...options })
  opened.push(connection)
  return connection
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-sqlite-'))
  opened = []
  sqlite = await open()
  await sqlite.run(sql`create table t (id integer primary key, name text unique)`)
})
afterEach(async () => {
  for (const connection of opened) await connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const add = (id: number, name: string) => sql`insert into t (id, name) values (${id}, ${name})`
const names = async (on: Sqlite = sqlite) =>
  (await on.all<{ name: string }>(sql`select name from t order by id`)).map(({ name }) => name)

describe('a connection', () => {
  test('is durable: what is acknowledged is on disk', () => {
    expect(sqlite.pragma('synchronous')).toBe(2)
    expect(sqlite.pragma('journal_mode')).toBe('wal')
    expect(sqlite.pragma('integrity_check')).toBe('ok')
  })

  test('tells how many rows a statement changed', async () => {
    expect(await sqlite.run(sql`insert into t (id, name) values (1, 'a'), (2, 'b'), (3, 'c')`)).toBe(3)
    expect(await sqlite.run(sql`update t set name = name || 'x' where id > 1`)).toBe(2)
    expect(await sqlite.run(sql`delete from t where id = 9`)).toBe(0)
  })

  test('gives back text, integers, null and bytes as they were', async () => {
    const bytes = new Uint8Array([0, 1, 255])
    const [row] = await sqlite.all(
      sql`select ${'é🙂'} as a, ${Number.MAX_SAFE_INTEGER} as b, ${null} as c, ${bytes} as d`,
    )
    expect(row).toMatchObject({ a: 'é🙂', b: Number.MAX_SAFE_INTEGER, c: null })
    expect([...(row as { d: Uint8Array }).d]).toEqual([0, 1, 255])
  })

  test('tells a broken rule of uniqueness from all other trouble, and keeps the driver’s words to itself', async () => {
    await sqlite.run(add(1, 'a'))
    for (const statement of [add(1, 'b'), add(2, 'a')]) {
      await expect(sqlite.run(statement)).rejects.toMatchObject({ code: 'conflict', message: 'already exists' })
    }
    const failure = await sqlite.all(sql`select secret_column from t`).catch(cause => cause)
    expect(failure).toMatchObject({ code: 'unavailable', message: 'the store did not answer; try again' })
    expect(failure.retryAfterSeconds).toBe(1)
    expect(String(failure.cause)).toContain('secret_column')
    expect(() => sqlite.exec('nonsense')).toThrow('the store did not answer; try again')
  })

  test('prepares hundreds of different statements without keeping them all', async () => {
    for (let at = 0; at < 1200; at++) {
      expect(await sqlite.all({ pieces: [`select ${at} as n`], values: [] })).toEqual([{ n: at }])
    }
  })
})

describe('the counter of commits', () => {
  test('moves when another connection commits, and not when this one does', async () => {
    const other = await open()
    const before = sqlite.dataVersion()
    await sqlite.run(add(1, 'own'))
    expect(sqlite.dataVersion()).toBe(before)
    await other.run(add(2, 'other'))
    const after = sqlite.dataVersion()
    expect(after).not.toBe(before)
    expect(sqlite.dataVersion()).toBe(after)
    await other.transaction(inside => inside.run(add(3, 'third')))
    expect(sqlite.dataVersion()).not.toBe(after)
  })
})

describe('a transaction', () => {
  test('does not nest, and cannot close what it runs in', async () => {
    const nested = sqlite.transaction(async inside => {
      await inside.run(add(1, 'a'))
      await inside.transaction(async () => {})
    })
    await expect(nested).rejects.toThrow(new TypeError('transactions do not nest'))
    await expect(sqlite.transaction(inside => inside.close())).rejects.toThrow(TypeError)
    expect(await names()).toEqual([])
  })

  test('shares its commit with those that wait beside it', async () => {
    const other = await open({ readOnly: true })
    let commits = 0
    let seen = other.dataVersion()
    const watch = () => {
      if (other.dataVersion() === seen) return
      seen = other.dataVersion()
      commits++
    }
    const done = Array.from({ length: 100 }, (_, at) =>
      sqlite.transaction(inside => inside.run(add(at + 1, `n${at}`))).then(watch),
    )
    await Promise.all(done)
    expect(await names(other)).toHaveLength(100)
    expect(commits).toBeLessThanOrEqual(2)
  })

  test('of which too many wait for one commit is done in the next', async () => {
    const done = Array.from({ length: 1000 }, (_, at) =>
      sqlite.transaction(inside => inside.run(add(at + 1, `n${at}`))),
    )
    await Promise.all(done)
    expect(await names()).toHaveLength(1000)
  })

  test('that was asked for by another one’s end is done as well', async () => {
    await sqlite.transaction(inside => inside.run(add(1, 'a')))
    const second = sqlite
      .transaction(inside => inside.run(add(2, 'b')))
      .then(() => sqlite.transaction(inside => inside.run(add(3, 'c'))))
    await second
    expect(await names()).toEqual(['a', 'b', 'c'])
  })

  test('is refused, with all that share its commit, while another process keeps the file for too long', async () => {
    const impatient = await open({ busyTimeoutMs: 50 })
    const blocker = await openDatabase(join(folder, 'a.db'))
    blocker.exec('begin immediate')
    const attempts = [1, 2, 3].map(id => impatient.transaction(inside => inside.run(add(id, `n${id}`))))
    for (const { status, ...rest } of await Promise.allSettled(attempts)) {
      expect(status).toBe('rejected')
      expect(rest).toMatchObject({ reason: { code: 'unavailable', retryAfterSeconds: 1 } })
    }
    blocker.exec('rollback')
    blocker.close()
    await impatient.transaction(inside => inside.run(add(9, 'later')))
    expect(await names()).toEqual(['later'])
  })
})

describe('a connection that is closed', () => {
  test('leaves one file with everything in it', async () => {
    await sqlite.run(add(1, 'a'))
    await sqlite.close()
    await sqlite.close()
    const alone = await openDatabase(join(folder, 'a.db'))
    expect(alone.prepare('select name from t').all()).toMatchObject([{ name: 'a' }])
    alone.close()
  })
})
