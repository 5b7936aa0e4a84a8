// Backup and restore, with real processes.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as http from 'node:http'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { walkAuditChain } from '../../src/store/audit-chain.ts'
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { sql } from '../../src/store/sql.ts'
import { openSqlite, type Sqlite } from '../../src/store/sqlite.ts'
import { chance, seedOfRun } from './chance.ts'
import { type Client, createClient } from './clients.ts'
import { sluice, succeeded } from './command.ts'
import { epochIn, lookInto } from './look-into.ts'
import { type Onboarded, SETUP, type Server, startServer, temporaryFolder } from './server.ts'
import { faultsIn } from './wholeness.ts'

const AUTHORIZATIONS = '/api/v2/authorizations'
const QUIET = { SLUICE_LOG_LEVEL: 'warn' }
const seed = seedOfRun()

const sleep = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

const list = async (server: Server, token: string) =>
  (await server.request('GET', AUTHORIZATIONS, { token })).json().authorizations
const create = async (server: Server, orgID: string, description: string) => {
  const permissions = [{ action: 'read', resource: { type: 'buckets', orgID } }]
  const answer = await server.request('POST', AUTHORIZATIONS, {
    token: SETUP.token,
    body: { orgID, description, permissions },
  })
  expect(answer.status).toBe(201)
  return answer.json() as { id: string; token: string }
}
const setStatus = async (server: Server, id: string, status: 'active' | 'inactive') => {
  const answer = await server.request('PATCH', `${AUTHORIZATIONS}/${id}`, { token: SETUP.token, body: { status } })
  expect(answer.status).toBe(200)
}
/** The status and message with which a token is answered. */
const use = async (server: Server, token: string) => {
  const { status, text } = await server.request('GET', '/api/v2/buckets', { token })
  return status === 200 ? [200, ''] : [status, JSON.parse(text).message]
}

// --- Backup ------------------------------------------------------------------------------------

interface Thing {
  readonly id: string
  readonly status: string
  readonly text: string
  readonly gone: boolean
  readonly changes: number
}
const thingsOf = (clients: readonly Client[]): Thing[] =>
  clients.flatMap(({ users, tokens }) => [...users, ...tokens].map(thing => ({ ...thing })))

/** What a store lacks of what was acknowledged at some moment, in sentences. It may be newer than that. */
async function missing(sqlite: Sqlite, then: readonly Thing[], clients: readonly Client[]): Promise<string[]> {
  const rows = await sqlite.all<Thing>(sql`
    select id, status, description as text, (select count(*) from audit where target = a.id) as changes
    from authorizations a
    union all
    select id, status, name, (select count(*) from audit where target = u.id and action like 'user.%')
    from users u where deleted_at is null`)
  const found = new Map(rows.map(row => [row.id, row]))
  const laterGone = new Set(thingsOf(clients).flatMap(({ id, gone }) => (gone ? [id] : [])))
  for (const { asking } of clients) if (asking?.target !== undefined) laterGone.add(asking.target.id)
  return then.flatMap(thing => {
    const row = found.get(thing.id)
    if (thing.gone) return row === undefined ? [] : [`${thing.id} was deleted, and is there`]
    if (row === undefined) return laterGone.has(thing.id) ? [] : [`${thing.id} was there, and is not`]
    const isSame = row.status === thing.status && row.text === thing.text
    if (row.changes > thing.changes || (row.changes === thing.changes && isSame)) return []
    return [`${thing.id} is ${JSON.stringify(row)}, but ${JSON.stringify(thing)} was acknowledged`]
  })
}

