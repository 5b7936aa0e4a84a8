// The first set-up needs no credential, so it must not be done by anybody but the owner.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openStore, storePath } from '../../src/store/open-sqlite-store.ts'
import {
  type Answer,
  type Asked,
  freePort,
  runProgram,
  SETUP,
  type Server,
  secretsSeen,
  send,
  startServer,
  temporaryFolder,
} from './server.ts'

const LONG_TOKEN = 'chosen-operator-token'

async function expectNotSetUp(request: Server['request']): Promise<void> {
  expect((await request('GET', '/api/v2/setup')).json()).toEqual({ allowed: true })
  for (const token of [SETUP.token, LONG_TOKEN]) {
    expect((await request('GET', '/api/v2/authorizations', { token })).status).toBe(401)
  }
}

function expectForbidden(answer: Answer, what: string): void {
  expect([answer.status, answer.json().code], `${what}: ${answer.text.slice(0, 200)}`).toEqual([403, 'forbidden'])
}

describe('a server on loopback that waits to be set up', () => {
  let server: Server
  const setUp = (headers: Asked['headers'], body: unknown = SETUP) =>
    server.request('POST', '/api/v2/setup', { headers: { ...headers }, body })

  beforeAll(async () => {
    server = await startServer()
  })

  test('refuses the pages of other sites, other names for itself, and proxies, and stays as it was', async () => {
    const own = `127.0.0.1:${server.port}`
    const foreign: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `http://${own}.evil.example` },
      { Origin: 'http://127.0.0.1:1' },
      { Origin: `http://localhost:${server.port}`, Host: own },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { 'Sec-Fetch-Site': 'cross-site', Origin: `http://${own}` },
      { Host: 'evil.example' },
      { Host: `evil.example:${server.port}` },
      { Host: `localhost.evil.example:${server.port}` },
      { Host: '127.0.0.1.nip.example' },
      {
        Host: `evil.example:${server.port}`,
        Origin: `http://evil.example:${server.port}`,
        'Sec-Fetch-Site': 'same-origin',
      },
      { 'X-Forwarded-For': '203.0.113.5' },
      { 'X-Forwarded-Host': 'tokens.example.org' },
      { Forwarded: 'for=203.0.113.5' },
      { Via: '1.1 proxy' },
    ]
    for (const headers of foreign) {
      for (const type of ['application/json', 'text/plain;charset=UTF-8']) {
        const answer = await setUp({ ...headers, 'Content-Type': type }, JSON.stringify(SETUP))
        expectForbidden(answer, JSON.stringify(headers))
      }
    }
    await expectNotSetUp(server.request)
  })

  test.each(['localhost', 'LOCALHOST', '127.0.0.1', '[::1]'])('listens to who calls it %s', async name => {
    const answer = await setUp({ Host: `${name}:${server.port}`, Origin: `http://${name}:${server.port}` }, {})
    expect([answer.status, answer.json().message]).toEqual([422, expect.stringContaining('missing required fields')])
    await expectNotSetUp(server.request)
  })

  test('refuses a chosen token that nobody could present, and stays as it was', async () => {
    for (const token of ['x'.repeat(513), 'line\nbreak and more', ' spaces-around-it ']) {
      secretsSeen.add(token)
      const answer = await setUp({}, { ...SETUP, token })
      expect([answer.status, answer.json().code], answer.text).toEqual([400, 'invalid'])
    }
    await expectNotSetUp(server.request)
  })
})

test('a server on loopback is set up by its own page, once, and takes a short token with a warning that does not say it', async () => {
  const server = await startServer()
  expect(server.output()).toContain('waits to be set up')
  expect(server.output()).not.toContain('setupCode')
  const headers = { Origin: server.url, 'Sec-Fetch-Site': 'same-origin' }
  expect((await server.request('POST', '/api/v2/setup', { headers, body: SETUP })).status).toBe(201)
  expect((await server.request('GET', '/api/v2/setup')).json()).toEqual({ allowed: false })
  const again = await server.request('POST', '/api/v2/setup', { headers, body: SETUP })
  expect([again.status, again.json().message]).toEqual([422, 'onboarding has already been completed'])
  await expect.poll(server.output, { timeout: 10_000 }).toMatch(/"level":"warn".*at least 16 characters/)
  expect(server.output()).not.toContain(SETUP.token)
})

// --- Beyond loopback -------------------------------------------------------------------------

