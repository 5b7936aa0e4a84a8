// What people see when something is wrong: one clear sentence on stderr, exit code 1, nothing on stdout.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { createServer as createRawServer } from 'node:net'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { freePort, type Server, secretsSeen, startServer } from '../e2e/server.ts'
import { type Called, type CallOptions, type Home, influx, makeHome, shell, start, startInflux } from './call.ts'
import { proxyServer } from './proxy-server.ts'
import { json, listen, type RecordingServer, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
})

const ID = '0c0c0c0c0c0c0c01'

/** Commands of every kind: reading one, reading many, changing, and the ways that data take. */
const COMMANDS: readonly (readonly string[])[] = [
  ['auth', 'list'],
  ['auth', 'list', '--id', ID],
  ['auth', 'create', '--read-buckets'],
  ['auth', 'inactive', '--id', ID],
  ['auth', 'delete', '--id', ID],
  ['user', 'list'],
  ['org', 'list'],
  ['bucket', 'list'],
  ['v1', 'auth', 'list'],
  ['v1', 'dbrp', 'list'],
  ['ping'],
  ['setup', '--force', '-u', 'a', '-p', 'long-enough', '-o', 'o', '-b', 'b'],
  ['write', '-b', 'b', 'm v=1'],
  ['query', 'buckets()'],
  ['delete', '-b', 'b', '--start', '2024-01-01T00:00:00Z', '--stop', '2024-02-01T00:00:00Z'],
]
/** One that reads, and one that sends a body. */
const SOME = [COMMANDS[0]!, COMMANDS[12]!]

const ENV = { INFLUX_TOKEN: 'a-token-of-tests', INFLUX_ORG: 'acme' }

function run(args: readonly string[], url: string, env: CallOptions['env'] = {}): Promise<Called> {
  return influx(args, home, { env: { ...ENV, INFLUX_HOST: url, ...env } })
}

/** Runs commands, each of which must end with one message. @returns the first lines of the messages */
async function messages(
  commands: readonly (readonly string[])[],
  url: string,
  env: CallOptions['env'] = {},
): Promise<string[]> {
  const found: string[] = []
  for (const args of commands) found.push(messageOf(await run(args, url, env), args))
  return found
}

