import type { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { program } from './program.ts'

/** Every command that does something, by the words that call it. */
function* commandsOf(command: Command, path: string): Generator<[string, Command]> {
  if (command.commands.length === 0) yield [path, command]
  for (const one of command.commands) yield* commandsOf(one, `${path} ${one.name()}`)
}
const COMMANDS = [...commandsOf(program(), 'sluice')]

function helpOf(command: Command): string {
  let text = ''
  command.configureOutput({ writeOut: more => (text += more) }).outputHelp()
  return text
}

test('there are the commands that the documentation speaks of', () => {
  expect(COMMANDS.map(([path]) => path)).toEqual([
    'sluice serve',
    'sluice doctor',
    'sluice upstream check',
    'sluice upstream import-buckets',
    'sluice backup',
    'sluice restore',
    'sluice recovery create-operator',
    'sluice recovery set-password',
    'sluice recovery activate-user',
    'sluice token identify',
  ])
})

describe.each(COMMANDS)('%s', (path, command) => {
  test('has a purpose, of at least a sentence', () => {
    expect(command.description()).toMatch(/^[A-Z].{15,}\.$/)
    expect(command.summary()).toMatch(/^[A-Z].+\.$/)
  })

  test('has an example that calls it with flags that it has', () => {
    const example = helpOf(command).split('Example:\n')[1]!.trim()
    expect(example.startsWith(path)).toBe(true)
    for (const flag of example.match(/--[a-z-]+/g) ?? []) expect(command.options.map(o => o.long)).toContain(flag)
  })

  test('says what each of its flags is for', () => {
    for (const { flags, description } of command.options) expect(description, flags).toMatch(/^[A-Z].*[.)]$/)
  })
})

test('flags never take a secret, which everybody on the machine could see: only files do', () => {
  const flags = COMMANDS.flatMap(([, command]) => command.options.map(option => option.flags))
  expect(flags.filter(flag => /token|password|secret/i.test(flag))).toEqual([
    '--password-file <FILE>',
    '--token-file <FILE>',
  ])
})
