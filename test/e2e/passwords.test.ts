// Whatever takes a password is slow for who guesses, and for nobody else.
import * as http from 'node:http'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Answer, type Asked, type Onboarded, type Server, startServer } from './server.ts'

// Every password is hashed slowly, and other tests may have the processors.
vi.setConfig({ testTimeout: 180_000 })

let server: Server
let ids: Onboarded

beforeAll(async () => {
  server = await startServer({ onboard: true, env: { SLUICE_LOG_LEVEL: 'error' } })
  ids = server.onboarded as Onboarded
})

// --- People and places -----------------------------------------------------------------------

interface Person {
  readonly id: string
  readonly name: string
  readonly password: string
}

let count = 0
const newName = (kind: string) => `${kind}-${++count}`
/** An address of this machine that nobody has come from yet. */
const newAddress = () => `127.1.${++count >> 8}.${count & 255}`

async function asOperator(method: string, path: string, body?: unknown): Promise<Answer> {
  const answer = await server.request(method, path, { token: ids.operator, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer
}

async function newPerson(): Promise<Person> {
  const name = newName('person')
  const { id } = (await asOperator('POST', '/api/v2/users', { name })).json()
  const password = newName('right-password')
  await asOperator('POST', `/api/v2/users/${id}/password`, { password })
  return { id, name, password }
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
/** Longer than the queue of passwords can take on a machine that has much else to do. */
const timeoutMs = 150_000
const signIn = (name: string, password: string, from: string) =>
  server.request('POST', '/api/v2/signin', { from, timeoutMs, headers: { Authorization: basic(name, password) } })

async function sessionOf({ name, password }: Person, from: string): Promise<string> {
  const answer = await signIn(name, password, from)
  expect(answer.status, answer.text).toBe(204)
  return answer.headers['set-cookie']![0]!.split(';')[0]!
}

function expectThrottled(answer: Answer): void {
  expect([answer.status, answer.json().code], answer.text).toEqual([429, 'too many requests'])
  const seconds = Number(answer.headers['retry-after'])
  expect(Number.isInteger(seconds) && seconds >= 1 && seconds <= 60, `Retry-After: ${seconds}`).toBe(true)
}

/** Enough at once that whoever is to be slowed down has to wait for a minute, which no test can sit out by being slow. */
const BURST = 12

/** What takes a password to prove who somebody is: one attempt with a password, from an address. */
interface Door {
  readonly name: string
  /** What a person needs beforehand. */
  prepare(person: Person): Promise<Attempt>
  readonly wrong: number
  readonly right: number
}
type Attempt = (password: string, from: string) => Promise<Answer>

const DOORS: readonly Door[] = [
  {
    name: 'POST /api/v2/signin',
    prepare:
      async ({ name }) =>
      (password, from) =>
        signIn(name, password, from),
    wrong: 401,
    right: 204,
  },
  ...['/api/v2/me/password', '/api/v2/users/{id}/password'].map(path => ({
    name: `PUT ${path}`,
    prepare: async (person: Person): Promise<Attempt> => {
      const cookie = await sessionOf(person, newAddress())
      return (old, from) => {
        // The name in the header must not matter: it is the user's own password that is guessed.
        const headers = { Cookie: cookie, Authorization: basic(newName('anybody'), old) }
        const asked: Asked = { from, timeoutMs, headers, body: { password: person.password } }
        return server.request('PUT', path.replace('{id}', person.id), asked)
      }
    },
    wrong: 403,
    right: 204,
  })),
]

describe.each(DOORS)('$name', ({ prepare, wrong, right }) => {
  test('forgives some wrong passwords', async () => {
    const person = await newPerson()
    const [attempt, from] = [await prepare(person), newAddress()]
    for (let n = 0; n < 5; n++) expect((await attempt('wrong-password', from)).status).toBe(wrong)
    expect((await attempt(person.password, from)).status).toBe(right)
  })

  test('makes who guesses wait, with the right password too, and nobody else', async () => {
    const [person, other] = [await newPerson(), await newPerson()]
    const [attempt, otherAttempt, from] = [await prepare(person), await prepare(other), newAddress()]
    const guesses = await Promise.all(Array.from({ length: BURST }, () => attempt('wrong-password', from)))
    for (const { status } of guesses) expect([wrong, 429]).toContain(status)
    for (const password of ['wrong-password', person.password]) expectThrottled(await attempt(password, from))
    // Somebody else from there, and the person from somewhere else.
    expect((await otherAttempt(other.password, from)).status).toBe(right)
    expect((await attempt(person.password, newAddress())).status).toBe(right)
  })
})

describe('POST /api/v2/signin', () => {
  test('makes who tries one user from everywhere wait, but not where that user has got in before', async () => {
    const [person, home] = [await newPerson(), newAddress()]
    expect((await signIn(person.name, person.password, home)).status).toBe(204)
    for (let wave = 0; wave < 3; wave++)
      await Promise.all(Array.from({ length: 19 }, () => signIn(person.name, 'wrong-password', newAddress())))
    expectThrottled(await signIn(person.name, person.password, newAddress()))
    expect((await signIn(person.name, person.password, home)).status).toBe(204)
  })

  test('makes who tries everybody from one address wait, but not who has got in from there before', async () => {
    const [resident, guest, from] = [await newPerson(), await newPerson(), newAddress()]
    expect((await signIn(resident.name, resident.password, from)).status).toBe(204)
    await Promise.all(Array.from({ length: 27 }, () => signIn(newName('made-up'), 'wrong-password', from)))
    expectThrottled(await signIn(newName('made-up'), 'wrong-password', from))
    expectThrottled(await signIn(guest.name, guest.password, from))
    expect((await signIn(resident.name, resident.password, from)).status).toBe(204)
    expect((await signIn(guest.name, guest.password, newAddress())).status).toBe(204)
  })
})

describe('a user name and password of version 1', () => {
  test('make who guesses wait, and nobody else', async () => {
    const { orgId } = ids
    const permissions = [{ action: 'write', resource: { type: 'buckets', orgID: orgId } }]
    const name = newName('v1-user')
    const path = '/private/legacy/authorizations'
    const { id } = (await asOperator('POST', path, { orgID: orgId, token: name, permissions })).json()
    await asOperator('POST', `${path}/${id}/password`, { password: 'right-v1-password' })
    const write = (password: string, from: string) =>
      server.request('POST', `/write?db=nothing&u=${name}&p=${password}`, { from, body: 'm f=1' })
    const from = newAddress()
    // Known, and refused only because there is no such database.
    expect((await write('right-v1-password', from)).status).toBe(404)
    const guesser = newAddress()
    await Promise.all(Array.from({ length: BURST }, () => write('wrong-v1-password', guesser)))
    for (const password of ['wrong-v1-password', 'another-v1-password']) expectThrottled(await write(password, guesser))
    expect((await write('right-v1-password', from)).status).toBe(404)
  })
})

// --- Floods ----------------------------------------------------------------------------------

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!
const ms = (value: number) => `${value.toFixed(1)} ms`

async function timeOf(act: () => Promise<Answer>): Promise<number> {
  const begunMs = performance.now()
  await act()
  return performance.now() - begunMs
}

describe('a flood of sign-ins', () => {
  const agents: http.Agent[] = []
  afterAll(() => {
    for (const agent of agents) agent.destroy()
  })

  test('is answered: those that can wait their turn, and for the others, who set passwords too, 429', async () => {
    const { id } = await newPerson()
    const setting = { token: ids.operator, timeoutMs, body: { password: 'some-password' } }
    const [signIns, settings] = await Promise.all([
      Promise.all(Array.from({ length: 150 }, () => signIn(newName('made-up'), 'wrong-password', newAddress()))),
      Promise.all(Array.from({ length: 20 }, () => server.request('POST', `/api/v2/users/${id}/password`, setting))),
    ])
    const answers = [...signIns, ...settings]
    const refused = answers.filter(({ status }) => status === 429)
    for (const answer of refused) expectThrottled(answer)
    const checked = [
      ...signIns.filter(({ status }) => status === 401),
      ...settings.filter(({ status }) => status === 204),
    ]
    console.log(`passwords: ${answers.length} at once: ${checked.length} hashed, ${refused.length} told to come later`)
    expect(checked.length + refused.length).toBe(answers.length)
    // 2 at once and 64 in the queue, and what was done while the others were still arriving.
    expect(refused.length).toBeGreaterThan(answers.length / 3)
  })

  /** Sign-ins without end, each by a new user from a new address, so that none is throttled and each is hashed. */
  function startFlood(connections: number): () => Promise<void> {
    let flooding = true
    const loops = Array.from({ length: connections }, async () => {
      while (flooding) await signIn(newName('made-up'), 'wrong-password', newAddress())
    })
    return async () => {
      flooding = false
      await Promise.all(loops)
    }
  }

  /**
   * Hashes are made on other threads, but they take as much of the processors as they are let: two of them, on a machine
   * with two. A request that has to share may take a few times as long, which the bound leaves room for; one that had to
   * wait for the hashes that are before it in this flood would take a hundred times as long and more.
   */
  const AT_MOST_TIMES = 15

  test('slows no unrelated token down by more than its share of the processors', async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    agents.push(agent)
    const path = `/api/v2/authorizations/${ids.operatorAuthId}`
    const read = () => server.request('GET', path, { token: ids.operator, agent })
    const write = () => server.request('PATCH', path, { token: ids.operator, agent, body: { description: 'changed' } })
    const times = {
      quiet: { read: [] as number[], write: [] as number[] },
      flood: { read: [] as number[], write: [] as number[] },
    }
    async function measure(into: { read: number[]; write: number[] }): Promise<void> {
      for (let n = 0; n < 20; n++) into.read.push(await timeOf(read))
      for (let n = 0; n < 8; n++) into.write.push(await timeOf(write))
    }
    for (let round = 0; round < 4; round++) {
      await measure(times.quiet)
      const end = startFlood(8)
      await measure(times.flood)
      await end()
    }
    for (const kind of ['read', 'write'] as const) {
      const [quiet, flooded] = [median(times.quiet[kind]), median(times.flood[kind])]
      const ratio = flooded / quiet
      console.log(
        `passwords: a ${kind} takes ${ms(quiet)} when quiet, ${ms(flooded)} in a flood: ${ratio.toFixed(1)} times`,
      )
      expect(ratio).toBeLessThan(AT_MOST_TIMES)
    }
  })
})

test('an unknown user takes as long as a wrong password, and as a user without one', async () => {
  const person = await newPerson()
  const withoutPassword = newName('person')
  await asOperator('POST', '/api/v2/users', { name: withoutPassword })
  const users = { wrong: () => person.name, unknown: () => newName('made-up'), without: () => withoutPassword }
  const times = { wrong: [] as number[], unknown: [] as number[], without: [] as number[] }
  for (let round = 0; round < 12; round++) {
    for (const kind of ['wrong', 'unknown', 'without'] as const)
      times[kind].push(await timeOf(() => signIn(users[kind](), 'wrong-password', newAddress())))
  }
  const medians = { wrong: median(times.wrong), unknown: median(times.unknown), without: median(times.without) }
  console.log(
    `passwords: wrong password ${ms(medians.wrong)}, unknown user ${ms(medians.unknown)}, no password ${ms(medians.without)}`,
  )
  for (const kind of ['unknown', 'without'] as const) {
    // Without a hash it would be 20 times as fast.
    expect(medians[kind] / medians.wrong).toBeGreaterThan(0.5)
    expect(medians[kind] / medians.wrong).toBeLessThan(2)
  }
})