function messageOf({ exit, stdout, stderr }: Called, args: readonly string[]): string {
  expect({ args, exit, stdout }).toEqual({ args, exit: 1, stdout: '' })
  expect(stderr.endsWith('\n')).toBe(true)
  // The message, and perhaps a line or two with advice; no traces of code.
  expect(stderr.trim().split('\n').length, stderr).toBeLessThanOrEqual(3)
  expect(stderr).toMatch(/^Error: /)
  expect(stderr).not.toMatch(/\n\s+at |undefined|\[object|fetch failed|TypeError/)
  expect(stderr).not.toContain(ENV.INFLUX_TOKEN)
  return stderr.trim()
}

describe('where nobody answers', () => {
  test('a server that is down is named, by every command', { timeout: 120_000 }, async () => {
    const port = await freePort()
    for (const message of await messages(COMMANDS, `http://127.0.0.1:${port}`)) {
      expect(message).toMatch(
        new RegExp(
          `(?:Get|Post|Patch|Delete) "http://127\\.0\\.0\\.1:${port}/[^"]+": dial tcp 127\\.0\\.0\\.1:${port}: connect: connection refused\\. Is the server running there\\?`,
        ),
      )
    }
  })

  test('a host that does not exist is named', async () => {
    for (const message of await messages(SOME, 'http://no-such-host.invalid:8086')) {
      expect(message).toMatch(
        /"http:\/\/no-such-host\.invalid:8086\/.*": dial tcp: lookup no-such-host\.invalid: no such host/,
      )
    }
  })

  test('an address that is none is said', async () => {
    for (const address of ['127.0.0.1:8086', 'http://', 'influx']) {
      for (const message of await messages(SOME, address)) {
        expect(message).toMatch(new RegExp(`^Error: host URL "${address}" is invalid: it must `))
      }
    }
  })

  test('a server that says nothing is waited for as long as --timeout says, by every command', {
    timeout: 120_000,
  }, async () => {
    const silent = await recordingServer(() => 'never')
    for (const message of await messages(COMMANDS, silent.url, { INFLUX_TIMEOUT: '200ms' })) {
      expect(message).toMatch(/": no answer within 0\.2 s \(--timeout allows more\)$/)
    }
    expect(messageOf(await run(['auth', 'list', '--timeout', 'soon'], silent.url), [])).toBe(
      'Error: --timeout: invalid duration soon',
    )
  })

  test('a server that stops in the middle is not waited for either', async () => {
    const slow = createServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{'),
    )
    const url = `http://127.0.0.1:${await listen(slow)}`
    for (const message of await messages(SOME, url, { INFLUX_TIMEOUT: '200ms' })) {
      expect(message).toMatch(/": no answer within 0\.2 s \(--timeout allows more\)$/)
    }
  })
})

describe('where somebody else answers', () => {
  test('a page of HTML is not taken for an answer, by any command', { timeout: 120_000 }, async () => {
    const page = await recordingServer(() => ({
      headers: { 'Content-Type': 'text/html' },
      body: '<html>Welcome</html>',
    }))
    for (const message of await messages(COMMANDS, page.url)) {
      expect(message).toMatch(
        /unable to decode response content type "text\/html"\nThis does not look like an InfluxDB/,
      )
    }
  })

  test('JSON of something else is not taken for an answer, by any command', { timeout: 120_000 }, async () => {
    const other = await recordingServer(() => json(200, { hello: 'world' }))
    for (const message of await messages(COMMANDS, other.url)) expect(message).toMatch(/InfluxDB/)
  })

  test('nor is a page that says that nothing is there', async () => {
    const nothing = await recordingServer(() => ({
      status: 404,
      headers: { 'Content-Type': 'text/html' },
      body: '<html>',
    }))
    for (const message of await messages(SOME, nothing.url)) {
      expect(message).toMatch(/404 Not Found: unable to decode response content type "text\/html"\nThis does not look/)
    }
  })

  test("a proxy's 502 is told apart from the server's, with a page and without", async () => {
    const empty = await recordingServer(() => ({ status: 502 }))
    const page = await recordingServer(() => ({
      status: 502,
      headers: { 'Content-Type': 'text/html' },
      body: '<html>',
    }))
    const own = await recordingServer(() => json(502, { code: 'unavailable', message: 'upstream is down' }))
    for (const message of await messages(SOME, empty.url)) {
      expect(message).toMatch(/: 502 Bad Gateway: \nA proxy answered in place of the server\.$/)
    }
    for (const message of await messages(SOME, page.url)) {
      expect(message).toMatch(/502 Bad Gateway: unable to decode response content type "text\/html"\nA proxy answered/)
    }
    for (const message of await messages(SOME, own.url)) expect(message).toMatch(/: 502 Bad Gateway: upstream is down$/)
  })

  test('what does not speak HTTP is said', async () => {
    const other = createRawServer(socket => socket.end('220 mail.example ESMTP\r\n'))
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    for (const message of await messages(SOME, `http://127.0.0.1:${port}`))
      expect(message).toContain('does not speak HTTP')
    other.close()
  })

  test('an answer that points elsewhere is followed by what reads, and refused by what writes', async () => {
    const moved = await recordingServer(({ path }) => ({ status: 301, headers: { Location: `${server.url}${path}` } }))
    const server = await recordingServer(() => json(200, { authorizations: [] }))
    expect(await run(['auth', 'list', '--hide-headers'], moved.url)).toEqual({ exit: 0, stdout: '', stderr: '' })
    // The same host on another port: the credential goes along.
    expect(server.requests[0]?.headers.authorization).toBe('Token a-token-of-tests')
    expect(messageOf(await run(SOME[1]!, moved.url), SOME[1]!)).toMatch(
      new RegExp(`: the server has moved to ${server.url}: give that as --host$`),
    )
    const circle = await recordingServer(() => ({ status: 302, headers: { Location: '/again' } }))
    expect(messageOf(await run(SOME[0]!, circle.url), SOME[0]!)).toMatch(/: stopped after 10 redirects$/)
  })
})

describe('an answer that is cut off', () => {
  test('before its end is said', async () => {
    const cut = createServer((request, response) => {
      request.resume().on('end', () => {
        response
          .writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 })
          .write('{"authorizations":[')
        setImmediate(() => response.destroy())
      })
    })
    const url = `http://127.0.0.1:${await listen(cut)}`
    for (const message of await messages(SOME, url)) expect(message).toMatch(/": the answer broke off before its end$/)
  })

  test('before it began is said', async () => {
    const closing = createServer(request => request.socket.destroy())
    const url = `http://127.0.0.1:${await listen(closing)}`
    for (const message of await messages(SOME, url)) {
      expect(message).toMatch(/": the server closed the connection without an answer\./)
    }
  })

  test('and looks whole is said too', async () => {
    const half = await recordingServer(() => ({
      headers: { 'Content-Type': 'application/json' },
      body: '{"authorizations":[',
    }))
    expect(messageOf(await run(SOME[0]!, half.url), [])).toMatch(/: unable to decode the answer: /)
    const broken = await recordingServer(() => ({
      status: 500,
      headers: { 'Content-Type': 'application/json' },
      body: '{"mess',
    }))
    expect(messageOf(await run(SOME[0]!, broken.url), [])).toMatch(/: 500 Internal Server Error: /)
  })
})

describe('TLS', () => {
  let certificate: string
  let url: string
  let port: number

  beforeAll(async () => {
    const folder = makeHome().path
    certificate = join(folder, 'certificate.pem')
    const key = join(folder, 'key.pem')
    const { status } = spawnSync('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=influx.test', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', certificate],
    ])
    expect(status).toBe(0)
    const server = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"authorizations":[],"status":"pass"}')
    })
    port = await listen(server)
    url = `https://127.0.0.1:${port}`
  })

  test('a certificate that nobody vouches for is refused, and it is said what to do', async () => {
    for (const message of await messages(SOME, url)) {
      expect(message).toMatch(
        /": the certificate cannot be trusted \(self-signed certificate\)\. Give its authority in NODE_EXTRA_CA_CERTS; --skip-verify trusts anybody$/,
      )
    }
    expect((await run(['ping', '--skip-verify'], url)).stdout).toBe('OK\n')
    expect((await run(['ping'], url, { INFLUX_SKIP_VERIFY: 'true' })).stdout).toBe('OK\n')
    expect((await run(['ping'], url, { NODE_EXTRA_CA_CERTS: certificate })).stdout).toBe('OK\n')
  })

  test('a certificate of another name is refused', async () => {
    const [message] = await messages([['ping']], `https://localhost:${port}`, { NODE_EXTRA_CA_CERTS: certificate })
    expect(message).toMatch(/the certificate cannot be trusted \(Hostname\/IP does not match certificate's altnames/)
  })

  test('is asked for where it is spoken, and only there', async () => {
    for (const message of await messages(SOME, `http://127.0.0.1:${port}`)) {
      expect(message).toMatch(
        /": the server closed the connection without an answer\. Does it speak TLS\? Then the address begins with https:\/\/$/,
      )
    }
    const plain = await recordingServer()
    for (const message of await messages(SOME, plain.url.replace('http:', 'https:'))) {
      expect(message).toMatch(/": the server does not speak TLS here: use an address that begins with http:\/\/$/)
    }
  })

  test('goes through a proxy in a tunnel', async () => {
    const proxy = await proxyServer({ to: port })
    const env = { HTTPS_PROXY: proxy.url }
    expect((await run(['ping', '--skip-verify'], 'https://influx.test', env)).stdout).toBe('OK\n')
    expect(messageOf(await run(['ping'], 'https://influx.test', env), [])).toContain(
      'the certificate cannot be trusted',
    )
    expect(proxy.asked).toEqual(['CONNECT influx.test:443', 'CONNECT influx.test:443'])
  })
})

describe('a proxy of the environment', () => {
  let target: RecordingServer
  beforeEach(async () => {
    target = await recordingServer(({ path }) =>
      path === '/health' ? json(200, { status: 'pass' }) : path === '/api/v2/write' ? { status: 204 } : json(404, {}),
    )
  })

  test('is asked for what is elsewhere, in clear, and not for this machine', async () => {
    const proxy = await proxyServer({ to: target.port })
    const env = { HTTP_PROXY: proxy.url }
    expect((await run(['ping'], 'http://influx.test:8086', env)).stdout).toBe('OK\n')
    expect((await run(SOME[1]!, 'http://influx.test:8086', env)).exit).toBe(0)
    expect(
      target.requests.map(({ headers: { host, authorization }, text }) => ({ host, authorization, text })),
    ).toEqual([
      { host: 'influx.test:8086', authorization: undefined, text: '' },
      { host: 'influx.test:8086', authorization: 'Token a-token-of-tests', text: 'm v=1\n' },
    ])
    expect((await run(['ping'], target.url, env)).stdout).toBe('OK\n')
    expect(proxy.asked).toEqual([
      'GET http://influx.test:8086/health',
      'POST http://influx.test:8086/api/v2/write?bucket=b&org=acme&precision=ns',
    ])
  })

  test('that is down is named, not the server', async () => {
    const port = await freePort()
    const env = { HTTP_PROXY: `http://127.0.0.1:${port}`, HTTPS_PROXY: `http://127.0.0.1:${port}` }
    for (const url of ['http://influx.test', 'https://influx.test']) {
      const variable = url.startsWith('https') ? 'HTTPS_PROXY' : 'HTTP_PROXY'
      for (const message of await messages(SOME, url, env)) {
        expect(message).toContain(`": the proxy 127.0.0.1:${port} (${variable}) cannot be reached`)
      }
    }
  })

  test('that refuses is named', async () => {
    const proxy = await proxyServer({ to: target.port, refuses: 403 })
    const login = await proxyServer({ to: target.port, refuses: 407 })
    const [tunnel] = await messages([['ping']], 'https://influx.test', { HTTPS_PROXY: proxy.url })
    expect(tunnel).toMatch(
      /": the proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not let this connection through \(403\)$/,
    )
    for (const [url, variable] of [
      ['http://influx.test', 'HTTP_PROXY'],
      ['https://influx.test', 'HTTPS_PROXY'],
    ]) {
      const [message] = await messages([['ping']], url!, { [variable!]: login.url })
      expect(message).toMatch(/": the proxy 127\.0\.0\.1:\d+ \(HTTPS?_PROXY\) wants user and password/)
    }
  })
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

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s while the server is silent ends the command with a sentence',
    async signal => {
      const silent = await recordingServer(() => 'never')
      const { child, ended } = startInflux(['auth', 'list', '--host', silent.url, '-t', 'x'], home)
      await silent.next()
      child.kill(signal)
      expect(await ended).toEqual({
        exit: 1,
        stdout: '',
        stderr: `Error: could not find authorization with given parameters: Get "${silent.url}/api/v2/authorizations": context canceled\n`,
      })
    },
  )

  test('while a token is awaited on stdin ends it too', async () => {
    const { child, ended, stderr } = startInflux(['auth', 'list', '--http-debug', '--token', '-', '-t', '-'], home)
    child.kill('SIGINT')
    // Before the program is there, the signal ends the process itself.
    const { exit, stdout } = await ended
    expect(stdout).toBe('')
    if (exit !== null) expect({ exit, stderr: stderr() }).toEqual({ exit: 1, stderr: 'Error: canceled\n' })
  })

  test.each([
    ['a question', '', /Please type your primary username/],
    ['a password', '-u admin', /Please type your password/],
  ])('at %s ends it too, and stores nothing', async (_, flags, question) => {
    const server = await recordingServer(() => json(200, { allowed: true }))
    const command = `exec influx setup --host ${server.url} ${flags}`
    const { child, ended, stdout } = start('script', ['-qec', command, '/dev/null'], home, { env: { TERM: 'dumb' } })
    await new Promise<void>(resolve => {
      child.stdout.on('data', () => {
        if (question.test(stdout())) resolve()
      })
    })
    child.stdin.write('\u0003')
    const { exit } = await ended
    expect({ exit, last: stdout().trim().split('\n').at(-1) }).toEqual({ exit: 1, last: 'Error: canceled' })
    expect(server.requests).toHaveLength(1)
  })

  test('on a pager that was left is no failure', async () => {
    const server = await recordingServer(() => json(200, { authorizations: [{ id: ID }] }))
    const { exit, stderr } = await shell(`influx auth list --host ${server.url} -t x | true`, home)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
  })
})

test('output that cannot be written is no success', async () => {
  const server = await recordingServer(() => json(200, { authorizations: [{ id: ID }] }))
  const { exit, stderr } = await shell(`influx auth list --host ${server.url} -t x > /dev/full`, home)
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: 'Error: cannot write to standard output: ENOSPC: no space left on device, write\n',
  })
})

