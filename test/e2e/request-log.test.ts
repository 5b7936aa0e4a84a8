import { beforeAll, describe, expect, test } from 'vitest'
import { type Client, type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createToken, createUser, forEach, may, ok, signIn, USERS } from './fixtures.ts'

/** One line of the log. */
interface Entry {
  readonly time: string
  readonly level: string
  readonly message: string
  readonly method?: string
  readonly path?: string
  readonly status?: number
  readonly actor?: string
  readonly from?: string
  readonly durationMs?: number
}

const SEARCHED = 'searched-for-text'
const DESCRIBED = 'described-as-text'
const PASSWORD = 'a-long-password'

let server: DescribedServer
let lines: string[]
let entries: Entry[]
let reader: Created
let userId: string
let asked = 0

/** Counts what is asked, set-up and polls for health aside. */
function counting(client: Client): Client {
  const counted = <Args extends unknown[], T>(ask: (...args: Args) => T) => {
    return (...args: Args) => {
      asked++
      return ask(...args)
    }
  }
  const { get, post, put, patch, delete: remove } = client
  return { get: counted(get), post: counted(post), put: counted(put), patch: counted(patch), delete: counted(remove) }
}

async function use(operator: Client, orgID: string): Promise<void> {
  reader = await createToken(operator, {
    orgID,
    description: DESCRIBED,
    permissions: [may('read', 'authorizations', { orgID })],
  })
  userId = await createUser(operator, 'somebody')
  await counting(server.as(reader.token)).get(`${AUTHORIZATIONS}?search=${SEARCHED}&token=${reader.token}`)
  await counting(server.as(reader.token)).get(`${USERS}/${userId}`)
  await counting(server.as('no-such-token-at-all')).get(AUTHORIZATIONS)
  await counting(server.as()).get(`/nowhere/${reader.token}`)
  await counting(server.as()).get(`${AUTHORIZATIONS}/${reader.token}`)
  await counting(server.as()).post(`/write?db=x&u=a&p=${reader.token}`, 'm v=1')
  await forEach([...Array(100).keys()], 8, () => counting(server.as()).get('/ping'))
}

beforeAll(async () => {
  server = await startDescribedServer()
  const operator = counting(server.operator)
  await use(operator, server.onboarded.orgId)
  const session = await signIn(server, userId, 'somebody', PASSWORD)
  // What signing in took.
  asked += 2
  ok(await counting(session).get('/api/v2/me'))
  await server.stop()
  lines = server.output().trim().split('\n')
  entries = lines.filter(line => line.startsWith('{')).map(line => JSON.parse(line))
})

const requests = () => entries.filter(({ message }) => message === 'request')
const of = (method: string, path: string) => requests().filter(entry => entry.method === method && entry.path === path)

describe('the log', () => {
  test('is one JSON object a line, after the one line for people', () => {
    expect(lines[0]).toMatch(/^Sluice is ready at http:\/\/127\.0\.0\.1:\d+ and waits to be set up/)
    expect(entries).toHaveLength(lines.length - 1)
    for (const { time, level } of entries) {
      expect(new Date(time).toISOString()).toBe(time)
      expect(level).toMatch(/^(info|warn)$/)
    }
  })

  test('has exactly one line for each request', () => {
    const harness = of('GET', '/health').length + of('POST', '/api/v2/setup').length
    expect(requests()).toHaveLength(asked + harness)
    expect(of('GET', '/ping')).toHaveLength(100)
    expect(of('POST', AUTHORIZATIONS)).toHaveLength(1)
  })

  test('says what was asked, what was answered, from where and how long it took', () => {
    const [entry] = of('POST', USERS)
    expect(entry).toMatchObject({ level: 'info', status: 201, from: '127.0.0.1', durationMs: expect.any(Number) })
  })

  test('names who asked: a token by its id, a session by its user, nobody if nobody was recognized', () => {
    const { operatorAuthId } = server.onboarded
    expect(of('POST', USERS)).toMatchObject([{ actor: `authorization:${operatorAuthId}` }])
    expect(of('GET', `${USERS}/${userId}`)).toMatchObject([{ status: 401, actor: `authorization:${reader.id}` }])
    expect(of('GET', '/api/v2/me')).toMatchObject([{ status: 200, actor: `user:${userId}` }])
    expect(of('GET', AUTHORIZATIONS).map(({ status, actor }) => [status, actor])).toEqual([
      [200, `authorization:${reader.id}`],
      [401, undefined],
    ])
  })

  test('does not repeat a path that is not ours, which may be a token that was pasted', () => {
    const paths = requests().map(({ path }) => path)
    expect(paths.filter(path => path === 'other')).toHaveLength(2)
  })

  test('has no query, no text of a body, no password and no token', () => {
    const text = lines.join('\n')
    const hidden = [SEARCHED, DESCRIBED, PASSWORD, reader.token, 'no-such-token-at-all', server.onboarded.operator, '?']
    for (const secret of hidden) expect(text.split(secret).length - 1, secret).toBe(0)
  })
})
