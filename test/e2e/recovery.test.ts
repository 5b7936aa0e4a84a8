// Getting in again when everybody is locked out, with real processes.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { isOwnToken } from '../../src/domain/token.ts'
import { walkAuditChain } from '../../src/store/audit-chain.ts'
import { storePath } from '../../src/store/open-sqlite-store.ts'
import { sql } from '../../src/store/sql.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { sluice, succeeded } from './command.ts'
import { lookInto } from './look-into.ts'
import { SETUP, type Server, secretsSeen, startServer, temporaryFolder } from './server.ts'

const QUIET = { SLUICE_LOG_LEVEL: 'warn' }

describe('recovery', () => {
  let server: Server
  const recover = (words: readonly string[], secretOutput = false) =>
    sluice(server.dataDir, ['recovery', ...words], { secretOutput })

  beforeAll(async () => {
    server = await startServer({ onboard: true, env: QUIET })
  })

  test('is refused while the server runs', async () => {
    const ran = await recover(['create-operator', '--user', SETUP.username, '--org', SETUP.org])
    expect([ran.code, ran.stdout]).toEqual([1, ''])
    expect(ran.stderr).toContain('another Sluice is using this data: stop it first')
  })

  test('gives an operator token when none is left, alone on standard output', async () => {
    const path = `/api/v2/authorizations/${server.onboarded!.operatorAuthId}`
    await server.request('PATCH', path, { token: SETUP.token, body: { status: 'inactive' } })
    expect((await server.request('GET', path, { token: SETUP.token })).json().message).toBe('token is inactive')
    await server.stop()
    const ran = succeeded(await recover(['create-operator', '--user', SETUP.username, '--org', SETUP.org], true))
    const token = ran.stdout.trim()
    secretsSeen.add(token)
    expect(isOwnToken(token)).toBe(true)
    expect(ran.stdout).toBe(`${token}\n`)
    expect(ran.stderr).toMatch(/^Created the authorization [0-9a-f]{16} of admin in org1/)
    expect(ran.stderr).not.toContain(token)

    server = await startServer({ dataDir: server.dataDir, env: QUIET })
    const { status } = await server.request('POST', '/api/v2/orgs', { token, body: { name: 'new-org' } })
    expect(status).toBe(201)
    const acts = await lookInto(server.dataDir, sqlite =>
      sqlite.all(sql`select action from audit where actor = 'recovery'`),
    )
    expect(acts).toEqual([expect.objectContaining({ action: 'authorization.create' })])
    await server.request('PATCH', `/api/v2/users/${await adminId(token)}`, { token, body: { status: 'inactive' } })
    await server.stop()
  })

  const adminId = async (token: string) => (await server.request('GET', '/api/v2/me', { token })).json().id

  test('lists who and what there is if the names are wrong', async () => {
    const user = await recover(['create-operator', '--user', 'nobody', '--org', SETUP.org])
    expect([user.code, user.stderr]).toEqual([1, 'sluice: there is no user "nobody"; there is "admin" (inactive)\n'])
    succeeded(await recover(['activate-user', '--user', SETUP.username]))
    const org = await recover(['create-operator', '--user', SETUP.username, '--org', 'nowhere'])
    expect(org.stderr).toMatch(
      /^sluice: there is no organization "nowhere"; there are "(org1", "new-org|new-org", "org1)"\n$/,
    )
    expect(org.stdout).toBe('')
  })

  test('activates a user, and gives no token to an inactive one', async () => {
    const sqlite = await openSqlite({ path: storePath(server.dataDir) })
    await sqlite.run(sql`update users set status = 'inactive'`)
    await sqlite.close()
    const words = ['create-operator', '--user', SETUP.username, '--org', SETUP.org]
    const refused = await recover(words)
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toContain('user "admin" is inactive')
    succeeded(await recover(['activate-user', '--user', SETUP.username]))
    secretsSeen.add(succeeded(await recover(words, true)).stdout.trim())
  })

  test('sets a password, which then signs in', async () => {
    const password = 'a-new-password'
    const file = join(temporaryFolder(), 'password')
    writeFileSync(file, `${password}\n`)
    succeeded(await recover(['set-password', '--user', SETUP.username, '--password-file', file]))
    writeFileSync(file, 'short')
    const short = await recover(['set-password', '--user', SETUP.username, '--password-file', file])
    expect([short.code, short.stderr]).toEqual([1, expect.stringContaining('between 8 and 72')])
    // Not a secret that a server wrote.
    writeFileSync(file, '')

    server = await startServer({ dataDir: server.dataDir, env: QUIET })
    const signIn = (secret: string) =>
      server.request('POST', '/api/v2/signin', {
        headers: { Authorization: `Basic ${btoa(`${SETUP.username}:${secret}`)}` },
      })
    expect((await signIn(password)).status).toBe(204)
    expect((await signIn(SETUP.password)).status).toBe(401)
    await server.stop()
  })

  test('leaves a store that is whole', async () => {
    expect(await lookInto(server.dataDir, walkAuditChain)).toMatchObject({ intact: true })
  })

  test('does not make data where there is none', async () => {
    const folder = temporaryFolder()
    const ran = await sluice(join(folder, 'data'), ['recovery', 'activate-user', '--user', 'admin'])
    expect([ran.code, ran.stderr]).toEqual([1, expect.stringContaining('there is no Sluice data in')])
    expect(readdirSync(folder)).toEqual([])
  })
})
