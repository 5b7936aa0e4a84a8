// The paths whose work an InfluxDB does, while there is none to do it: every refusal, and 503 where the token may.
import * as http from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Answer, type Asked, type Onboarded, type Server, startServer } from './server.ts'

let server: Server
let ids: Onboarded

beforeAll(async () => {
  server = await startServer({ onboard: true, env: { SLUICE_LOG_LEVEL: 'warn' } })
  ids = server.onboarded as Onboarded
  await makeTokens()
})

type Headers = http.OutgoingHttpHeaders

async function asOperator(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await server.request(method, path, { token: ids.operator, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

/** One token of each standing, by what is to be known of it. */
const tokens: Record<'writer' | 'reader' | 'elsewhere' | 'inactive' | 'orphan' | 'sleeper', string> = {
  writer: '',
  reader: '',
  elsewhere: '',
  inactive: '',
  orphan: '',
  sleeper: '',
}

async function makeTokens(): Promise<void> {
  const { orgId, bucketId } = ids
  const other = (await asOperator('POST', '/api/v2/buckets', { orgID: orgId, name: 'bucket2' })).json()
  const user = async (name: string) => (await asOperator('POST', '/api/v2/users', { name })).json().id
  const token = async (action: string, id: string, more: object = {}) => {
    const permissions = [{ action, resource: { type: 'buckets', id, orgID: orgId } }]
    return (await asOperator('POST', '/api/v2/authorizations', { orgID: orgId, permissions, ...more })).json().token
  }
  const [gone, asleep] = [await user('gone'), await user('asleep')]
  tokens.writer = await token('write', bucketId)
  tokens.reader = await token('read', bucketId)
  tokens.elsewhere = await token('write', other.id)
  tokens.inactive = await token('write', bucketId, { status: 'inactive' })
  tokens.orphan = await token('write', bucketId, { userID: gone })
  tokens.sleeper = await token('write', bucketId, { userID: asleep })
  await asOperator('DELETE', `/api/v2/users/${gone}`)
  await asOperator('PATCH', `/api/v2/users/${asleep}`, { status: 'inactive' })
}

/** The paths, each asked for something that the writer may do. */
const WRITES = {
  v2: () => `/api/v2/write?orgID=${ids.orgId}&bucket=${ids.bucketId}`,
  v1: () => '/write?db=bucket1',
  v3: () => '/api/v3/write_lp?db=bucket1',
} as const
const POST_ONLY = 'OPTIONS, POST'
const ALSO_GET = 'OPTIONS, GET, POST'
const LINES: Asked = { body: 'm f=1' }
const FLUX: Asked = { body: { query: 'from(bucket: "bucket1") |> range(start: -1h)' } }
const TIMES: Asked = { body: { start: '2026-01-01T00:00:00Z', stop: '2026-02-01T00:00:00Z' } }
const QUERY: Asked = { body: { db: 'bucket1', q: 'SELECT f FROM m' } }
const FORM: Asked = {
  body: 'db=bucket1&q=SELECT+f+FROM+m',
  headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
}
const ALL: readonly [name: string, path: () => string, allow: string, asked: Asked, who: 'writer' | 'reader'][] = [
  ['the write of version 2', WRITES.v2, POST_ONLY, LINES, 'writer'],
  ['the query of version 2', () => `/api/v2/query?orgID=${ids.orgId}`, POST_ONLY, FLUX, 'reader'],
  [
    'the deletion of version 2',
    () => `/api/v2/delete?orgID=${ids.orgId}&bucket=${ids.bucketId}`,
    POST_ONLY,
    TIMES,
    'writer',
  ],
  ['the write of version 1', WRITES.v1, POST_ONLY, LINES, 'writer'],
  ['the query of version 1', () => '/query', ALSO_GET, FORM, 'reader'],
  ['the write of version 3', WRITES.v3, POST_ONLY, LINES, 'writer'],
  ['the SQL query of version 3', () => '/api/v3/query_sql', ALSO_GET, QUERY, 'reader'],
  ['the InfluxQL query of version 3', () => '/api/v3/query_influxql', ALSO_GET, QUERY, 'reader'],
]

const post = (path: string, asked: Asked = {}) => server.request('POST', path, { body: 'm f=1', ...asked })

/** In either dialect; which one belongs to a path has a test of its own. */
function expectRefusal(answer: Answer, status: number, code: string, message: string): void {
  const isOfThree = 'error' in answer.json()
  const body = isOfThree ? { error: message } : { code, message }
  expect([answer.status, answer.json()], answer.text).toEqual([status, body])
  expect(answer.headers['x-platform-error-code']).toBe(isOfThree ? undefined : code)
  expect(answer.headers['content-type']).toBe(isOfThree ? 'application/json' : 'application/json; charset=utf-8')
  expect(answer.headers['x-influxdb-version']).toMatch(/^v2\.9\.0\+sluice\./)
}

function expectNoUpstream(answer: Answer): void {
  const message = 'the token may do this, but no upstream InfluxDB is configured to do it'
  expectRefusal(answer, 503, 'unavailable', message)
  expect(answer.headers['retry-after']).toBe('60')
}

describe.each(ALL)('%s', (_, path, allow, asked, who) => {
  test('is refused without a credential, and with one that is good for nothing', async () => {
    expectRefusal(await post(path()), 401, 'unauthorized', 'unauthorized access')
    const dead = [tokens.inactive, tokens.orphan, tokens.sleeper]
    if (!path().startsWith('/api/')) {
      for (const token of ['unknown-token', ...dead]) {
        expectRefusal(await post(path(), { token }), 401, 'unauthorized', 'Unauthorized')
      }
      return
    }
    expectRefusal(await post(path(), { token: 'unknown-token' }), 401, 'unauthorized', 'unauthorized access')
    expectRefusal(await post(path(), { token: tokens.inactive }), 401, 'unauthorized', 'token is inactive')
    for (const token of [tokens.orphan, tokens.sleeper])
      expectRefusal(await post(path(), { token }), 403, 'forbidden', 'User is inactive')
  })

  test('tells errors as its generation does: 2.x, which has the paths of 1.x too, by code and message', async () => {
    const { status, text } = await post(path())
    const three = '{"error":"unauthorized access"}\n'
    const two = '{"code":"unauthorized","message":"unauthorized access"}'
    expect([status, text]).toEqual([401, path().startsWith('/api/v3/') ? three : two])
  })

  test('is 503 where the token may, so that agents keep their data', async () => {
    expectNoUpstream(await post(path(), { ...asked, token: tokens[who] }))
    expectNoUpstream(await post(path(), { ...asked, token: ids.operator }))
  })

  test('is 405 for a method it does not have, once it is known who asks', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const stranger = await server.request(method, path())
      expect([stranger.status, stranger.headers.allow]).toEqual([401, undefined])
      const answer = await server.request(method, path(), { token: tokens.writer })
      expectRefusal(answer, 405, 'method not allowed', `allow: ${allow}`)
      expect(answer.headers.allow).toBe(allow)
    }
  })
})

type Told = readonly [status: number, code: string, message: string]
const FORBIDDEN: Told = [403, 'forbidden', 'insufficient permissions for write']
const NO_MAPPING: Told = [404, 'not found', 'no dbrp mapping found']
const NO_BUCKET: Told = [404, 'not found', 'bucket "no-such-bucket" not found']
/** For whom what is refused how: that something does not exist is told to whoever would see it if it did. */
const UNSEEN = {
  v2: { elsewhere: FORBIDDEN, writerOfNothing: FORBIDDEN, operatorOfNothing: NO_BUCKET },
  v1: { elsewhere: NO_MAPPING, writerOfNothing: NO_MAPPING, operatorOfNothing: NO_MAPPING },
  v3: { elsewhere: FORBIDDEN, writerOfNothing: FORBIDDEN, operatorOfNothing: FORBIDDEN },
} as const

describe.each(Object.entries(WRITES))('the write of %s', (api, path) => {
  test('is refused for a token that may not write there, as for a bucket that does not exist', async () => {
    const { elsewhere, writerOfNothing, operatorOfNothing } = UNSEEN[api as keyof typeof UNSEEN]
    expectRefusal(await post(path(), { token: tokens.reader }), ...FORBIDDEN)
    expectRefusal(await post(path(), { token: tokens.elsewhere }), ...elsewhere)
    const missing = path().replace(/(bucket|db)=[^&]+/, '$1=no-such-bucket')
    expectRefusal(await post(missing, { token: tokens.writer }), ...writerOfNothing)
    expectRefusal(await post(missing, { token: ids.operator }), ...operatorOfNothing)
  })

  test('is 400 where it cannot be told what it would touch', async () => {
    const [plain, query] = path().split('?') as [string, string]
    const [first] = query.split('&') as [string]
    for (const [target, message] of [
      [plain, { v2: 'Please provide either orgID or org', v1: 'missing db', v3: 'db is missing' }[api]!],
      [`${path()}&${first}`, 'a parameter is given twice'],
      [`${path()}&unheard-of=1`, 'a parameter is not known for this path'],
      [`${path()}&precision=%zz`, 'a parameter is badly escaped'],
      [`${path()};x=1`, 'parameters are separated in two ways'],
      [`${path()}?x=1`, 'the URL can be read in more than one way'],
    ] as const) {
      const answer = await post(target, { token: tokens.writer })
      const { error, message: told = error } = answer.json()
      expect([answer.status, told], target).toEqual([400, message])
    }
  })
})

describe('a credential counts only where its generation takes it', () => {
  const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  /** Status of the three writes with one `Authorization` header. */
  async function statuses(authorization: string): Promise<Record<string, number>> {
    const entries = Object.entries(WRITES).map(async ([api, path]) => {
      const headers: Headers = { Authorization: authorization }
      return [api, (await post(path(), { headers })).status] as const
    })
    return Object.fromEntries(await Promise.all(entries))
  }

  test('Token everywhere, in any case but on version 1', async () => {
    expect(await statuses(`Token ${tokens.writer}`)).toEqual({ v1: 503, v2: 503, v3: 503 })
    expect(await statuses(`token ${tokens.writer}`)).toEqual({ v1: 401, v2: 503, v3: 503 })
  })

  test('Bearer not on version 1, unless an InfluxDB 3 stands behind', async () => {
    expect(await statuses(`Bearer ${tokens.writer}`)).toEqual({ v1: 401, v2: 503, v3: 503 })
  })

  test('Basic not on version 2, with the token for a password', async () => {
    expect(await statuses(basic('anybody', tokens.writer))).toEqual({ v1: 503, v2: 401, v3: 503 })
    expect(await statuses(basic('anybody', tokens.inactive))).toEqual({ v1: 401, v2: 401, v3: 401 })
    // Servers do not agree which colon parts the two.
    expect(await statuses(basic('any:body', tokens.writer))).toEqual({ v1: 401, v2: 401, v3: 401 })
  })

  test('in the URL on version 1 only, where it goes before the header', async () => {
    const inUrl = (path: string, token: string) => `${path}&u=anybody&p=${token}`
    expectNoUpstream(await post(inUrl(WRITES.v1(), tokens.writer)))
    expectNoUpstream(await post(inUrl(WRITES.v1(), tokens.writer), { token: 'unknown-token' }))
    expect((await post(inUrl(WRITES.v1(), 'unknown-token'), { token: tokens.writer })).status).toBe(401)
    for (const path of [WRITES.v2(), WRITES.v3()]) expect((await post(inUrl(path, tokens.writer))).status).toBe(401)
  })
})

test('other spellings of a data path are not that path, and nothing is answered for them to who has no token', async () => {
  for (const path of ['/api/v2/write/', '/api/v2//write', '/api/v2/./write', '/api/v2/%77rite', '/API/v2/write'])
    for (const asked of [{}, { token: tokens.writer }])
      expect((await post(`${path}?orgID=${ids.orgId}&bucket=${ids.bucketId}`, asked)).status, path).not.toBe(503)
  for (const path of ['/write/', '//write', '/query/', '/Write'])
    expect((await post(`${path}?db=bucket1`, { token: tokens.writer })).status, path).toBe(404)
})

test('a body of any size is answered, on a connection that stays good', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
  const body = Buffer.alloc(8 << 20, 'm f=1\n')
  for (let n = 0; n < 3; n++) {
    expectNoUpstream(await post(WRITES.v2(), { token: tokens.writer, body, agent }))
    expect((await post(WRITES.v2(), { body, agent })).status).toBe(401)
  }
  agent.destroy()
})

test('who is refused and wants the connection closed sees the answer, though he is still sending', async () => {
  const body = Buffer.alloc(8 << 20, 'm f=1\n')
  for (let n = 0; n < 10; n++) {
    expect((await post(WRITES.v2(), { body, token: 'unknown-token' })).status).toBe(401)
  }
})

test('a change of a token holds for its very next write', async () => {
  const permissions = [{ action: 'write', resource: { type: 'buckets', orgID: ids.orgId } }]
  const made = (await asOperator('POST', '/api/v2/authorizations', { orgID: ids.orgId, permissions })).json()
  for (const path of Object.values(WRITES)) {
    expectNoUpstream(await post(path(), { token: made.token }))
    await asOperator('PATCH', `/api/v2/authorizations/${made.id}`, { status: 'inactive' })
    const message = path().startsWith('/api/') ? 'token is inactive' : 'Unauthorized'
    expectRefusal(await post(path(), { token: made.token }), 401, 'unauthorized', message)
    await asOperator('PATCH', `/api/v2/authorizations/${made.id}`, { status: 'active' })
  }
})