interface Started {
  readonly request: Server['request']
  readonly output: () => string
  readonly code: string | undefined
  stop(): Promise<unknown>
}

/** Runs `serve` with arguments and variables of its own and waits for its first line. */
async function serve(args: readonly string[], env: Record<string, string>, dataDir: string): Promise<Started> {
  const port = await freePort()
  const all = ['serve', '--data', dataDir, ...args.map(text => text.replace('PORT', String(port)))]
  const { child, ended, output } = runProgram(all, temporaryFolder(), { env })
  for (let left = 400; left > 0 && !output().includes('ready at') && child.exitCode === null; left--)
    await new Promise(resolve => setTimeout(resolve, 25))
  expect(output()).toContain('Sluice is ready at')
  return {
    request: (method, path, asked) => send(`http://127.0.0.1:${port}`, method, path, asked),
    output,
    code: /"setupCode":"([^"]+)"/.exec(output())?.[1],
    async stop() {
      child.kill('SIGTERM')
      expect(await ended).toBe(0)
    },
  }
}

const everywhere = ['--listen', '0.0.0.0:PORT']
const behindProxy = ['--listen', '127.0.0.1:PORT', '--public-url', 'https://tokens.example.org']

describe.each([
  ['listens on every interface', everywhere],
  ['has a public address', behindProxy],
])('a server that %s', (_, args) => {
  test('can be set up with the code it printed, and not without', async () => {
    const dataDir = join(temporaryFolder(), 'data')
    const server = await serve(args, {}, dataDir)
    expect(server.code).toMatch(/^[0-9a-f]{16}$/)
    secretsSeen.add(LONG_TOKEN)
    const setUp = (setupCode: unknown, more: object = {}, headers: Asked['headers'] = {}) =>
      server.request('POST', '/api/v2/setup', { headers, body: { ...SETUP, token: LONG_TOKEN, setupCode, ...more } })

    const wrong = `${server.code}`.replace(/.$/, digit => (digit === '0' ? '1' : '0'))
    for (const code of [undefined, null, '', wrong, `${server.code} `, `${server.code}0`, '0'.repeat(16)]) {
      expectForbidden(await setUp(code), String(code))
    }
    expectForbidden(await setUp(server.code, {}, { Origin: 'https://evil.example' }), 'the right code from a page')
    const short = await setUp(server.code, { token: SETUP.token })
    expect([short.status, short.json().message]).toEqual([400, expect.stringContaining('at least 16 characters')])
    await expectNotSetUp(server.request)

    expect((await setUp(server.code)).status).toBe(201)
    expect((await server.request('GET', '/api/v2/authorizations', { token: LONG_TOKEN })).status).toBe(200)
    await server.stop()
    const again = await serve(args, {}, dataDir)
    expect(again.code).toBeUndefined()
    await again.stop()
  })
})

// --- Unattended ------------------------------------------------------------------------------

