// What the page of another site can make a visitor's browser do here: nothing that changes anything.
import { beforeAll, describe, expect, test } from 'vitest'
import { type DescribedServer, startDescribedServer } from './described-server.ts'
import { AUTHORIZATIONS, ok, refusal } from './fixtures.ts'
import { SETUP, type Server, startServer } from './server.ts'

const BASIC = { Authorization: `Basic ${Buffer.from(`${SETUP.username}:${SETUP.password}`).toString('base64')}` }
const FOREIGN = '403 forbidden: this request comes from the page of another site'

/** How a browser marks what the page of another site sends. */
const MARKS: Record<string, Record<string, string>> = {
  'another site': { Origin: 'https://hostile.example', 'Sec-Fetch-Site': 'cross-site' },
  'another port of the same host': { Origin: 'http://127.0.0.1:3000', 'Sec-Fetch-Site': 'same-site' },
  'a page without origin': { Origin: 'null' },
  'a form, in a browser that sends no origin with it': { 'Sec-Fetch-Site': 'cross-site' },
}
const EVERY = Object.entries(MARKS)

let server: DescribedServer

beforeAll(async () => {
  server = await startDescribedServer()
})

async function cookie(): Promise<string> {
  const answer = await server.request('POST', '/api/v2/signin', { headers: BASIC })
  ok(answer, 204)
  return answer.headers['set-cookie']?.[0]?.split(';')[0] as string
}

describe('a page of another site', () => {
  test.each(EVERY)('cannot use the session of its visitor to change anything: %s', async (_, mark) => {
    const headers = { Cookie: await cookie(), ...mark }
    const path = `${AUTHORIZATIONS}/${server.onboarded.operatorAuthId}`
    const body = { status: 'inactive' }
    expect(refusal(await server.request('PATCH', path, { headers, body }))).toBe(FOREIGN)
    expect(refusal(await server.request('DELETE', path, { headers }))).toBe(FOREIGN)
    expect(ok(await server.operator.get(path)).status).toBe('active')
  })

  test.each(EVERY)('cannot sign its visitor in as somebody else, or out: %s', async (_, mark) => {
    const signIn = await server.request('POST', '/api/v2/signin', { headers: { ...BASIC, ...mark } })
    expect(refusal(signIn)).toBe(FOREIGN)
    expect(signIn.headers).not.toHaveProperty('set-cookie')
    const own = await cookie()
    const headers = { Cookie: own, ...mark }
    expect(refusal(await server.request('POST', '/api/v2/signout', { headers }))).toBe(FOREIGN)
    ok(await server.request('GET', '/api/v2/me', { headers: { Cookie: own } }))
  })

  test('is not allowed to read what it asks for with credentials', async () => {
    const headers = { Cookie: await cookie(), Origin: 'https://hostile.example' }
    const answer = await server.request('GET', '/api/v2/me', { headers })
    expect(answer.headers).not.toHaveProperty('access-control-allow-credentials')
  })

  test('does not get the cookie: it is for this site, for the API, and out of reach of scripts', async () => {
    const answer = await server.request('POST', '/api/v2/signin', { headers: BASIC })
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; Path=\/api\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/)
  })
})

test('our own page, and programs, which say nothing of where they come from, may do all that', async () => {
  const own = { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' }
  for (const mark of [own, {}]) {
    const signIn = await server.request('POST', '/api/v2/signin', { headers: { ...BASIC, ...mark } })
    ok(signIn, 204)
    const Cookie = signIn.headers['set-cookie']?.[0]?.split(';')[0]
    ok(await server.request('POST', '/api/v2/signout', { headers: { Cookie, ...mark } }), 204)
  }
})

test('what is answered is neither kept on the way nor taken for something else', async () => {
  const { headers } = await server.operator.get(AUTHORIZATIONS)
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
})

describe('a server that nobody has set up yet', () => {
  let fresh: Server

  beforeAll(async () => {
    fresh = await startServer()
  })

  const setUp = (headers: Record<string, string>) => fresh.request('POST', '/api/v2/setup', { headers, body: SETUP })
  const isFree = async () => ok(await fresh.request('GET', '/api/v2/setup')).allowed

  test.each(EVERY)('is not set up by a page: %s', async (_, mark) => {
    expect(refusal(await setUp(mark))).toBe(FOREIGN)
    expect(await isFree()).toBe(true)
  })

  test('is not set up under a name that was made to point to it', async () => {
    for (const host of ['hostile.example', 'localhost.hostile.example', '127.0.0.1.hostile.example', '0.0.0.0']) {
      const Host = `${host}:${fresh.port}`
      const answer = await setUp({ Host, Origin: `http://${Host}`, 'Sec-Fetch-Site': 'same-origin' })
      expect(refusal(answer)).toMatch(/^403 forbidden: set-up is not accepted for the host name/)
    }
    expect(await isFree()).toBe(true)
  })

  test('is not set up through a proxy that it does not know of', async () => {
    for (const header of [
      'X-Forwarded-For',
      'X-Real-IP',
      'Forwarded',
      'Via',
      'X-Forwarded-Host',
      'X-Forwarded-Proto',
    ]) {
      expect(refusal(await setUp({ [header]: '192.0.2.1' }))).toMatch(
        /^403 forbidden: set-up is not accepted through a proxy/,
      )
    }
    expect(await isFree()).toBe(true)
  })
})
