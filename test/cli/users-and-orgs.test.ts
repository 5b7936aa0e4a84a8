// `influx user` and `influx org` against a real server: what the recorded scenarios do not show.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, recordingServer } from './recording-server.ts'

const NOBODY = 'ffffffffffffffff'
const PASSWORD = 'first-password'

let server: Server
let influx: Operator
/** The same without an organization in the environment. */
let orgless: Operator
let orgId: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
  orgless = operatorOf(server)
  orgId = server.onboarded!.orgId
  secretsSeen.add(PASSWORD)
})

/** A server that gives one answer to everything. */
const answering = (body: unknown) => recordingServer(() => json(200, body))

const create = (name: string) => influx.json('user', 'create', '--name', name, '--password', PASSWORD)

describe('users', () => {
  test('are all listed, however many pages the server makes of them', async () => {
    const names = Array.from({ length: 45 }, (_, at) => `many-${at}`)
    const operator = { token: server.onboarded!.operator }
    for (const name of names) await server.request('POST', '/api/v2/users', { ...operator, body: { name } })
    const listed = (await influx.json('user', 'list')).map(({ name }: { name: string }) => name)
    expect(listed).toEqual(['admin', ...names])
    expect((await influx.print('user', 'list', '--hide-headers')).trim().split('\n')).toHaveLength(46)
  })

  test('that exist although they could not be made members are printed before the failure', async () => {
    const { exit, stdout, stderr } = await orgless.run(['user', 'create', '-n', 'stray', '--org-id', NOBODY])
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^ID\t\t\tName\n[0-9a-f]{16}\tstray\n$/)
    expect(stderr).toMatch(
      /^WARN: initial password not set for user, .*\nError: failed setting org membership for user "stray", use `influx org members add` to retry: 404 /,
    )
  })

  test('are not renamed to nothing', async () => {
    const { id } = await create('named')
    expect(await influx.fail('user', 'update', '--id', id)).toBe(
      'Error: nothing to change: give the new name by --name\n',
    )
    expect(await influx.fail('user', 'update', '--id', id, '--name', '')).toContain('nothing to change')
    expect((await influx.json('user', 'list', '--id', id))[0].name).toBe('named')
  })

  test('get a password, by name or by id, with which they can sign in', async () => {
    const { id } = await create('secretive')
    for (const by of [
      ['--name', 'secretive'],
      ['--id', id],
    ]) {
      const password = `new-password-${by[0]}`
      secretsSeen.add(password)
      await influx.print('user', 'password', ...by, '--password', password)
      const basic = Buffer.from(`secretive:${password}`).toString('base64')
      const answer = await server.request('POST', '/api/v2/signin', { headers: { Authorization: `Basic ${basic}` } })
      expect(answer.status).toBe(204)
    }
  })

  test('whose password is refused are named', async () => {
    const { id } = await create('shorty')
    expect(await influx.fail('user', 'password', '--name', 'shorty', '--password', 'short')).toMatch(
      /^Error: failed to set password for user "shorty": 400 /,
    )
    expect(await influx.fail('user', 'password', '--id', id, '--password', 'short')).toContain(`for user "${id}"`)
  })

  test('that no list has are not found, in words without leftovers', async () => {
    const elsewhere = operatorOf(await answering({ users: [], orgs: [{ id: orgId, name: 'org1' }] }))
    expect(await elsewhere.fail('user', 'password', '-n', 'ghost', '-p', 'x')).toBe(
      'Error: no user found with name "ghost"\n',
    )
    expect(await elsewhere.fail('auth', 'create', '-u', 'ghost', '-o', 'org1', '--read-buckets')).toBe(
      'Error: could not find user with name "ghost"\n',
    )
  })

  test('are not mistaken for others where a server does not filter', async () => {
    const elsewhere = operatorOf(await answering({ users: [{ id: NOBODY, name: 'somebody' }] }))
    expect(await elsewhere.fail('user', 'password', '-n', 'ghost', '-p', 'x')).toBe(
      'Error: no user found with name "ghost"\n',
    )
  })
})

