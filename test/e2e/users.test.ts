import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  createOrg,
  createToken,
  createUser,
  forEach,
  may,
  mayAll,
  ORGS,
  ok,
  refusal,
  signIn,
  USERS,
} from './fixtures.ts'
import { walk } from './walk.ts'

const PASSWORD = 'a-long-password'
const UNKNOWN = '0d1a2b3c4d5eaaaa'

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

const operator = () => server.operator
const create = (body: unknown) => operator().post(USERS, body)

describe('a name', () => {
  test('is any text of one line, and belongs to one user', async () => {
    for (const name of ['ann', 'Ann', ' ann', 'Zażółć', '温度', '🌡️', "o'neill", 'a/b?c=d&e', 'x'.repeat(1024)]) {
      const user = ok(await create({ name }), 201)
      expect(user).toEqual({ links: { self: `${USERS}/${user.id}` }, id: user.id, name, status: 'active' })
      expect(ok(await operator().get(`${USERS}?name=${encodeURIComponent(name)}`)).users).toEqual([user])
      expect(refusal(await create({ name }))).toBe(`422 conflict: user with name ${name} already exists`)
    }
    for (const name of ['', undefined, null])
      expect(refusal(await create({ name }))).toBe('400 invalid: user name is empty')
    expect(refusal(await create({ name: 'x'.repeat(1025) }))).toBe(
      '400 invalid: name must have at most 1024 characters',
    )
    expect(refusal(await create({ name: 'two\nlines' }))).toBe('400 invalid: name must not contain control characters')
  })

  test('can be changed, is free again then, and is the new one everywhere', async () => {
    const id = await createUser(operator(), 'before')
    const other = await createUser(operator(), 'other')
    const token = await createToken(operator(), { orgID: server.onboarded.orgId, userID: id })
    expect(refusal(await operator().patch(`${USERS}/${id}`, { name: 'other' }))).toBe(
      '422 conflict: user with name other already exists',
    )
    expect(refusal(await operator().patch(`${USERS}/${id}`, { name: '' }))).toBe('400 invalid: user name is empty')
    expect(ok(await operator().patch(`${USERS}/${id}`, { name: 'before' })).name).toBe('before')
    expect(ok(await operator().patch(`${USERS}/${id}`, { name: 'after' })).name).toBe('after')
    expect(ok(await operator().patch(`${USERS}/${other}`, { name: 'before' })).name).toBe('before')
    const list = async (user: string) => ok(await operator().get(`${AUTHORIZATIONS}?user=${user}`)).authorizations
    expect((await list('after')).map((one: { id: string }) => one.id)).toEqual([token.id])
    expect(await list('before')).toEqual([])
    expect(ok(await server.as(token.token).get('/api/v2/flags'))).toEqual({})
  })

  test('of many who want it at once goes to one', async () => {
    const answers = await Promise.all([...Array(12)].map(() => create({ name: 'wanted by many' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(422)])
  })
})

describe('an id', () => {
  test('may be chosen, in either case, if it was never used', async () => {
    expect(ok(await create({ name: 'chosen', id: '0D1A2B3C4D5E6001' }), 201).id).toBe('0d1a2b3c4d5e6001')
    for (const id of ['0d1a2b3c4d5e6001', server.onboarded.adminId]) {
      expect(refusal(await create({ name: 'another', id }))).toBe('422 conflict: user id already exists')
    }
    expect(refusal(await operator().get(`${USERS}?name=another`))).toBe('404 not found: user not found')
  })

  test('of a deleted user is never used again; his name is', async () => {
    const id = '0d1a2b3c4d5e6002'
    ok(await create({ name: 'short-lived', id }), 201)
    const { token } = await createToken(operator(), { orgID: server.onboarded.orgId, userID: id })
    ok(await operator().delete(`${USERS}/${id}`), 204)
    for (const name of ['short-lived', 'heir'])
      expect(refusal(await create({ name, id }))).toBe('422 conflict: user id already exists')
    const heir = ok(await create({ name: 'short-lived' }), 201)
    expect(heir.id).not.toBe(id)
    expect(refusal(await server.as(token).get('/api/v2/flags'))).toBe('403 forbidden: User is inactive')
    expect(ok(await operator().get(`${AUTHORIZATIONS}?user=short-lived`)).authorizations).toEqual([])
  })
})

describe('a list', () => {
  test('comes in pages of 20 unless asked otherwise, and the pages hold everybody once', async () => {
    await forEach([...Array(45).keys()], 4, i => createUser(operator(), `page ${i}`))
    expect(ok(await operator().get(USERS)).users).toHaveLength(20)
    const everybody = await walk(operator(), USERS, 'users', 100, 'offset')
    expect([...new Set(everybody)].sort()).toEqual(everybody)
    for (const limit of [1, 7, 20]) {
      for (const by of ['offset', 'after'] as const) {
        expect(await walk(operator(), USERS, 'users', limit, by), `${limit} ${by}`).toEqual(everybody)
        expect(await walk(operator(), `${USERS}?descending=true`, 'users', limit, by)).toEqual([...everybody].reverse())
      }
    }
  })

  test('shows everybody only those whom he may read, in full pages', async () => {
    const ids = ok(await operator().get(`${USERS}?limit=9`)).users.map(({ id }: { id: string }) => id)
    const readable = [ids[2], ids[5], ids[8]]
    const permissions = [
      ...readable.map(id => may('read', 'users', { id })),
      may('read', 'users', { orgID: server.onboarded.orgId }),
    ]
    const caller = server.as((await createToken(operator(), { orgID: server.onboarded.orgId, permissions })).token)
    expect(await walk(caller, USERS, 'users', 2, 'after')).toEqual(readable)
    expect(refusal(await caller.get(`${USERS}/${ids[0]}`))).toBe(
      `401 unauthorized: read:users/${ids[0]} is unauthorized`,
    )
    // Nor does he learn who is not there.
    expect(refusal(await caller.get(`${USERS}/${UNKNOWN}`))).toBe(
      `401 unauthorized: read:users/${UNKNOWN} is unauthorized`,
    )
    expect(refusal(await operator().get(`${USERS}/${UNKNOWN}`))).toBe('404 not found: user not found')
  })
})

describe('an inactive user', () => {
  test('can do nothing, by token or by session, until he is active again', async () => {
    const id = await createUser(operator(), 'sleeper')
    const { token } = await createToken(operator(), { orgID: server.onboarded.orgId, userID: id })
    const session = await signIn(server, id, 'sleeper', PASSWORD)
    const use = async () => [
      refusal(await server.as(token).get('/api/v2/flags')),
      refusal(await session.get('/api/v2/me')),
    ]
    for (let round = 0; round < 10; round++) {
      expect(await use()).toEqual(['200', '200'])
      ok(await operator().patch(`${USERS}/${id}`, { status: 'inactive' }))
      expect(await use()).toEqual(['403 forbidden: User is inactive', '403 forbidden: User is inactive'])
      ok(await operator().patch(`${USERS}/${id}`, { status: 'active' }))
    }
  })

  test('is so by the two words that there are', async () => {
    for (const status of ['Inactive', 'gone', 'deleted']) {
      expect(refusal(await create({ name: 'x', status }))).toBe(
        '400 invalid: invalid status: must be active or inactive',
      )
      expect(refusal(await operator().patch(`${USERS}/${server.onboarded.adminId}`, { status }))).toMatch(
        /^400 invalid: invalid status/,
      )
    }
    expect(ok(await create({ name: 'born asleep', status: 'inactive' }), 201).status).toBe('inactive')
  })
})

describe('a deleted user', () => {
  test('leaves tokens that answer 403, in no list, for an operator to delete', async () => {
    const orgID = await createOrg(operator(), 'with a gap')
    const id = await createUser(operator(), 'leaver')
    const tokens = [
      await createToken(operator(), { orgID, userID: id }),
      await createToken(operator(), { orgID, userID: id }),
    ]
    for (const { token } of tokens) ok(await server.as(token).get('/api/v2/flags'))
    ok(await operator().delete(`${USERS}/${id}`), 204)
    for (const { token } of tokens)
      expect(refusal(await server.as(token).get('/api/v2/flags'))).toBe('403 forbidden: User is inactive')
    for (const query of [`orgID=${orgID}`, `userID=${id}`, `id=${tokens[0]!.id}`]) {
      expect(ok(await operator().get(`${AUTHORIZATIONS}?${query}&total=true`))).toMatchObject({
        authorizations: [],
        total: 0,
      })
    }
    const orphans = async (query: string) =>
      ok(await operator().get(`${AUTHORIZATIONS}?orphaned=true&${query}`)).authorizations
    expect(ok(await operator().get(`${AUTHORIZATIONS}?orphaned=true&orgID=${orgID}&limit=1&total=true`)).total).toBe(2)
    expect(await orphans(`orgID=${orgID}`)).toMatchObject(
      tokens.map(one => ({ id: one.id, user: 'leaver', userID: id })),
    )
    expect(await orphans(`userID=${id}`)).toHaveLength(2)
    expect(await orphans(`id=${tokens[1]!.id}`)).toMatchObject([{ id: tokens[1]!.id, token: '' }])
    expect(await orphans(`orgID=${orgID}&sortBy=user&after=${tokens[0]!.id}`)).toMatchObject([{ id: tokens[1]!.id }])
    const path = `${AUTHORIZATIONS}/${tokens[0]!.id}`
    expect(refusal(await operator().get(path))).toBe('404 not found: user not found')
    expect(refusal(await operator().patch(path, { status: 'active' }))).toBe('404 not found: user not found')
    ok(await operator().delete(path), 204)
    expect(refusal(await server.as(tokens[0]!.token).get('/api/v2/flags'))).toBe(
      '401 unauthorized: unauthorized access',
    )
    expect(await orphans(`orgID=${orgID}`)).toMatchObject([{ id: tokens[1]!.id }])
  })

  test('leaves tokens that are listed to nobody who may not read them', async () => {
    const [orgID, other] = [await createOrg(operator(), 'left behind'), await createOrg(operator(), 'neighbour')]
    const id = await createUser(operator(), 'passer-by')
    const { id: orphan } = await createToken(operator(), { orgID, userID: id })
    const living = await createToken(operator(), { orgID })
    ok(await operator().delete(`${USERS}/${id}`), 204)
    const seenBy = async (where: string) => {
      const permissions = [may('read', 'authorizations', { orgID: where })]
      const { token } = await createToken(operator(), { orgID: where, permissions })
      const { authorizations } = ok(await server.as(token).get(`${AUTHORIZATIONS}?orphaned=true`))
      return authorizations.map((one: { id: string }) => one.id)
    }
    expect([await seenBy(orgID), await seenBy(other)]).toEqual([[orphan], []])
    expect(ok(await operator().get(`${AUTHORIZATIONS}?orphaned=true&id=${living.id}`)).authorizations).toEqual([])
    expect(refusal(await operator().get(`${AUTHORIZATIONS}?orphaned=perhaps`))).toBe('400 invalid: orphaned is invalid')
  })

  test('is signed out, cannot sign in, and has no role and no new token', async () => {
    const orgID = await createOrg(operator(), 'left')
    const id = await createUser(operator(), 'member')
    ok(await operator().post(`${ORGS}/${orgID}/members`, { id }), 201)
    const session = await signIn(server, id, 'member', PASSWORD)
    ok(await operator().delete(`${USERS}/${id}`), 204)
    expect(refusal(await session.get('/api/v2/me'))).toBe('401 unauthorized: unauthorized access')
    const basic = Buffer.from(`member:${PASSWORD}`).toString('base64')
    const again = await server.request('POST', '/api/v2/signin', { headers: { Authorization: `Basic ${basic}` } })
    expect(refusal(again)).toBe('401 unauthorized: unauthorized access')
    expect(ok(await operator().get(`${ORGS}/${orgID}/members`)).users).toEqual([])
    const permissions = mayAll('buckets', { orgID })
    expect(refusal(await operator().post(AUTHORIZATIONS, { orgID, userID: id, permissions }))).toBe(
      '400 invalid: unable to create token',
    )
    expect(refusal(await operator().delete(`${USERS}/${id}`))).toBe('404 not found: user not found')
    expect(refusal(await operator().post(`${USERS}/${id}/password`, { password: PASSWORD }))).toBe(
      '403 forbidden: your userID is incorrect',
    )
  })
})

describe('what a user may', () => {
  test('can be read: himself, and what his roles give', async () => {
    const id = await createUser(operator(), 'roles')
    const permissionsOf = async () => ok(await operator().get(`${USERS}/${id}/permissions`))
    const himself = mayAll('users', { id })
    expect(await permissionsOf()).toEqual(himself)
    const orgID = await createOrg(operator(), 'roles')
    ok(await operator().post(`${ORGS}/${orgID}/members`, { id }), 201)
    expect(await permissionsOf()).toHaveLength(22 + 2)
    expect(await permissionsOf()).toContainEqual(may('read', 'orgs', { id: orgID }))
    ok(await operator().delete(`${ORGS}/${orgID}/members/${id}`), 204)
    expect(await permissionsOf()).toEqual(himself)
    expect(refusal(await operator().get(`${USERS}/${UNKNOWN}/permissions`))).toBe('404 not found: user not found')
  })
})
