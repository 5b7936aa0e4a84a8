// A whole call, from words to exit code, of commands that only say what they were given.
import { expect, test } from 'vitest'
import { recordingTerminal } from '../../test/cli/recording-terminal.ts'
import type { CommandNode } from './command.ts'
import { TOKEN } from './flag.ts'
import { run } from './run.ts'
import { UsageError } from './usage-error.ts'

const TREE: CommandNode = {
  name: 'influx',
  purpose: 'All',
  subcommands: [
    {
      name: 'show',
      purpose: 'Show the token',
      flags: [...TOKEN, { name: 'json', kind: 'switch', help: 'JSON' }],
      async run({ terminal, text, on }) {
        terminal.out(`${text('token')} ${on('json')}\n`)
      },
    },
    {
      name: 'get',
      purpose: 'Need flags',
      flags: [
        { name: 'id', kind: 'text', required: true, env: 'AN_ID', help: 'ID' },
        { name: 'kind', kind: 'list', required: true, help: 'Kinds' },
      ],
      async run({ terminal }) {
        terminal.out('got\n')
      },
    },
    {
      name: 'fail',
      purpose: 'Fail',
      flags: [{ name: 'how', kind: 'text', help: 'How' }],
      async run({ text }) {
        if (text('how') === 'usage') throw new UsageError('wrong\nDid you mean something?', 'with-message')
        throw new Error('the server is down')
      },
    },
  ],
}

/** What a line writes, and its exit code. */
async function call(words: readonly string[], env: Record<string, string> = {}) {
  const terminal = recordingTerminal()
  const exit = await run(TREE, words, terminal, env)
  return { exit, stdout: terminal.stdout(), stderr: terminal.stderr() }
}
const shown = async (...words: string[]) => (await call(['show', ...words])).stdout

test('what follows a token flag is the token, whatever it looks like', async () => {
  expect(await shown('--token', 'abc')).toBe('abc false\n')
  expect(await shown('-t', '-abc')).toBe('-abc false\n')
  expect(await shown('-t=-abc', '--json')).toBe('-abc true\n')
  expect(await shown('-token', '--json')).toBe('--json false\n')
  expect(await shown('--token', '--', '--json')).toBe('-- true\n')
  expect(await shown('-t', '')).toBe(' false\n')
  expect(await shown('-t', 'a', '-t', 'b')).toBe('b false\n')
})

test('a token that looks like a flag is remarked on stderr, without the token', async () => {
  const { stdout, stderr } = await call(['show', '-t', '-abc'])
  expect(stdout).toBe('-abc false\n')
  expect(stderr).toMatch(/^warning: .*-t=TOKEN/)
  expect(stderr).not.toContain('-abc')
  for (const words of [['-t', 'abc'], ['-t=-abc'], ['-t', '-']])
    expect((await call(['show', ...words])).stderr).toBe('')
})

test('a token flag with nothing after it is refused, also after another one', async () => {
  for (const words of [['-t'], ['-t', 'a', '-t']]) {
    const { exit, stdout, stderr } = await call(['show', ...words])
    expect(exit).toBe(1)
    expect(stdout).toMatch(/^Incorrect Usage: flag needs an argument: -t\n\nNAME:\n {3}influx show - /)
    expect(stderr).toBe('Error: flag needs an argument: -t\n')
  }
})

test('missing flags are named together, after the help; the environment counts', async () => {
  const both = await call(['get'])
  expect(both.exit).toBe(1)
  expect(both.stdout).toMatch(/^NAME:\n {3}influx get - Need flags\n/)
  expect(both.stderr).toBe('Error: Required flags "id, kind" not set\n')
  expect((await call(['get', '--id', 'x'])).stderr).toBe('Error: Required flag "kind" not set\n')
  expect((await call(['get', '--kind', 'a'], { AN_ID: 'x' })).stdout).toBe('got\n')
})

test('a failure is one message on stderr, exit code 1, and nothing on stdout', async () => {
  expect(await call(['fail'])).toEqual({ exit: 1, stdout: '', stderr: 'Error: the server is down\n' })
  expect(await call(['fial'])).toEqual({
    exit: 1,
    stdout: '',
    stderr: 'Error: unknown command "fial" for "influx"\nDid you mean "fail"?\n',
  })
})

test('what a message repeats moves no cursor on a terminal, and is left as it is elsewhere', async () => {
  const words = ['\x1b[31mred\x1b[0m\nsecond']
  const onTerminal = recordingTerminal({ errIsTerminal: true })
  expect(await run(TREE, words, onTerminal, {})).toBe(1)
  expect(onTerminal.stderr()).toBe('Error: unknown command " [31mred [0m\nsecond" for "influx"\n')
  expect((await call(words)).stderr).toContain('\x1b[31mred')
})

test('wrong usage shows the help of the command that was meant, with a full stop where there are subcommands', async () => {
  const leaf = await call(['fail', '--how', 'usage'])
  expect(leaf.stdout).toMatch(/^Incorrect Usage: wrong\n\nNAME:\n {3}influx fail - /)
  expect(leaf.stderr).toBe('Error: wrong\nDid you mean something?\n')
  expect((await call(['--nope'])).stdout).toMatch(/^Incorrect Usage\. flag provided but not defined: -nope\n\nNAME:/)
})

test('help goes to stdout with exit code 0', async () => {
  for (const words of [[], ['help'], ['show', '-h']]) {
    const { exit, stdout, stderr } = await call(words)
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' })
    expect(stdout).toMatch(/^NAME:\n {3}influx/)
  }
})
