// Who belongs to an org or a bucket, and what that gives: to a session, at once; to a token, nothing.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Client, type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  BUCKETS,
  createBucket,
  createOrg,
  createToken,
  createUser,
  may,
  mayAll,
  ORGS,
  ok,
  refusal,
  signIn,
} from './fixtures.ts'

const UNKNOWN = '0d1a2b3c4d5eaaaa'
const GONE = '404 not found: 404 page not found'

let server: DescribedServer
let userID: string
let session: Client
let count = 0
let orgID: string
let bucketID: string

beforeAll(async () => {
  server = await startDescribedServer()
  userID = await createUser(server.operator, 'member')
  session = await signIn(server, userID, 'member', 'a-long-password')
})

beforeEach(async () => {
  orgID = await createOrg(server.operator, `org ${++count}`)
  bucketID = await createBucket(server.operator, orgID, 'raw')
})

const operator = () => server.operator
const parents = () => [`${ORGS}/${orgID}`, `${BUCKETS}/${bucketID}`]
const list = async (path: string) => ok(await operator().get(path)).users

describe('a role', () => {
  test('is given, shown and taken away', async () => {
    for (const parent of parents()) {
      for (const role of ['member', 'owner']) {
        const path = `${parent}/${role}s`
        const before = await list(path)
        const added = ok(await operator().post(path, { id: userID, name: 'not looked at' }), 201)
        expect(added).toEqual({
          role,
          links: { self: `/api/v2/users/${userID}` },
          id: userID,
          name: 'member',
          status: 'active',
        })
        expect(ok(await operator().get(path))).toEqual({ links: { self: path }, users: [...before, added] })
        ok(await operator().delete(`${path}/${userID}`), 204)
        expect(await list(path)).toEqual(before)
        // To take away what is not there is no fault.
        ok(await operator().delete(`${path}/${userID}`), 204)
      }
    }
  })

  test('is one at most: whoever is a member must go before he becomes an owner', async () => {
    for (const parent of parents()) {
      ok(await operator().post(`${parent}/members`, { id: userID }), 201)
      const mapped = `422 conflict: Unexpected error when assigning user to a resource: mapping for user ${userID} already exists`
      for (const role of ['members', 'owners'])
        expect(refusal(await operator().post(`${parent}/${role}`, { id: userID }))).toBe(mapped)
      // Either path takes away whichever role there is.
      ok(await operator().delete(`${parent}/owners/${userID}`), 204)
      ok(await operator().post(`${parent}/owners`, { id: userID }), 201)
    }
  })

  test('is given to a user who exists, in what exists', async () => {
    for (const parent of parents()) {
      const path = `${parent}/members`
      expect(refusal(await operator().post(path, { id: UNKNOWN }))).toBe('404 not found: user not found')
      for (const body of [{}, { id: null }, null])
        expect(refusal(await operator().post(path, body))).toBe('400 invalid: user id missing or invalid')
      expect(refusal(await operator().get(path.replace(/[0-9a-f]{16}/, 'x')))).toBe(
        '400 invalid: corrupt ID provided: id must have a length of 16 bytes',
      )
      const elsewhere = path.replace(/[0-9a-f]{16}/, UNKNOWN)
      expect(refusal(await operator().get(elsewhere))).toBe(GONE)
      expect(refusal(await operator().post(elsewhere, { id: userID }))).toBe(GONE)
      expect(refusal(await operator().delete(`${elsewhere}/${userID}`))).toBe(GONE)
    }
  })

  test('is gone with the user, with the bucket and with the org', async () => {
    const short = await createUser(operator(), `short-lived ${count}`)
    for (const parent of parents()) ok(await operator().post(`${parent}/members`, { id: short }), 201)
    ok(await operator().delete(`/api/v2/users/${short}`), 204)
    for (const parent of parents()) expect(await list(`${parent}/members`)).toEqual([])
    ok(await operator().post(`${BUCKETS}/${bucketID}/members`, { id: userID }), 201)
    ok(await operator().delete(`${BUCKETS}/${bucketID}`), 204)
    expect(refusal(await operator().get(`${BUCKETS}/${bucketID}/members`))).toBe(GONE)
    expect(ok(await operator().get(`/api/v2/users/${userID}/permissions`))).toEqual(
      expect.not.arrayContaining([may('read', 'buckets', { id: bucketID, orgID })]),
    )
  })
})

