// What people see when something is wrong: one clear sentence on stderr, exit code 1, nothing on stdout.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createRawServer } from 'node:net'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { freePort } from '../e2e/server.ts'
import { type Home, makeHome, shell } from './call.ts'
import { COMMANDS, ID, messageOf, messages, run, SOME } from './failing-calls.ts'
import { json, listen, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
})

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

  test('an address without http:// is said', async () => {
    for (const message of await messages(SOME, 'localhost:8086')) {
      expect(message).toMatch(
        /"localhost:8086\/.*": unsupported protocol scheme "localhost"\. An address begins with http:\/\/ or https:\/\/$/,
      )
    }
  })

  test('a port that Node calls for nobody is said', async () => {
    for (const message of await messages(SOME, 'http://127.0.0.1:6666')) {
      expect(message).toContain(': port 6666 is one that web clients refuse to call')
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

test('output that cannot be written is no success', async () => {
  const server = await recordingServer(() => json(200, { authorizations: [{ id: ID }] }))
  const { exit, stderr } = await shell(`influx auth list --host ${server.url} -t x > /dev/full`, home)
  expect({ exit, stderr }).toEqual({
    exit: 1,
    stderr: 'Error: cannot write to standard output: ENOSPC: no space left on device, write\n',
  })
})

describe('configs that cannot be written', () => {
  const SETUP = ['setup', '--force', '-u', 'a', '-p', 'long-enough', '-o', 'o', '-b', 'b']
  const env = { INFLUX_TOKEN: undefined, INFLUX_ORG: undefined }

  test('keep a server from being set up: its token would be lost', async () => {
    const server = await recordingServer(() => json(200, { allowed: true }))
    const file = join(home.path, 'a-file')
    writeFileSync(file, '')
    const message = messageOf(await run([...SETUP, '--configs-path', join(file, 'configs')], server.url, env), SETUP)
    expect(message).toMatch(/^Error: nothing was set up: the token could not be stored in .*a-file\/configs: ENOTDIR/)
    expect(server.requests.map(({ method }) => method)).toEqual(['GET'])
  })

  test('because nobody can create a folder there are not tried for ever', async () => {
    const create = 'influx config create --config-name lab --host-url http://localhost:8086'
    const { exit, stderr } = await shell(`timeout -s KILL 10 ${create} --configs-path /proc/self/none/configs`, home)
    expect({ exit, stderr }).toEqual({
      exit: 1,
      stderr: `Error: failed to create config "lab": ENOENT: no such file or directory, mkdir '/proc/self/none'\n`,
    })
  })
})

test('an answer to setup that holds no token is not taken for success', async () => {
  const server = await recordingServer(() => json(200, { allowed: true }))
  const args = ['setup', '--force', '-u', 'a', '-p', 'long-enough', '-o', 'o', '-b', 'b']
  const message = messageOf(await run(args, server.url, { INFLUX_TOKEN: undefined, INFLUX_ORG: undefined }), args)
  expect(message).toMatch(/^Error: failed to setup instance: the answer holds no token\n/)
})
