import { describe, expect, test } from 'vitest'
import { readConfig } from './config.ts'
import type { UpstreamConfig } from './upstream.ts'

const FILE = '/etc/sluice/sluice.toml'

function read(text: string, env: Record<string, string> = {}) {
  const flags = { config: FILE, data: '/var/lib/sluice' }
  return readConfig({ flags, env, readFile: () => text, homeDir: undefined, workDir: '/' })
}

function upstreamsOf(text: string, env?: Record<string, string>): readonly UpstreamConfig[] {
  const result = read(text, env)
  if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes))
  return result.config.upstreams
}

function mistakesOf(text: string, env?: Record<string, string>): string[] {
  const result = read(text, env)
  if ('config' in result) return []
  return result.mistakes.map(({ where, message }) => `${where.replace('/etc/sluice/', '')}: ${message}`)
}

const CORE = '[upstream.lab]\nkind = "influxdb3-core"\nurl = "http://127.0.0.1:8181"\n'

describe('an upstream', () => {
  test('needs its kind and address alone', () => {
    expect(upstreamsOf(CORE)).toEqual([
      {
        name: 'lab',
        kind: 'influxdb3-core',
        url: 'http://127.0.0.1:8181',
        credential: undefined,
        org: undefined,
        connectTimeoutMs: 5000,
        answerTimeoutMs: 60_000,
        idleTimeoutMs: 60_000,
        maxBodyBytes: 52_428_800,
      },
    ])
    expect(mistakesOf('[upstream.lab]\n')).toEqual([
      'sluice.toml:1: upstream.lab needs kind',
      'sluice.toml:1: upstream.lab needs url',
    ])
  })

  test('has its secret in a file beside the settings, or in a variable', () => {
    expect(upstreamsOf(`${CORE}token_file = "lab.token"`)[0]?.credential).toEqual({
      token: { file: '/etc/sluice/lab.token' },
    })
    expect(upstreamsOf(CORE, { SLUICE_UPSTREAM_LAB_TOKEN: 'secret' })[0]?.credential).toEqual({
      token: { variable: 'SLUICE_UPSTREAM_LAB_TOKEN' },
    })
    const user = '[upstream.old-one]\nkind = "influxdb1"\nurl = "http://h:8086"\nusername = "sluice"\n'
    expect(upstreamsOf(user, { SLUICE_UPSTREAM_OLD_ONE_PASSWORD: 'x' })[0]?.credential).toEqual({
      username: 'sluice',
      password: { variable: 'SLUICE_UPSTREAM_OLD_ONE_PASSWORD' },
    })
  })

  test('has one credential, and has it whole', () => {
    expect(mistakesOf(`${CORE}token_file = "a"`, { SLUICE_UPSTREAM_LAB_TOKEN: 'secret' })).toEqual([
      'SLUICE_UPSTREAM_LAB_TOKEN: says what upstream.lab has in a file already',
    ])
    expect(mistakesOf(`${CORE}username = "a"`)).toEqual([
      'sluice.toml:1: upstream.lab needs username and password_file together',
    ])
    expect(mistakesOf(`${CORE}token_file = "a"\nusername = "a"\npassword_file = "b"`)).toEqual([
      'sluice.toml:1: upstream.lab has a token and a user; one of the two is enough',
    ])
  })

  test('never has its secret in the settings file', () => {
    expect(mistakesOf(`${CORE}token = "apiv3_secret"`)).toEqual([
      'sluice.toml:4: token is unknown in [upstream.lab]; did you mean token_file?',
    ])
  })

  test.each([
    ['kind = "influxdb4"', 'kind must be one of', 'did you mean'],
    ['url = "http://h/path"', 'url must be http://HOST', ''],
    ['connect_seconds = 0', 'connect_seconds must be a whole number from 1', ''],
    ['org = ""', 'org is empty', ''],
    ['max_body_bytes = "many"', 'max_body_bytes must be an integer', ''],
  ])('is told what is wrong, and where: %s', (line, expected, hint) => {
    const [key] = line.split(' ')
    const base = CORE.replace(new RegExp(`^${key} = .*\n`, 'm'), '')
    const [mistake] = mistakesOf(`${base}${line}`)
    expect(mistake).toContain(`sluice.toml:${base.split('\n').length}: upstream.lab.`)
    expect(mistake).toContain(expected)
    expect(mistake).toContain(hint)
  })

  test('has a name that a variable can have', () => {
    expect(mistakesOf(CORE.replace('lab', '"Lab 1"'))[0]).toContain('"Lab 1" must be lower-case letters')
    expect(mistakesOf('upstream = 1\n')).toEqual(['sluice.toml:1: upstream is a table, written [upstream.NAME]'])
    expect(mistakesOf('upstream.lab = 1\n')).toEqual([
      'sluice.toml:1: upstream.lab is a table, written [upstream.NAME]',
    ])
  })
})

test('several upstreams stand side by side', () => {
  const text = `${CORE}\n[upstream.old]\nkind = "influxdb1"\nurl = "https://old.example.org"\n`
  expect(upstreamsOf(text).map(({ name, url }) => [name, url])).toEqual([
    ['lab', 'http://127.0.0.1:8181'],
    ['old', 'https://old.example.org'],
  ])
})

test('a secret of an upstream that is not there is a slip of the pen', () => {
  expect(mistakesOf(CORE, { SLUICE_UPSTREAM_LAP_TOKEN: 'secret' })).toEqual([
    'SLUICE_UPSTREAM_LAP_TOKEN: is the secret of an upstream that the settings file does not have; did you mean SLUICE_UPSTREAM_LAB_TOKEN?',
  ])
})
