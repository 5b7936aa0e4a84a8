import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { program } from './program.ts'

const TEXT = readFileSync(new URL('../../docs/operation.md', import.meta.url), 'utf8')

/** Every line that somebody would type, or a unit would run. */
const CALLS = [...TEXT.matchAll(/^(?:ExecStart=\/usr\/bin\/)?sluice (.*)$/gm)].map(([, words]) => words!.split(' '))

/** The command that words call; undefined if there is none. */
function commandOf(words: readonly string[], parent: Command = program()): Command | undefined {
  if (parent.commands.length === 0) return parent
  const next = parent.commands.find(one => one.name() === words[0])
  return next && commandOf(words.slice(1), next)
}

test.each(CALLS)('docs/operation.md: sluice %s %s', (...words) => {
  const command = commandOf(words)
  expect(command).toBeDefined()
  const flags = words.filter(word => word.startsWith('--'))
  expect(command?.options.map(option => option.long)).toEqual(expect.arrayContaining(flags))
  for (const { mandatory, long } of command?.options ?? []) if (mandatory) expect(flags).toContain(long)
})

test('docs/operation.md shows every command', () => {
  const names = (command: Command): string[] => command.commands.flatMap(one => [one.name(), ...names(one)])
  expect(CALLS.length).toBeGreaterThan(6)
  for (const name of names(program())) expect(TEXT, name).toMatch(new RegExp(`\\b${name}\\b`))
})
