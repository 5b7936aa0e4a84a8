// The six rules of docs/security.md, one by one, as a client meets them. Each refusal is checked to have changed nothing.
import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, clientOf, type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  type Created,
  createBucket,
  createOrg,
  createToken,
  createUser,
  may,
  mayAll,
  ORGS,
  ok,
  type PermissionJson,
  refusal,
  signIn,
  USERS,
  V1_AUTHORIZATIONS,
} from './fixtures.ts'
import type { Answer } from './server.ts'

let server: DescribedServer
let operator: Client
/** The org that the tests are about, and another one. */
let orgID: string
let otherID: string
let names = 0
const name = (prefix: string) => `${prefix}-${++names}`

const ALL_TYPES =
  'authorizations buckets dashboards orgs sources tasks telegrafs users variables scrapers secrets labels views documents notificationRules notificationEndpoints checks dbrp notebooks annotations remotes replications'.split(
    ' ',
  )
const operatorPermissions = () => ALL_TYPES.flatMap(type => mayAll(type))

beforeAll(async () => {
  server = await startDescribedServer()
  operator = server.operator
  orgID = await createOrg(operator, 'plant')
  otherID = await createOrg(operator, 'harbour')
})

/** Everything there is, in words. */
async function everything(): Promise<string> {
  const orgs = ok(await operator.get(`${ORGS}?limit=100`)).orgs as { id: string }[]
  const lists = [
    AUTHORIZATIONS,
    V1_AUTHORIZATIONS,
    `${USERS}?limit=100`,
    `${ORGS}?limit=100`,
    '/api/v2/buckets?limit=100',
  ]
  const members = orgs.flatMap(({ id }) => [`${ORGS}/${id}/members`, `${ORGS}/${id}/owners`])
  const answers = await Promise.all([...lists, ...members].map(path => operator.get(path)))
  return answers.map(({ text }) => text).join('\n')
}

/** What an attempt is refused as; a refusal must have changed nothing. */
async function attempted(attempt: () => Promise<Answer>): Promise<string> {
  const before = await everything()
  const answer = await attempt()
  if (answer.status >= 400) expect(await everything()).toBe(before)
  return refusal(answer)
}

/** A user with a token of his own, by default in `plant`. */
async function somebody(permissions: PermissionJson[], more: { orgID?: string; expiresAt?: string } = {}) {
  const userID = await createUser(operator, name('user'))
  const token = await createToken(operator, { orgID, userID, permissions, ...more })
  return { userID, token, client: server.as(token.token) }
}

const tokenOf = (userID: string, permissions: PermissionJson[], more: Record<string, unknown> = {}): Promise<Created> =>
  createToken(operator, { orgID, userID, permissions, ...more })

const at = ({ id }: { id: string }) => `${AUTHORIZATIONS}/${id}`
const replace = async (client: Client, token: Created, permissions: PermissionJson[]) => {
  const { headers } = await operator.get(at(token))
  return client.put(`${at(token)}/permissions`, { permissions }, { headers: { 'If-Match': headers.etag } })
}