describe('an unattended first start', () => {
  const names = { SLUICE_INIT_USERNAME: 'robot', SLUICE_INIT_ORG: 'plant', SLUICE_INIT_BUCKET: 'raw' }
  const PASSWORD = 'unattended-password'
  const TOKEN = 'unattended-operator-token'

  // Not among the folders that are searched for secrets: these are meant to have them.
  const secrets = mkdtempSync(join(tmpdir(), 'sluice-secrets-'))
  afterAll(() => rmSync(secrets, { recursive: true }))
  let files = 0

  function secretFile(secret: string): string {
    const file = join(secrets, String(++files))
    writeFileSync(file, `${secret}\n`, { mode: 0o600 })
    secretsSeen.add(secret)
    return file
  }
  const passwordFile = () => ({ SLUICE_INIT_PASSWORD_FILE: secretFile(PASSWORD) })
  const tokenFile = (token = TOKEN) => ({ SLUICE_INIT_TOKEN_FILE: secretFile(token) })
  const signIn = (server: Server) => {
    const basic = Buffer.from(`robot:${PASSWORD}`).toString('base64')
    return server.request('POST', '/api/v2/signin', { headers: { Authorization: `Basic ${basic}` } })
  }

  test('sets up with the password and the token of the files, and says neither', async () => {
    const server = await startServer({ env: { ...names, ...passwordFile(), ...tokenFile() } })
    expect((await server.request('GET', '/api/v2/setup')).json()).toEqual({ allowed: false })
    const list = await server.request('GET', '/api/v2/authorizations', { token: TOKEN })
    expect(list.json().authorizations).toMatchObject([{ user: 'robot', org: 'plant', token: '' }])
    const buckets = await server.request('GET', '/api/v2/buckets?name=raw', { token: TOKEN })
    expect(buckets.json().buckets).toMatchObject([{ name: 'raw' }])
    expect((await signIn(server)).status).toBe(204)
    for (const secret of [PASSWORD, TOKEN]) expect(server.output()).not.toContain(secret)
  })

  test('is ignored by a server that is set up', async () => {
    const first = await startServer({ env: { ...names, ...tokenFile() } })
    await first.stop()
    const other = { ...names, SLUICE_INIT_USERNAME: 'somebody-else', ...tokenFile('another-operator-token') }
    const second = await startServer({ dataDir: first.dataDir, env: other })
    expect((await second.request('GET', '/api/v2/authorizations', { token: TOKEN })).status).toBe(200)
    expect((await second.request('GET', '/api/v2/authorizations', { token: 'another-operator-token' })).status).toBe(
      401,
    )
  })

  test('with a token alone leaves no password to sign in with, with a password alone makes a token that nobody sees', async () => {
    const byToken = await startServer({ env: { ...names, ...tokenFile() } })
    expect((await signIn(byToken)).status).toBe(401)
    const byPassword = await startServer({ env: { ...names, ...passwordFile() } })
    expect((await signIn(byPassword)).status).toBe(204)
    expect(byPassword.output()).not.toContain('slc_')
  })

  test('takes a short token on loopback, with a warning', async () => {
    const server = await startServer({ env: { ...names, ...tokenFile('short-token') } })
    expect((await server.request('GET', '/api/v2/authorizations', { token: 'short-token' })).status).toBe(200)
    await expect.poll(server.output, { timeout: 10_000 }).toMatch(/"level":"warn".*at least 16 characters/)
    expect(server.output()).not.toContain('short-token')
  })

  /** A start that must end by itself: its exit code, what it said, and that nothing was set up. */
  async function refusedStart(env: Record<string, string>, args: readonly string[] = ['--listen', '127.0.0.1:0']) {
    const folder = temporaryFolder()
    const dataDir = join(folder, 'data')
    const { ended, output } = runProgram(['serve', '--data', dataDir, ...args], folder, { env })
    const code = await ended
    if (existsSync(storePath(dataDir))) {
      const { store } = await openStore(dataDir, true)
      expect([await store.users.any(), await store.orgs.any()]).toEqual([false, false])
      await store.close()
    }
    return { code, said: output() }
  }

  test.each([
    ['a token file that is not there', { SLUICE_INIT_TOKEN_FILE: '/no/such/token' }, '/no/such/token does not exist'],
    [
      'a password file that is not there',
      { SLUICE_INIT_PASSWORD_FILE: '/no/such/word' },
      '/no/such/word does not exist',
    ],
  ])('is refused with %s', async (_, env, sentence) => {
    const { code, said } = await refusedStart({ ...names, ...env })
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(`sluice cannot start: ${sentence}`) })
  })

  test.each([
    ['a password that is too short', () => ({ SLUICE_INIT_PASSWORD_FILE: secretFile('seven77') }), 'between 8 and 72'],
    ['an empty token file', () => tokenFile(''), 'a chosen token'],
    ['a token of two lines', () => tokenFile('two-lines-of-a\ntoken'), 'a chosen token'],
  ])('is refused with %s', async (_, env, sentence) => {
    const { code, said } = await refusedStart({ ...names, ...env() })
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(sentence) })
    expect(said).toMatch(/^sluice cannot start: /m)
    expect(said).not.toMatch(/\n\s+at /)
  })

  test('is refused with a short token where others can reach it', async () => {
    const { code, said } = await refusedStart({ ...names, ...tokenFile('short-token') }, ['--listen', '0.0.0.0:0'])
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining('at least 16 characters') })
  })

  test('is refused if something is missing, and names all of it', async () => {
    const { code, said } = await refusedStart({ SLUICE_INIT_USERNAME: 'robot' })
    expect(code).toBe(2)
    for (const name of ['ORG', 'BUCKET', 'PASSWORD_FILE', 'TOKEN_FILE']) expect(said).toContain(`SLUICE_INIT_${name}`)
  })
})
