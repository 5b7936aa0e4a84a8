// Which token the command line takes, what it says of one that is refused, and that it shows none.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type CallOptions, type Home, influx, makeHome } from './call.ts'
import { ID, messageOf, messages, SOME } from './failing-calls.ts'
import { json, type RecordingServer, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
})

describe('a token', () => {
  let server: Server
  let operator: Record<string, string>
  beforeAll(async () => {
    server = await startServer({ onboard: true })
    operator = { INFLUX_HOST: server.url, INFLUX_ORG: 'org1', INFLUX_TOKEN: server.onboarded!.operator }
  })

  async function make(...args: string[]): Promise<{ id: string; token: string }> {
    const { stdout } = await influx(['auth', 'create', '--read-buckets', ...args, '--json'], home, { env: operator })
    const made = JSON.parse(stdout)
    secretsSeen.add(made.token)
    return made
  }

  test('that is inactive is called that, with what to do, by every command', async () => {
    const { id, token } = await make('--read-authorizations', '--write-authorizations', '--read-orgs')
    expect((await influx(['auth', 'inactive', '--id', id], home, { env: operator })).exit).toBe(0)
    const commands = [
      ['auth', 'list'],
      ['auth', 'list', '--id', id],
      ['auth', 'create', '--org-id', server.onboarded!.orgId, '--read-buckets'],
      ['auth', 'active', '--id', id],
      ['org', 'list'],
      ['user', 'list'],
      ['bucket', 'list'],
      ['v1', 'auth', 'list'],
    ]
    const env = { INFLUX_HOST: server.url, INFLUX_TOKEN: token }
    for (const args of commands) {
      // With an id the name of the environment would be one too many.
      const org = args.includes('--org-id') ? {} : { INFLUX_ORG: 'org1' }
      expect(messageOf(await influx(args, home, { env: { ...env, ...org } }), args)).toMatch(
        /401 Unauthorized: token is inactive\. Activate it with a token that may: influx auth active --id ID$/,
      )
    }
  })

  test('that is expired is called that, with what to do', async () => {
    const expired = await recordingServer(() => json(401, { code: 'unauthorized', message: 'token is expired' }))
    for (const message of await messages(SOME, expired.url)) {
      expect(message).toMatch(
        /: 401 Unauthorized: token is expired\. Create a new one with a token that may: influx auth create$/,
      )
    }
  })

  test('that is unknown is refused in one sentence', async () => {
    for (const message of await messages(
      [
        ['auth', 'list'],
        ['bucket', 'list'],
      ],
      server.url,
    )) {
      expect(message).toMatch(/^Error: [\w ]+: 401 Unauthorized: unauthorized access$/)
    }
  })

  describe('is taken', () => {
    let recorder: RecordingServer
    beforeEach(async () => {
      recorder = await recordingServer(() => json(200, { authorizations: [{ id: ID }] }))
    })
    const sent = () => recorder.requests.map(({ headers }) => headers.authorization)
    const list = (args: string[], options: CallOptions = {}) =>
      influx(['auth', 'list', '--hide-headers', '--host', recorder.url, ...args], home, options)

    test('from a file, whatever stands around it', async () => {
      const path = join(home.path, 'token')
      writeFileSync(path, '  from-a-file\r\n\n')
      await list(['--token-file', path], { env: { INFLUX_TOKEN: 'other' } })
      await list([], { env: { INFLUX_TOKEN_FILE: path } })
      expect(sent()).toEqual(['Token from-a-file', 'Token from-a-file'])
      const missing = join(home.path, 'missing')
      expect(messageOf(await list(['--token-file', missing]), [])).toMatch(/^Error: --token-file: ENOENT: no such file/)
      writeFileSync(path, '\n')
      expect(messageOf(await list(['--token-file', path]), [])).toBe(`Error: there is no token in ${path}`)
      expect(messageOf(await list(['--token-file', path, '-t', 'x']), [])).toBe(
        'Error: use --token or --token-file, not both',
      )
    })

    test('from stdin', async () => {
      for (const args of [['--token', '-'], ['-t', '-'], ['-t=-'], ['--token-file', '-']]) {
        expect((await list(args, { stdin: 'from-stdin\n' })).exit).toBe(0)
      }
      expect(sent()).toEqual(Array(4).fill('Token from-stdin'))
      expect(messageOf(await list(['-t', '-']), [])).toBe('Error: there is no token in stdin')
    })

    test('with a hyphen before it, with a warning on stderr only', async () => {
      for (const args of [
        ['--token', '-abc=='],
        ['-t', '--json'],
      ]) {
        const { exit, stdout, stderr } = await list(args)
        expect({ exit, stdout }).toMatchObject({ exit: 0, stdout: expect.stringContaining(ID) })
        expect(stderr).toMatch(/^warning: what follows --?t(?:oken)? is taken for the token/)
        expect(stderr).not.toContain('abc')
      }
      expect((await list(['--token=-abc==', '--json'])).stderr).toBe('')
      expect(sent()).toEqual(['Token -abc==', 'Token --json', 'Token -abc=='])
    })

    test('in any letters, but without line breaks, which are not repeated', async () => {
      await list(['-t', 'tökén-名'])
      expect(Buffer.from(sent()[0]!, 'latin1').toString()).toBe('Token tökén-名')
      const { stderr } = await list(['-t', 'secret\nsecret'])
      expect(stderr).toBe('Error: the token holds a line break or another control character\n')
    })
  })
})

