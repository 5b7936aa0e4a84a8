// The first set-up needs no credential. Where others than the machine's own users can reach it, it needs a code instead.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ok, refusal } from './fixtures.ts'
import { SETUP, type Server, startServer, temporaryFolder } from './server.ts'

const LONG_TOKEN = 'a-token-of-more-than-sixteen-characters'
/** How a server on loopback is exposed: somebody forwards the world to it. */
const EXPOSED = { args: ['--public-url', 'https://tokens.example'] }

const setUp = (server: Server, more: Record<string, unknown> = {}) =>
  server.request('POST', '/api/v2/setup', { body: { ...SETUP, token: LONG_TOKEN, ...more } })
const codeIn = (server: Server) => /"setupCode":"([0-9a-f]{16})"/.exec(server.output())?.[1]

describe('a server behind a public URL', () => {
  test('asks for the code that it printed, though it listens on loopback', async () => {
    const server = await startServer(EXPOSED)
    const code = codeIn(server)
    for (const wrong of [{}, { setupCode: '' }, { setupCode: code?.toUpperCase().replace(/.$/, 'x') }]) {
      expect(refusal(await setUp(server, wrong))).toMatch(/^403 forbidden: setupCode is missing or wrong/)
    }
    expect(ok(await server.request('GET', '/api/v2/setup')).allowed).toBe(true)
    ok(await setUp(server, { setupCode: code }), 201)
    // And it is of no use afterwards.
    expect(refusal(await setUp(server, { setupCode: code }))).toMatch(/^422 conflict: onboarding has already/)
  })

  test('takes no short token', async () => {
    const server = await startServer(EXPOSED)
    const answer = await setUp(server, { setupCode: codeIn(server), token: 'short' })
    expect(refusal(answer)).toMatch(/^400 invalid: a chosen token should have at least 16 characters/)
  })
})

test('a server that only this machine reaches asks for no code, and warns of a short token', async () => {
  const server = await startServer()
  expect(codeIn(server)).toBeUndefined()
  ok(await setUp(server, { token: 'short-token' }), 201)
  await expect.poll(() => server.output()).toContain('a chosen token should have at least 16 characters')
})

describe('a token that somebody chooses', () => {
  test('must be one that a request can carry, or nobody could get in', async () => {
    const server = await startServer()
    for (const token of [
      'x'.repeat(513),
      ' with-space-before',
      'with-space-after ',
      'with\nline-feed',
      'with\u0000nothing',
    ]) {
      expect(refusal(await setUp(server, { token }))).toMatch(/^400 invalid: a chosen token must have 1 to 512 bytes/)
    }
    expect(ok(await server.request('GET', '/api/v2/setup')).allowed).toBe(true)
    const longest = 'x'.repeat(512)
    ok(await setUp(server, { token: longest }), 201)
    ok(await server.request('GET', '/api/v2/me', { token: longest }))
  })

  /** An unattended first start with a token in a file, which is removed then, as the search for secrets demands. */
  async function unattended(token: string, args: readonly string[] = []): Promise<Server> {
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, token)
    const env = { USERNAME: 'admin', ORG: 'org1', BUCKET: 'bucket1', TOKEN_FILE: file }
    const named = Object.fromEntries(Object.entries(env).map(([name, value]) => [`SLUICE_INIT_${name}`, value]))
    return startServer({ args, env: named }).finally(() => rmSync(file))
  }

  test('is held to the same rules when it comes from a file at the first start', async () => {
    await expect(unattended('')).rejects.toThrow(/a chosen token must have 1 to 512 bytes/)
    await expect(unattended('short', EXPOSED.args)).rejects.toThrow(/a chosen token should have at least 16 characters/)
    const server = await unattended(`${LONG_TOKEN}\n`, EXPOSED.args)
    ok(await server.request('GET', '/api/v2/me', { token: LONG_TOKEN }))
  })
})
