// What no HTTP client sends: targets with dots, broken hosts, uploads that break off or never end.
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { ok, USERS } from './fixtures.ts'
import { answersIn, exchange, type RawAnswer } from './raw-exchange.ts'

const MAX_BODY_BYTES = 1 << 20

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

const LAST = 'Connection: close\r\n'
const head = (line: string, ...fields: string[]) =>
  [`${line} HTTP/1.1`, ...fields.map(field => `${field}`), '', ''].join('\r\n')

async function answerTo(bytes: string): Promise<RawAnswer> {
  const [answer] = answersIn(await exchange(server.port, bytes))
  if (answer === undefined) throw new Error('closed without an answer')
  return answer
}

const get = (target: string, host = 'localhost') => answerTo(head(`GET ${target}`, `Host: ${host}`, LAST.trim()))

const errorOf = ({ status, body }: RawAnswer) => `${status} ${JSON.parse(body).code}`
const isAlive = async () => ok(await server.as().get('/health')).status === 'pass'

/** Ways to write a path that something on the way may resolve to another one. */
const DETOURS = [
  '/x/../api/v2/resources',
  '/x/../../api/v2/resources',
  '/./api/v2/resources',
  '/x/%2e%2e/api/v2/resources',
  '/x/%2E%2E/api/v2/users',
  '/x/..%2fapi/v2/users',
  '//api/v2/users',
  '/;/api/v2/users',
  '/%61pi/v2/users',
  '/x/../api/v2/authorizations',
  'http://localhost/x/../api/v2/users',
  'http://localhost',
  'http://localhost?/api/v2/users',
]

describe('a target that could be read in two ways', () => {
  test.each(DETOURS)('leads nowhere without a credential: %s', async target => {
    const answer = await get(target)
    if (answer.status === 200) expect(answer.body).toMatch(/^Sluice is running/)
    else expect(errorOf(answer)).toMatch(/^40[0-9] /)
  })

  test('below the API is 401, whatever it would resolve to', async () => {
    for (const target of ['/api/v2/../../health', '/api/v2/./setup', '/api/v2/x/../setup', 'http://h/api/v2/users']) {
      expect(errorOf(await get(target)), target).toBe('401 unauthorized')
    }
  })

  test('with a whole address is the path in it', async () => {
    const { status, body } = await get(`http://localhost:${server.port}/api/v2/setup?x=/api/v2/users`)
    expect([status, body]).toEqual([200, '{"allowed":false}'])
  })

  test('that is no path is refused in JSON', async () => {
    for (const target of ['*', '/api\\v2\\users', 'http://localhost/\\x']) {
      const answer = await get(target)
      expect(errorOf(answer), target).toMatch(/^(400 invalid|404 not found)$/)
      expect(answer.headers.get('x-influxdb-build')).toBe('OSS')
    }
  })
})

describe('a host', () => {
  test('that makes no sense is refused in JSON', async () => {
    for (const host of ['a b', '[', 'a/b', 'a@b', 'a:99999999', 'a:b']) {
      expect(errorOf(await get('/health', host)), host).toBe('400 invalid')
    }
  })

  test('need not be named in HTTP/1.0, which old health checks speak', async () => {
    expect((await answerTo('GET /health HTTP/1.0\r\n\r\n')).status).toBe(200)
  })
})

describe('a method', () => {
  test('that nobody has is refused', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'QUERY']) {
      const answer = await answerTo(head(`${method} /health`, 'Host: localhost', LAST.trim()))
      expect(answer.status, method).toBeGreaterThanOrEqual(400)
      expect(answer.status, method).toBeLessThan(500)
    }
  })

  test('of a proxy ends the connection', async () => {
    await exchange(server.port, head('CONNECT example.com:443', 'Host: example.com'))
    expect(await isAlive()).toBe(true)
  })
})

describe('a body beyond the limit', () => {
  const piece = 'x'.repeat(MAX_BODY_BYTES)
  const next = head('GET /health', 'Host: localhost', LAST.trim())
  const upload = (...fields: string[]) =>
    head(`POST ${USERS}`, 'Host: localhost', `Authorization: Token ${server.onboarded.operator}`, ...fields)

  test('is 413, and the connection goes on', async () => {
    const bytes = `${upload(`Content-Length: ${2 * MAX_BODY_BYTES}`)}${piece}${piece}${next}`
    expect(answersIn(await exchange(server.port, bytes)).map(({ status }) => status)).toEqual([413, 200])
  })

  test('is 413 as well when its length is not announced', async () => {
    const chunk = `${MAX_BODY_BYTES.toString(16)}\r\n${piece}\r\n`
    const bytes = `${upload('Transfer-Encoding: chunked')}${chunk}${chunk}0\r\n\r\n${next}`
    const answers = answersIn(await exchange(server.port, bytes))
    expect(errorOf(answers[0]!)).toBe('413 request too large')
    expect(answers.map(({ status }) => status)).toEqual([413, 200])
  })

  test('that never ends is cut off after its answer', async () => {
    const bytes = `${upload('Transfer-Encoding: chunked')}${MAX_BODY_BYTES.toString(16)}\r\n${piece}\r\n2\r\nxx\r\n`
    expect(answersIn(await exchange(server.port, bytes)).map(({ status }) => status)).toEqual([413])
    expect(await isAlive()).toBe(true)
  })

  test('of exactly the limit is read', async () => {
    const body = JSON.stringify({ name: 'exactly' }).padEnd(MAX_BODY_BYTES)
    const { status } = await answerTo(`${upload(`Content-Length: ${body.length}`, LAST.trim())}${body}`)
    expect(status).toBe(201)
    const longer = `${body} `
    expect((await answerTo(`${upload(`Content-Length: ${longer.length}`, LAST.trim())}${longer}`)).status).toBe(413)
  })
})

describe('a client that breaks off', () => {
  const operator = () => `Authorization: Token ${server.onboarded.operator}`

  test('in the middle of a body changes nothing and harms nobody', async () => {
    for (let round = 0; round < 20; round++) {
      const body = `{"name":"broken-off-${round}"`
      const unfinished = head(`POST ${USERS}`, 'Host: localhost', operator(), `Content-Length: ${body.length + 1}`)
      await exchange(server.port, unfinished + body, true)
    }
    const { users } = ok(await server.operator.get(`${USERS}?limit=100`))
    expect(users.filter(({ name }: { name: string }) => name.startsWith('broken-off'))).toEqual([])
  })

  test('before the answer harms nobody', async () => {
    for (let round = 0; round < 20; round++) {
      const body = JSON.stringify({ name: `impatient-${round}` })
      const whole = head(`POST ${USERS}`, 'Host: localhost', operator(), `Content-Length: ${body.length}`)
      await exchange(server.port, whole + body, true)
      await exchange(server.port, head(`GET ${USERS}`, 'Host: localhost', operator()), true)
    }
    expect(await isAlive()).toBe(true)
  })

  test('is no failure of ours, and every line of the log is still JSON', async () => {
    expect(await server.stop()).toBe(0)
    const [welcome, ...lines] = server.output().trim().split('\n')
    expect(welcome).toMatch(/^Sluice is ready/)
    const entries = lines.map(line => JSON.parse(line))
    expect(entries.filter(({ level }) => level === 'error')).toEqual([])
  })
})
