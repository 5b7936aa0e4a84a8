import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { migrate, SCHEMA_VERSION, schemaVersion } from './migrations.ts'
import { sql } from './sql.ts'
import { openSqlite, type Sqlite } from './sqlite.ts'

let folder: string
let sqlite: Sqlite

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-migrations-'))
  sqlite = await openSqlite({ path: join(folder, 'sluice.db') })
})
afterEach(async () => {
  await sqlite.close()
  rmSync(folder, { recursive: true, force: true })
})

const meta = async () => {
  const rows = await sqlite.all<{ key: string; value: string }>(sql`select key, value from meta`)
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}
const schema = () =>
  sqlite.all(
    sql`select type, name, tbl_name, sql from sqlite_schema where name not like 'sqlite_%' order by type, name`,
  )

describe('a database', () => {
  test('that is empty has no version, and gets this one with an id and its first epoch', async () => {
    expect(await schemaVersion(sqlite)).toBe(0)
    await migrate(sqlite, 'an-instance')
    expect(await schemaVersion(sqlite)).toBe(SCHEMA_VERSION)
    expect(await meta()).toEqual({ 'instance-id': 'an-instance', epoch: '1', 'schema-version': String(SCHEMA_VERSION) })
  })

  test('is migrated as often as one likes: the second time changes nothing', async () => {
    await migrate(sqlite, 'an-instance')
    await sqlite.run(sql`insert into changes (seq, kind, id) values (1, 'user', 'x')`)
    await sqlite.run(sql`update meta set value = '7' where key = 'epoch'`)
    const before = await schema()
    await migrate(sqlite, 'another-instance')
    expect(await schema()).toEqual(before)
    expect(await meta()).toEqual({ 'instance-id': 'an-instance', epoch: '7', 'schema-version': String(SCHEMA_VERSION) })
    expect(await sqlite.all(sql`select * from changes`)).toHaveLength(1)
  })

  test('from before measurements keeps its permissions, which are for all', async () => {
    await migrate(sqlite, 'an-instance')
    await sqlite.run(sql`alter table permissions drop column measurements`)
    await sqlite.run(sql`update meta set value = '3' where key = 'schema-version'`)
    await sqlite.run(sql`
      insert into permissions (authorization_id, position, action, type, resource_id, org_id)
      values ('a', 0, 'read', 'buckets', 'b', 'o')`)
    await migrate(sqlite, 'an-instance')
    expect(await schemaVersion(sqlite)).toBe(SCHEMA_VERSION)
    expect(await sqlite.all(sql`select * from permissions`)).toEqual([
      {
        authorization_id: 'a',
        position: 0,
        action: 'read',
        type: 'buckets',
        resource_id: 'b',
        org_id: 'o',
        measurements: null,
      },
    ])
  })

  test('has the tables of the architecture', async () => {
    await migrate(sqlite, 'an-instance')
    const tables = await sqlite.all<{ name: string }>(sql`select name from sqlite_schema where type = 'table'`)
    expect(tables.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        ...['orgs', 'users', 'memberships', 'buckets', 'dbrps', 'authorizations', 'permissions', 'secrets'],
        ...['passwords', 'sessions', 'changes', 'audit', 'meta'],
      ]),
    )
  })

  test('of a newer program is refused with a sentence that says what to do, and left as it is', async () => {
    await migrate(sqlite, 'an-instance')
    const newer = SCHEMA_VERSION + 1
    await sqlite.run(sql`update meta set value = ${String(newer)} where key = 'schema-version'`)
    const [before, known] = [await schema(), await meta()]
    await expect(migrate(sqlite, 'an-instance')).rejects.toMatchObject({
      code: 'unavailable',
      message:
        `this data was written by a newer Sluice (schema ${newer}, this program knows ${SCHEMA_VERSION}): ` +
        'start the newer program, or restore a backup that was made before the upgrade',
    })
    expect([await schema(), await meta()]).toEqual([before, known])
  })

  test('that cannot be migrated whole is not migrated at all', async () => {
    // Something in the way of one of the tables.
    await sqlite.run(sql`create table sessions (something text)`)
    const before = await schema()
    await expect(migrate(sqlite, 'an-instance')).rejects.toMatchObject({ code: 'unavailable' })
    expect(await schema()).toEqual(before)
    expect(await schemaVersion(sqlite)).toBe(0)
  })
})
