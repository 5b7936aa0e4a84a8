// Which authorizations a list holds: every filter, alone and combined with others, compared with the same in ten lines here.
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createOrg, createToken, createUser, ok, refusal } from './fixtures.ts'

const SEED = 20_260_731
const RUNS = 300

const DESCRIPTIONS = [
  '',
  'Sensor writer',
  'sensor READER',
  '50% of 100%',
  '5_0',
  'C:\\temp\\x',
  "it's; drop table authorizations; --",
  'zażółć gęślą jaźń',
  'ΟΔΟΣ',
  'Οδοσαφανεια',
  'Straße 12',
  'датчик температуры',
  '温度センサー',
  '🌡️ outdoor',
  'first line\nsecond line',
]

interface Known extends Created {
  readonly user: string
  readonly org: string
  readonly status: 'active' | 'inactive'
}

let server: DescribedServer
let known: Known[]

beforeAll(async () => {
  server = await startDescribedServer()
  const { operator, onboarded } = server
  const orgs = { org1: onboarded.orgId, 'Żółw & co': await createOrg(operator, 'Żółw & co') }
  const users = {
    admin: onboarded.adminId,
    user2: await createUser(operator, 'user2'),
    'a b+c%': await createUser(operator, 'a b+c%'),
  }
  known = []
  for (const [i, description] of DESCRIPTIONS.entries()) {
    for (const [at, userID] of Object.values(users).entries()) {
      const orgID = Object.values(orgs)[(i + at) % 2] as string
      const status = (i + at) % 3 === 0 ? 'inactive' : 'active'
      known.push((await createToken(operator, { orgID, userID, description, status })) as Known)
    }
  }
  // Set-up made one more, which belongs to the lists as well.
  const first = ok(await operator.get(`${AUTHORIZATIONS}/${onboarded.operatorAuthId}`))
  known.unshift({ ...first, token: onboarded.operator })
})

const list = async (query: Record<string, string>) =>
  ok(await server.operator.get(`${AUTHORIZATIONS}?${new URLSearchParams(query)}`))
const idsOf = async (query: Record<string, string>): Promise<string[]> =>
  (await list(query)).authorizations.map(({ id }: Known) => id)
const matching = (is: (one: Known) => boolean) => known.filter(is).map(({ id }) => id)

/** Upper case after lower case, which makes one of all forms of a letter. */
const folded = (text: string) => text.toLowerCase().toUpperCase()

/** What each filter means. */
const MEANING: Readonly<Record<string, (one: Known, value: string) => boolean>> = {
  user: (one, value) => one.user === value,
  userID: (one, value) => one.userID === value.toLowerCase(),
  org: (one, value) => one.org === value,
  orgID: (one, value) => one.orgID === value.toLowerCase(),
  token: (one, value) => one.token === value,
  status: (one, value) => one.status === value,
  search: ({ description, id, user }, value) =>
    [description, id, user].some(text => folded(text).includes(folded(value))),
}

/** By `id` alone; by the ids beside names. */
function expected(query: Record<string, string>): string[] {
  if (query.id !== undefined) return matching(({ id }) => id === query.id)
  const { user, org, ...rest } = query
  const effective = {
    ...rest,
    ...(user !== undefined && rest.userID === undefined && { user }),
    ...(org !== undefined && rest.orgID === undefined && { org }),
  }
  return matching(one => Object.entries(effective).every(([name, value]) => MEANING[name]!(one, value)))
}

describe('a filter', () => {
  test('by owner, by name or by id, gives his tokens and no others', async () => {
    for (const { user, userID } of known) {
      const his = matching(one => one.userID === userID)
      expect(await idsOf({ user })).toEqual(his)
      expect(await idsOf({ userID })).toEqual(his)
      expect(await idsOf({ userID: userID.toUpperCase() })).toEqual(his)
    }
  })

  test('by id beats one by name, which is not even looked up', async () => {
    const [{ userID, orgID }] = known as [Known]
    const query = { userID, user: 'nobody-of-this-name', orgID, org: 'nor-this' }
    expect(await idsOf(query)).toEqual(matching(one => one.userID === userID && one.orgID === orgID))
  })

  test('by token finds the one that a secret proves, and nothing for what is no secret', async () => {
    for (const { id, token } of known.slice(0, 5)) expect(await idsOf({ token })).toEqual([id])
    for (const token of ['no-such-token', 'Qz7?'.repeat(150), '\u0000']) expect(await idsOf({ token })).toEqual([])
    const { id, token, user } = known[1]!
    expect(await idsOf({ token, user })).toEqual([id])
    expect(await idsOf({ token, user: user === 'admin' ? 'user2' : 'admin' })).toEqual([])
  })

  test('by id overrides all others', async () => {
    const { id, status } = known[2]!
    const other = status === 'active' ? 'inactive' : 'active'
    expect(await idsOf({ id, status: other, search: 'nowhere', user: 'nobody' })).toEqual([id])
  })

  test('that is empty is none', async () => {
    const query =
      'user=&userID=&org=&orgID=&id=&token=&status=&search=&limit=&offset=&after=&sortBy=&descending=&total='
    expect(ok(await server.operator.get(`${AUTHORIZATIONS}?${query}`)).authorizations).toHaveLength(known.length)
  })

  test('for an unknown name is 404, for an unknown id an empty list', async () => {
    const get = async (query: string) => refusal(await server.operator.get(`${AUTHORIZATIONS}?${query}`))
    expect(await get('user=nobody')).toBe('404 not found: user not found')
    expect(await get('org=nobody')).toBe('404 not found: organization name "nobody" not found')
    expect(await get('id=0d1a2b3c4d5e6000')).toBe('404 not found: authorization not found')
    expect(await idsOf({ userID: '0d1a2b3c4d5e6000' })).toEqual([])
    expect(await idsOf({ orgID: '0d1a2b3c4d5e6000' })).toEqual([])
  })

  test('counts once: of two values the first', async () => {
    const answer = await server.operator.get(`${AUTHORIZATIONS}?status=inactive&status=active`)
    expect(ok(answer).authorizations.map(({ id }: Known) => id)).toEqual(matching(one => one.status === 'inactive'))
  })
})

