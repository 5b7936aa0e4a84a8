// What may be changed of an authorization, in which form, and what stays whatever is sent.
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { clientOf, type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, type Created, createToken, createUser, may, mayAll, ok, refusal } from './fixtures.ts'
import type { Answer } from './server.ts'

const MAX_CHARACTERS = 4096
const FUTURE = '2031-05-06T07:08:09Z'
const TOO_LONG = `400 invalid: description must have at most ${MAX_CHARACTERS} characters`

let server: DescribedServer
let orgID: string
let token: Created
let path: string
/** Every answer, to be searched at the end. */
const heard: string[] = []
const secrets: string[] = []

beforeAll(async () => {
  const started = await startDescribedServer()
  const request: typeof started.request = async (...asked) => {
    const answer = await started.request(...asked)
    heard.push(answer.text)
    return answer
  }
  const as = (text?: string) => clientOf(request, text === undefined ? {} : { token: text })
  server = { ...started, request, as, operator: as(started.onboarded.operator) }
  orgID = started.onboarded.orgId
})

beforeEach(async () => {
  const permissions = mayAll('buckets', { orgID })
  token = await createToken(server.operator, { orgID, description: 'before', permissions })
  secrets.push(token.token)
  path = `${AUTHORIZATIONS}/${token.id}`
})

const patch = (body: unknown) => server.operator.patch(path, body)
const read = async () => ok(await server.operator.get(path))
const create = (fields: Record<string, unknown>) =>
  server.operator.post(AUTHORIZATIONS, { orgID, permissions: [may('read', 'buckets', { orgID })], ...fields })

describe('a description', () => {
  const GOOD = [
    '',
    ' ',
    'two\nlines, three\r\nlines,\ta tab',
    '🌡️ température – 温度 – حرارة – טמפרטורה – θερμοκρασία',
    'e\u0301 and \u00e9 are two spellings',
    'joined \u200d, \u202eturned round\u202c, \ufeff, \u2028',
    '\u{10ffff}\u{1f3f4}\u{e0067}\u{e0062}',
    '<script>alert("&")</script> \\" \' ; --',
    'a'.repeat(MAX_CHARACTERS),
    'ß'.repeat(MAX_CHARACTERS),
    '🌡'.repeat(MAX_CHARACTERS),
  ]

  test('is any text, and comes back to the last character', async () => {
    for (const description of GOOD) {
      expect(ok(await patch({ description })).description).toBe(description)
      expect((await read()).description).toBe(description)
      expect(ok(await create({ description }), 201).description).toBe(description)
    }
  })

  test('of one character too many is refused, and the limit is told', async () => {
    for (const character of ['a', 'ß', '🌡', '\n']) {
      const description = character.repeat(MAX_CHARACTERS + 1)
      expect(refusal(await patch({ description }))).toBe(TOO_LONG)
      expect(refusal(await create({ description }))).toBe(TOO_LONG)
    }
    expect((await read()).description).toBe('before')
  })

  test('may not hold what no text holds: control characters, half of a surrogate pair', async () => {
    for (const character of ['\u0000', '\u0007', '\u001b', '\u007f']) {
      const expected = '400 invalid: description must not contain control characters'
      expect(refusal(await patch({ description: `a${character}b` }))).toBe(expected)
      expect(refusal(await create({ description: character }))).toBe(expected)
    }
    for (const half of ['"\\ud83c"', '"a\\udf21"', '"\\udf21\\ud83c"']) {
      expect(refusal(await patch(`{"description":${half}}`))).toMatch(/^400 invalid: description contains half/)
    }
    expect((await read()).description).toBe('before')
  })
})