test('a header that cannot be one is refused before it is sent, and its value is not repeated', async () => {
  const server = await recordingServer(() => json(200, { authorizations: [] }))
  const cannot = 'the value of X-Key holds what a header cannot: a line break or letters beyond Latin-1'
  for (const [header, said] of [
    ['a name: x', '"a name" is no name of a header'],
    ['X-Key: secret\nsecret', cannot],
    ['X-Key: ключ', cannot],
  ] as const) {
    const args = ['auth', 'list', '--host', server.url, '-t', 'x', '--extra-http-header', header]
    const { exit, stderr } = await influx(args, home)
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: `Error: --extra-http-header: ${said}\n` })
  }
  expect(server.requests).toEqual([])
})

describe('--http-debug', () => {
  test('shows requests and answers, but no secret', async () => {
    const server = await startServer({ onboard: true })
    const env = { INFLUX_HOST: server.url, INFLUX_ORG: 'org1', INFLUX_TOKEN: server.onboarded!.operator }
    const created = await influx(['auth', 'create', '--read-buckets', '--json', '--http-debug'], home, { env })
    const { token } = JSON.parse(created.stdout)
    secretsSeen.add(token)
    expect(created.stderr).toMatch(/^> POST \/api\/v2\/authorizations HTTP\/1\.1$/m)
    expect(created.stderr).toMatch(/^> Authorization: Token \*\*\*$/m)
    expect(created.stderr).toMatch(/^< HTTP\/1\.1 201 Created$/m)
    expect(created.stderr).toContain('"token":"***"')
    for (const secret of [token, env.INFLUX_TOKEN]) expect(created.stderr).not.toContain(secret)
    expect(created.stderr).not.toMatch(/slc_\w/)
  })

  test('shows neither passwords nor sessions, nor what a server repeats', async () => {
    const server = await recordingServer(({ path, headers }) => {
      if (path === '/api/v2/signin')
        return { status: 204, headers: { 'Set-Cookie': 'influxdb-oss-session=key-of-session; Path=/' } }
      return json(401, { code: 'unauthorized', message: `no: ${headers.cookie}` })
    })
    mkdirSync(dirname(home.configs), { recursive: true })
    const login = Buffer.from('alice:word-to-pass').toString('base64')
    writeFileSync(
      home.configs,
      `[lab]\nurl = "${server.url}"\ntoken = ""\norg = "acme"\nactive = true\ncookie = "${login}"\n`,
    )
    const { stderr } = await influx(['auth', 'list', '--http-debug'], home)
    expect(server.requests[1]?.headers.cookie).toBe('influxdb-oss-session=key-of-session')
    const shown = stderr.slice(0, stderr.lastIndexOf('Error: '))
    for (const secret of ['word-to-pass', login, 'key-of-session']) expect(shown).not.toContain(secret)
    const set = await influx(['user', 'password', '--id', ID, '--password', 'word-to-pass', '--http-debug'], home)
    expect(set.stderr).toContain('"password":"***"')
    expect(set.stderr).not.toContain('word-to-pass')
  })
})
