// How the commands of the server's own machine read their words, and how they fail.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tokenFrom } from '../../src/domain/token.ts'
import { runCommand } from './command.ts'
import { temporaryFolder } from './server.ts'

describe('a token', () => {
  const token = tokenFrom(new Uint8Array(32).fill(3))
  const identify = (input: string, ...words: string[]) =>
    runCommand(['token', 'identify', ...words], temporaryFolder(), { input })

  test('is identified from standard input or a file, and is not repeated', async () => {
    const ran = await identify(`${token}\n`)
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toMatch(/^This is a token that Sluice made\./)
    const file = join(temporaryFolder(), 'token')
    writeFileSync(file, token)
    expect((await identify('', '--token-file', file)).code).toBe(0)
    const cut = await identify(token.slice(0, 20))
    expect([cut.code, cut.stdout]).toEqual([1, expect.stringContaining('20 characters, not 53')])
    expect(ran.stdout + cut.stdout).not.toContain(token.slice(0, 20))
  })

  test('is not taken from the command line, nor repeated from there', async () => {
    const ran = await identify('', token)
    expect(ran.code).toBe(2)
    expect(ran.stdout + ran.stderr).not.toContain(token)
  })
})

describe('a wrong call', () => {
  const call = (...words: string[]) => runCommand(words, temporaryFolder())

  test.each([
    [['bakup', 'b.db'], /unknown command 'bakup'\n\(Did you mean backup\?\)/],
    [['backup'], /missing required argument 'file'/],
    [['backup', 'a', 'b'], /too many arguments/],
    [['serve', '--lisen', '127.0.0.1:0'], /unknown option '--lisen'\n\(Did you mean --listen\?\)/],
    [['recovery', 'create-operator', '--user', 'a'], /required option '--org <NAME>' not specified/],
    [[], /^Usage: sluice/],
    [['recovery'], /^Usage: sluice recovery/],
  ])('%j is explained on standard error, with exit code 2', async (words, explanation) => {
    const ran = await call(...words)
    expect([ran.code, ran.stdout]).toEqual([2, ''])
    expect(ran.stderr).toMatch(explanation)
  })

  test('a wrong configuration, too, for every command that reads it, with all that is wrong', async () => {
    for (const words of [
      ['serve'],
      ['backup', 'b.db'],
      ['restore', 'b.db'],
      ['recovery', 'activate-user', '--user', 'a'],
    ]) {
      const env = { SLUICE_LISTEN: '8086', SLUICE_LOG_LEVL: 'info' }
      const ran = await runCommand(words, temporaryFolder(), { env })
      expect([ran.code, ran.stdout], words[0]).toEqual([2, ''])
      expect(ran.stderr).toMatch(/^SLUICE_LISTEN: listen must name a host before the port/m)
      expect(ran.stderr).toMatch(/^SLUICE_LOG_LEVL: is no variable that Sluice knows; did you mean SLUICE_LOG_LEVEL\?/m)
    }
  })

  test('help is not wrong, and goes to standard output', async () => {
    for (const words of [
      ['--help'],
      ['help'],
      ['help', 'backup'],
      ['backup', '--help'],
      ['recovery', 'help', 'set-password'],
    ]) {
      const ran = await call(...words)
      expect([ran.code, ran.stderr], words.join(' ')).toEqual([0, ''])
      expect(ran.stdout).toMatch(/^Usage: sluice/)
    }
    expect((await call('--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })
})
