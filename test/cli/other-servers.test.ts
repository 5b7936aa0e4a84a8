// The built CLI against servers that are not ours: doubles that answer only what was recorded of InfluxDB OSS 2.x.
import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Called, type Home, influx, makeHome, shell } from './call.ts'
import { type RecordedServer, type RecordedServerOptions, recorded, recordedServer } from './recorded-server.ts'
import { json, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
})

const ORGANIZATION = recorded('flows/cli-auth-create', 2, 3)
const SELF = recorded('session/me', 0, 1)
const TYPES = recorded('system/resources', 0, 1)

/** What the command line of a test needs: the address by environment, as everything else stands in the commands. */
const on = (server: RecordedServer, args: readonly string[]): Promise<Called> =>
  influx(args, home, { env: { INFLUX_HOST: server.url } })

/** All that was recorded was asked for, and nothing else. */
function expectPlayed(server: RecordedServer): void {
  expect(server.violations).toEqual([])
  expect(server.left()).toBe(0)
}

async function succeeds(server: RecordedServer, args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await on(server, args)
  expect({ args, exit, stderr, violations: server.violations }).toEqual({ args, exit: 0, stderr: '', violations: [] })
  return stdout
}

async function fails(server: RecordedServer, args: readonly string[]): Promise<string> {
  const { exit, stdout, stderr } = await on(server, args)
  expect({ args, exit, stdout, violations: server.violations }).toEqual({ args, exit: 1, stdout: '', violations: [] })
  return stderr
}

const cells = (line: string) => line.split(/\t+/)

