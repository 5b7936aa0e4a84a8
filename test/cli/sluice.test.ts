// `sluice` is `influx` under another name, with the commands of the server's machine beside.
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { INFLUX as TREE } from '../../src/cli/tree.ts'
import { startServer } from '../e2e/server.ts'
import { type Called, type CallOptions, type Home, makeHome, start } from './call.ts'
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