describe('rule 1: read:authorizations reads and write:authorizations changes what is in its org, whoever owns it', () => {
  test('a token with these two alone lists, reads, changes and deletes the tokens of others', async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const { userID, token } = await somebody([may('read', 'buckets', { orgID })])
    const listed = ok(await client.get(`${AUTHORIZATIONS}?userID=${userID}`)).authorizations
    expect(listed).toMatchObject([{ id: token.id, token: '' }])
    expect(ok(await client.get(at(token))).token).toBe('')
    expect(ok(await client.patch(at(token), { status: 'inactive', description: 'gone' })).status).toBe('inactive')
    expect(refusal(await server.as(token.token).get('/api/v2/resources'))).toBe('401 unauthorized: token is inactive')
    ok(await client.delete(at(token)), 204)
    expect(refusal(await server.as(token.token).get('/api/v2/resources'))).toBe('401 unauthorized: unauthorized access')
  })

  test('reading is not writing', async () => {
    const { client } = await somebody([may('read', 'authorizations', { orgID })])
    const { token } = await somebody([may('read', 'buckets', { orgID })])
    const refused = `401 unauthorized: write:orgs/${orgID}/authorizations/${token.id} is unauthorized`
    expect(await attempted(() => client.patch(at(token), { status: 'inactive' }))).toBe(refused)
    expect(await attempted(() => client.delete(at(token)))).toBe(refused)
    expect(await attempted(() => replace(client, token, mayAll('buckets', { orgID })))).toBe(refused)
  })

  test('another org is another world', async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const { token, userID } = await somebody([may('read', 'buckets', { orgID: otherID })], { orgID: otherID })
    expect(ok(await client.get(`${AUTHORIZATIONS}?userID=${userID}`)).authorizations).toEqual([])
    for (const ask of [
      () => client.get(at(token)),
      () => client.patch(at(token), { status: 'inactive' }),
      () => client.delete(at(token)),
    ]) {
      expect(await attempted(ask)).toMatch(/^401 unauthorized: (read|write):orgs\/.* is unauthorized$/)
    }
  })

  test('a secret is shown when it is made, and never again to anybody', async () => {
    const { token } = await somebody([may('read', 'buckets', { orgID })])
    expect(token.token).toMatch(/^slc_/)
    const answers = [
      await operator.get(AUTHORIZATIONS),
      await operator.get(at(token)),
      await operator.patch(at(token), { description: 'x' }),
      await replace(operator, token, [may('read', 'tasks', { orgID })]),
    ]
    for (const { text } of answers) expect(text).not.toContain(token.token)
  })
})

describe('rule 2: nobody touches what outranks him', () => {
  const touch = (client: Client, token: Created) => [
    () => client.patch(at(token), { status: 'inactive' }),
    () => client.patch(at(token), { description: 'x', expiresAt: '2100-01-01T00:00:00Z' }),
    () => replace(client, token, [may('read', 'tasks', { orgID })]),
    () => client.delete(at(token)),
  ]
  const REFUSED = '401 unauthorized: write:authorizations is unauthorized'

  test('a token that reaches beyond its org is touched only by those who may touch any', async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const anyone = await somebody(mayAll('authorizations'))
    const foreignBucket = await createBucket(operator, otherID, name('bucket'))
    const stranger = await createUser(operator, name('user'))
    for (const permissions of [
      operatorPermissions(),
      [may('read', 'tasks')],
      [may('read', 'buckets', { id: foreignBucket })],
      [may('read', 'orgs', { id: otherID })],
      [may('write', 'users', { id: stranger })],
    ]) {
      const wide = await tokenOf(await createUser(operator, name('user')), permissions)
      for (const attempt of touch(client, wide)) expect(await attempted(attempt)).toBe(REFUSED)
      ok(await anyone.client.patch(at(wide), { status: 'inactive' }))
      ok(await anyone.client.delete(at(wide)), 204)
    }
  })

  test("an all-access token does not outrank: its org and its owner's own user are no wider world", async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const userID = await createUser(operator, name('user'))
    const bucket = await createBucket(operator, orgID, name('bucket'))
    const others = ALL_TYPES.filter(type => type !== 'orgs' && type !== 'users').flatMap(type =>
      mayAll(type, { orgID }),
    )
    const own = [may('read', 'orgs', { id: orgID }), ...mayAll('users', { id: userID }), ...others]
    const allAccess = await tokenOf(userID, [...own, may('read', 'buckets', { id: bucket })])
    ok(await client.patch(at(allAccess), { status: 'inactive' }))
    ok(await client.delete(at(allAccess)), 204)
  })

  test('nor by way of its owner or its org', async () => {
    const ownOrg = await createOrg(operator, name('org'))
    const userID = await createUser(operator, name('user'))
    const wide = await tokenOf(userID, [may('read', 'tasks')], { orgID: ownOrg })
    const { client } = await somebody([...mayAll('users', { id: userID }), ...mayAll('orgs', { id: ownOrg })])
    for (const attempt of [
      () => client.patch(`${USERS}/${userID}`, { status: 'inactive' }),
      () => client.delete(`${USERS}/${userID}`),
      () => client.delete(`${ORGS}/${ownOrg}`),
    ]) {
      expect(await attempted(attempt)).toBe(REFUSED)
    }
    ok(await client.patch(`${USERS}/${userID}`, { name: name('renamed') }))
    ok(await operator.delete(at(wide)), 204)
    ok(await client.delete(`${ORGS}/${ownOrg}`), 204)
    ok(await client.delete(`${USERS}/${userID}`), 204)
  })
})

