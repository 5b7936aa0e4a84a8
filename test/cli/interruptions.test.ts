// A command that is interrupted or killed ends, says so, and leaves nothing half done.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'
import { beforeEach, describe, expect, test } from 'vitest'
import { type Home, influx, makeHome, shell, start, startInflux } from './call.ts'
import { ID } from './failing-calls.ts'
import { json, recordingServer } from './recording-server.ts'

let home: Home
beforeEach(() => {
  home = makeHome()
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
