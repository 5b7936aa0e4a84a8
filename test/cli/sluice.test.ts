// `sluice` is `influx` under another name, with the commands of the server's machine beside.
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { INFLUX as TREE } from '../../src/cli/tree.ts'
import { freePort, startServer } from '../e2e/server.ts'
import { type Called, type CallOptions, type Home, makeHome, shell, start } from './call.ts'
import { type Operator, operatorOf } from './operator.ts'

const SLUICE = fileURLToPath(new URL('../../bin/sluice', import.meta.url))

let influx: Operator
let env: Record<string, string>
let home: Home

beforeAll(async () => {
  const server = await startServer({ onboard: true })
  influx = operatorOf(server, 'org1')
  env = { INFLUX_HOST: server.url, INFLUX_TOKEN: server.onboarded!.operator }
  home = makeHome()
})

function sluice(args: readonly string[], options: CallOptions = {}): Promise<Called> {
  const { child, ended } = start(process.execPath, [SLUICE, ...args], home, { env, ...options })
  child.stdin.end()
  return ended
}

test('does with a server what influx does', async () => {
  const listed = await sluice(['auth', 'list'])
  expect(listed).toEqual({ exit: 0, stdout: await influx.print('auth', 'list'), stderr: '' })
  const [{ id }] = await influx.json('auth', 'list')
  const { exit, stdout } = await sluice(['auth', 'list', '--id', id, '--json'])
  expect([exit, JSON.parse(stdout).id]).toEqual([0, id])
})

test('fails as influx does, under its own name', async () => {
  const { exit, stderr } = await sluice(['auth', 'lsit'])
  expect([exit, stderr]).toEqual([1, 'Error: unknown command "lsit" for "sluice auth"\nDid you mean "list"?\n'])
})

test('shows both kinds of commands', async () => {
  const { exit, stdout } = await sluice(['--help'])
  expect(exit).toBe(0)
  for (const name of ['serve', 'doctor', 'backup', 'restore', 'recovery', 'token']) {
    expect(stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  }
  for (const { name, purpose } of TREE.subcommands!) {
    expect(stdout.replace(/\n {20,}/g, ' ')).toMatch(new RegExp(`^ {2}${name} +${purpose}\\.$`, 'm'))
  }
})

test('helps with either under its own name', async () => {
  const { stdout } = await sluice(['help', 'auth'])
  expect(stdout).toContain('NAME:\n   sluice auth - Manage API tokens\n')
  expect((await sluice(['auth', 'list', '--help'])).stdout).toContain('EXAMPLE:\n   sluice auth list ')
  expect((await sluice(['help', 'backup'])).stdout).toContain('Usage: sluice backup')
})

test('helps with a command of a command, and says which there is not', async () => {
  expect((await sluice(['help', 'recovery', 'create-operator'])).stdout).toContain(
    'Usage: sluice recovery create-operator ',
  )
  const { exit, stdout, stderr } = await sluice(['help', 'bakup'])
  expect({ exit, stdout }).toEqual({ exit: 2, stdout: '' })
  expect(stderr).toMatch(/^error: unknown command 'bakup'\n\(Did you mean backup\?\)\n/)
})

describe('output that cannot be written', () => {
  const FULL = 'sluice: cannot write to standard output: ENOSPC: no space left on device, write\n'

  test.each(['--help', '--version', 'help backup', 'token identify --help', 'doctor', 'token identify'])(
    'is no success, and said in one sentence: sluice %s',
    async words => {
      const { exit, stderr } = await shell(`echo x | "${process.execPath}" "${SLUICE}" ${words} > /dev/full`, home)
      expect({ exit, stderr }).toEqual({ exit: 1, stderr: FULL })
    },
  )

  test('because its reader left is no success either: the work may not be done', async () => {
    const program = `"${process.execPath}" "${SLUICE}"`
    // The reader is gone before anything is written.
    const { exit, stderr } = await shell(`(sleep 0.5; ${program} doctor) | true`, home)
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: '' })
  })

  test('does not keep a server from serving', async () => {
    const port = await freePort()
    const { child, ended, stderr } = start(
      'bash',
      ['-c', `exec "${process.execPath}" "${SLUICE}" serve --listen 127.0.0.1:${port} --data "$HOME/data" > /dev/full`],
      home,
    )
    const healthy = () => fetch(`http://127.0.0.1:${port}/health`).then(({ ok }) => ok)
    await expect.poll(() => healthy().catch(() => false), { timeout: 10_000 }).toBe(true)
    // The address is printed when it already serves.
    await setTimeout(300)
    expect(await healthy()).toBe(true)
    child.kill('SIGTERM')
    expect((await ended).exit, stderr()).toBe(0)
  })
})

test('takes a guess among all of them', async () => {
  expect((await sluice(['bucekt'])).stderr).toContain('Did you mean bucket?')
  expect((await sluice(['serv'])).stderr).toContain('Did you mean serve?')
})

test('completes all of them, under its own name', async () => {
  const { stdout } = await sluice(['', '--generate-bash-completion'])
  const names = stdout.trim().split('\n')
  for (const name of ['serve', 'recovery', 'auth', 'query']) expect(names).toContain(name)
  expect((await sluice(['serve', '--', '--generate-bash-completion'])).stdout).toContain('--listen\n')
  expect((await sluice(['recovery', '', '--generate-bash-completion'])).stdout).toContain('create-operator\n')
  const script = await sluice(['completion', 'bash'])
  expect(script.stdout).toContain('complete -o bashdefault -o default -F _sluice sluice\n')
  expect(script.stdout).not.toContain('influx')
})
