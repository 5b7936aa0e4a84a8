// User names and passwords for clients that speak InfluxDB 1.x.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import {
  AUTHORIZATIONS,
  createBucket,
  createOrg,
  createToken,
  createUser,
  may,
  mayAll,
  ORGS,
  ok,
  refusal,
  USERS,
  V1_AUTHORIZATIONS,
} from './fixtures.ts'
import { type Answer, secretsSeen } from './server.ts'

const PASSWORD = 'a-long-password'
const UNKNOWN = '0d1a2b3c4d5eaaaa'
/** What the data paths answer where the verdict allows, while nothing is behind them. */
const ALLOWED = '503 unavailable: the token may do this, but no upstream InfluxDB is configured to do it'
/** The words are the gateway's business. */
const REFUSED = expect.stringMatching(/^401 unauthorized: /)

let server: DescribedServer
let orgID: string
let count = 0
let name: string
let id: string
let path: string

beforeAll(async () => {
  server = await startDescribedServer()
  orgID = await createOrg(server.operator, 'plant')
  await createBucket(server.operator, orgID, 'raw')
})

const operator = () => server.operator
const create = (fields: Record<string, unknown> = {}) =>
  operator().post(V1_AUTHORIZATIONS, { orgID, permissions: mayAll('buckets', { orgID }), ...fields })
const setPassword = (password: unknown) => operator().post(`${path}/password`, { password })

beforeEach(async () => {
  name = `telegraf ${++count}`
  id = ok(await create({ token: name, description: 'agent' }), 201).id
  path = `${V1_AUTHORIZATIONS}/${id}`
})

/** Writes as a 1.x client does: with a Basic header, and with the parameters `u` and `p`. */
async function write(user: string, password: string): Promise<string[]> {
  const Authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const query = new URLSearchParams({ db: 'raw', u: user, p: password })
  const both: Answer[] = [
    await server.request('POST', '/write?db=raw', { headers: { Authorization }, body: 'm v=1' }),
    await server.request('POST', `/write?${query}`, { body: 'm v=1' }),
  ]
  return both.map(refusal)
}
const twice = <T>(answer: T): T[] => [answer, answer]

describe('a name', () => {
  test('is shown in place of a secret, in every answer', async () => {
    const shown = { id, token: name, description: 'agent', status: 'active', orgID, links: { self: path } }
    expect(ok(await operator().get(path))).toMatchObject(shown)
    expect(ok(await operator().patch(path, {}))).toMatchObject(shown)
    expect(ok(await operator().get(V1_AUTHORIZATIONS)).authorizations).toContainEqual(
      expect.objectContaining({ id, token: name }),
    )
  })

  test('is needed, is one of all orgs, and is free again when its authorization is gone', async () => {
    for (const token of ['', undefined, null])
      expect(refusal(await create({ token }))).toBe('400 invalid: token required for v1 user authorization type')
    expect(refusal(await create({ token: 'a\nb' }))).toBe('400 invalid: token must not contain control characters')
    expect(refusal(await create({ token: name }))).toBe('422 conflict: token already exists')
    const elsewhere = server.onboarded.orgId
    const permissions = mayAll('buckets', { orgID: elsewhere })
    expect(refusal(await create({ token: name, orgID: elsewhere, permissions }))).toBe(
      '422 conflict: token already exists',
    )
    expect(ok(await operator().patch(path, { token: 'changed' })).token).toBe(name)
    ok(await setPassword(PASSWORD), 204)
    ok(await operator().delete(path), 204)
    expect(refusal(await operator().get(path))).toBe('404 not found: authorization not found')
    const heir = ok(await create({ token: name }), 201)
    expect(heir.id).not.toBe(id)
    // The password of the one before is not his.
    expect(await write(name, PASSWORD)).toEqual(twice(REFUSED))
  })

  test('of many who want it at once goes to one', async () => {
    const answers = await Promise.all([...Array(8)].map(() => create({ token: `wanted ${count}` })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(422)])
  })
})

