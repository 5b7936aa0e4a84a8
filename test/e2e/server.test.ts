// The harness itself, against a program that is simple enough to be trusted.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { freePort, secretsSeen, startServer, temporaryFolder } from './server.ts'

/** Answers what it was asked; `--fail` ends at once. Its secrets are in pieces, for its file is searched too. */
const PROGRAM = `
const { createServer } = require('node:http')
const { mkdirSync } = require('node:fs')
const [, , command, , listen, , data, option] = process.argv
console.log(command + ' of ' + (process.env.SLUICE_MADE_UP ?? 'nobody'))
if (option === '--fail') { console.error('cannot do that'); process.exit(3) }
mkdirSync(data, { recursive: true })
process.on('SIGTERM', () => process.exit(0))
createServer((request, response) => {
  const chunks = []
  request.on('data', chunk => chunks.push(chunk))
  request.on('end', () => {
    const { method, url, headers } = request
    const text = JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(url === '/api/v2/setup' ? 201 : 200, { 'set-cookie': 'session=made-up' + '-session; Path=/' })
    response.end(url === '/api/v2/setup' ? JSON.stringify({
      user: { id: 'u' }, org: { id: 'o' }, bucket: { id: 'b' }, auth: { id: 'a', token: 'made-up' + '-token' }
    }) : text)
  })
}).listen(Number(listen.split(':')[1]), '127.0.0.1')
`

let program: string

beforeAll(() => {
  program = join(temporaryFolder(), 'program.cjs')
  writeFileSync(program, PROGRAM)
})

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

describe('a server', () => {
  test('is healthy when it is handed out, and ends when it is told to', async () => {
    const server = await startServer({ program, env: { SLUICE_MADE_UP: 'somebody' } })
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`)
    expect(server.output()).toBe('serve of somebody\n')
    expect(existsSync(server.dataDir)).toBe(true)
    expect(await server.stop()).toBe(0)
    expect(isAlive(server.pid)).toBe(false)
  })

  test('does not inherit configuration', async () => {
    process.env.SLUICE_MADE_UP = 'the outside'
    expect((await startServer({ program })).output()).toBe('serve of nobody\n')
  })

  test('can be killed, and started again on the same data', async () => {
    const first = await startServer({ program })
    await first.kill()
    expect(isAlive(first.pid)).toBe(false)
    const second = await startServer({ program, dataDir: first.dataDir })
    expect(second.dataDir).toBe(first.dataDir)
    expect(await second.stop('SIGKILL')).toBe(null)
  })

  test('may use a folder of the test', async () => {
    const dataDir = join(temporaryFolder(), 'mine')
    mkdirSync(dataDir)
    expect((await startServer({ program, dataDir })).dataDir).toBe(dataDir)
  })

  test('that ends by itself is explained by its last words', async () => {
    const start = startServer({ program, args: ['--fail'] })
    await expect(start).rejects.toThrow(
      /ended by itself \(exit code 3\); it said:\n.*\| serve of nobody\n.*\| cannot do that/,
    )
  })
})

describe('a request', () => {
  test('sends the path as it is, the token, and JSON', async () => {
    const server = await startServer({ program })
    const answer = await server.request('PATCH', '/a/../b?x=%zz', { token: 'some-token', body: { a: 1 } })
    expect(answer.status).toBe(200)
    expect(answer.json()).toMatchObject({
      method: 'PATCH',
      url: '/a/../b?x=%zz',
      headers: { authorization: 'Token some-token', 'content-type': 'application/json', connection: 'close' },
      body: '{"a":1}',
    })
  })

  test('sends text as it is, without a content type', async () => {
    const { request } = await startServer({ program })
    const { headers, body } = (await request('POST', '/', { body: 'zażółć', headers: { 'X-Own': 'x' } })).json()
    expect(body).toBe('zażółć')
    expect(headers).toMatchObject({ 'content-length': '10', 'x-own': 'x' })
    expect(headers).not.toHaveProperty('content-type')
  })

  test('leaves the secrets it carried', async () => {
    const { onboarded } = await startServer({ program, onboard: true })
    expect(onboarded).toEqual({
      operator: 'operator-token',
      adminId: 'u',
      orgId: 'o',
      bucketId: 'b',
      operatorAuthId: 'a',
    })
    for (const secret of ['operator-token', 'admin-password', 'made-up-token', 'made-up-session']) {
      expect(secretsSeen).toContain(secret)
    }
  })
})

test('free ports can be listened on, and differ', async () => {
  const ports = await Promise.all([freePort(), freePort(), freePort()])
  expect(new Set(ports).size).toBe(3)
  for (const port of ports) expect(port).toBeLessThan(32_768)
})
