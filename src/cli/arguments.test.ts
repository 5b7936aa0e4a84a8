// How a command line is read: one case a line, then properties.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Asked, FaultyCall, parseArguments } from './arguments.ts'
import type { CommandNode } from './command.ts'
import type { Flag } from './flag.ts'

const FLAGS: readonly Flag[] = [
  { name: 'org', alias: 'o', kind: 'text', help: 'Organization' },
  { name: 'name', alias: 'n', kind: 'text', help: 'Name' },
  { name: 'json', kind: 'switch', help: 'JSON' },
  { name: 'force', alias: 'f', kind: 'switch', help: 'Force' },
  { name: 'bucket', alias: 'b', kind: 'list', help: 'Buckets' },
  { name: 'limit', kind: 'integer', help: 'Limit' },
]
const run = async () => {}

const TREE: CommandNode = {
  name: 'influx',
  purpose: 'All',
  subcommands: [
    {
      name: 'auth',
      aliases: ['authorization'],
      purpose: 'Tokens',
      subcommands: [
        { name: 'list', aliases: ['find', 'ls'], purpose: 'List', flags: FLAGS, run },
        { name: 'create', purpose: 'Create', flags: FLAGS, run },
      ],
    },
    {
      name: 'config',
      purpose: 'Configs',
      flags: FLAGS,
      positional: { form: '[name]' },
      run,
      subcommands: [{ name: 'rm', purpose: 'Remove', flags: FLAGS, positional: { form: 'NAME...' }, run }],
    },
    { name: 'query', purpose: 'Query', flags: FLAGS, positional: { form: '[query]' }, run },
  ],
}

const parse = (words: readonly string[]) => parseArguments(TREE, words)
const split = (line: string) => line.split(' ').filter(Boolean)

function runOf(asked: Asked) {
  if (!('run' in asked)) throw new Error(`help of ${asked.path}`)
  return asked.run
}

/** That a line runs a command with values and words. */
function runs(line: string, path: string, values: Record<string, string | string[]>, args: readonly string[] = []) {
  const found = runOf(parse(split(line)))
  expect(found.path, line).toBe(path)
  const expected = Object.entries(values).map(([name, value]) => [name, [value].flat()])
  expect(Object.fromEntries(found.values), line).toEqual(Object.fromEntries(expected))
  expect(found.args, line).toEqual(args)
}

/** That a line asks for help of a command. */
function helps(line: string, path: string) {
  const asked = parse(split(line))
  expect('helpOf' in asked ? asked.path : 'a run', line).toBe(path)
}

function faultOf(words: readonly string[]): FaultyCall {
  try {
    parse(words)
  } catch (cause) {
    if (cause instanceof FaultyCall) return cause
    throw cause
  }
  throw new Error(`${words.join(' ')}: no fault`)
}

/** That a line is refused, with what first line, and help of what. */
function fails(line: string, message: string, path: string, showsHelp: 'no' | 'with-message' = 'with-message') {
  const fault = faultOf(split(line))
  expect(fault.message.split('\n')[0], line).toBe(message)
  expect(fault.path, line).toBe(path)
  expect(fault.cause.showsHelp, line).toBe(showsHelp)
}

const LIST = 'influx auth list'

describe('a command', () => {
  test('is found by name and by alias', () => {
    runs('auth list', LIST, {})
    runs('auth find', LIST, {})
    runs('authorization ls', LIST, {})
    runs('auth create', 'influx auth create', {})
  })

  test('that is unknown is refused with the place where it was looked for', () => {
    fails('bogus', 'unknown command "bogus" for "influx"', 'influx', 'no')
    fails('auth bogus', 'unknown command "bogus" for "influx auth"', 'influx auth', 'no')
    fails('auth list extra', 'unknown command "extra" for "list"', LIST, 'no')
    fails('auth ls extra', 'unknown command "extra" for "list"', LIST, 'no')
  })

  test('that is nearly right is suggested on a line of its own', () => {
    expect(faultOf(['auth', 'lsit']).message).toBe('unknown command "lsit" for "influx auth"\nDid you mean "list"?')
    expect(faultOf(['auth', 'list', '--jsn']).message).toBe(
      'flag provided but not defined: -jsn\nDid you mean "--json"?',
    )
    expect(faultOf(['auth', 'xyz']).message).not.toContain('mean')
  })

  test('does not take the name of a sibling, or help, as a word', () => {
    fails('auth create list', 'unknown command "list" for "create"', 'influx auth create', 'no')
    fails('auth create help', 'unknown command "help" for "create"', 'influx auth create', 'no')
    fails('auth create h', 'unknown command "h" for "create"', 'influx auth create', 'no')
  })

  test('with subcommands takes its own words where it may', () => {
    runs('config', 'influx config', {})
    runs('config lab', 'influx config', {}, ['lab'])
    runs('config -', 'influx config', {}, ['-'])
    runs('config --json lab', 'influx config', { json: 'true' }, ['lab'])
    runs('config rm a b', 'influx config rm', {}, ['a', 'b'])
  })
})