describe('a password', () => {
  test('is what makes it usable; the latest counts, at the next request', async () => {
    expect(await write(name, PASSWORD)).toEqual(twice(REFUSED))
    ok(await setPassword(PASSWORD), 204)
    expect(await write(name, PASSWORD)).toEqual(twice(ALLOWED))
    expect(await write(name, 'another-password')).toEqual(twice(REFUSED))
    ok(await setPassword('another-password'), 204)
    expect(await write(name, PASSWORD)).toEqual(twice(REFUSED))
    expect(await write(name, 'another-password')).toEqual(twice(ALLOWED))
  })

  test('has 8 to 72 bytes', async () => {
    // Of characters that no other test repeats, or the search for secrets would find them.
    const wide = 'ŁÄ'
    for (const password of ['', undefined, 'seven77', 'Kj9!'.repeat(18).padEnd(73, 'k'), wide.repeat(19)]) {
      expect(refusal(await setPassword(password))).toBe(
        '400 invalid: passwords must be between 8 and 72 characters long',
      )
    }
    for (const password of ['Kj9!Kj9!', 'Kj9!'.repeat(18), wide.repeat(18), ' p:a:s:s \u0000']) {
      ok(await setPassword(password), 204)
      expect((await write(name, password))[0]).toBe(ALLOWED)
    }
  })

  test('is for v1 authorizations that exist', async () => {
    const token = await createToken(operator(), { orgID })
    for (const other of [UNKNOWN, token.id]) {
      expect(refusal(await operator().post(`${V1_AUTHORIZATIONS}/${other}/password`, { password: PASSWORD }))).toBe(
        '404 not found: authorization not found',
      )
    }
  })
})

describe('the two kinds of authorizations', () => {
  test('do not see each other', async () => {
    const token = await createToken(operator(), { orgID })
    const gone = '404 not found: authorization not found'
    for (const [base, other] of [
      [AUTHORIZATIONS, id],
      [V1_AUTHORIZATIONS, token.id],
    ]) {
      const path = `${base}/${other}`
      expect(refusal(await operator().get(path))).toBe(gone)
      expect(refusal(await operator().patch(path, { status: 'inactive' }))).toBe(gone)
      expect(refusal(await operator().delete(path))).toBe(gone)
      expect(refusal(await operator().get(`${base}?id=${other}`))).toBe(gone)
      expect(JSON.stringify(ok(await operator().get(`${base}`)))).not.toContain(other)
    }
  })

  test('do not take each other’s credentials, but for a token in place of a password', async () => {
    ok(await setPassword(PASSWORD), 204)
    const { token } = await createToken(operator(), { orgID, permissions: mayAll('buckets', { orgID }) })
    for (const text of [name, PASSWORD, `${name}:${PASSWORD}`]) {
      expect(refusal(await server.as(text).get('/api/v2/flags'))).toBe('401 unauthorized: unauthorized access')
    }
    expect(await write('anybody', token)).toEqual(twice(ALLOWED))
    // Whatever name stands beside it, so that nobody can get into its way by taking that name.
    expect(await write(name, token)).toEqual(twice(ALLOWED))
    // The search for secrets takes all that was presented for one.
    secretsSeen.delete(name)
  })
})

