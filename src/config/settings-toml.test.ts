import { expect, test } from 'vitest'
import { readConfig } from './config.ts'
import { MAX_FILE_BYTES } from './settings-toml.ts'

const read = (text: string) =>
  readConfig({ flags: { data: '/d' }, env: {}, readFile: () => text, homeDir: undefined, workDir: '/' })

/** The mistakes of a settings file as they are printed, without its directory. */
function inFile(text: string): string[] {
  const result = read(text)
  return 'config' in result ? [] : result.mistakes.map(({ where, message }) => `${where.slice(3)}: ${message}`)
}

test('an unknown key is refused with the one that was meant', () => {
  expect(inFile('\nlisen = "a:1"')).toEqual(['sluice.toml:2: lisen is unknown; did you mean listen?'])
  expect(inFile('[log]\nlevle = "info"')).toEqual(['sluice.toml:2: log.levle is unknown; did you mean log.level?'])
  expect(inFile('cert = "c"')).toEqual(['sluice.toml:1: cert is unknown; did you mean tls.cert?'])
  expect(inFile('xyzzy = 1')).toEqual(['sluice.toml:1: xyzzy is unknown'])
  expect(inFile('"tls.cert" = "c"')).toEqual(['sluice.toml:1: "tls.cert" is unknown; did you mean tls.cert?'])
})

test('an unknown table is one mistake, not one for each of its keys', () => {
  expect(inFile('[lgo]\nlevel = "info"\nformat = "x"')).toEqual([
    'sluice.toml:1: table [lgo] is unknown; did you mean [log]?',
  ])
  expect(inFile('[downstream.a]\nurl = 1')).toEqual(['sluice.toml:1: table [downstream] is unknown'])
})

test('what belongs into the environment is refused in the file with the name of its variable', () => {
  expect(inFile('config = "x"\n[init]\nusername = "ann"')).toEqual([
    'sluice.toml:1: config is not read from the file; set SLUICE_CONFIG',
    'sluice.toml:2: [init] is not read from the file; set SLUICE_INIT_… in the environment',
  ])
})

test('a wrong type is refused with the right one', () => {
  expect(inFile('listen = ["a:1"]')).toEqual(['sluice.toml:1: listen must be a string, not an array'])
  expect(inFile('[listen]\nhost = "a"')).toEqual(['sluice.toml:1: listen must be a string, not a table'])
  expect(inFile('listen = 2026-01-01')).toEqual(['sluice.toml:1: listen must be a string, not a date or time'])
  expect(inFile('log = "info"')).toEqual(['sluice.toml:1: log is a table, written [log], with level, format below it'])
  expect(inFile('[[log]]\nlevel = "info"')).toEqual([
    'sluice.toml:1: log is a table, written [log], with level, format below it',
  ])
  expect(inFile('metrics.enabled = "true"')).toEqual([
    'sluice.toml:1: metrics.enabled must be true or false, not the string "true"',
  ])
  expect(inFile('sessions.length_minutes = "60"')).toEqual([
    'sluice.toml:1: sessions.length_minutes must be an integer, not the string "60"',
  ])
  expect(inFile('sessions.length_minutes = 1.5')).toEqual([
    'sluice.toml:1: sessions.length_minutes must be an integer, not the number 1.5',
  ])
  expect(inFile('sessions.length_minutes = nan')).toHaveLength(1)
  expect(inFile('forward_auth.trusted = "::1"')).toEqual([
    'sluice.toml:1: forward_auth.trusted must be an array of strings, not the string "::1"',
  ])
  for (const entry of ['1', '""', '"::1,::2"', '["::1"]', 'true', '{}']) {
    expect(inFile(`forward_auth.trusted = ["::1", ${entry}]`)[0], entry).toContain('each with one entry')
  }
})

test('a number out of range is refused with the range, however long it is', () => {
  const message = (shown: string) =>
    `sluice.toml:1: sessions.length_minutes must be a whole number from 1 to 525600, not "${shown}"`
  for (const number of ['0', '-1', '525601', '9223372036854775807']) {
    expect(inFile(`sessions.length_minutes = ${number}`)).toEqual([message(number)])
  }
})

test('a file that is not TOML is refused at the place where it stops making sense, without quoting it', () => {
  expect(inFile('listen = "a:1"\n[log\nlevel = "hunter22"')).toEqual([
    expect.stringMatching(/^sluice.toml:2: is not TOML at column \d+: [^\n]+$/),
  ])
  expect(inFile('password hunter22').join()).not.toContain('hunter22')
  for (const text of [
    '=',
    'a',
    '[',
    '[]',
    'a = ',
    '\u0000',
    '{"listen": "a:1"}',
    'a = "',
    '\ufeff\ufeff',
    `a = ${'['.repeat(100_000)}`,
  ]) {
    expect(inFile(text), text.slice(0, 20)).toEqual([expect.stringContaining('is not TOML')])
  }
})

test('a key that stands twice is refused at its second place', () => {
  expect(inFile('listen = "a:1"\nlisten = "a:1"')).toEqual([expect.stringMatching(/^sluice.toml:2: .*already defined/)])
  expect(inFile('[log]\n[log]')).toEqual([expect.stringMatching(/^sluice.toml:2: .*already defined/)])
})

test('a byte order mark and Windows line ends do no harm', () => {
  const text = '\ufefflisten = "a:1"\r\n[log]\r\nlevel = "warn"\r\n'
  expect(read(text)).toMatchObject({
    config: { listen: { host: 'a' }, log: { level: 'warn' } },
  })
})

test('an empty file is a file', () => expect(read('')).toMatchObject({ config: { configFile: '/d/sluice.toml' } }))

test('a huge file is refused unread, and the largest one that is read takes no long time', () => {
  expect(inFile('#'.repeat(MAX_FILE_BYTES + 1))).toEqual([`sluice.toml: is longer than ${MAX_FILE_BYTES} bytes`])
  const line = (i: number) => `lisetn_${i} = 1\n`
  const text = Array.from({ length: Math.floor(MAX_FILE_BYTES / line(99_999).length) }, (_, i) => line(i)).join('')
  expect(inFile(text).at(-1)).toMatch(/^sluice.toml:\d+: lisetn_\d+ is unknown/)
})

test('names that mean something to JavaScript are unknown keys like others', () => {
  for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    expect(inFile(`${name} = 1`)).toEqual([`sluice.toml:1: ${name} is unknown`])
    expect(inFile(`[${name}]\nlisten = "a:1"`)).toEqual([`sluice.toml:1: table [${name}] is unknown`])
  }
})
