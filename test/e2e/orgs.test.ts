import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  BUCKETS,
  createBucket,
  createOrg,
  createToken,
  createUser,
  DBRPS,
  forEach,
  may,
  mayAll,
  ORGS,
  ok,
  refusal,
  signIn,
  USERS,
  V1_AUTHORIZATIONS,
} from './fixtures.ts'
import { walk } from './walk.ts'

const UNKNOWN = '0d1a2b3c4d5eaaaa'

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

const operator = () => server.operator
const create = (body: unknown) => operator().post(ORGS, body)
const namesIn = (rows: { name: string }[]) => rows.map(({ name }) => name)

describe('a new org', () => {
  test('has two system buckets, and its creator as owner', async () => {
    const org = ok(await create({ name: 'plant', description: 'in\ntwo lines' }), 201)
    expect(org).toMatchObject({ name: 'plant', description: 'in\ntwo lines', createdAt: org.updatedAt })
    expect(ok(await operator().get(`${ORGS}/${org.id}`))).toEqual(org)
    const { buckets } = ok(await operator().get(`${BUCKETS}?orgID=${org.id}`))
    const system = (name: string, days: number) => ({
      name,
      type: 'system',
      retentionRules: [{ type: 'expire', everySeconds: days * 86_400, shardGroupDurationSeconds: 86_400 }],
    })
    expect(buckets).toMatchObject([system('_monitoring', 7), system('_tasks', 3)])
    const { users } = ok(await operator().get(`${ORGS}/${org.id}/owners`))
    expect(users).toMatchObject([{ id: server.onboarded.adminId, role: 'owner' }])
  })

  test('has a name of its own, white space around it not counted', async () => {
    ok(await create({ name: 'Żółw & co' }), 201)
    for (const name of ['Żółw & co', ' Żółw & co', 'Żółw & co\u3000 ']) {
      expect(refusal(await create({ name }))).toBe(`422 conflict: organization with name ${name} already exists`)
    }
    ok(await create({ name: 'żółw & co' }), 201)
    for (const name of ['', ' ', '\u3000', undefined, null])
      expect(refusal(await create({ name }))).toBe('400 invalid: org name is empty')
    for (const name of ['a\tb', '\n'])
      expect(refusal(await create({ name }))).toBe('400 invalid: name must not contain control characters')
    expect(refusal(await create({ name: 'x'.repeat(1025) }))).toBe(
      '400 invalid: name must have at most 1024 characters',
    )
    expect(refusal(await create({ name: 'x', description: 'x'.repeat(4097) }))).toMatch(
      /^400 invalid: description must have at most 4096/,
    )
  })

  test('of a name that many want at once is made once', async () => {
    const answers = await Promise.all([...Array(12)].map(() => create({ name: 'wanted by many' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(422)])
    expect(ok(await operator().get(`${BUCKETS}?org=wanted+by+many`)).buckets).toHaveLength(2)
  })
})

describe('a list', () => {
  test('holds everything once, page by page', async () => {
    await forEach([...Array(25).keys()], 4, i => createOrg(operator(), `page ${i}`))
    expect(ok(await operator().get(ORGS)).orgs).toHaveLength(20)
    const all = await walk(operator(), ORGS, 'orgs', 100, 'offset')
    expect(new Set(all).size).toBe(all.length)
    for (const limit of [1, 6, 20]) expect(await walk(operator(), ORGS, 'orgs', limit, 'offset')).toEqual(all)
  })

  test('finds by name, by id and by who belongs to it; a malformed id is no filter', async () => {
    const userID = await createUser(operator(), 'belongs')
    const id = await createOrg(operator(), 'a & b = c')
    ok(await operator().post(`${ORGS}/${id}/members`, { id: userID }), 201)
    const names = async (query: string) => namesIn(ok(await operator().get(`${ORGS}?${query}`)).orgs)
    expect(await names(`org=${encodeURIComponent('a & b = c')}`)).toEqual(['a & b = c'])
    expect(await names(`orgID=${id.toUpperCase()}`)).toEqual(['a & b = c'])
    expect(await names(`userID=${userID}`)).toEqual(['a & b = c'])
    expect(await names(`userID=${UNKNOWN}`)).toEqual([])
    expect((await names('orgID=x')).length).toBe(20)
    expect(refusal(await operator().get(`${ORGS}?org=nobody`))).toBe(
      '404 not found: organization name "nobody" not found',
    )
    expect(refusal(await operator().get(`${ORGS}?orgID=${UNKNOWN}`))).toBe('404 not found: organization not found')
  })

  test('of who may read one org is that one, and only if he belongs to it', async () => {
    const userID = await createUser(operator(), 'reader')
    const id = await createOrg(operator(), 'readable')
    const { token } = await createToken(operator(), { orgID: id, userID, permissions: [may('read', 'orgs', { id })] })
    const list = async (query = '') => namesIn(ok(await server.as(token).get(`${ORGS}${query}`)).orgs)
    expect(await list()).toEqual([])
    expect(await list(`?orgID=${id}`)).toEqual(['readable'])
    expect(await list(`?orgID=${server.onboarded.orgId}`)).toEqual([])
    ok(await operator().post(`${ORGS}/${id}/members`, { id: userID }), 201)
    expect(await list()).toEqual(['readable'])
    expect(refusal(await server.as(token).get(`${ORGS}/${UNKNOWN}`))).toBe(
      `401 unauthorized: read:orgs/${UNKNOWN} is unauthorized`,
    )
  })
})

describe('a new name', () => {
  test('is the one everywhere at once, and the old one is free', async () => {
    const id = await createOrg(operator(), 'before')
    const token = await createToken(operator(), { orgID: id })
    const path = `${ORGS}/${id}`
    expect(refusal(await operator().patch(path, { name: 'org1 ' }))).toBe(
      '422 conflict: organization with name org1  already exists',
    )
    expect(refusal(await operator().patch(path, { name: ' ' }))).toBe('400 invalid: org name is empty')
    expect(ok(await operator().patch(path, { name: ' before ' })).name).toBe(' before ')
    const after = ok(await operator().patch(path, { name: 'after', description: 'renamed' }))
    expect(after).toMatchObject({ name: 'after', description: 'renamed', links: { buckets: `${BUCKETS}?org=after` } })
    const [listed] = ok(await operator().get(`${AUTHORIZATIONS}?org=after`)).authorizations
    expect(listed).toMatchObject({
      id: token.id,
      org: 'after',
      permissions: [{ resource: { org: 'after', orgID: id } }],
    })
    await createOrg(operator(), 'before')
    expect(ok(await operator().patch(path, {}))).toMatchObject({ name: 'after', description: 'renamed' })
  })
})

describe('a deletion', () => {
  test('takes everything in the org with it: tokens, v1 authorizations, buckets, mappings, roles', async () => {
    const orgID = await createOrg(operator(), 'doomed')
    const userID = await createUser(operator(), 'of the doomed')
    const bucketID = await createBucket(operator(), orgID, 'raw')
    const permissions = mayAll('buckets', { orgID })
    const tokens = [
      await createToken(operator(), { orgID, userID, permissions }),
      await createToken(operator(), { orgID, permissions }),
    ]
    const v1 = ok(await operator().post(V1_AUTHORIZATIONS, { orgID, permissions, token: 'doomed-name' }), 201)
    ok(await operator().post(DBRPS, { orgID, bucketID, database: 'db', retention_policy: 'rp' }), 201)
    ok(await operator().post(`${ORGS}/${orgID}/owners`, { id: userID }), 201)
    const session = await signIn(server, userID, 'of the doomed', 'a-long-password')
    ok(await session.get(`${BUCKETS}/${bucketID}`))
    for (const { token } of tokens) ok(await server.as(token).get('/api/v2/flags'))

    ok(await operator().delete(`${ORGS}/${orgID}`), 204)
    for (const { id, token } of tokens) {
      expect(refusal(await server.as(token).get('/api/v2/flags'))).toBe('401 unauthorized: unauthorized access')
      expect(refusal(await operator().get(`${AUTHORIZATIONS}/${id}`))).toBe('404 not found: authorization not found')
    }
    expect(refusal(await operator().get(`${V1_AUTHORIZATIONS}/${v1.id}`))).toBe(
      '404 not found: authorization not found',
    )
    expect(refusal(await operator().get(`${BUCKETS}/${bucketID}`))).toBe('404 not found: bucket not found')
    expect(ok(await operator().get(`${AUTHORIZATIONS}?orgID=${orgID}&total=true`))).toMatchObject({
      authorizations: [],
      total: 0,
    })
    expect(ok(await operator().get(`${BUCKETS}?orgID=${orgID}`)).buckets).toEqual([])
    expect(ok(await operator().get(`${DBRPS}?orgID=${orgID}`)).content).toEqual([])
    expect(refusal(await operator().get(`${ORGS}/${orgID}/members`))).toBe('404 not found: 404 page not found')
    expect(refusal(await operator().get(`${ORGS}/${orgID}`))).toBe('404 not found: organization not found')
    // Its owner's session is still his own, and gives him nothing of what is gone.
    expect(ok(await session.get('/api/v2/me')).id).toBe(userID)
    expect(ok(await session.get(ORGS)).orgs).toEqual([])
    expect(ok(await session.get(`${USERS}/${userID}/permissions`))).toEqual(mayAll('users', { id: userID }))
  })

  test('frees its name, and those of its v1 authorizations; nothing of the old comes back with them', async () => {
    const old = await createOrg(operator(), 'phoenix')
    const bucketID = await createBucket(operator(), old, 'raw')
    const permissions = mayAll('buckets', { orgID: old })
    const { token } = await createToken(operator(), { orgID: old, permissions })
    ok(await operator().post(V1_AUTHORIZATIONS, { orgID: old, permissions, token: 'phoenix-name' }), 201)
    ok(await operator().delete(`${ORGS}/${old}`), 204)
    const risen = await createOrg(operator(), 'phoenix')
    expect(risen).not.toBe(old)
    expect(await createBucket(operator(), risen, 'raw')).not.toBe(bucketID)
    ok(
      await operator().post(V1_AUTHORIZATIONS, {
        orgID: risen,
        permissions: mayAll('buckets', { orgID: risen }),
        token: 'phoenix-name',
      }),
      201,
    )
    expect(refusal(await server.as(token).get('/api/v2/flags'))).toBe('401 unauthorized: unauthorized access')
    expect(ok(await operator().get(`${AUTHORIZATIONS}?org=phoenix`)).authorizations).toEqual([])
    expect(refusal(await operator().delete(`${ORGS}/${old}`))).toBe(
      `404 not found: error deleting organization id: ${old}: organization not found`,
    )
  })

  test('is refused for the org of the last active operator, and nothing is lost by asking', async () => {
    const { orgId, operatorAuthId } = server.onboarded
    const last = '422 conflict: this organization holds the last active operator token: create one elsewhere first'
    expect(refusal(await operator().delete(`${ORGS}/${orgId}`))).toBe(last)
    expect(ok(await operator().get(`${BUCKETS}/${server.onboarded.bucketId}`)).name).toBe('bucket1')
    const { permissions } = ok(await operator().get(`${AUTHORIZATIONS}/${operatorAuthId}`))
    const elsewhere = await createOrg(operator(), 'elsewhere')
    const second = await createToken(operator(), { orgID: elsewhere, permissions, status: 'inactive' })
    expect(refusal(await operator().delete(`${ORGS}/${orgId}`)), 'an inactive one does not count').toBe(last)
    ok(await operator().post(V1_AUTHORIZATIONS, { orgID: elsewhere, token: 'old client', permissions }), 201)
    expect(refusal(await operator().delete(`${ORGS}/${orgId}`)), 'nor does a v1 one, which manages nothing').toBe(last)
    ok(await operator().patch(`${AUTHORIZATIONS}/${second.id}`, { status: 'active' }))
    ok(await operator().delete(`${ORGS}/${orgId}`), 204)
    expect(refusal(await operator().get('/api/v2/me'))).toBe('401 unauthorized: unauthorized access')
    const heir = server.as(second.token)
    expect(ok(await heir.get('/api/v2/me')).name).toBe('admin')
    expect(refusal(await heir.delete(`${ORGS}/${elsewhere}`))).toBe(last)
    // What was set up stays so, whatever is deleted.
    expect(ok(await server.as().get('/api/v2/setup'))).toEqual({ allowed: false })
  })
})