describe('rule 3: issuing a secret is granting', () => {
  const wish = (permissions: PermissionJson[], more: Record<string, unknown> = {}) => ({ orgID, permissions, ...more })

  test('a token gives what it holds, and no more', async () => {
    const { client, userID, token } = await somebody([
      ...mayAll('authorizations', { orgID }),
      may('read', 'buckets', { orgID }),
    ])
    const self = may('write', 'users', { id: userID })
    expect(await attempted(() => client.post(AUTHORIZATIONS, wish([may('read', 'buckets', { orgID })])))).toBe(
      `401 unauthorized: write:users/${userID} is unauthorized`,
    )
    ok(
      await replace(operator, token, [...mayAll('authorizations', { orgID }), may('read', 'buckets', { orgID }), self]),
    )
    for (const more of [may('write', 'buckets', { orgID }), may('read', 'buckets'), may('read', 'tasks', { orgID })]) {
      expect(await attempted(() => client.post(AUTHORIZATIONS, wish([more])))).toMatch(
        /^403 forbidden: permission .* is not/,
      )
    }
    ok(await client.post(AUTHORIZATIONS, wish([may('read', 'buckets', { orgID })])), 201)
  })

  test('a token for somebody else takes write on that user', async () => {
    const other = await createUser(operator, name('user'))
    const grants = [...mayAll('authorizations', { orgID }), may('read', 'buckets', { orgID })]
    const { client, token } = await somebody(grants)
    const forOther = wish([may('read', 'buckets', { orgID })], { userID: other })
    expect(await attempted(() => client.post(AUTHORIZATIONS, forOther))).toBe(
      `401 unauthorized: write:users/${other} is unauthorized`,
    )
    ok(await replace(operator, token, [...grants, may('write', 'users', { id: other })]))
    expect(ok(await client.post(AUTHORIZATIONS, forOther), 201).userID).toBe(other)
  })

  test('permissions are added by those who hold them, and taken away by those who may change the token', async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const { token } = await somebody(mayAll('buckets', { orgID }))
    const more = [...mayAll('buckets', { orgID }), may('read', 'tasks', { orgID })]
    expect(await attempted(() => replace(client, token, more))).toMatch(
      /^403 forbidden: permission read:.*tasks is not/,
    )
    expect(ok(await replace(client, token, [may('read', 'buckets', { orgID })])).permissions).toHaveLength(1)
    expect(await attempted(() => replace(client, token, mayAll('buckets', { orgID })))).toMatch(/^403 forbidden: /)
  })

  test('a v1 password is set by those who hold all that it opens', async () => {
    const owner = await createUser(operator, name('user'))
    const wanted = wish(mayAll('buckets', { orgID }), { userID: owner, token: name('v1') })
    const v1 = ok(await operator.post(V1_AUTHORIZATIONS, wanted), 201)
    const set = (client: Client) => () =>
      client.post(`${V1_AUTHORIZATIONS}/${v1.id}/password`, { password: 'a-password-of-v1-7301' })
    const lacking = await somebody([may('write', 'users', { id: owner }), may('read', 'buckets', { orgID })])
    expect(await attempted(set(lacking.client))).toMatch(/^403 forbidden: permission write:.*buckets is not allowed/)
    const foreign = await somebody([...mayAll('authorizations', { orgID }), ...mayAll('buckets', { orgID })])
    expect(await attempted(set(foreign.client))).toBe(`401 unauthorized: write:users/${owner} is unauthorized`)
    const holding = await somebody([may('write', 'users', { id: owner }), ...mayAll('buckets', { orgID })])
    ok(await set(holding.client)(), 204)
  })

  test('putting a token in force again is not granting', async () => {
    const { client } = await somebody(mayAll('authorizations', { orgID }))
    const { token } = await somebody(mayAll('buckets', { orgID }))
    ok(await client.patch(at(token), { status: 'inactive' }))
    expect(ok(await client.patch(at(token), { status: 'active' })).status).toBe('active')
  })
})

