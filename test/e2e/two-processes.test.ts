// Two servers on one data directory: what one has acknowledged, the other knows at its next request.
import * as http from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Asked, type Onboarded, type Server, startServer } from './server.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
/** One of the two servers, over connections that stay open. */
type Process = (method: Method, path: string, asked?: Asked) => Promise<Answer>

const WORKERS = 64
const ROUNDS = 10_000

const agents: http.Agent[] = []
let a: Process
let b: Process
let ids: Onboarded

function over(server: Server): Process {
  // Given up after a second without use, well before the server does: who uses a connection at that moment gets no answer.
  const agent = new http.Agent({ keepAlive: true, maxSockets: WORKERS, timeout: 1000 })
  agents.push(agent)
  return (method, path, asked) => server.request(method, path, { ...asked, agent })
}

beforeAll(async () => {
  const env = { SLUICE_FORWARD_AUTH_TRUSTED: '127.0.0.1', SLUICE_LOG_LEVEL: 'warn' }
  const first = await startServer({ onboard: true, env })
  const second = await startServer({ dataDir: first.dataDir, env })
  ids = first.onboarded as Onboarded
  a = over(first)
  b = over(second)
})
afterAll(() => {
  for (const agent of agents) agent.destroy()
})

/** A change by the operator that must succeed: what it promises holds from its answer on. */
async function acknowledged(at: Process, method: Method, path: string, asked: Asked = {}): Promise<Answer> {
  const answer = await at(method, path, { token: ids.operator, ...asked })
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
  return answer
}

let names = 0
const newName = (kind: string) => `${kind}-${++names}`

interface Token {
  readonly id: string
  readonly token: string
}

/** A token that may write to one bucket and read its own org's authorizations. */
async function newToken(at: Process, more: Record<string, unknown> = {}): Promise<Token> {
  const orgID = String(more.orgID ?? ids.orgId)
  const permissions = [
    { action: 'read', resource: { type: 'authorizations', orgID } },
    { action: 'write', resource: { type: 'buckets', orgID } },
  ]
  return (await acknowledged(at, 'POST', '/api/v2/authorizations', { body: { orgID, permissions, ...more } })).json()
}

const path = ({ id }: Token) => `/api/v2/authorizations/${id}`

/** Uses a token in both ways that tokens are used: for the API, and for a proxy that asks before it forwards. */
const uses: readonly ((at: Process, token: Token) => Promise<Answer>)[] = [
  (at, token) => at('GET', path(token), { token: token.token }),
  (at, { token }) => {
    const uri = `/api/v2/write?orgID=${ids.orgId}&bucket=${ids.bucketId}`
    return at('GET', '/authorize', { token, headers: { 'X-Forwarded-Method': 'POST', 'X-Forwarded-Uri': uri } })
  },
]

/** What went wrong, by kind. Everything must stay at 0. */
class Tally {
  accepted = 0
  refused = 0
  readonly examples: string[] = []

  mustAllow(answer: Answer): void {
    if (answer.status === 200) return
    this.refused++
    this.#note('refused after it was allowed', answer)
  }
  mustRefuse(answer: Answer, status: number, message: string): void {
    if (answer.status === status && answer.json().message.includes(message)) return
    this.accepted++
    this.#note('not refused after it was forbidden', answer)
  }
  #note(what: string, { status, text }: Answer): void {
    if (this.examples.length < 5) this.examples.push(`${what}: ${status} ${text}`)
  }
}

/** Runs rounds on several workers at once and prints what came out. */
async function run(
  name: string,
  { rounds, workers = 16 }: { rounds: number; workers?: number },
  worker: (tally: Tally) => Promise<(round: number) => Promise<void>>,
): Promise<void> {
  const tally = new Tally()
  const begunMs = performance.now()
  let left = rounds
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const round = await worker(tally)
      while (left > 0) await round(left--)
    }),
  )
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1)
  const { accepted, refused } = tally
  console.log(`${name}: ${rounds} rounds, ${accepted} wrongly accepted, ${refused} wrongly refused, ${seconds} s`)
  expect(tally).toMatchObject({ accepted: 0, refused: 0, examples: [] })
}

test('a token disabled through one process is refused by the other at once, and enabled again accepted', async () => {
  await run('disable and enable', { rounds: ROUNDS, workers: WORKERS }, async tally => {
    const token = await newToken(a)
    for (const use of uses) tally.mustAllow(await use(b, token))
    return async round => {
      // Each process disables as often as it enables.
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      const use = uses[(round >> 1) % uses.length]!
      await acknowledged(one, 'PATCH', path(token), { body: { status: 'inactive' } })
      tally.mustRefuse(await use(other, token), 401, 'token is inactive')
      await acknowledged(other, 'PATCH', path(token), { body: { status: 'active' } })
      tally.mustAllow(await use(one, token))
    }
  })
}, 240_000)

test('a token created through one process works in the other, and deleted there is unknown to the first', async () => {
  await run('create and delete', { rounds: 500 }, async tally => async round => {
    const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
    const token = await newToken(one)
    for (const use of uses) tally.mustAllow(await use(other, token))
    tally.mustAllow(await uses[0]!(one, token))
    await acknowledged(other, 'DELETE', path(token))
    for (const use of uses) tally.mustRefuse(await use(one, token), 401, 'unauthorized access')
  })
}, 120_000)