describe('the file of configs', () => {
  const ROUNDS = 24

  test('is whole whenever a command that changes it is killed', { timeout: 120_000 }, async () => {
    const create = (name: string, token: string) =>
      startInflux(['config', 'create', '-n', name, '-u', 'http://localhost:8086', '-t', token, '-o', 'acme'], home)
    const known = new Set(['config0'])
    const sizes: number[] = []
    const begun = performance.now()
    expect((await create('config0', 'token-number-0').ended).exit).toBe(0)
    // The moments of the kills are spread around the one at which this machine writes the file.
    const usualMs = performance.now() - begun
    for (let round = 1; round <= ROUNDS; round++) {
      const name = `config${round}`
      const { child, ended } = create(name, `token-number-${round}`)
      const signal = round % 2 === 0 ? 'SIGINT' : 'SIGKILL'
      const kill = setTimeout(() => child.kill(signal), usualMs * (0.5 + (0.7 * round) / ROUNDS))
      const { exit } = await ended
      clearTimeout(kill)
      if (exit === 0) known.add(name)
      const configs = storedConfigs()
      for (const one of known) expect(configs).toHaveProperty(one)
      // Done or not done: nothing in between.
      for (const [stored, { token }] of Object.entries(configs)) expect(token).toBe(`token-number-${stored.slice(6)}`)
      sizes.push(Object.keys(configs).length)
    }
    expect((await influx(['config', 'ls', '--json'], home)).exit).toBe(0)
    console.log(
      `influx config create, killed ${ROUNDS + 1 - known.size} times of ${ROUNDS}: the file held ${sizes.join(' ')} configs`,
    )
  })

  test('is made free of what killed commands left, which holds tokens too', async () => {
    const folder = dirname(home.configs)
    mkdirSync(folder, { recursive: true })
    const left = join(folder, 'configs.123-0123abcd.new')
    writeFileSync(left, '[half')
    spawnSync('touch', ['-d', '1 hour ago', left])
    writeFileSync(join(folder, 'configs.124-0123abcd.new'), '[just now')
    writeFileSync(join(folder, 'other.new'), '')
    await influx(['config', 'create', '-n', 'a', '-u', 'http://localhost:8086'], home)
    expect(readdirSync(folder).sort()).toEqual(['configs', 'configs.124-0123abcd.new', 'other.new'])
  })

  function storedConfigs(): Record<string, { token: string }> {
    try {
      return parse(readFileSync(home.configs, 'utf8')) as Record<string, { token: string }>
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw cause
    }
  }
})