describe('a backup', () => {
  test('has everything that was acknowledged before it began, while sixteen clients go on writing', async () => {
    const connections = 16
    const server = await startServer({ onboard: true, env: QUIET })
    const ids = server.onboarded as Onboarded
    const clients = Array.from({ length: connections }, (_, n) => createClient(`client-${n}`, seed + n, ids))
    const agent = new http.Agent({ keepAlive: true, maxSockets: connections })
    const working = Promise.all(clients.map(client => client.work(server, agent)))
    const acknowledged = () => clients.reduce((sum, client) => sum + client.acknowledged, 0)

    const folder = temporaryFolder()
    const compared: string[] = []
    for (let round = 1; round <= 3; round++) {
      for (const enough = acknowledged() + 300; acknowledged() < enough; ) await sleep(10)
      const before = acknowledged()
      const then = thingsOf(clients)
      const file = join(folder, `backup-${round}.db`)
      const ran = succeeded(await sluice(server.dataDir, ['backup', file]))
      const during = acknowledged() - before
      expect(during, 'nobody wrote while it was made').toBeGreaterThan(0)
      expect(ran.stdout).toMatch(/^Wrote .*backup-\d\.db \(.*\): \d+ tokens?, \d+ users?, 1 organization\. Read again/)

      const restored = join(folder, `data-${round}`)
      succeeded(await sluice(restored, ['restore', file, '--yes']))
      expect(await lookInto(restored, sqlite => missing(sqlite, then, clients))).toEqual([])
      expect(await lookInto(restored, faultsIn)).toEqual([])
      compared.push(`${before} acknowledged before and ${during} during it`)
    }
    await server.kill()
    await working
    agent.destroy()
    console.log(`backup: ${compared.join('; ')}; nothing missing, nothing half done, seed ${seed}`)
    expect(readdirSync(folder).filter(name => name.includes('unfinished'))).toEqual([])
  })

  test('is its owner’s alone, holds no token in clear, and replaces no file', async () => {
    const server = await startServer({ onboard: true, env: QUIET })
    const file = join(temporaryFolder(), "it's.db")
    succeeded(await sluice(server.dataDir, ['backup', file]))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const bytes = readFileSync(file)
    expect(bytes.includes(SETUP.token)).toBe(false)
    const again = await sluice(server.dataDir, ['backup', file])
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('exists already')])
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  test('needs data and a folder to write to, and creates neither', async () => {
    const folder = temporaryFolder()
    const nothing = await sluice(join(folder, 'data'), ['backup', join(folder, 'b.db')])
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('there is no Sluice data in')])
    const server = await startServer({ onboard: true, env: QUIET })
    const nowhere = await sluice(server.dataDir, ['backup', join(folder, 'nowhere', 'b.db')])
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('there is no folder')])
    expect(readdirSync(folder)).toEqual([])
  })

  test('that is interrupted leaves nothing behind', async () => {
    const server = await startServer({ onboard: true, env: QUIET })
    await server.stop()
    // Enough to write that the signal comes in between.
    await fatten(server.dataDir, 100)
    const folder = temporaryFolder()
    const ran = await sluice(server.dataDir, ['backup', join(folder, 'b.db')], {
      onStart: async child => {
        while (readdirSync(folder).length === 0 && child.exitCode === null) await sleep(5)
        child.kill('SIGINT')
      },
    })
    expect(ran.signal).toBe('SIGINT')
    expect(readdirSync(folder)).toEqual([])
    // There is nothing in it to search for secrets.
    rmSync(server.dataDir, { recursive: true })
  })
})

/** Makes a store larger, in a table that nobody reads. */
async function fatten(dataDir: string, megabytes: number): Promise<void> {
  const sqlite = await openSqlite({ path: storePath(dataDir) })
  sqlite.exec(`create table ballast (content blob);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${megabytes})
    insert into ballast select randomblob(1000000) from n`)
  await sqlite.close()
}

// --- Restore -----------------------------------------------------------------------------------