describe('a status', () => {
  const asked = (status: unknown) => patch({ status })

  test('that is empty is the usual one, and null changes nothing', async () => {
    expect(ok(await asked('inactive')).status).toBe('inactive')
    expect(ok(await asked(null)).status).toBe('inactive')
    expect(ok(await asked('')).status).toBe('active')
  })

  test('that nobody knows is refused', async () => {
    for (const status of ['Active', 'deleted', 'active ', '__proto__']) {
      expect(refusal(await asked(status))).toBe('400 invalid: encodeAuthorization: unknown authorization status')
      expect(refusal(await create({ status }))).toBe('400 invalid: invalid status: must be active or inactive')
    }
  })

  test('counts at the next request, in both directions, as often as it is changed', async () => {
    const use = async () => refusal(await server.as(token.token).get('/api/v2/flags'))
    for (let round = 0; round < 20; round++) {
      ok(await asked('inactive'))
      expect(await use()).toBe('401 unauthorized: token is inactive')
      ok(await asked('active'))
      expect(await use()).toBe('200')
    }
  })

  test('of the own token can be changed, once', async () => {
    const permissions = mayAll('authorizations', { orgID })
    const own = await createToken(server.operator, { orgID, permissions })
    const self = server.as(own.token)
    ok(await self.patch(`${AUTHORIZATIONS}/${own.id}`, { status: 'inactive' }))
    expect(refusal(await self.patch(`${AUTHORIZATIONS}/${own.id}`, { status: 'active' }))).toBe(
      '401 unauthorized: token is inactive',
    )
  })
})

describe('a change', () => {
  test('ignores what cannot be changed, and what nobody knows', async () => {
    const before = await read()
    const userID = await createUser(server.operator, 'somebody else')
    const ignored = {
      id: '0d1a2b3c4d5e6000',
      token: 'chosen',
      orgID: userID,
      userID,
      org: 'x',
      user: 'x',
      permissions: mayAll('orgs'),
    }
    const after = ok(
      await patch({
        ...ignored,
        createdAt: FUTURE,
        updatedAt: FUTURE,
        links: {},
        kind: 'v1',
        version: 7,
        nonsense: [1],
      }),
    )
    expect({ ...after, updatedAt: '' }).toEqual({ ...before, updatedAt: '' })
    // Client libraries send back the whole object that they read.
    expect(ok(await patch({ ...after, description: 'sent back' }))).toMatchObject({
      description: 'sent back',
      permissions: before.permissions,
    })
  })

  test('of nothing changes nothing but the time of the last change', async () => {
    const before = await read()
    for (const body of [{}, null, { description: null, status: null }, { nonsense: 1 }]) {
      const after = ok(await patch(body))
      expect({ ...after, updatedAt: '' }).toEqual({ ...before, updatedAt: '' })
      expect(Date.parse(after.updatedAt)).toBeGreaterThanOrEqual(Date.parse(before.updatedAt))
    }
  })

  test('of one field does not undo one of another, however they coincide', async () => {
    const rounds = 100
    for (let round = 0; round < rounds; round++) {
      const wanted = {
        description: `round ${round}`,
        status: round % 2 === 0 ? 'inactive' : 'active',
        expiresAt: `20${31 + (round % 60)}-05-06T07:08:09Z`,
      }
      const changes = Object.entries(wanted).map(([name, value]) => patch({ [name]: value }))
      for (const answer of await Promise.all(changes)) ok(answer)
      expect(await read()).toMatchObject(wanted)
    }
    const { headers } = await server.operator.get(path)
    expect(headers.etag).toBe(`"${1 + 3 * rounds}"`)
    console.log(`authorizations change: ${rounds} rounds of 3 changes at once, none lost`)
  })

  test('of the same field by many leaves what one of them said, and counts them all', async () => {
    const answers = await Promise.all([...Array(60).keys()].map(i => patch({ description: `by ${i}` })))
    const tags = answers.map(answer => Number(JSON.parse(answer.headers.etag as string)))
    expect([...tags].sort((a, b) => a - b)).toEqual([...Array(60).keys()].map(i => i + 2))
    const last = answers[tags.indexOf(61)] as Answer
    expect(await read()).toEqual(ok(last))
  })
})

