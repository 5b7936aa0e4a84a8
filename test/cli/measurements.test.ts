// `influx auth create --measurement`: a limit that a server does not know must not become a token without it.
import { beforeAll, expect, test } from 'vitest'
import { type Onboarded, startServer } from '../e2e/server.ts'
import { type Home, influx, makeHome } from './call.ts'
import { type Operator, operatorOf } from './operator.ts'
import { json, recordingServer } from './recording-server.ts'

let operator: Operator
let ids: Onboarded
let env: Record<string, string>
let home: Home

beforeAll(async () => {
  const server = await startServer({ onboard: true })
  ids = server.onboarded as Onboarded
  operator = operatorOf(server, 'org1')
  env = { INFLUX_HOST: server.url, INFLUX_TOKEN: ids.operator, INFLUX_ORG: 'org1' }
  home = makeHome()
})

const create = (...flags: string[]) => influx(['auth', 'create', ...flags], home, { env })

test('limits every permission on buckets, and the list says so', async () => {
  const names = ['--measurement', 'cpu', '--measurement', 'disk, spare']
  const { exit, stdout, stderr } = await operator.run([
    'auth',
    'create',
    '--read-bucket',
    ids.bucketId,
    '--write-buckets',
    ...names,
    '--json',
  ])
  expect([exit, stderr]).toEqual([0, ''])
  const { id } = JSON.parse(stdout)
  const { permissions } = await operator.json('auth', 'list', '--id', id)
  expect(permissions).toEqual([
    `read:orgs/${ids.orgId}/buckets/${ids.bucketId}?measurements=cpu,disk%2C%20spare`,
    `write:orgs/${ids.orgId}/buckets?measurements=cpu,disk%2C%20spare`,
  ])
})

test('is refused beside a permission that has no measurements, and nothing is made', async () => {
  const before = await operator.print('auth', 'list')
  const { exit, stdout, stderr } = await create('--read-buckets', '--read-tasks', '--measurement', 'cpu')
  const error = 'Error: --measurement: limits permissions on buckets only, and read-tasks is none\n'
  expect([exit, stdout, stderr]).toEqual([1, '', error])
  expect(await operator.print('auth', 'list')).toBe(before)
})

test('a server that knows no such limit keeps no token without it', async () => {
  const id = '0d0d0d0d0d0d0d0d'
  const permissions = [{ action: 'read', resource: { type: 'buckets', id: ids.bucketId, orgID: ids.orgId } }]
  const other = await recordingServer(({ method, path }) => {
    if (method === 'DELETE') return { status: 204 }
    return json(
      200,
      path.endsWith('/orgs') ? { orgs: [{ id: ids.orgId, name: 'org1' }] } : { id, permissions, token: 't' },
    )
  })
  const args = ['auth', 'create', '--read-bucket', ids.bucketId, '--measurement', 'cpu']
  const { exit, stdout, stderr } = await influx(args, home, { env: { ...env, INFLUX_HOST: other.url } })
  const error = 'Error: --measurement: this server knows no such limit: the token that it made was deleted again\n'
  expect([exit, stdout, stderr]).toEqual([1, '', error])
  const last = other.requests.at(-1)!
  expect([last.method, last.path]).toEqual(['DELETE', `/api/v2/authorizations/${id}`])
})