describe('a restore', () => {
  let server: Server
  let folder: string
  let file: string
  let orgId: string
  let doomed: { id: string; token: string }

  /** A backup, and after it: one token deactivated, one deleted, one created. */
  beforeAll(async () => {
    server = await startServer({ onboard: true, env: QUIET })
    orgId = server.onboarded!.orgId
    folder = temporaryFolder()
    file = join(folder, 'backup.db')
    doomed = await create(server, orgId, 'doomed\u202e')
    const gone = await create(server, orgId, 'gone')
    succeeded(await sluice(server.dataDir, ['backup', file]))
    await setStatus(server, doomed.id, 'inactive')
    expect((await server.request('DELETE', `${AUTHORIZATIONS}/${gone.id}`, { token: SETUP.token })).status).toBe(204)
    await create(server, orgId, 'newer')
  })

  test('is refused while the server runs, and changes nothing', async () => {
    const ran = await sluice(server.dataDir, ['restore', file, '--yes'])
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toContain('another Sluice is using this data: stop it first')
    expect(await use(server, doomed.token)).toEqual([401, 'token is inactive'])
  })

  test('without a terminal and without --yes says what it would undo, and changes nothing', async () => {
    await server.stop()
    const before = readFileSync(storePath(server.dataDir))
    const ran = await sluice(server.dataDir, ['restore', file], { input: 'yes\n' })
    expect(ran.code).toBe(1)
    expect(ran.stderr).toContain('say --yes if you mean it')
    expect(ran.stdout).toContain('It would undo 2 revocations made since:')
    expect(ran.stdout).toContain(`${doomed.id}  token "doomed\\u202e" of "admin" was made inactive`)
    expect(ran.stdout).toMatch(/token "gone" of "admin" was deleted/)
    expect(ran.stdout).toContain('Created since, and lost: 1 token, 0 users.')
    const json = JSON.parse((await sluice(server.dataDir, ['restore', file, '--json'])).stdout)
    expect(json).toMatchObject({
      undone: [{ id: doomed.id, undone: 'token deactivated' }, {}],
      lost: { authorizations: 1 },
    })
    expect(readFileSync(storePath(server.dataDir)).equals(before)).toBe(true)
    expect(readdirSync(server.dataDir).filter(name => name.includes('restor'))).toEqual([])
  })

  test('brings everything back as it was, ends sessions, begins an epoch and says so in the audit log', async () => {
    const running = await startServer({ dataDir: server.dataDir, env: QUIET })
    const signedIn = await running.request('POST', '/api/v2/signin', {
      headers: { Authorization: `Basic ${btoa(`${SETUP.username}:${SETUP.password}`)}` },
    })
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0]!
    expect((await running.request('GET', '/api/v2/me', { headers: { cookie } })).status).toBe(200)
    const later = join(folder, 'later.db')
    succeeded(await sluice(server.dataDir, ['backup', later]))
    await running.stop()

    const ran = succeeded(await sluice(server.dataDir, ['restore', later, '--yes']))
    expect(ran.stdout).toContain('It would undo no revocation.')
    succeeded(await sluice(server.dataDir, ['restore', file, '--yes']))
    expect(await epochIn(server.dataDir)).toBe(3)

    const again = await startServer({ dataDir: server.dataDir, env: QUIET })
    expect((await again.request('GET', '/api/v2/me', { headers: { cookie } })).status).toBe(401)
    expect(await use(again, doomed.token)).toEqual([200, ''])
    const descriptions = (await list(again, SETUP.token)).map((one: { description: string }) => one.description)
    expect(descriptions).toEqual(["admin's Token", 'doomed\u202e', 'gone'])
    const acts = await lookInto(server.dataDir, sqlite => sqlite.all(sql`select actor, action from audit order by seq`))
    expect(acts.at(-1)).toEqual(expect.objectContaining({ actor: 'system', action: 'restore' }))
    expect(await lookInto(server.dataDir, walkAuditChain)).toMatchObject({ intact: true })
    await again.stop()
  })

  test('keeps what was there, which can be restored in turn', async () => {
    const kept = readdirSync(server.dataDir)
      .filter(name => name.startsWith('sluice.db.before-restore-'))
      .sort()
    expect(kept).toHaveLength(2)
    for (const name of kept) expect(statSync(join(server.dataDir, name)).mode & 0o777).toBe(0o600)
    succeeded(await sluice(server.dataDir, ['restore', join(server.dataDir, kept.at(-1)!), '--yes']))
    const again = await startServer({ dataDir: server.dataDir, env: QUIET })
    expect(await use(again, doomed.token)).toEqual([401, 'token is inactive'])
    expect((await list(again, SETUP.token)).length).toBe(3)
    await again.stop()
  })

  test('of a file that is no backup, or of the data itself, is refused before anything is created', async () => {
    const empty = temporaryFolder()
    writeFileSync(join(empty, 'text.db'), 'a text. '.repeat(1000))
    const text = await sluice(join(empty, 'data'), ['restore', join(empty, 'text.db'), '--yes'])
    expect([text.code, text.stderr]).toEqual([1, expect.stringContaining('is not a backup of Sluice')])
    const nothing = await sluice(join(empty, 'data'), ['restore', join(empty, 'nothing.db'), '--yes'])
    expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining('does not exist')])
    expect(readdirSync(empty)).toEqual(['text.db'])
    const itself = await sluice(server.dataDir, ['restore', storePath(server.dataDir), '--yes'])
    expect([itself.code, itself.stderr]).toEqual([1, expect.stringContaining('is the data itself')])
  })

  test('repairs data that cannot be read, and keeps even that', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    mkdirSync(dataDir, { mode: 0o700 })
    writeFileSync(storePath(dataDir), 'broken. '.repeat(1000))
    const ran = succeeded(await sluice(dataDir, ['restore', file, '--yes']))
    expect(ran.stdout).toContain('Nobody can say which revocations it would undo: the present data cannot be read')
    expect(readdirSync(dataDir).filter(name => name.startsWith('sluice.db.before-restore-'))).toHaveLength(1)
    const again = await startServer({ dataDir, env: QUIET })
    expect(await use(again, doomed.token)).toEqual([200, ''])
  })

  test('that is killed at any moment leaves the old data or the new, whole', { timeout: 120_000 }, async () => {
    const random = chance(seed)
    const rounds = 12
    const seen = { old: 0, new: 0 }
    for (let round = 0; round < rounds; round++) {
      const dataDir = join(temporaryFolder(), 'data')
      cpSync(server.dataDir, dataDir, { recursive: true })
      const epoch = await epochIn(dataDir)
      const isLast = round === rounds - 1
      await sluice(dataDir, ['restore', file, '--yes'], {
        onStart: async child => {
          // Once there is something to interrupt; the last one is let finish.
          while (!existsSync(`${storePath(dataDir)}.restoring`) && child.exitCode === null) await sleep(1)
          await sleep(random.between(0, 300))
          if (!isLast) child.kill('SIGKILL')
        },
      })
      expect(existsSync(storePath(dataDir))).toBe(true)
      expect(await lookInto(dataDir, faultsIn)).toEqual([])
      const isNew = (await epochIn(dataDir)) > epoch
      seen[isNew ? 'new' : 'old']++
      // Whatever an interrupted one left is no obstacle.
      if (!isNew) succeeded(await sluice(dataDir, ['restore', file, '--yes']))
    }
    console.log(
      `restore: killed in ${rounds} rounds, then ${seen.old} times the old data, ${seen.new} times the new, seed ${seed}`,
    )
    expect(seen.new).toBeGreaterThan(0)
  })
})