test('the tokens of a user deactivated through one process are refused by the other', async () => {
  await run('deactivate a user', { rounds: 500 }, async tally => {
    const user = (await acknowledged(a, 'POST', '/api/v2/users', { body: { name: newName('user') } })).json()
    const token = await newToken(a, { userID: user.id })
    return async round => {
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      await acknowledged(one, 'PATCH', `/api/v2/users/${user.id}`, { body: { status: 'inactive' } })
      for (const use of uses) tally.mustRefuse(await use(other, token), 403, 'User is inactive')
      await acknowledged(other, 'PATCH', `/api/v2/users/${user.id}`, { body: { status: 'active' } })
      for (const use of uses) tally.mustAllow(await use(one, token))
    }
  })
}, 120_000)

test('the tokens of an organization deleted through one process are unknown to the other', async () => {
  await run('delete an organization', { rounds: 200 }, async tally => async round => {
    const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
    const org = (await acknowledged(one, 'POST', '/api/v2/orgs', { body: { name: newName('org') } })).json()
    const token = await newToken(one, { orgID: org.id })
    tally.mustAllow(await uses[0]!(one, token))
    tally.mustAllow(await uses[0]!(other, token))
    await acknowledged(other, 'DELETE', `/api/v2/orgs/${org.id}`)
    for (const use of uses) tally.mustRefuse(await use(one, token), 401, 'unauthorized access')
  })
}, 120_000)

test('a permission taken away through one process is gone in the other, and given back is there', async () => {
  await run('replace permissions', { rounds: 500 }, async tally => {
    const token = await newToken(a)
    const reads = [{ action: 'read', resource: { type: 'authorizations', orgID: ids.orgId } }]
    const writes = [{ action: 'write', resource: { type: 'buckets', orgID: ids.orgId } }]
    let { etag } = (await acknowledged(a, 'GET', path(token))).headers
    const replace = async (at: Process, permissions: unknown) => {
      const headers = { 'If-Match': etag }
      etag = (await acknowledged(at, 'PUT', `${path(token)}/permissions`, { headers, body: { permissions } })).headers
        .etag
    }
    return async round => {
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      await replace(one, writes)
      tally.mustRefuse(await uses[0]!(other, token), 401, 'is unauthorized')
      tally.mustAllow(await uses[1]!(other, token))
      await replace(other, reads)
      tally.mustAllow(await uses[0]!(one, token))
      tally.mustRefuse(await uses[1]!(one, token), 403, 'insufficient permissions')
    }
  })
}, 120_000)

// --- Sessions: few rounds, because each sign-in hashes a password slowly ------------------------

interface Person {
  readonly id: string
  readonly name: string
  password: string
}

async function newPerson(): Promise<Person> {
  const name = newName('person')
  const { id } = (await acknowledged(a, 'POST', '/api/v2/users', { body: { name } })).json()
  const person = { id, name, password: newName('first-password') }
  await acknowledged(a, 'POST', `/api/v2/users/${id}/password`, { body: { password: person.password } })
  return person
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

async function signIn(at: Process, { name, password }: Person): Promise<http.OutgoingHttpHeaders> {
  const answer = await at('POST', '/api/v2/signin', { headers: { Authorization: basic(name, password) } })
  expect(answer.status, answer.text).toBe(204)
  return { Cookie: answer.headers['set-cookie']![0]!.split(';')[0]! }
}

const me = (at: Process, session: http.OutgoingHttpHeaders) => at('GET', '/api/v2/me', { headers: session })

test('a session signed out through one process is unknown to the other', async () => {
  await run('sign out', { rounds: 40, workers: 4 }, async tally => {
    const person = await newPerson()
    return async round => {
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      const session = await signIn(one, person)
      for (const at of [a, b]) tally.mustAllow(await me(at, session))
      expect((await other('POST', '/api/v2/signout', { headers: session })).status).toBe(204)
      tally.mustRefuse(await me(one, session), 401, 'unauthorized access')
    }
  })
}, 120_000)

test('a password changed through one process ends the other sessions in the other, and the old one no longer signs in', async () => {
  await run('change a password', { rounds: 12, workers: 4 }, async tally => {
    const person = await newPerson()
    return async round => {
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      const [own, stranger] = [await signIn(one, person), await signIn(other, person)]
      for (const at of [a, b]) tally.mustAllow(await me(at, stranger))
      const old = person.password
      person.password = newName('next-password')
      const changed = await one('PUT', '/api/v2/me/password', {
        headers: { ...own, Authorization: basic(person.name, old) },
        body: { password: person.password },
      })
      expect(changed.status, changed.text).toBe(204)
      tally.mustRefuse(await me(other, stranger), 401, 'unauthorized access')
      tally.mustAllow(await me(other, own))
      const again = await other('POST', '/api/v2/signin', { headers: { Authorization: basic(person.name, old) } })
      tally.mustRefuse(again, 401, 'unauthorized access')
    }
  })
}, 120_000)

test('a session loses what its user is taken out of through the other process', async () => {
  await run('remove a member', { rounds: 200, workers: 8 }, async tally => {
    const person = await newPerson()
    const session = await signIn(a, person)
    const members = `/api/v2/orgs/${ids.orgId}/members`
    const bucket = (at: Process) => at('GET', `/api/v2/buckets/${ids.bucketId}`, { headers: session })
    return async round => {
      const [one, other] = round % 2 === 0 ? [a, b] : [b, a]
      await acknowledged(one, 'POST', members, { body: { id: person.id } })
      for (const at of [a, b]) tally.mustAllow(await bucket(at))
      await acknowledged(other, 'DELETE', `${members}/${person.id}`)
      tally.mustRefuse(await bucket(one), 401, 'is unauthorized')
    }
  })
}, 120_000)