/** The commands that both kinds of server know. `shown`: what a list shows in place of a token. */
function commonCommands(isCloud: boolean, shown: string): void {
  const serve = (tape: Parameters<typeof recordedServer>[0], options: RecordedServerOptions = {}) =>
    recordedServer(tape, { ...options, isCloud })

  test('the documented commands, character for character', async () => {
    const server = await serve(recorded('flows/cli-auth-status'))
    server.happened(1)
    const id = server.vars.tId!
    const documented = `
influx auth inactive \\
  --token operator-token \\
  --id ${id}
influx auth active \\
  --token operator-token \\
  --id ${id}
influx auth delete \\
  --token operator-token \\
  --id ${id}
`
    // In the recorded scenario the authorization is read after each change; here by the command that comes next.
    const { exit, stdout, stderr } = await shell(documented, home, { env: { INFLUX_HOST: server.url } })
    expect({ exit, stderr, violations: server.violations }).toEqual({ exit: 0, stderr: '', violations: [] })
    const rows = stdout.trim().split('\n')
    expect(rows).toHaveLength(6)
    // An empty cell leaves no trace between tabs.
    const secret = shown === '' ? [] : [shown]
    for (const row of [rows[1]!, rows[3]!, rows[5]!]) {
      expect(cells(row).slice(0, 3 + secret.length)).toEqual([id, ...secret, 'admin', server.vars.adminId])
    }
    expect(cells(rows.at(-1)!).at(-1)).toBe('true')
    expect(await fails(server, ['auth', 'list', '--token', 'operator-token', '--id', id])).toBe(
      `Error: could not find authorization with ID "${id}": 404 Not Found: authorization not found\n`,
    )
    expectPlayed(server)
  })

  test('auth create', async () => {
    const server = await serve(recorded('create/create-minimal', 0, 2), { lookups: ORGANIZATION })
    const made = JSON.parse(
      await succeeds(server, ['auth', 'create', '-t', 'operator-token', '-o', 'org1', '--read-buckets', '--json']),
    )
    expect(made).toMatchObject({ id: server.vars.tId, token: server.vars.t, status: 'active' })
    expect(made.permissions).toEqual([`read:orgs/${server.vars.orgId}/buckets`])
    const again = JSON.parse(
      await succeeds(server, ['auth', 'list', '-t', 'operator-token', '--id', made.id, '--json']),
    )
    expect(again).toEqual({ ...made, token: shown })
    expectPlayed(server)
  })

  test('auth list', async () => {
    const server = await serve(recorded('list/list-all'))
    server.happened(3)
    const documented = await succeeds(server, ['auth', 'list', '--token', 'operator-token'])
    const [header, ...rows] = documented.trim().split('\n')
    expect(cells(header!)).toEqual(['ID', 'Description', 'Token', 'User Name', 'User ID', 'Permissions'])
    expect(rows.map(row => cells(row)[0])).toEqual([
      server.vars.operatorAuthId,
      server.vars.user2oneId,
      server.vars.user2twoId,
    ])
    expect(cells(rows[1]!).slice(1, 3)).toEqual(['one', shown === '' ? 'user2' : shown])
    expectPlayed(server)
  })

  test('auth list with filters', async () => {
    const byUser = await serve(recorded('list/list-by-user', 0, 6))
    byUser.happened(3)
    const operator = ['-t', 'operator-token', '--json']
    for (const filter of [
      ['--user', 'lu'],
      ['--user-id', byUser.vars.luId!],
    ]) {
      const found = JSON.parse(await succeeds(byUser, ['auth', 'list', ...operator, ...filter]))
      expect(found.map(({ description }: { description: string }) => description)).toEqual(['one', 'two'])
    }
    expect(await fails(byUser, ['auth', 'list', ...operator, '--user', 'nobody'])).toMatch(/: 404 Not Found: /)
    expectPlayed(byUser)

    const byBoth = await serve(recorded('list/list-both-filters', 0, 8))
    byBoth.happened(5)
    expect(
      JSON.parse(await succeeds(byBoth, ['auth', 'list', ...operator, '--user', 'lb', '--org', 'org1'])),
    ).toHaveLength(2)
    byBoth.happened(1)
    const ids = ['--user-id', byBoth.vars.lbId!, '--org-id', byBoth.vars.orgId!]
    expect(
      JSON.parse(await succeeds(byBoth, ['auth', 'list', ...operator, ...ids, '--status', 'inactive'])),
    ).toMatchObject([{ description: 'two', status: 'inactive' }])
    expectPlayed(byBoth)
  })

  test('auth active and inactive of several, by user', async () => {
    const [all] = recorded('patch/deactivate-all-of-user', 4, 5)
    const [off] = recorded('flows/cli-auth-status', 2, 3)
    const rename = JSON.parse(JSON.stringify(off).replaceAll('tId}', 'user2oneId}'))
    const server = await serve([...recorded('patch/deactivate-all-of-user', 0, 4), all!, rename])
    server.happened(4)
    const { exit, stdout, stderr } = await on(server, [
      'auth',
      'inactive',
      '-t',
      'operator-token',
      '--user',
      'user2',
      '--yes',
    ])
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '1 of 2 were inactive already.\n' })
    expect(cells(stdout.trim().split('\n')[1]!)[0]).toBe(server.vars.user2oneId)
    expectPlayed(server)
  })

  test('auth delete of what is not there', async () => {
    const unknown = '0123456789abcdef'
    const server = await serve(recorded('get/get-by-id', 2, 3))
    expect(await fails(server, ['auth', 'rm', '-t', 'operator-token', '--id', unknown])).toBe(
      `Error: could not find auth with ID "${unknown}": 404 Not Found: authorization not found\n`,
    )
    expectPlayed(server)
  })

  test('a wrong token', async () => {
    const server = await serve(recorded('headers/other-endpoints', 9, 10))
    expect(await fails(server, ['auth', 'list', '--token', 'unknown'])).toMatch(
      /^Error: could not find authorization with given parameters: 401 Unauthorized: unauthorized access\n$/,
    )
    expectPlayed(server)
  })
}

