// A page of another site makes its visitor's browser send requests with the visitor's session. They change nothing.
import type * as http from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-sqlite-store.ts'
import { sql } from '../../src/store/sql.ts'
import { type Answer, type Onboarded, SETUP, type Server, startServer } from './server.ts'

type Headers = http.OutgoingHttpHeaders

let server: Server
let ids: Onboarded

beforeAll(async () => {
  server = await startServer({ onboard: true, env: { SLUICE_LOG_LEVEL: 'warn' } })
  ids = server.onboarded as Onboarded
})

/** Right, so that nothing is refused for it. */
const OWN = `Basic ${Buffer.from(`${SETUP.username}:${SETUP.password}`).toString('base64')}`

async function asOperator(method: string, path: string, body: unknown): Promise<Answer> {
  const answer = await server.request(method, path, { token: ids.operator, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

async function signIn(): Promise<Headers> {
  const answer = await server.request('POST', '/api/v2/signin', { headers: { Authorization: OWN } })
  expect(answer.status, answer.text).toBe(204)
  return { Cookie: answer.headers['set-cookie']![0]!.split(';')[0]! }
}

const me = (headers: Headers) => server.request('GET', '/api/v2/me', { headers })
const statusOf = async (answer: Promise<Answer>) => (await answer).status

describe('the page of another site', () => {
  let session: Headers
  let personId: string
  let authorizationId: string
  let etag: string

  beforeAll(async () => {
    session = await signIn()
    personId = (await asOperator('POST', '/api/v2/users', { name: 'person' })).json().id
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: ids.orgId } }]
    const made = await asOperator('POST', '/api/v2/authorizations', { orgID: ids.orgId, permissions })
    authorizationId = made.json().id
    etag = made.headers.etag!
  })

  const foreign = (): Headers[] => [
    { Origin: 'https://evil.example' },
    { Origin: 'null' },
    { Origin: 'http://127.0.0.1:1' },
    { Origin: `https://evil.example?http://127.0.0.1:${server.port}` },
    { 'Sec-Fetch-Site': 'cross-site' },
    { 'Sec-Fetch-Site': 'same-site' },
    { Origin: server.url, 'Sec-Fetch-Site': 'cross-site' },
  ]

  /** Everything that changes something, as it would be done. */
  function writes(): [method: string, path: string, body?: unknown, headers?: Headers][] {
    const permissions = [{ action: 'read', resource: { type: 'buckets', orgID: ids.orgId } }]
    const org = `/api/v2/orgs/${ids.orgId}`
    const auth = `/api/v2/authorizations/${authorizationId}`
    return [
      ['POST', '/api/v2/authorizations', { orgID: ids.orgId, permissions }],
      ['PATCH', auth, { status: 'inactive' }],
      ['PUT', `${auth}/permissions`, { permissions }, { 'If-Match': etag }],
      ['DELETE', auth],
      ['POST', '/private/legacy/authorizations', { orgID: ids.orgId, token: 'v1-user', permissions }],
      ['POST', '/api/v2/users', { name: 'another-user' }],
      ['PATCH', `/api/v2/users/${personId}`, { status: 'inactive' }],
      ['POST', `/api/v2/users/${personId}/password`, { password: 'evil-password' }],
      ['PUT', '/api/v2/me/password', { password: 'evil-password' }, { Authorization: OWN }],
      ['DELETE', `/api/v2/users/${personId}`],
      ['POST', '/api/v2/orgs', { name: 'another-org' }],
      ['PATCH', org, { name: 'another-org' }],
      ['POST', `${org}/members`, { id: personId }],
      ['DELETE', org],
      ['POST', '/api/v2/buckets', { orgID: ids.orgId, name: 'another-bucket' }],
      ['DELETE', `/api/v2/buckets/${ids.bucketId}`],
      ['POST', '/api/v2/dbrps', { orgID: ids.orgId, bucketID: ids.bucketId, database: 'd', retention_policy: 'r' }],
      ['POST', '/api/v2/signout'],
    ]
  }

  /** How much was ever changed: what is numbered, and the sessions, whose end may leave no number. */
  async function marks(): Promise<unknown> {
    const { sqlite, store } = await openStore(server.dataDir, true)
    const numbers = await sqlite.all(sql`select name, value from sequences order by name`)
    const sessions = await sqlite.all(sql`select count(*) as count from sessions`)
    await store.close()
    return [numbers, sessions]
  }

  test('changes nothing with the session of its visitor, by whatever method and path', async () => {
    const before = await marks()
    for (const headers of foreign()) {
      for (const [method, path, body, more] of writes()) {
        const answer = await server.request(method, path, { headers: { ...session, ...more, ...headers }, body })
        expect([answer.status, answer.text], `${method} ${path} with ${JSON.stringify(headers)}`).toEqual([
          403,
          JSON.stringify({ code: 'forbidden', message: 'this request comes from the page of another site' }),
        ])
      }
    }
    expect(await marks()).toEqual(before)
    expect(await statusOf(me(session))).toBe(200)
  })

  test('signs nobody in', async () => {
    const before = await marks()
    for (const headers of foreign()) {
      const all = { ...headers, Authorization: OWN }
      const answer = await server.request('POST', '/api/v2/signin', { headers: all })
      expect([answer.status, answer.headers['set-cookie']]).toEqual([403, undefined])
    }
    expect(await marks()).toEqual(before)
  })

  test('cannot read what a session is answered: no answer lets credentials through to it', async () => {
    const answer = await me({ ...session, Origin: 'https://evil.example' })
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
  })

  test('is not what our own page is, nor a program, nor who has a token', async () => {
    const change = (headers: Headers) =>
      statusOf(
        server.request('PATCH', `/api/v2/authorizations/${authorizationId}`, { headers, body: { description: 'y' } }),
      )
    expect(await change({ ...session, Origin: server.url, 'Sec-Fetch-Site': 'same-origin' })).toBe(200)
    expect(await change({ ...session, 'Sec-Fetch-Site': 'none' })).toBe(200)
    expect(await change(session)).toBe(200)
    const token = { Authorization: `Token ${ids.operator}` }
    expect(await change({ ...token, Origin: 'https://grafana.example', 'Sec-Fetch-Site': 'cross-site' })).toBe(200)
  })
})