describe('to a session', () => {
  const reads = async () => (await session.get(`${BUCKETS}/${bucketID}`)).status === 200
  const writes = async () => (await session.patch(`${BUCKETS}/${bucketID}`, {})).status === 200
  const can = async () => [await reads(), await writes()]

  test.each([
    ['member', 'org', [true, false]],
    ['owner', 'org', [true, true]],
    ['member', 'bucket', [true, false]],
    // As InfluxDB has it: owning a bucket says nothing.
    ['owner', 'bucket', [false, false]],
  ] as const)(
    'being a %s of the %s gives reading and writing %j, until the next request after it ends',
    async (role, type, given) => {
      const parent = type === 'org' ? `${ORGS}/${orgID}` : `${BUCKETS}/${bucketID}`
      expect(await can()).toEqual([false, false])
      ok(await operator().post(`${parent}/${role}s`, { id: userID }), 201)
      expect(await can()).toEqual(given)
      ok(await operator().delete(`${parent}/${role}s/${userID}`), 204)
      expect(await can()).toEqual([false, false])
    },
  )

  test('it gives no other org, and no token of others', async () => {
    const other = await createOrg(operator(), `other ${count}`)
    await createToken(operator(), { orgID, description: 'of admin' })
    ok(await operator().post(`${ORGS}/${orgID}/owners`, { id: userID }), 201)
    expect((await session.get(`${ORGS}/${other}`)).status).toBe(401)
    expect(ok(await session.get(`${BUCKETS}?orgID=${other}`)).buckets).toEqual([])
    // An owner of the org reads its tokens, whoever they belong to, and manages them.
    const [one] = ok(await session.get(`${AUTHORIZATIONS}?orgID=${orgID}`)).authorizations
    expect(one.description).toBe('of admin')
    expect(ok(await session.patch(`${AUTHORIZATIONS}/${one.id}`, { status: 'inactive' })).status).toBe('inactive')
    // But makes none for others.
    const permissions = [may('read', 'buckets', { orgID })]
    expect(
      refusal(await session.post(AUTHORIZATIONS, { orgID, userID: server.onboarded.adminId, permissions })),
    ).toMatch(/^401 unauthorized: write:users/)
    expect(ok(await session.post(AUTHORIZATIONS, { orgID, permissions }), 201).user).toBe('member')
  })
})

describe('to a token', () => {
  test('roles give nothing', async () => {
    const { token } = await createToken(operator(), { orgID, userID, permissions: [may('read', 'tasks', { orgID })] })
    ok(await operator().post(`${ORGS}/${orgID}/owners`, { id: userID }), 201)
    expect((await server.as(token).get(`${BUCKETS}/${bucketID}`)).status).toBe(401)
  })

  test('seeing and giving them takes reading and writing what they are for', async () => {
    const holding = async (...permissions: ReturnType<typeof may>[]) =>
      server.as((await createToken(operator(), { orgID, permissions })).token)
    for (const parent of parents()) {
      const path = `${parent}/members`
      const where: [type: string, where: { id: string; orgID?: string }] = parent.startsWith(ORGS)
        ? ['orgs', { id: orgID }]
        : ['buckets', { id: bucketID, orgID }]
      const stranger = await holding(may('read', 'tasks', { orgID }))
      const reader = await holding(may('read', ...where))
      expect(refusal(await stranger.get(path))).toBe(GONE)
      expect(refusal(await stranger.post(path, { id: userID }))).toBe(GONE)
      expect((await reader.get(path)).status).toBe(parent.startsWith(ORGS) ? 200 : 404)
      expect(refusal(await reader.post(path, { id: userID }))).toMatch(/^401 unauthorized: write:/)
      expect(refusal(await reader.delete(`${path}/${userID}`))).toMatch(/^401 unauthorized: write:/)
      // Giving a role is giving what it holds.
      const writer = await holding(...mayAll(...where))
      expect(refusal(await writer.post(`${parent}/members`, { id: userID }))).toMatch(
        parent.startsWith(ORGS) ? /^403 forbidden/ : /^201$/,
      )
      ok(await writer.delete(`${path}/${userID}`), 204)
    }
  })
})