describe('InfluxDB OSS 2.x', () => {
  commonCommands(false, '')

  test('auth create for a user, and for what is not there', async () => {
    const server = await recordedServer(recorded('flows/cli-auth-create'))
    server.happened(2)
    const create = ['auth', 'create', '-t', 'operator-token', '--read-buckets']
    const made = JSON.parse(await succeeds(server, [...create, '-o', 'org1', '-u', 'cliuser', '-d', 'cli', '--json']))
    expect(made).toMatchObject({ id: server.vars.tId, token: server.vars.t, description: 'cli', userName: 'cliuser' })
    expect(await fails(server, [...create, '--org-id', server.vars.orgId!, '-u', 'nosuch'])).toMatch(
      /^Error: could not find user with name "nosuch": 404 Not Found: /,
    )
    expect(await fails(server, [...create, '-o', 'nosuch'])).toMatch(
      /^Error: failed to lookup org with name "nosuch": 404 Not Found: /,
    )
    expectPlayed(server)
  })

  test('auth create --all-access grants what the reference grants, to whoever calls', async () => {
    // The reference asks for the first of all users, who need not be the caller.
    const [organization, , types, creation] = recorded('flows/cli-auth-create-own', 0, 4)
    const server = await recordedServer([organization!, types!, creation!], { lookups: SELF })
    const args = ['auth', 'create', '-t', 'operator-token', '-o', 'org1', '--all-access', '-d', 'all', '--json']
    expect(JSON.parse(await succeeds(server, args)).permissions).toHaveLength(43)
    expectPlayed(server)
  })

  test('setup, and the token goes into the config', async () => {
    const server = await recordedServer(recorded('setup/setup-once', 0, 3))
    const flags = [
      '-u',
      'admin',
      '-p',
      'admin-password',
      '-o',
      'org1',
      '-b',
      'bucket1',
      '-t',
      'operator-token',
      '-r',
      '7d',
    ]
    expect(await succeeds(server, ['setup', '--force', ...flags])).toContain('admin\torg1\t\tbucket1\n')
    expect(parse(readFileSync(home.configs, 'utf8'))).toEqual({
      default: { url: server.url, token: 'operator-token', org: 'org1', active: true },
    })
    expect(await fails(server, ['setup', '--force', '-n', 'again', ...flags])).toBe(
      'Error: instance has already been set up\n',
    )
    expectPlayed(server)
  })

  test('ping', async () => {
    const server = await recordedServer(recorded('system/health', 0, 1))
    expect(await succeeds(server, ['ping'])).toBe('OK\n')
    expectPlayed(server)
  })

  test('an inactive token, to which lists are shown empty', async () => {
    const [, list] = recorded('inactive/inactive-lists')
    const [, , , , , me] = recorded('inactive/inactive-management')
    const server = await recordedServer([list!, me!])
    server.vars.t = 'token-that-is-off'
    expect(await fails(server, ['auth', 'list', '--token', 'token-that-is-off'])).toMatch(
      /^Error: could not find authorization with given parameters: 401 Unauthorized: token is inactive\. Activate it /,
    )
    expectPlayed(server)
  })
})

describe('InfluxDB Cloud Serverless', () => {
  commonCommands(true, 'redacted')

  test('has no first set-up, and says so in one sentence', async () => {
    const server = await recordedServer([], { isCloud: true })
    expect(await fails(server, ['setup', '--force', '-u', 'a', '-p', 'long-enough', '-o', 'o', '-b', 'b'])).toBe(
      'Error: InfluxDB OSS-only command used with InfluxDB Cloud host\n',
    )
  })

  test('has no list of users, so that a token can be for oneself only', async () => {
    const server = await recordedServer([], { lookups: ORGANIZATION, isCloud: true })
    const args = ['auth', 'create', '-t', 'operator-token', '-o', 'org1', '-u', 'alice', '--read-buckets']
    expect(await fails(server, args)).toBe(
      'Error: could not find user with name "alice": 404 Not Found: path not found\n',
    )
    expect(server.violations).toEqual([])
  })

  test('has other types of resources, and does not say who one is: an all-access token is made of what there is', async () => {
    const types = await recordedServer([], { lookups: TYPES, isCloud: true })
    const response = await fetch(`${types.url}/api/v2/resources`, {
      headers: { Authorization: 'Token operator-token' },
    })
    const known = (await response.json()) as string[]
    expect(known).not.toContain('scrapers')
    const server = await recordingServer(({ path, text }) => {
      if (path === '/api/v2/resources') return json(200, known)
      if (path !== '/api/v2/authorizations') return json(404, { code: 'not found', message: 'path not found' })
      return json(201, { ...JSON.parse(text), id: '0d0d0d0d0d0d0d01', token: 'a-token-of-tests' })
    })
    const orgId = '0a0a0a0a0a0a0a01'
    const args = ['auth', 'create', '--host', server.url, '-t', 'x', '--org-id', orgId, '--all-access', '--json']
    const { exit, stdout, stderr } = await influx(args, home)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    const expected = known.flatMap(type => {
      if (type === 'users') return []
      if (type === 'orgs') return [`read:/orgs/${orgId}`]
      return [`read:orgs/${orgId}/${type}`, `write:orgs/${orgId}/${type}`]
    })
    expect(JSON.parse(stdout).permissions).toEqual(expected)
  })
})