describe('organizations', () => {
  test('are all listed, however many pages the server makes of them', async () => {
    const names = Array.from({ length: 24 }, (_, at) => `many-${at}`)
    const operator = { token: server.onboarded!.operator }
    for (const name of names) await server.request('POST', '/api/v2/orgs', { ...operator, body: { name } })
    const listed = (await orgless.json('org', 'list')).map(({ name }: { name: string }) => name)
    expect(listed.sort()).toEqual(['org1', ...names].sort())
  })

  test('are passed on with the known fields only', async () => {
    const [org] = await orgless.json('org', 'list', '--name', 'org1')
    expect(Object.keys(org)).toEqual(['createdAt', 'description', 'id', 'links', 'name', 'updatedAt'])
    expect(Object.keys(org.links)).toEqual([
      'buckets',
      'dashboards',
      'labels',
      'members',
      'owners',
      'secrets',
      'self',
      'tasks',
    ])
  })

  test('are not deleted without an id, nor with an empty one', async () => {
    for (const [args, env] of [
      [['org', 'delete'], {}],
      [['org', 'delete', '--id', ''], {}],
      [['org', 'delete'], { INFLUX_ORG_ID: '' }],
      [['org', 'delete', '--id='], { INFLUX_ORG_ID: orgId }],
    ] as const) {
      const { exit, stdout, stderr } = await orgless.run(args, { env })
      expect(exit).toBe(1)
      expect(stdout).toMatch(/^NAME:\n {3}influx org delete - /)
      expect(stderr).toBe('Error: Required flag "id" not set\n')
    }
  })

  test('can be deleted by the id of the environment', async () => {
    const { id } = await influx.json('org', 'create', '--name', 'short-lived')
    const { stdout } = await orgless.run(['org', 'delete'], { env: { INFLUX_ORG_ID: id } })
    expect(stdout).toBe(`ID\t\t\tName\t\tDeleted\n${id}\tshort-lived\ttrue\n`)
  })

  test('lose their description when an empty one is given, and only then', async () => {
    const { id } = await influx.json('org', 'create', '-n', 'described', '-d', 'first')
    const update = async (args: string[], env: Record<string, string> = {}) =>
      JSON.parse((await orgless.run(['org', 'update', '--id', id, '--json', ...args], { env })).stdout).description
    expect(await update([])).toBe('first')
    expect(await update([], { INFLUX_ORG_DESCRIPTION: '' })).toBe('first')
    expect(await update([], { INFLUX_ORG_DESCRIPTION: 'second' })).toBe('second')
    expect(await update(['-d', ''])).toBe('')
  })
})

describe('members', () => {
  test('are listed as objects, owners first', async () => {
    const { id: beta } = await influx.json('org', 'create', '-n', 'beta')
    const { id } = await create('ann')
    await influx.print('org', 'members', 'add', '--id', beta, '--member', id)
    const members = await influx.json('org', 'members', 'list', '--id', beta)
    expect(members.map(({ name, role }: { name: string; role: string }) => [name, role])).toEqual([
      ['admin', 'owner'],
      ['ann', 'member'],
    ])
    expect(Object.keys(members[0])).toEqual(['id', 'links', 'name', 'role', 'status'])
  })

  test('can be managed in the organization of the config', async () => {
    const { id } = await create('carl')
    const lab = [
      '--config-name',
      'lab',
      '--host-url',
      server.url,
      '--token',
      server.onboarded!.operator,
      '--org',
      'org1',
    ]
    await orgless.print('config', 'create', ...lab, '--active')
    const env = { INFLUX_HOST: server.url, INFLUX_TOKEN: server.onboarded!.operator }
    const removed = await orgless.run(['org', 'members', 'remove', '--member', id], { env })
    expect(removed.stdout).toBe(`user "${id}" has been removed from org "${orgId}"\n`)
    await orgless.print('config', 'rm', 'lab')
    expect(await orgless.fail('org', 'members', 'list')).toBe('Error: must specify org ID or org name\n')
  })

  test('that cannot be removed are named, with the reason on a line of its own', async () => {
    expect(await influx.fail('org', 'members', 'remove', '--id', NOBODY, '--member', NOBODY)).toMatch(
      new RegExp(`^Error: failed to remove user "${NOBODY}" from org "${NOBODY}"\n404 Not Found: `),
    )
    expect(await influx.fail('org', 'members', 'add', '--id', NOBODY, '--member', NOBODY, '--owner')).toMatch(
      new RegExp(`^Error: failed to add user "${NOBODY}" as owner of org "${NOBODY}": 404 `),
    )
  })

  test('whose id would lead elsewhere are refused before anything is asked', async () => {
    for (const id of ['..', '.']) {
      expect(await influx.fail('org', 'members', 'remove', '--name', 'org1', '--member', id)).toBe(
        `Error: "${id}" is not an ID\n`,
      )
      expect(await influx.fail('user', 'delete', '--id', id)).toBe(`Error: "${id}" is not an ID\n`)
    }
    expect((await influx.json('org', 'members', 'list', '--name', 'org1')).length).toBeGreaterThan(0)
  })
})

test('a server that answers with something else is suspected, not printed', async () => {
  for (const body of [['hello'], null, { status: 'ok' }, { users: [{ name: 'without an id' }], orgs: 'none' }]) {
    const elsewhere = operatorOf(await answering(body))
    for (const args of [
      ['user', 'list'],
      ['org', 'list'],
      ['user', 'update', '--id', NOBODY, '--name', 'x'],
    ]) {
      expect(await elsewhere.fail(...args)).toMatch(
        /^Error: failed to .*: the answer is not what was asked for\nThis does not look like an InfluxDB or Sluice server/,
      )
    }
  }
})
