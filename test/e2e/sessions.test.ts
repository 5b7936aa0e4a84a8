// Sessions as a browser has them: the cookie, what it is good for, what ends it, and whose pages may use it.
import type * as http from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-sqlite-store.ts'
import { sql } from '../../src/store/sql.ts'
import { type Answer, type Onboarded, SETUP, type Server, startServer } from './server.ts'

let server: Server
let ids: Onboarded

beforeAll(async () => {
  server = await startServer({ onboard: true, env: { SLUICE_LOG_LEVEL: 'warn' } })
  ids = server.onboarded as Onboarded
})

type Headers = http.OutgoingHttpHeaders

interface Person {
  readonly id: string
  readonly name: string
  readonly password: string
}

let count = 0
const newName = (kind: string) => `${kind}-${++count}`
const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function asOperator(method: string, path: string, body?: unknown, headers: Headers = {}): Promise<Answer> {
  const answer = await server.request(method, path, { token: ids.operator, body, headers })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

async function newPerson(): Promise<Person> {
  const name = newName('person')
  const { id } = (await asOperator('POST', '/api/v2/users', { name })).json()
  const password = newName('password-of-person')
  await asOperator('POST', `/api/v2/users/${id}/password`, { password })
  return { id, name, password }
}

const signInAnswer = ({ name, password }: Omit<Person, 'id'>, at: Server = server) =>
  at.request('POST', '/api/v2/signin', { headers: { Authorization: basic(name, password) } })

async function signIn(person: Omit<Person, 'id'>, at: Server = server): Promise<Headers> {
  const answer = await signInAnswer(person, at)
  expect(answer.status, answer.text).toBe(204)
  return { Cookie: answer.headers['set-cookie']![0]!.split(';')[0]! }
}

const ADMIN = { name: SETUP.username, password: SETUP.password }
const me = (headers: Headers, at: Server = server) => at.request('GET', '/api/v2/me', { headers })
const statusOf = async (answer: Promise<Answer>) => (await answer).status

// --- The cookie ------------------------------------------------------------------------------

describe('the cookie', () => {
  const COOKIE = /^influxdb-oss-session=([\w-]{86}==); Path=\/api\/; Expires=([^;]+); HttpOnly; SameSite=Strict$/

  async function lifetimeMs(at: Server): Promise<number> {
    const { headers } = await signInAnswer(ADMIN, at)
    expect(headers['set-cookie']).toHaveLength(1)
    const [, , expires = ''] = COOKIE.exec(headers['set-cookie']![0]!) ?? []
    return Date.parse(expires) - Date.parse(headers.date!)
  }

  test('is for our API and no script, and lasts an hour', async () => {
    // Both dates are whole seconds, and the one is taken a moment before the other.
    expect(Math.abs((await lifetimeMs(server)) - 3_600_000)).toBeLessThanOrEqual(2000)
  })

  test('lasts as long as configured', async () => {
    const other = await startServer({ onboard: true, env: { SLUICE_SESSIONS_LENGTH_MINUTES: '7' } })
    expect(Math.abs((await lifetimeMs(other)) - 7 * 60_000)).toBeLessThanOrEqual(2000)
  })

  test('travels over TLS only once the world sees us by TLS', async () => {
    const first = await startServer({ onboard: true })
    await first.stop()
    const args = ['--public-url', 'https://tokens.example.org']
    const other = await startServer({ dataDir: first.dataDir, args })
    const { headers } = await signInAnswer(ADMIN, other)
    expect(headers['set-cookie']).toEqual([expect.stringContaining('; HttpOnly; Secure; SameSite=Strict')])
    // And its pages have that origin.
    const session = { Cookie: headers['set-cookie']![0]!.split(';')[0]! }
    const rename = (origin: string) =>
      other.request('PATCH', `/api/v2/users/${ids.adminId}`, { headers: { ...session, Origin: origin }, body: {} })
    expect((await rename('https://tokens.example.org')).status).not.toBe(403)
    expect((await rename('https://tokens.example.com')).status).toBe(403)
  })

  test('is worth nothing changed, cut short, or under another name', async () => {
    const { Cookie } = await signIn(ADMIN)
    const [name, key = ''] = String(Cookie).split(/=(.*)/s)
    for (const value of [
      `${name}=${key[0] === 'A' ? 'B' : 'A'}${key.slice(1)}`,
      `${name}=${key.slice(0, -1)}`,
      `${name}=${key}x`,
      `${name}=`,
      `session=${key}`,
      `${name}x=${key}`,
    ])
      expect(await statusOf(me({ Cookie: value }))).toBe(401)
    expect(await statusOf(me({ Cookie: `other=1; ${Cookie}; more=2` }))).toBe(200)
  })

  test('does not help beside a wrong token, nor where tokens are for data', async () => {
    const session = await signIn(ADMIN)
    expect(await statusOf(me({ ...session, Authorization: 'Token wrong-token' }))).toBe(401)
    const write = `/api/v2/write?orgID=${ids.orgId}&bucket=${ids.bucketId}`
    expect(await statusOf(server.request('POST', write, { headers: session, body: 'm f=1' }))).toBe(401)
    expect(await statusOf(server.request('POST', '/write?db=bucket1', { headers: session, body: 'm f=1' }))).toBe(401)
  })
})

// --- What it is kept and ended by ---------------------------------------------------------------

describe('a session', () => {
  test('outlives a restart', async () => {
    const first = await startServer({ onboard: true })
    const session = await signIn(ADMIN, first)
    await first.stop()
    const second = await startServer({ dataDir: first.dataDir })
    expect(await statusOf(me(session, second))).toBe(200)
  })

  test('in its last five minutes lasts five minutes from each use', async () => {
    const other = await startServer({ onboard: true, env: { SLUICE_SESSIONS_LENGTH_MINUTES: '1' } })
    const session = await signIn(ADMIN, other)
    const { sqlite, store } = await openStore(other.dataDir, true)
    const leftMs = async () => {
      const [row] = await sqlite.all<{ created: number; ends: number }>(
        sql`select created_at as created, expires_at as ends from sessions`,
      )
      return row!.ends - row!.created
    }
    expect(await leftMs()).toBe(60_000)
    expect(await statusOf(me(session, other))).toBe(200)
    expect(await leftMs()).toBeGreaterThanOrEqual(5 * 60_000)
    await store.close()
  })

  test('ends when it is signed out, and only it', async () => {
    const [one, other] = [await signIn(ADMIN), await signIn(ADMIN)]
    const signOut = (headers: Headers) => server.request('POST', '/api/v2/signout', { headers })
    expect(await statusOf(signOut(one))).toBe(204)
    expect([await statusOf(me(one)), await statusOf(me(other))]).toEqual([401, 200])
    for (const headers of [one, {}, { Authorization: `Token ${ids.operator}` }])
      expect(await statusOf(signOut(headers))).toBe(401)
  })

  test('changes the password and goes on, while the others of its user end', async () => {
    const [person, bystander] = [await newPerson(), await newPerson()]
    const [own, other, foreign] = [await signIn(person), await signIn(person), await signIn(bystander)]
    const headers = { ...own, Authorization: basic(person.name, person.password) }
    const changed = await server.request('PUT', '/api/v2/me/password', { headers, body: { password: 'next-password' } })
    expect(changed.status, changed.text).toBe(204)
    expect([await statusOf(me(own)), await statusOf(me(other)), await statusOf(me(foreign))]).toEqual([200, 401, 200])
    expect((await signInAnswer(person)).status).toBe(401)
    expect((await signInAnswer({ ...person, password: 'next-password' })).status).toBe(204)
  })

  test('goes on when a wrong old password changes nothing', async () => {
    const person = await newPerson()
    const [own, other] = [await signIn(person), await signIn(person)]
    const headers = { ...own, Authorization: basic(person.name, 'not-the-password') }
    const refused = await server.request('PUT', '/api/v2/me/password', { headers, body: { password: 'next-password' } })
    expect(refused.status).toBe(403)
    expect([await statusOf(me(own)), await statusOf(me(other))]).toEqual([200, 200])
    expect((await signInAnswer(person)).status).toBe(204)
  })

  test('ends when an operator sets the password, or deletes the user; it sleeps while the user is inactive', async () => {
    const person = await newPerson()
    const first = await signIn(person)
    const password = newName('password-set-anew')
    await asOperator('POST', `/api/v2/users/${person.id}/password`, { password })
    expect(await statusOf(me(first))).toBe(401)

    const second = await signIn({ ...person, password })
    await asOperator('PATCH', `/api/v2/users/${person.id}`, { status: 'inactive' })
    const asleep = await me(second)
    expect([asleep.status, asleep.json().message]).toEqual([403, 'User is inactive'])
    await asOperator('PATCH', `/api/v2/users/${person.id}`, { status: 'active' })
    expect(await statusOf(me(second))).toBe(200)
    await asOperator('DELETE', `/api/v2/users/${person.id}`)
    expect(await statusOf(me(second))).toBe(401)
  })
})

// --- What it may do -----------------------------------------------------------------------------

describe('what a session may do follows at once', () => {
  const bucket = (headers: Headers) => statusOf(server.request('GET', `/api/v2/buckets/${ids.bucketId}`, { headers }))

  test('where its user belongs', async () => {
    const person = await newPerson()
    const session = await signIn(person)
    const org = `/api/v2/orgs/${ids.orgId}`
    const rename = () =>
      statusOf(
        server.request('PATCH', `/api/v2/buckets/${ids.bucketId}`, { headers: session, body: { description: 'x' } }),
      )
    expect([await bucket(session), await rename()]).toEqual([401, 401])
    await asOperator('POST', `${org}/members`, { id: person.id })
    expect([await bucket(session), await rename()]).toEqual([200, 401])
    await asOperator('DELETE', `${org}/members/${person.id}`)
    expect([await bucket(session), await rename()]).toEqual([401, 401])
    await asOperator('POST', `${org}/owners`, { id: person.id })
    expect([await bucket(session), await rename()]).toEqual([200, 200])
    await asOperator('DELETE', `${org}/owners/${person.id}`)
    expect([await bucket(session), await rename()]).toEqual([401, 401])
  })

  test('which tokens its user has that are in force', async () => {
    const person = await newPerson()
    const session = await signIn(person)
    const permissions = [{ action: 'read', resource: { type: 'buckets', id: ids.bucketId, orgID: ids.orgId } }]
    const wanted = { orgID: ids.orgId, userID: person.id, permissions }
    expect(await bucket(session)).toBe(401)
    const { id } = (await asOperator('POST', '/api/v2/authorizations', wanted)).json()
    expect(await bucket(session)).toBe(200)
    const path = `/api/v2/authorizations/${id}`
    for (const [status, expected] of [
      ['inactive', 401],
      ['active', 200],
    ] as const) {
      await asOperator('PATCH', path, { status })
      expect(await bucket(session), status).toBe(expected)
    }
    const others = [{ action: 'read', resource: { type: 'tasks', orgID: ids.orgId } }]
    const { etag } = (await asOperator('GET', path)).headers
    await asOperator('PUT', `${path}/permissions`, { permissions: others }, { 'If-Match': etag })
    expect(await bucket(session)).toBe(401)
    const again = (await asOperator('POST', '/api/v2/authorizations', wanted)).json()
    expect(await bucket(session)).toBe(200)
    await asOperator('DELETE', `/api/v2/authorizations/${again.id}`)
    expect(await bucket(session)).toBe(401)
  })
})
