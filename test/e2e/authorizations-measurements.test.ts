// Permissions that are limited to measurements of a bucket: what the management API takes, shows and lets anybody do by them.
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  BUCKETS,
  createBucket,
  createToken,
  may,
  mayAll,
  ok,
  type PermissionJson,
  refusal,
  V1_AUTHORIZATIONS,
} from './fixtures.ts'

let server: DescribedServer
let orgID: string
let bucketID: string

beforeAll(async () => {
  server = await startDescribedServer()
  orgID = server.onboarded.orgId
  bucketID = await createBucket(server.operator, orgID, 'limited')
})

const limited = (action: 'read' | 'write', measurements: unknown): PermissionJson =>
  may(action, 'buckets', { id: bucketID, orgID, measurements: measurements as string[] })
const bare = ({ permissions }: { permissions: PermissionJson[] }) =>
  permissions.map(({ action, resource: { type, id, orgID, measurements } }) => ({
    action,
    resource: { type, ...(id && { id }), ...(orgID && { orgID }), ...(measurements && { measurements }) },
  }))
const create = (permissions: unknown[], path = AUTHORIZATIONS) =>
  server.operator.post(path, {
    orgID,
    permissions,
    ...(path === V1_AUTHORIZATIONS && { token: `v1-${Math.random()}` }),
  })

test.each([AUTHORIZATIONS, V1_AUTHORIZATIONS])(
  '%s keeps them, and shows them wherever it shows the rest',
  async path => {
    const permissions = [
      limited('write', ['cpu', 'a b,c/"é😀']),
      limited('read', ['cpu']),
      may('read', 'tasks', { orgID }),
    ]
    const created = ok(await create(permissions, path), 201)
    expect(bare(created)).toEqual(permissions)
    expect(created.permissions[0].resource).toMatchObject({ name: 'limited', org: 'org1' })
    expect(created.permissions[2].resource).not.toHaveProperty('measurements')
    expect(bare(ok(await server.operator.get(`${path}/${created.id}`)))).toEqual(permissions)
    const { authorizations } = ok(await server.operator.get(`${path}?orgID=${orgID}`))
    expect(bare(authorizations.find(({ id }: { id: string }) => id === created.id))).toEqual(permissions)
  },
)

test('they are replaced with the permissions', async () => {
  const { id } = await createToken(server.operator, { orgID, permissions: [limited('write', ['cpu'])] })
  const path = `${AUTHORIZATIONS}/${id}`
  const put = async (permissions: PermissionJson[]) => {
    const { etag } = (await server.operator.get(path)).headers
    return bare(
      ok(await server.operator.put(`${path}/permissions`, { permissions }, { headers: { 'If-Match': String(etag) } })),
    )
  }
  for (const list of [['cpu', 'mem'], ['mem']]) {
    expect(await put([limited('write', list)])).toEqual([limited('write', list)])
    expect(bare(ok(await server.operator.get(path)))).toEqual([limited('write', list)])
  }
  const whole = may('write', 'buckets', { id: bucketID, orgID })
  expect(await put([whole])).toEqual([whole])
})

describe('a list is refused', () => {
  const refused = async (permission: unknown) => refusal(await create([permission]))
  const many = Array.from({ length: 101 }, (_, at) => `m${at}`)

  test.each<[string, unknown, string]>([
    ['that is none', 'cpu', 'invalid json structure: permissions[0].resource.measurements must be an array'],
    ['that is null', null, 'measurements must be an array; leave it out to mean all'],
    ['that is empty', [], 'measurements must name at least one; leave it out to mean all'],
    ['of numbers', [1], 'invalid json structure: permissions[0].resource.measurements[0] must be a string'],
    ['with an empty name', ['cpu', ''], 'the name of a measurement must have 1 to 255 bytes'],
    ['with too long a name', ['é'.repeat(128)], 'the name of a measurement must have 1 to 255 bytes'],
    ['with a control character', ['a\nb'], 'a measurement must not contain control characters'],
    ['with a name twice', ['cpu', 'cpu'], 'measurements must name each measurement once'],
    ['that is too long', many, 'measurements must have at most 100 entries'],
  ])('%s', async (_, measurements, message) => {
    const before = ok(await server.operator.get(AUTHORIZATIONS)).authorizations.length
    expect(await refused(limited('write', measurements))).toBe(`400 invalid: ${message}`)
    expect(ok(await server.operator.get(AUTHORIZATIONS)).authorizations).toHaveLength(before)
  })

  test('on anything but buckets', async () => {
    const message = '400 invalid: measurements limit permissions on buckets only'
    for (const type of ['tasks', 'authorizations', 'users', 'orgs']) {
      expect(await refused(may('write', type, { orgID, measurements: ['cpu'] })), type).toBe(message)
    }
  })

  test('with others that are too long together', async () => {
    const ten = Array.from({ length: 10 }, () => limited('write', many.slice(1)))
    ok(await create(ten), 201)
    const message = '400 invalid: permissions must name at most 1000 measurements together'
    expect(refusal(await create([...ten, limited('read', ['cpu'])]))).toBe(message)
  })

  test('but not at its limits', async () => {
    ok(await create([limited('write', ['é'.repeat(127), ...many.slice(2)])]), 201)
  })
})

test('nobody hands out more measurements than he holds', async () => {
  const permissions = [
    ...mayAll('authorizations', { orgID }),
    ...mayAll('users', { id: server.onboarded.adminId }),
    limited('write', ['cpu', 'mem']),
  ]
  const manager = server.as((await createToken(server.operator, { orgID, permissions })).token)
  const give = async (permission: PermissionJson) =>
    refusal(await manager.post(AUTHORIZATIONS, { orgID, permissions: [permission] }))
  expect(await give(limited('write', ['mem']))).toBe('201')
  const name = `write:orgs/${orgID}/buckets/${bucketID}`
  const refusedFor = (what: string) => `403 forbidden: permission ${what} is not allowed: ${what} is unauthorized`
  expect(await give(limited('write', ['cpu', 'disk']))).toBe(refusedFor(`${name} of measurements "cpu", "disk"`))
  expect(await give(may('write', 'buckets', { id: bucketID, orgID }))).toBe(refusedFor(name))
  expect(await give(limited('read', ['cpu']))).toMatch(/^403 forbidden: permission read:/)
  expect(await give(may('write', 'buckets', { orgID, measurements: ['cpu'] }))).toMatch(/^403 forbidden/)
})

test('they are no permission on the bucket itself', async () => {
  const permissions = [limited('write', ['cpu']), limited('read', ['cpu'])]
  const holder = server.as((await createToken(server.operator, { orgID, permissions })).token)
  expect(ok(await holder.get(BUCKETS)).buckets).toEqual([])
  const path = `${BUCKETS}/${bucketID}`
  const wide = server.as(
    (await createToken(server.operator, { orgID, permissions: mayAll('buckets', { id: bucketID, orgID }) })).token,
  )
  expect((await holder.get(path)).status).toBe(401)
  expect((await holder.patch(path, { name: 'taken' })).status).toBe(401)
  expect((await holder.delete(path)).status).toBe(401)
  expect(ok(await wide.get(path)).name).toBe('limited')
})