describe('a change by who says which version he saw', () => {
  const patchSeen = (ifMatch: string, body: unknown) =>
    server.operator.patch(path, body, { headers: { 'If-Match': ifMatch } })

  test('is made if that is the present one, and its answer says which is next', async () => {
    const { headers } = await server.operator.get(path)
    const first = await patchSeen(String(headers.etag), { description: 'first' })
    expect([ok(first).description, first.headers.etag]).toEqual(['first', '"2"'])
    // Weakened, as a server in between that packs answers does it.
    expect(ok(await patchSeen('W/"2"', { status: 'inactive' })).status).toBe('inactive')
  })

  test('is not made if somebody else was quicker, whatever he changed', async () => {
    ok(await patch({ status: 'inactive' }))
    for (const ifMatch of ['"1"', '"3"', '"999999999999999"']) {
      const answer = await patchSeen(ifMatch, { description: 'late', status: 'active' })
      expect([answer.status, answer.json(), answer.headers['x-platform-error-code']]).toEqual([
        412,
        { code: 'conflict', message: 'somebody changed it meanwhile: read it again' },
        'conflict',
      ])
    }
    expect(await read()).toMatchObject({ description: 'before', status: 'inactive' })
    expect((await server.operator.get(path)).headers.etag).toBe('"2"')
  })

  test('of many that saw the same version is made once', async () => {
    const answers = await Promise.all([...Array(10)].map((_, at) => patchSeen('"1"', { description: `no. ${at}` })))
    const winners = answers.filter(({ status }) => status === 200)
    expect([winners.length, answers.filter(({ status }) => status === 412).length]).toEqual([1, 9])
    expect(await read()).toEqual(ok(winners[0] as Answer))
  })

  test('tells who may not change it that, and nothing of versions', async () => {
    const other = await createToken(server.operator, { orgID, permissions: mayAll('buckets', { orgID }) })
    for (const ifMatch of ['"1"', '"7"']) {
      const answer = await server.as(other.token).patch(path, {}, { headers: { 'If-Match': ifMatch } })
      expect(answer.status).toBe(401)
    }
  })

  test('of any version is one without If-Match or with *; what can be no version is refused', async () => {
    ok(await patch({ description: 'one' }))
    ok(await patchSeen('*', { description: 'two' }))
    for (const ifMatch of ['1', 'abc', '"abc"', '"-1"', '"1", "2"', `"${'9'.repeat(30)}"`]) {
      expect(refusal(await patchSeen(ifMatch, { description: 'late' })), ifMatch).toBe(
        '400 invalid: If-Match must be the ETag of an authorization, such as "3", or be left out',
      )
    }
    expect((await read()).description).toBe('two')
  })
})

describe('a deletion', () => {
  test('takes the token out of everything, at once and for good', async () => {
    ok(await server.as(token.token).get('/api/v2/flags'))
    ok(await server.operator.delete(path), 204)
    expect(refusal(await server.as(token.token).get('/api/v2/flags'))).toBe('401 unauthorized: unauthorized access')
    const gone = '404 not found: authorization not found'
    expect(refusal(await server.operator.get(path))).toBe(gone)
    expect(refusal(await patch({ status: 'active' }))).toBe(gone)
    expect(
      refusal(
        await server.operator.put(
          `${path}/permissions`,
          { permissions: mayAll('tasks', { orgID }) },
          { headers: { 'If-Match': '"1"' } },
        ),
      ),
    ).toBe(gone)
    expect(refusal(await server.operator.delete(path))).toBe(gone)
    expect(ok(await server.operator.get(`${AUTHORIZATIONS}?token=${token.token}`)).authorizations).toEqual([])
    expect(JSON.stringify(ok(await server.operator.get(AUTHORIZATIONS)))).not.toContain(token.id)
  })

  test('of one and the same by many succeeds once', async () => {
    const answers = await Promise.all([...Array(10)].map(() => server.operator.delete(path)))
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)])
  })

  test('of the own token is the last thing that it does', async () => {
    const permissions = mayAll('authorizations', { orgID })
    const own = await createToken(server.operator, { orgID, permissions })
    ok(await server.as(own.token).delete(`${AUTHORIZATIONS}/${own.id}`), 204)
    expect(refusal(await server.as(own.token).get(AUTHORIZATIONS))).toBe('401 unauthorized: unauthorized access')
  })
})

test('each secret was in exactly one answer: that to its creation', () => {
  expect(secrets.length).toBeGreaterThan(10)
  for (const secret of secrets) expect(heard.filter(text => text.includes(secret))).toHaveLength(1)
  console.log(`authorizations change: ${heard.length} answers searched for ${secrets.length} secrets`)
})