describe('it stops at the next request', () => {
  const stops: [string, () => Promise<Answer>, number][] = [
    ['when it is made inactive', () => operator().patch(path, { status: 'inactive' }), 200],
    ['when it is deleted', () => operator().delete(path), 204],
  ]

  test.each(stops)('%s', async (_, stop, status) => {
    ok(await setPassword(PASSWORD), 204)
    expect(await write(name, PASSWORD)).toEqual(twice(ALLOWED))
    ok(await stop(), status)
    expect(await write(name, PASSWORD)).toEqual(twice(REFUSED))
  })

  test('when its owner is made inactive or deleted, or its org is deleted', async () => {
    const org = await createOrg(operator(), `short-lived ${count}`)
    await createBucket(operator(), org, 'raw')
    const userID = await createUser(operator(), `owner ${count}`)
    const own = ok(
      await create({ orgID: org, userID, permissions: mayAll('buckets', { orgID: org }), token: `owned ${count}` }),
      201,
    )
    ok(await operator().post(`${V1_AUTHORIZATIONS}/${own.id}/password`, { password: PASSWORD }), 204)
    const use = () => write(own.token, PASSWORD)
    expect(await use()).toEqual(twice(ALLOWED))
    ok(await operator().patch(`${USERS}/${userID}`, { status: 'inactive' }))
    expect(await use()).toEqual(twice(expect.stringMatching(/^40[13] /)))
    ok(await operator().patch(`${USERS}/${userID}`, { status: 'active' }))
    expect(await use()).toEqual(twice(ALLOWED))
    ok(await operator().delete(`${USERS}/${userID}`), 204)
    expect(await use()).toEqual(twice(expect.stringMatching(/^40[13] /)))
    ok(await operator().delete(`${ORGS}/${org}`), 204)
    expect(await use()).toEqual(twice(REFUSED))
  })
})

describe('a list', () => {
  const namesOf = async (query: string) =>
    ok(await operator().get(`${V1_AUTHORIZATIONS}?${query}`)).authorizations.map(
      ({ token }: { token: string }) => token,
    )

  test('really filters, by owner, org, id and name', async () => {
    const userID = await createUser(operator(), `filtered ${count}`)
    ok(await create({ token: `his ${count}`, userID }), 201)
    const his = [`his ${count}`]
    expect(await namesOf(`userID=${userID}`)).toEqual(his)
    expect(await namesOf(`user=${encodeURIComponent(`filtered ${count}`)}`)).toEqual(his)
    expect(await namesOf(`org=org1`)).toEqual([])
    expect(await namesOf(`org=plant&userID=${userID}`)).toEqual(his)
    expect(await namesOf(`id=${id}&user=nobody`)).toEqual([name])
    expect(await namesOf(`token=${encodeURIComponent(name)}`)).toEqual([name])
    const get = async (query: string) => refusal(await operator().get(`${V1_AUTHORIZATIONS}?${query}`))
    expect(await get('token=nobody')).toBe('404 not found: authorization not found')
    expect(await get('user=nobody')).toBe('404 not found: user not found')
    expect(await get('userID=x')).toBe('400 invalid: id must have a length of 16 bytes')
  })

  test('shows what may be read, and takes no word of the rest', async () => {
    const other = await createOrg(operator(), `hidden ${count}`)
    ok(
      await create({ orgID: other, permissions: mayAll('buckets', { orgID: other }), token: `hidden name ${count}` }),
      201,
    )
    const permissions = [may('read', 'authorizations', { orgID })]
    const reader = server.as((await createToken(operator(), { orgID, permissions })).token)
    const { text } = await reader.get(V1_AUTHORIZATIONS)
    expect(text).toContain(name)
    expect(text).not.toContain('hidden name')
    // As if there were none.
    for (const token of [`hidden name ${count}`, 'no such name']) {
      expect(refusal(await reader.get(`${V1_AUTHORIZATIONS}?token=${encodeURIComponent(token)}`))).toBe(
        '404 not found: authorization not found',
      )
    }
  })
})

test('a permission on one bucket needs a bucket that is there', async () => {
  const permissions = [may('write', 'buckets', { id: UNKNOWN, orgID })]
  expect(refusal(await create({ token: 'x', permissions }))).toBe('404 not found: bucket not found when creating auth')
  expect(refusal(await operator().patch(path, { status: 'gone' }))).toBe('400 invalid: unknown authorization status')
  expect(ok(await operator().patch(path, { expiresAt: '2031-05-06T07:08:09Z' })).expiresAt).toBe('2031-05-06T07:08:09Z')
})