describe('help', () => {
  test('is what the root, a group and -h ask for', () => {
    for (const line of ['', '-h', '--help', '-help', '--h', 'help', 'h']) helps(line, 'influx')
    for (const line of ['auth', 'auth -h', 'auth help', 'auth h', 'help auth']) helps(line, 'influx auth')
    for (const line of ['auth list -h', 'auth list --json --help', 'auth help list', 'auth help ls']) helps(line, LIST)
    for (const line of ['help auth list', 'help auth ls']) helps(line, LIST)
  })

  test('of something unknown is refused', () => {
    fails('help bogus', "No help topic for 'bogus'", 'influx', 'no')
    fails('auth help bogus', "No help topic for 'bogus'", 'influx auth', 'no')
    fails('help auth bogus', "No help topic for 'bogus'", 'influx auth', 'no')
  })
})

describe('flags', () => {
  test('belong to the last command and stand after it', () => {
    fails('--json auth list', 'flag provided but not defined: -json', 'influx')
    fails('auth --json list', 'flag provided but not defined: -json', 'influx auth')
    fails('--version', 'flag provided but not defined: -version', 'influx')
    fails('auth list --nope', 'flag provided but not defined: -nope', LIST)
  })

  test('mean the same with one dash and with two', () => {
    runs('auth list -json', LIST, { json: 'true' })
    runs('auth list --json', LIST, { json: 'true' })
    runs('auth list --o acme', LIST, { org: 'acme' })
    runs('auth list -org acme', LIST, { org: 'acme' })
    fails('auth list ---json', 'bad flag syntax: ---json', LIST)
    fails('auth list --=x', 'bad flag syntax: --=x', LIST)
    fails('auth list -=x', 'bad flag syntax: -=x', LIST)
  })

  test('have their value after a space or after =', () => {
    runs('auth list --org acme', LIST, { org: 'acme' })
    runs('auth list --org=acme', LIST, { org: 'acme' })
    runs('auth list -o=acme', LIST, { org: 'acme' })
    runs('auth list --org=', LIST, { org: '' })
    runs('auth list --org=a=b', LIST, { org: 'a=b' })
    expect(runOf(parse(['auth', 'list', '--org', ''])).values.get('org')).toEqual([''])
    expect(runOf(parse(['auth', 'list', '--org=two\nlines'])).values.get('org')).toEqual(['two\nlines'])
  })

  test('without a value are refused', () => {
    fails('auth list --org', 'flag needs an argument: -org', LIST)
    fails('auth list -o', 'flag needs an argument: -o', LIST)
  })

  test('take a value that begins with a hyphen after = only, and the refusal does not repeat it', () => {
    runs('auth list --org=-acme', LIST, { org: '-acme' })
    runs('auth list --org -', LIST, { org: '-' })
    fails('auth list --org --json', 'flag needs an argument: -org', LIST)
    fails('auth list -o -secret', 'flag needs an argument: -o', LIST)
    expect(faultOf(['auth', 'list', '-o', '-secret']).message).toBe(
      'flag needs an argument: -o\nA value that begins with a hyphen is written -o=VALUE',
    )
  })

  test('that are switches take =true or =false and no word', () => {
    for (const value of ['1', 't', 'T', 'TRUE', 'true', 'True', '0', 'f', 'F', 'FALSE', 'false', 'False']) {
      runs(`auth list --json=${value}`, LIST, { json: value })
    }
    fails('auth list --json false', 'unknown command "false" for "list"', LIST, 'no')
    fails('auth list --json=maybe', 'invalid boolean value "maybe" for -json: parse error', LIST)
    fails('auth list --json=', 'invalid boolean value "" for -json: parse error', LIST)
  })

  test('are not bundled', () => {
    fails('auth list -fo acme', 'flag provided but not defined: -fo', LIST)
  })

  test('count once, the last time, unless they are lists, which do not split at commas', () => {
    runs('auth list --org a --org b', LIST, { org: 'b' })
    runs('auth list --json --json=false', LIST, { json: 'false' })
    runs('auth list --bucket a --bucket b,c', LIST, { bucket: ['a', 'b,c'] })
  })

  test('are not given in both forms at once', () => {
    fails('auth list -o a --org b', 'Cannot use two forms of the same flag: o org', LIST)
    fails('auth list --org a -o b', 'Cannot use two forms of the same flag: o org', LIST)
    fails('auth list --force -f', 'Cannot use two forms of the same flag: f force', LIST)
    runs('auth list -o a -o b', LIST, { org: 'b' })
  })

  test('may stand after words, but not where a command has subcommands: there they are words', () => {
    runs('query q1 --json q2', 'influx query', { json: 'true' }, ['q1', 'q2'])
    runs('config rm lab --json', 'influx config rm', { json: 'true' }, ['lab'])
    runs('config lab --json', 'influx config', {}, ['lab', '--json'])
  })

  test('end at --', () => {
    runs('query -- --json -h', 'influx query', {}, ['--json', '-h'])
    runs('query --json -- --', 'influx query', { json: 'true' }, ['--'])
    fails('auth list -- extra', 'unknown command "extra" for "list"', LIST, 'no')
  })
})

