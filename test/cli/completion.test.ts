// The scripts of `influx completion`, in real shells on a real terminal.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Home, influx, makeHome, shell, start } from './call.ts'

let home: Home

beforeAll(() => {
  home = makeHome()
  mkdirSync(dirname(home.configs), { recursive: true })
  writeFileSync(home.configs, '[plant]\n  url = "http://plant.example:8086"\n')
  writeFileSync(join(home.path, 'some-points.lp'), '')
})

/** What is typed before the tab key, and what stands there afterwards. */
const CASES = [
  ['influx auth inac', 'influx auth inactive'],
  ['influx v1 d', 'influx v1 dbrp'],
  ['influx auth list --stat', 'influx auth list --status'],
  ['influx auth list --status ina', 'influx auth list --status inactive'],
  ['influx auth list --status=ina', 'influx auth list --status=inactive'],
  ['influx auth list --user alice --hide', 'influx auth list --user alice --hide-headers'],
  ['influx config pl', 'influx config plant'],
  ['influx auth list -c pl', 'influx auth list -c plant'],
  ['influx completion po', 'influx completion powershell'],
  ['influx write -f some-p', 'influx write -f some-points.lp'],
] as const

const TO_BEGIN_OF_LINE = '\u0001'

/** Types into a shell on a terminal: each line, the tab key, and then what prints the line in place of running it. */
async function typed(command: string, ...setUp: string[]): Promise<string[]> {
  const keys = CASES.map(([line]) => `${line}\t${TO_BEGIN_OF_LINE}printf '<%s>\\n' "$(printf '%s ' \u0005)"\n`)
  const { child, ended } = start('script', ['-qec', command, '/dev/null'], home, { env: { TERM: 'dumb', PS1: '$ ' } })
  child.stdin.end([...setUp, ...keys, 'exit\n'].join(''))
  const { stdout } = await ended
  return [...stdout.matchAll(/^<(.*?) *>\r?$/gm)].map(([, line]) => line!)
}

describe('a line on a terminal is completed', { timeout: 120_000 }, () => {
  const expected = CASES.map(([, line]) => line)

  test('in bash', async () => {
    expect(await typed('bash --noprofile --norc -i', 'eval "$(influx completion bash)"\n')).toEqual(expected)
  })

  test('in zsh', async () => {
    const lines = ['autoload -Uz compinit; compinit -u -D; bindkey -e\n', 'eval "$(influx completion zsh)"\n']
    expect(await typed('zsh -f -i', ...lines)).toEqual(expected)
  })

  test('in fish', async () => {
    const asked = CASES.map(([line]) => `complete -C '${line}'; echo ---`).join('; ')
    const { stdout } = await start('fish', ['--no-config', '-c', `influx completion fish | source; ${asked}`], home)
      .ended
    const words = stdout.split('---\n').map(found => found.split('\t')[0]?.trim())
    expect(words.slice(0, -1)).toEqual(expected.map(line => line.split(' ').at(-1)))
  })
})

test('several candidates are shown, in fish with what they are for', async () => {
  const { stdout } = await start(
    'fish',
    ['--no-config', '-c', 'influx completion fish | source; complete -C "influx auth "'],
    home,
  ).ended
  expect(stdout).toMatch(/^active\tActivate API tokens$/m)
  expect(stdout.trim().split('\n')).toHaveLength(5)
})

describe('scripts of the reference go on working', () => {
  test('they leave out the last word unless it begins with a hyphen', async () => {
    const mark = '--generate-bash-completion'
    expect((await influx(['auth', mark], home)).stdout.split('\n').slice(0, -1)).toEqual([
      'create',
      'delete',
      'list',
      'active',
      'inactive',
    ])
    expect((await influx(['auth', 'list', '--id', mark], home)).stdout).toBe('--id\n')
    expect((await influx([mark], home)).stdout).toContain('completion\n')
  })

  test('the one for zsh wants descriptions', async () => {
    const env = { _CLI_ZSH_AUTOCOMPLETE_HACK: '1' }
    const { stdout } = await influx(['auth', '--generate-bash-completion'], home, { env })
    expect(stdout).toMatch(/^delete:Delete an API token$/m)
  })
})

test('every script is good in its shell', async () => {
  for (const [name, check] of [
    ['bash', 'bash -n'],
    ['zsh', 'zsh -n'],
    ['fish', 'fish --no-execute'],
  ]) {
    const { exit, stderr } = await shell(`influx completion ${name} > script && ${check} script`, home)
    expect({ name, exit, stderr }).toEqual({ name, exit: 0, stderr: '' })
  }
  expect((await influx(['completion', 'powershell'], home)).stdout).toContain('Register-ArgumentCompleter')
})

test('another shell, or none, is a mistake', async () => {
  const usage = { exit: 1, stdout: '', stderr: 'Error: usage: influx completion [bash|zsh|fish|powershell]\n' }
  expect(await influx(['completion'], home)).toEqual(usage)
  expect(await influx(['completion', 'tcsh'], home)).toEqual(usage)
  expect(await influx(['completion', 'bash', 'zsh'], home)).toEqual(usage)
})