describe('rule 4: nobody outlives himself', () => {
  const soon = new Date(Date.now() + 3_600_000).toISOString()
  const later = new Date(Date.now() + 7_200_000).toISOString()
  const TOO_LONG = /^403 forbidden: your own credential expires at .*: nothing it hands out may last longer$/

  test('what an expiring token makes expires with it, and no later when told to', async () => {
    const { client, token, userID } = await somebody(operatorPermissions(), { expiresAt: soon })
    const made = ok(await client.post(AUTHORIZATIONS, { orgID, permissions: [may('read', 'buckets', { orgID })] }), 201)
    expect(Date.parse(made.expiresAt)).toBe(Date.parse(soon))
    const wanted = { orgID, userID, permissions: [may('read', 'tasks')] }
    expect(await attempted(() => client.post(AUTHORIZATIONS, { ...wanted, expiresAt: later }))).toMatch(TOO_LONG)
    for (const expiresAt of [later, null]) {
      for (const target of [made, token]) {
        expect(await attempted(() => client.patch(at(target), { expiresAt }))).toMatch(TOO_LONG)
      }
    }
  })

  test('nor does it leave a password, a member, or a permission on a token that lasts', async () => {
    const { client } = await somebody(operatorPermissions(), { expiresAt: soon })
    const other = await createUser(operator, name('user'))
    const lasting = await tokenOf(other, [may('read', 'buckets', { orgID })])
    for (const attempt of [
      () => client.post(`${USERS}/${other}/password`, { password: 'new-password' }),
      () => client.post(`${ORGS}/${orgID}/owners`, { id: other }),
      () => replace(client, lasting, mayAll('buckets', { orgID })),
    ]) {
      expect(await attempted(attempt)).toMatch(TOO_LONG)
    }
  })
})