describe('any command line', () => {
  const word = fc.oneof(
    fc.constantFrom('auth', 'list', 'config', 'query', 'rm', 'help', '-h', '--', '-', '--org', '-o', '--json', '-f'),
    fc.constantFrom('--json=', '--bucket', '__proto__', '--__proto__', '--constructor=x', 'toString', '---', '-=', '='),
    fc.string({ unit: 'binary' }),
    fc.string().map(text => `--${text}`),
  )

  test('is understood or refused as a faulty call, nothing else', () => {
    let understood = 0
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), words => {
        try {
          parse(words)
          understood++
        } catch (cause) {
          expect(cause).toBeInstanceOf(FaultyCall)
        }
      }),
      { numRuns: 3000 },
    )
    expect(understood).toBeGreaterThan(100)
  })

  const value = fc.string({ unit: 'binary' })
  /** A flag in a spelling of its own, and what it gives. */
  const flag = fc.oneof(
    fc.record({ name: fc.constantFrom('org', 'name', 'bucket', 'limit'), value }),
    fc.record({ name: fc.constantFrom('json', 'force'), value: fc.constantFrom('true', 'false') }),
  )
  const positional = value.filter(text => !text.startsWith('-'))

  test('gives back every flag and every word that was put into it', () => {
    const piece = fc.oneof(
      fc.record({ flag, dashes: fc.constantFrom('-', '--'), joined: fc.boolean() }),
      fc.record({ word: positional }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 10 }), fc.array(value, { maxLength: 3 }), (pieces, rest) => {
        const words = pieces.flatMap(one => ('word' in one ? [one.word] : spelled(one)))
        const { args, values } = runOf(parse(['query', ...words, '--', ...rest]))
        expect(args).toEqual([...pieces.flatMap(one => ('word' in one ? [one.word] : [])), ...rest])
        const expected = new Map<string, string[]>()
        for (const one of pieces) {
          if ('word' in one) continue
          const { name, value } = one.flag
          expected.set(name, name === 'bucket' ? [...(expected.get(name) ?? []), value] : [value])
        }
        expect(values).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  function spelled(one: { flag: { name: string; value: string }; dashes: string; joined: boolean }): string[] {
    const { flag, dashes, joined } = one
    const isSwitch = flag.name === 'json' || flag.name === 'force'
    if (isSwitch && flag.value === 'true' && !joined) return [`${dashes}${flag.name}`]
    const mustJoin = isSwitch || (flag.value.startsWith('-') && flag.value !== '-')
    return joined || mustJoin ? [`${dashes}${flag.name}=${flag.value}`] : [`${dashes}${flag.name}`, flag.value]
  }
})
