// Which value counts: flag, environment, default.
import { describe, expect, test } from 'vitest'
import { recordingTerminal } from '../../test/cli/recording-terminal.ts'
import type { CommandNode } from './command.ts'
import { type Invocation, invocationOf, requireFlags } from './invocation.ts'
import { UsageError } from './usage-error.ts'

const COMMAND: CommandNode = {
  name: 'get',
  purpose: 'Get',
  flags: [
    { name: 'host', kind: 'text', env: 'A_HOST', default: 'localhost', help: 'Host' },
    { name: 'org', kind: 'text', env: 'AN_ORG', help: 'Org' },
    { name: 'name', kind: 'text', required: true, help: 'Name' },
    { name: 'json', kind: 'switch', env: 'AS_JSON', help: 'JSON' },
    { name: 'read-dbrp', kind: 'switch', help: 'DBRP' },
    { name: 'read-dbrps', kind: 'switch', help: 'DBRP', sameAs: 'read-dbrp' },
    { name: 'header', kind: 'list', env: 'SOME_HEADERS', help: 'Headers' },
    { name: 'limit', kind: 'integer', env: 'A_LIMIT', default: '20', help: 'Limit' },
  ],
}

function invoke(values: Record<string, string[]>, env: Record<string, string> = {}): Invocation {
  const given = { command: COMMAND, path: 'influx get', args: [], values: new Map(Object.entries(values)) }
  return invocationOf(given, recordingTerminal(), env)
}

describe('a text', () => {
  test('is that of the flag, else of the environment, else the default', () => {
    expect(invoke({ host: ['flag'] }, { A_HOST: 'env' }).text('host')).toBe('flag')
    expect(invoke({}, { A_HOST: 'env' }).text('host')).toBe('env')
    expect(invoke({}).text('host')).toBe('localhost')
    expect(invoke({}).text('org')).toBeUndefined()
  })

  test('that is set and empty counts as set', () => {
    expect(invoke({ host: [''] }, { A_HOST: 'env' }).text('host')).toBe('')
    expect(invoke({}, { A_HOST: '' }).text('host')).toBe('')
  })

  test('is known to stand on the command line or not', () => {
    expect(invoke({ host: [''] }).given('host')).toBe(true)
    expect(invoke({}, { A_HOST: 'env' }).given('host')).toBe(false)
  })
})

describe('a switch', () => {
  test('is that of the flag, else of the environment, else off', () => {
    expect(invoke({ json: ['false'] }, { AS_JSON: 'true' }).on('json')).toBe(false)
    expect(invoke({ json: ['1'] }).on('json')).toBe(true)
    expect(invoke({}).on('json')).toBe(false)
  })

  test('reads the environment as Go does', () => {
    for (const value of ['1', 't', 'T', 'TRUE', 'true', 'True']) {
      expect(invoke({}, { AS_JSON: value }).on('json'), value).toBe(true)
    }
    for (const value of ['', '0', 'f', 'F', 'FALSE', 'false', 'False']) {
      expect(invoke({}, { AS_JSON: value }).on('json'), value).toBe(false)
    }
  })

  test('refuses another word in the environment as wrong usage', () => {
    const refused = () => invoke({}, { AS_JSON: 'yes' }).on('json')
    expect(refused).toThrow(UsageError)
    expect(refused).toThrow(
      'could not parse yes as bool value for flag json: strconv.ParseBool: parsing "yes": invalid syntax',
    )
  })

  test('may have a second spelling', () => {
    expect(invoke({ 'read-dbrps': ['true'] }).on('read-dbrp')).toBe(true)
    expect(invoke({ 'read-dbrps': ['true'] }).given('read-dbrp')).toBe(true)
    expect(invoke({ 'read-dbrp': ['true'] }).on('read-dbrp')).toBe(true)
  })
})

describe('a list', () => {
  test('is that of the flag, unsplit, else of the environment, split at commas', () => {
    expect(invoke({ header: ['a,b', 'c'] }, { SOME_HEADERS: 'd' }).list('header')).toEqual(['a,b', 'c'])
    expect(invoke({}, { SOME_HEADERS: 'd,e' }).list('header')).toEqual(['d', 'e'])
    expect(invoke({}, { SOME_HEADERS: '' }).list('header')).toEqual([])
    expect(invoke({}).list('header')).toEqual([])
  })
})

describe('a number', () => {
  test('is whole and not negative, wherever it comes from', () => {
    expect(invoke({ limit: ['007'] }).integer('limit')).toBe(7)
    expect(invoke({}, { A_LIMIT: '5' }).integer('limit')).toBe(5)
    expect(invoke({}).integer('limit')).toBe(20)
    for (const text of ['', 'x', '-1', '1.5', '1e3', ' 1', '0x10', '9999999999999999']) {
      const refused = () => invoke({ limit: [text] }).integer('limit')
      expect(refused, text).toThrow(UsageError)
      expect(refused, text).toThrow(`invalid value ${JSON.stringify(text)} for flag -limit: parse error`)
    }
  })
})

test('a required flag must be given; an empty one is given', () => {
  expect(() => requireFlags(invoke({ name: ['x'] }))).not.toThrow()
  expect(() => requireFlags(invoke({ name: [''] }))).not.toThrow()
  expect(() => requireFlags(invoke({}))).toThrow('Required flag "name" not set')
})

test('a command that asks for a flag it does not declare is our mistake', () => {
  expect(() => invoke({}).text('nope')).toThrow(TypeError)
})
