// What a deleted user has left is found and deleted by the command line; nothing else is taken for it.
import { beforeAll, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, type Recorded, recordingServer } from './recording-server.ts'

const PASSWORD = 'a-password-of-1.x'

let server: Server
let influx: Operator
let bucketId: string

beforeAll(async () => {
  server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
  bucketId = server.onboarded!.bucketId
  secretsSeen.add(PASSWORD)
})

const idsOf = (records: readonly { id: string }[]) => records.map(({ id }) => id)

/** A user of that name who owned something, and was deleted. @returns the id of what he owned */
async function left(name: string, create: (userID: string) => Promise<{ id: string }>): Promise<string> {
  const user = await influx.json('user', 'create', '--name', name, '--password', PASSWORD)
  const { id } = await create(user.id)
  await influx.print('user', 'delete', '--id', user.id)
  return id
}

test('tokens', async () => {
  expect(await influx.json('auth', 'list', '--orphaned')).toEqual([])
  const id = await left('leaver', () =>
    influx.json('auth', 'create', '--user', 'leaver', '--read-buckets', '--description', 'left behind'),
  )
  const before = idsOf(await influx.json('auth', 'list'))
  expect(before).not.toContain(id)
  expect(await influx.fail('auth', 'list', '--id', id)).toMatch(/404 Not Found: user not found\n$/)
  const record = { id, description: 'left behind', userName: 'leaver' }
  expect(await influx.json('auth', 'list', '--orphaned')).toMatchObject([record])
  expect(await influx.json('auth', 'list', '--orphaned', '--id', id)).toMatchObject([record])
  expect(await influx.json('auth', 'list', '--orphaned', '--description-contains', 'nothing')).toEqual([])
  expect(await influx.json('auth', 'list', '--orphaned', '--id', before[0]!)).toEqual([])
  expect(await influx.json('auth', 'delete', '--id', id)).toMatchObject(record)
  expect(await influx.json('auth', 'list', '--orphaned')).toEqual([])
  expect(idsOf(await influx.json('auth', 'list'))).toEqual(before)
})

test('user names of 1.x clients, which are free again then', async () => {
  const args = ['v1', 'auth', 'create', '--username', 'telegraf', '--password', PASSWORD, '--read-bucket', bucketId]
  expect(await influx.json('v1', 'auth', 'list', '--orphaned')).toEqual([])
  const { orgId: orgID, operator: token } = server.onboarded!
  const permissions = [{ action: 'read', resource: { type: 'buckets', id: bucketId, orgID } }]
  const id = await left('owner-of-1', async userID => {
    const body = { orgID, userID, token: 'telegraf', permissions }
    return (await server.request('POST', '/private/legacy/authorizations', { token, body })).json()
  })
  expect(await influx.fail(...args)).toContain('already exists')
  expect(await influx.json('v1', 'auth', 'list', '--orphaned')).toMatchObject([{ id, token: 'telegraf' }])
  expect(await influx.json('v1', 'auth', 'delete', '--id', id)).toMatchObject({ id, token: 'telegraf' })
  expect(await influx.json('v1', 'auth', 'list', '--orphaned')).toEqual([])
  await influx.print(...args)
})

test('a server that knows no orphans, and so lists everything, is not believed', async () => {
  const one = { id: '0e0e0e0e0e0e0e01', status: 'active', permissions: [] }
  const links = { self: '/' }
  const ignorant = await recordingServer(({ path }: Recorded) =>
    path.includes(one.id) ? json(200, one) : json(200, { links, authorizations: [one] }),
  )
  const said = 'Error: --orphaned: this server does not tell which authorizations have lost their owner\n'
  expect(await operatorOf(ignorant).fail('auth', 'list', '--orphaned')).toBe(said)
  expect(await operatorOf(ignorant).fail('v1', 'auth', 'list', '--orphaned')).toBe(said)
})