describe('search', () => {
  const found = async (search: string) => (await list({ search })).authorizations.map((one: Known) => one.description)

  test('finds a part of the description, in any case and any script', async () => {
    for (const [search, description] of [
      ['SENSOR', 'Sensor writer'],
      ['ZAŻÓŁĆ', 'zażółć gęślą jaźń'],
      ['ДАТЧИК', 'датчик температуры'],
      ['センサ', '温度センサー'],
      ['🌡', '🌡️ outdoor'],
      ['E\nS', 'first line\nsecond line'],
    ]) {
      expect(await found(search!), search).toContain(description)
    }
  })

  test('knows letters with several small forms', async () => {
    for (const search of ['οδος', 'ΟΔΟΣ', 'οδοσ'])
      expect(await found(search), search).toEqual(expect.arrayContaining(['ΟΔΟΣ', 'Οδοσαφανεια']))
    for (const search of ['STRASSE', 'straße', 'strasse']) expect(await found(search), search).toContain('Straße 12')
  })

  test('does not care how an accent is composed', async () => {
    expect(await found('zażółć'.normalize('NFD'))).toContain('zażółć gęślą jaźń')
    const description = 'Gerät'.normalize('NFD')
    const { id } = await createToken(server.operator, { orgID: server.onboarded.orgId, description })
    expect(await idsOf({ search: 'GERÄT'.normalize('NFC') })).toEqual([id])
    ok(await server.operator.delete(`${AUTHORIZATIONS}/${id}`), 204)
  })

  test('takes every character for itself', async () => {
    for (const search of ['%', '_', '\\', "'", ';', '50%', '5_0', '\\temp', '--']) {
      expect(await idsOf({ search }), search).toEqual(matching(one => MEANING.search!(one, search)))
    }
    expect(await found('s%r')).toEqual([])
    expect(await found('s_nsor')).toEqual([])
  })
})

describe('a bad value', () => {
  const BAD: readonly [name: string, values: readonly string[]][] = [
    ['limit', ['0', '-1', '1001', 'ten', '1e2', '1.5', '0x10', '9'.repeat(30), ' 1']],
    ['offset', ['-1', 'x', '1.5', '9'.repeat(30)]],
    ['after', ['x', '0'.repeat(16), 'g'.repeat(16), '0d1a2b3c4d5e60001']],
    ['sortBy', ['token', 'id desc', 'createdat', '__proto__', 'constructor', 'description;']],
    ['descending', ['yes', '2', 'tRUE']],
    ['total', ['yes', '2']],
    ['status', ['Active', 'deleted', '__proto__']],
    ['search', ['\u0000', 'a\u0000b', 'x'.repeat(4097)]],
  ]

  test.each(BAD)('of %s is 400 and names it', async (name, values) => {
    for (const value of values) {
      const answer = await server.operator.get(`${AUTHORIZATIONS}?${new URLSearchParams({ [name]: value })}`)
      expect(refusal(answer), value).toMatch(new RegExp(`^400 invalid: .*\\b${name}\\b`))
    }
  })

  test('of an id is 400 in the words that clients know', async () => {
    for (const name of ['id', 'userID', 'orgID']) {
      const get = async (value: string) => refusal(await server.operator.get(`${AUTHORIZATIONS}?${name}=${value}`))
      expect(await get('x')).toBe('400 invalid: id must have a length of 16 bytes')
      expect(await get('0'.repeat(16))).toBe('400 invalid: invalid ID')
    }
  })

  test('is told whatever the others say', async () => {
    const [{ id }] = known as [Known]
    expect(refusal(await server.operator.get(`${AUTHORIZATIONS}?id=${id}&limit=0`))).toMatch(/^400 .*limit/)
  })
})

test('filters combine: whatever is asked for, exactly what fits it comes back, and the total says how many', async () => {
  const among = (pick: (one: Known) => string) => fc.constantFrom(...new Set(known.map(pick)))
  const searches = ['e', 'SENSOR', '%', '_', 'Σ', 'ŻÓŁĆ', 'line', '12', 'x y z']
  const queries = fc.record(
    {
      user: among(one => one.user),
      userID: among(one => one.userID),
      org: among(one => one.org),
      orgID: among(one => one.orgID),
      id: among(one => one.id),
      token: among(one => one.token),
      status: fc.constantFrom('active', 'inactive'),
      search: fc.constantFrom(...searches),
    },
    { requiredKeys: [] },
  )
  let notEmpty = 0
  const fits = fc.asyncProperty(queries, fc.boolean(), async (query, total) => {
    const answer = await list({ ...query, ...(total && { total: 'true' }) })
    const ids = answer.authorizations.map(({ id }: Known) => id)
    expect(ids).toEqual(expected(query as Record<string, string>))
    expect(answer.total).toBe(total ? ids.length : undefined)
    if (ids.length > 0) notEmpty++
  })
  await fc.assert(fits, { seed: SEED, numRuns: RUNS })
  console.log(`authorizations list: ${RUNS} combinations of filters (seed ${SEED}), ${notEmpty} with something to find`)
})
