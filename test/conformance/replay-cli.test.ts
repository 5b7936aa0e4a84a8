// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of the scenarios look like that
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compareHelp, compareText, fill, loadScenarios, runScenario, type Scenario } from './replay-cli.js'

describe('text', () => {
  const same = (expected: string, actual: string) => expect(compareText(expected, actual)).toBeUndefined()
  const differs = (expected: string, actual: string) => expect(compareText(expected, actual)).toBeDefined()

  test('is the same in another layout, but not with other cells', () => {
    same('ID\t\tName\n1\ta b\n', 'ID  Name\n1     a b\n\n')
    differs('ID\tName\n', 'ID Name\n')
    differs('a\n', 'a\nb\n')
    differs('a\nb\n', 'b\na\n')
    expect(compareText('a\nb\n', 'b\na\n', true)).toBeUndefined()
    expect(compareText('a\nb\n', 'b\nc\n', true)).toBeDefined()
  })

  test('matches by form where it says so', () => {
    same('<<id>>\t<<time>>', '0123456789abcdef\t2026-01-02T03:04:05.6Z')
    differs('<<id>>', '0123456789ABCDEF')
    same('x\t<<secret>>\ty', 'x\ty')
    same('x\t<<secret>>\ty', 'x\tredacted\ty')
    same('a\n<<any>>\nz', 'a\nb\nc\nz')
    same('Error: <<any>>refused<<any>>', 'Error: connection refused.')
    differs('a.c', 'abc')
  })
})

test('help must name its command and list flags and commands', () => {
  const text = 'NAME:\n   influx auth - Tokens\n\nOPTIONS:\n   --host value, -H value  Address\n   list, ls  List\n'
  expect(compareHelp({ name: 'influx auth', flags: ['--host', '-H'], commands: ['ls'] }, text)).toBeUndefined()
  expect(compareHelp({ name: 'auth' }, text)).toBeUndefined()
  expect(compareHelp({ name: 'influx user' }, text)).toContain('does not name')
  expect(compareHelp({ name: 'auth', flags: ['--org'] }, text)).toContain('does not list --org')
})

test('unknown placeholders stay', () => {
  expect(fill({ a: ['${x}${y}'] }, { x: '1' })).toEqual({ a: ['1${y}'] })
})

describe('a scenario', () => {
  const scenario = (steps: Scenario['steps']): Scenario => ({ name: 'made-up', about: '', setup: null, steps })
  let stopped = 0
  const start = async () => ({ url: 'http://127.0.0.1:1', stop: async () => stopped++ })
  /** A program that says what it was called with. */
  const run = (steps: Scenario['steps'], variant?: string) =>
    runScenario(scenario(steps), { cli: 'echo', start, ...(variant && { variant }) })

  test('passes captures on, and ends its server', async () => {
    const steps = [
      { args: ['id', 'is', '7'], expect: { stdout: 'id is 7', exit: 0 }, capture: { id: { regex: 'is (\\d)' } } },
      { args: ['${id}'], expect: { stdout: '7' } },
    ]
    stopped = 0
    expect(await run(steps)).toBeUndefined()
    expect(stopped).toBe(1)
  })

  test('must fit one reading throughout', async () => {
    const either = { expect: { stdout: 'a' }, accept: { documented: { stdout: 'b' } } }
    expect(
      await run([
        { args: ['a'], ...either },
        { args: ['a'], ...either },
      ]),
    ).toBeUndefined()
    expect(
      await run([
        { args: ['b'], ...either },
        { args: ['b'], ...either },
      ]),
    ).toBeUndefined()
    expect(
      await run([
        { args: ['a'], ...either },
        { args: ['b'], ...either },
      ]),
    ).toContain('$ influx b\n    [recorded]')
    expect(await run([{ args: ['a'], ...either }], 'documented')).toContain('[documented]')
  })

  test('every one that is in the project can be read', () => {
    const scenarios = loadScenarios(fileURLToPath(new URL('data/cli/', import.meta.url)))
    expect(scenarios.length).toBeGreaterThanOrEqual(74)
    for (const { name, steps } of scenarios) expect(steps.length, name).toBeGreaterThan(0)
  })
})