describe('rule 5: setting a password and adding a member or owner are granting', () => {
  const setPassword = (client: Client, userID: string) => () =>
    client.post(`${USERS}/${userID}/password`, { password: 'new-password' })

  test('a password is set by those who hold what a session of that user holds', async () => {
    const userID = await createUser(operator, name('user'))
    const own = mayAll('users', { id: userID })
    const { client } = await somebody([...own, ...mayAll('authorizations', { orgID })])
    const token = await tokenOf(userID, [may('read', 'buckets', { orgID })])
    const refused = `403 forbidden: permission read:orgs/${orgID}/buckets is not allowed: read:orgs/${orgID}/buckets is unauthorized`
    expect(await attempted(setPassword(client, userID))).toBe(refused)
    // Making the token inactive first does not help: it could be made active again.
    ok(await client.patch(at(token), { status: 'inactive' }))
    expect(await attempted(setPassword(client, userID))).toBe(refused)
    ok(await client.delete(at(token)), 204)
    ok(await operator.post(`${ORGS}/${orgID}/members`, { id: userID }), 201)
    expect(await attempted(setPassword(client, userID))).toMatch(/^403 forbidden: permission read:/)
    ok(await operator.delete(`${ORGS}/${orgID}/members/${userID}`), 204)
    ok(await setPassword(client, userID)(), 204)
  })

  test("the set-up user's password is set by an operator, and by nobody less", async () => {
    const { adminId } = server.onboarded
    const { client } = await somebody([...mayAll('users'), ...mayAll('authorizations'), ...mayAll('orgs')])
    expect(await attempted(setPassword(client, adminId))).toMatch(/^403 forbidden: /)
    const other = await somebody(operatorPermissions())
    ok(await setPassword(other.client, adminId)(), 204)
  })

  test("a password change ends the user's other sessions, and not the one that changed it", async () => {
    const user = name('user')
    const userID = await createUser(operator, user)
    const first = await signIn(server, userID, user, 'first-password')
    const basic = (password: string) => ({
      Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    })
    const again = await server.request('POST', '/api/v2/signin', { headers: basic('first-password') })
    const cookie = again.headers['set-cookie']?.[0]?.split(';')[0]
    const second = clientOf(server.request, { headers: { Cookie: cookie } })
    ok(await first.get('/api/v2/me'))
    ok(
      await second.put('/api/v2/me/password', { password: 'next-password' }, { headers: basic('first-password') }),
      204,
    )
    expect(refusal(await first.get('/api/v2/me'))).toBe('401 unauthorized: unauthorized access')
    ok(await second.get('/api/v2/me'))
  })

  test('a role is given by those who hold what it gives', async () => {
    const invited = await createUser(operator, name('user'))
    const add = (client: Client, role: string) => () => client.post(`${ORGS}/${orgID}/${role}s`, { id: invited })
    const { client } = await somebody(mayAll('orgs', { id: orgID }))
    for (const role of ['member', 'owner']) {
      expect(await attempted(add(client, role))).toMatch(/^403 forbidden: permission read:.* is not allowed/)
    }
    const reader = await somebody([
      ...mayAll('orgs', { id: orgID }),
      ...ALL_TYPES.filter(type => type !== 'orgs').map(type => may('read', type, { orgID })),
    ])
    expect(await attempted(add(reader.client, 'owner'))).toMatch(/^403 forbidden: permission write:/)
    ok(await add(reader.client, 'member')(), 201)
    const owner = name('owner')
    const ownerId = await createUser(operator, owner)
    ok(await operator.post(`${ORGS}/${orgID}/owners`, { id: ownerId }), 201)
    const session = await signIn(server, ownerId, owner, 'owner-password')
    ok(await session.delete(`${ORGS}/${orgID}/members/${invited}`), 204)
    ok(await add(session, 'owner')(), 201)
  })
})

test('rule 6: the org that holds the last active operator token cannot be deleted', async () => {
  const alone = await startDescribedServer()
  const { orgId, operatorAuthId } = alone.onboarded
  const refused = await alone.operator.delete(`${ORGS}/${orgId}`)
  expect(refusal(refused)).toMatch(/^422 conflict: this organization holds the last active operator token/)
  expect(ok(await alone.operator.get(AUTHORIZATIONS)).authorizations).toHaveLength(1)
  const elsewhere = await createOrg(alone.operator, 'elsewhere')
  const second = await createToken(alone.operator, { orgID: elsewhere, permissions: operatorPermissions() })
  ok(await alone.operator.patch(`${AUTHORIZATIONS}/${second.id}`, { status: 'inactive' }))
  expect((await alone.operator.delete(`${ORGS}/${orgId}`)).status).toBe(422)
  ok(await alone.operator.patch(`${AUTHORIZATIONS}/${second.id}`, { status: 'active' }))
  ok(await alone.operator.delete(`${ORGS}/${orgId}`), 204)
  expect(ok(await alone.as(second.token).get(AUTHORIZATIONS)).authorizations).toMatchObject([{ id: second.id }])
  expect((await alone.as(second.token).get(`${AUTHORIZATIONS}/${operatorAuthId}`)).status).toBe(404)
})
