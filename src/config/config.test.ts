import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Config, type ConfigInput, readConfig } from './config.ts'
import type { Mistake } from './mistake.ts'

const OWN_FILE = '/home/ann/.local/share/sluice/sluice.toml'

/** A machine with nothing on it but the given files. */
const input = (given: Partial<ConfigInput> & { files?: Record<string, string> } = {}): ConfigInput => ({
  flags: {},
  env: {},
  homeDir: '/home/ann',
  workDir: '/srv',
  readFile: path => {
    const text = given.files?.[path]
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return text
  },
  ...given,
})

function configOf(given: Parameters<typeof input>[0]): Config {
  const result = readConfig(input(given))
  if ('mistakes' in result) throw new Error(JSON.stringify(result.mistakes))
  return result.config
}

function mistakesOf(given: Parameters<typeof input>[0]): readonly Mistake[] {
  const result = readConfig(input(given))
  return 'mistakes' in result ? result.mistakes : []
}

/** The mistakes of a settings file in the data directory, as they are printed, without its directory. */
const inFile = (text: string) =>
  mistakesOf({ files: { [OWN_FILE]: text } }).map(({ where, message }) => `${where.split('/').at(-1)}: ${message}`)

const refusing = (code: string) => () => {
  throw Object.assign(new Error('refused'), { code })
}

test('nothing needs to be configured', () => {
  expect(configOf({})).toEqual({
    listen: { host: '127.0.0.1', port: 8086 },
    dataDir: '/home/ann/.local/share/sluice',
    publicUrl: undefined,
    tls: undefined,
    log: { level: 'info', format: 'json' },
    metrics: { enabled: true },
    sessions: { lengthMinutes: 60 },
    forwardAuth: { trusted: [], upstream: undefined },
    revoke: { cutStreams: true },
    gateway: { mode: 'enforce', observeUpstream: undefined },
    limits: { maxBodyBytes: 1_048_576, shutdownSeconds: 10 },
    upstreams: [],
    init: undefined,
    configFile: undefined,
  })
})

test('a flag wins over a variable, that over the file, and that over the default', () => {
  const files = { [OWN_FILE]: 'listen = "file:1"\n[log]\nlevel = "warn"\nformat = "text"\n' }
  const env = { SLUICE_LISTEN: 'variable:2', SLUICE_LOG_LEVEL: 'error' }
  const config = configOf({ flags: { listen: 'flag:3' }, env, files })
  expect(config.listen.host).toBe('flag')
  expect(config.log).toEqual({ level: 'error', format: 'text' })
  expect(config.sessions.lengthMinutes).toBe(60)
})

test('every setting can stand in the file', () => {
  const text = `
    listen = "[::1]:0"
    data_dir = "data"
    public_url = "https://tokens.example.org/"
    tls = { cert = "cert.pem", key = "/keys/key.pem" }
    log.level = "debug"
    log.format = "text"
    [metrics]
    enabled = false
    [sessions]
    length_minutes = 5
    [forward_auth]
    trusted = ["10.0.0.0/8", "::1"]
    [limits]
    max_body_bytes = 2048
    shutdown_seconds = 0`
  expect(configOf({ files: { '/etc/sluice.toml': text }, flags: { config: '../etc/sluice.toml' } })).toEqual({
    listen: { host: '::1', port: 0 },
    dataDir: '/etc/data',
    publicUrl: { origin: 'https://tokens.example.org', protocol: 'https:', host: 'tokens.example.org' },
    tls: { certFile: '/etc/cert.pem', keyFile: '/keys/key.pem' },
    log: { level: 'debug', format: 'text' },
    metrics: { enabled: false },
    sessions: { lengthMinutes: 5 },
    forwardAuth: { trusted: ['10.0.0.0/8', '::1'], upstream: undefined },
    revoke: { cutStreams: true },
    gateway: { mode: 'enforce', observeUpstream: undefined },
    limits: { maxBodyBytes: 2048, shutdownSeconds: 0 },
    upstreams: [],
    init: undefined,
    configFile: '/etc/sluice.toml',
  })
})

test('every setting can stand in the environment', () => {
  const env = {
    SLUICE_LISTEN: '0.0.0.0:80',
    SLUICE_DATA_DIR: 'data',
    SLUICE_PUBLIC_URL: 'HTTP://Tokens.Example.org:80',
    SLUICE_TLS_CERT: 'cert.pem',
    SLUICE_TLS_KEY: 'key.pem',
    SLUICE_LOG_LEVEL: 'debug',
    SLUICE_LOG_FORMAT: 'text',
    SLUICE_METRICS_ENABLED: 'false',
    SLUICE_SESSIONS_LENGTH_MINUTES: '5',
    SLUICE_FORWARD_AUTH_TRUSTED: '10.0.0.0/8, ::1',
    SLUICE_LIMITS_MAX_BODY_BYTES: '2048',
    SLUICE_LIMITS_SHUTDOWN_SECONDS: '0',
    SLUICE_INIT_USERNAME: 'ann',
    SLUICE_INIT_PASSWORD_FILE: 'password',
    SLUICE_INIT_ORG: 'an org',
    SLUICE_INIT_BUCKET: 'b',
    SLUICE_INIT_TOKEN_FILE: '/run/secrets/token',
  }
  expect(configOf({ env })).toEqual({
    listen: { host: '0.0.0.0', port: 80 },
    dataDir: '/srv/data',
    publicUrl: { origin: 'http://tokens.example.org', protocol: 'http:', host: 'tokens.example.org' },
    tls: { certFile: '/srv/cert.pem', keyFile: '/srv/key.pem' },
    log: { level: 'debug', format: 'text' },
    metrics: { enabled: false },
    sessions: { lengthMinutes: 5 },
    forwardAuth: { trusted: ['10.0.0.0/8', '::1'], upstream: undefined },
    revoke: { cutStreams: true },
    gateway: { mode: 'enforce', observeUpstream: undefined },
    limits: { maxBodyBytes: 2048, shutdownSeconds: 0 },
    upstreams: [],
    init: {
      username: 'ann',
      org: 'an org',
      bucket: 'b',
      passwordFile: '/srv/password',
      tokenFile: '/run/secrets/token',
    },
    configFile: undefined,
  })
})

test('flags are called as commander hands them over, and those of the command itself are left alone', () => {
  const flags = { data: '/d', publicUrl: 'https://a', tlsCert: '/c', tlsKey: '/k', logLevel: 'warn', logFormat: 'text' }
  expect(configOf({ flags: { ...flags, force: 'yes', listen: undefined } })).toMatchObject({
    dataDir: '/d',
    publicUrl: { origin: 'https://a' },
    tls: { certFile: '/c', keyFile: '/k' },
    log: { level: 'warn', format: 'text' },
  })
})

test('the value is frozen all the way down', () => {
  const files = { [OWN_FILE]: 'public_url = "https://a"\n[forward_auth]\ntrusted = ["::1"]' }
  const visit = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return
    expect(Object.isFrozen(value)).toBe(true)
    Object.values(value).forEach(visit)
  }
  visit(configOf({ files }))
  visit(configOf({}))
})

test('the data directory follows XDG_DATA_HOME if that is absolute, else the home directory', () => {
  expect(configOf({ env: { XDG_DATA_HOME: '/xdg' } }).dataDir).toBe('/xdg/sluice')
  expect(configOf({ env: { XDG_DATA_HOME: '/xdg' }, homeDir: undefined }).dataDir).toBe('/xdg/sluice')
  for (const relative of ['xdg', '']) {
    expect(configOf({ env: { XDG_DATA_HOME: relative } }).dataDir).toBe('/home/ann/.local/share/sluice')
  }
})

test('without a home directory the data directory must be said', () => {
  for (const homeDir of [undefined, '']) {
    expect(mistakesOf({ homeDir })).toEqual([
      { where: '--data', message: 'is needed, because there is no home directory to keep the data in' },
    ])
    expect(configOf({ homeDir, flags: { data: '/d' } }).dataDir).toBe('/d')
  }
})

test('the file is the one that a flag names, else a variable, else sluice.toml in the data directory', () => {
  const files = {
    '/a.toml': 'log.level = "debug"',
    '/srv/b.toml': 'log.level = "warn"',
    '/d/sluice.toml': 'log.level = "error"',
  }
  const flags = { data: '/d' }
  expect(configOf({ files, flags: { ...flags, config: '/a.toml' }, env: { SLUICE_CONFIG: 'b.toml' } })).toMatchObject({
    configFile: '/a.toml',
    log: { level: 'debug' },
  })
  expect(configOf({ files, flags, env: { SLUICE_CONFIG: 'b.toml' } })).toMatchObject({
    configFile: '/srv/b.toml',
    log: { level: 'warn' },
  })
  expect(configOf({ files, flags })).toMatchObject({ configFile: '/d/sluice.toml', log: { level: 'error' } })
})

test('a named file that cannot be read is a mistake of who named it', () => {
  expect(mistakesOf({ flags: { config: '/a.toml' } })).toEqual([
    { where: '--config', message: '/a.toml does not exist' },
  ])
  expect(mistakesOf({ env: { SLUICE_CONFIG: '/a.toml' }, readFile: refusing('EACCES') })).toEqual([
    { where: 'SLUICE_CONFIG', message: '/a.toml may not be read by this user' },
  ])
  expect(mistakesOf({ flags: { config: '/etc' }, readFile: refusing('EISDIR') })[0]?.message).toBe(
    '/etc is a directory, not a file',
  )
  expect(mistakesOf({ flags: { config: '/a' }, readFile: refusing('EIO') })[0]?.message).toBe('/a cannot be read (EIO)')
})

test('that there is no file in the data directory is usual; that it cannot be read is not', () => {
  expect(configOf({ readFile: refusing('ENOTDIR') }).configFile).toBe(undefined)
  expect(mistakesOf({ readFile: refusing('EACCES') })).toEqual([
    { where: OWN_FILE, message: 'may not be read by this user' },
  ])
  expect(mistakesOf({ readFile: refusing('ERR_ENCODING_INVALID_ENCODED_DATA') })).toEqual([
    { where: OWN_FILE, message: 'is not UTF-8' },
  ])
})

test('all mistakes are listed at once, each with its place', () => {
  const files = { [OWN_FILE]: '# settings\r\n\r\nlisten = 8086\r\n[log]\r\nlevel = "wran"\r\ncolour = true\r\n' }
  const env = { SLUICE_LISTEN: ':80', SLUICE_LISTN: 'x', SLUICE_TLS_CERT: '/c' }
  expect(mistakesOf({ flags: { publicUrl: 'https://a/b', data: '' }, env, files })).toHaveLength(5)
  const flags = { publicUrl: 'https://a/b', logLevel: 'loud' }
  expect(mistakesOf({ flags, env, files }).map(({ where, message }) => `${where}: ${message}`)).toEqual([
    '--public-url: public_url must be http://HOST or https://HOST, with a port if need be, and without path, query or user name',
    '--log-level: log.level must be one of debug, info, warn, error, not "loud"',
    'SLUICE_LISTN: is no variable that Sluice knows; did you mean SLUICE_LISTEN?',
    'SLUICE_LISTEN: listen must name a host; say 0.0.0.0:80 if you mean everywhere, 127.0.0.1:80 if only this machine',
    `${OWN_FILE}:3: listen must be a string, not the number 8086`,
    `${OWN_FILE}:6: log.colour is unknown`,
    `${OWN_FILE}:5: log.level must be one of debug, info, warn, error, not "wran"; did you mean warn?`,
    'SLUICE_TLS_CERT: tls.cert needs tls.key beside it',
  ])
})

test('a data directory or a file that was refused is not looked into', () => {
  const readFile = () => {
    throw new Error('it was')
  }
  expect(mistakesOf({ flags: { data: '~/data' }, readFile })).toEqual([
    { where: '--data', message: 'data_dir begins with ~, which only a shell understands; write the whole path' },
  ])
  expect(mistakesOf({ env: { SLUICE_CONFIG: '' }, readFile })).toEqual([
    { where: 'SLUICE_CONFIG', message: 'config is empty; give it a value or leave it out' },
  ])
})

test('an empty value is a mistake, but for a list, which it empties', () => {
  expect(mistakesOf({ env: { SLUICE_TLS_CERT: '', SLUICE_TLS_KEY: '' } }).map(({ where }) => where)).toEqual([
    'SLUICE_TLS_CERT',
    'SLUICE_TLS_KEY',
  ])
  expect(inFile('public_url = ""')).toEqual(['sluice.toml:1: public_url is empty; give it a value or leave it out'])
  const files = { [OWN_FILE]: 'forward_auth.trusted = ["::1"]' }
  expect(configOf({ files, env: { SLUICE_FORWARD_AUTH_TRUSTED: '' } }).forwardAuth.trusted).toEqual([])
  expect(configOf({ files: { [OWN_FILE]: 'forward_auth.trusted = []' } }).forwardAuth.trusted).toEqual([])
})

test('a public URL is an origin and nothing more', () => {
  const refused = [
    'https://a/path',
    'https://a?',
    'https://a/?q',
    'https://a#',
    'https://u:p@a',
    'ftp://a',
    'a',
    'https:a',
  ]
  for (const text of [
    ...refused,
    'https:\\\\a',
    'https:///a',
    ' https://a',
    'https://a\n',
    'https://a:99999',
    'https://',
  ]) {
    const [mistake] = mistakesOf({ env: { SLUICE_PUBLIC_URL: text } })
    expect(mistake?.message, text).toContain('must be http://HOST or https://HOST')
    expect(mistake?.message).not.toContain('u:p')
  }
  expect(configOf({ env: { SLUICE_PUBLIC_URL: 'http://[::1]:8086/' } }).publicUrl).toEqual({
    origin: 'http://[::1]:8086',
    protocol: 'http:',
    host: '[::1]:8086',
  })
})

test('certificate and key go together, wherever they stand', () => {
  expect(inFile('\n[tls]\nkey = "k"')).toEqual(['sluice.toml:3: tls.key needs tls.cert beside it'])
  expect(configOf({ files: { [OWN_FILE]: 'tls.key = "/k"' }, env: { SLUICE_TLS_CERT: '/c' } }).tls).toEqual({
    certFile: '/c',
    keyFile: '/k',
  })
})

test('an unattended start needs a name, an org, a bucket, and a way in', () => {
  const whole = {
    SLUICE_INIT_USERNAME: 'a',
    SLUICE_INIT_ORG: 'o',
    SLUICE_INIT_BUCKET: 'b',
    SLUICE_INIT_TOKEN_FILE: '/t',
  }
  expect(configOf({ env: whole }).init).toEqual({
    username: 'a',
    org: 'o',
    bucket: 'b',
    passwordFile: undefined,
    tokenFile: '/t',
  })
  expect(mistakesOf({ env: { ...whole, SLUICE_INIT_ORG: undefined, SLUICE_INIT_BUCKET: undefined } })).toEqual([
    { where: 'SLUICE_INIT_USERNAME', message: 'needs SLUICE_INIT_ORG and SLUICE_INIT_BUCKET beside it' },
  ])
  expect(mistakesOf({ env: { ...whole, SLUICE_INIT_TOKEN_FILE: undefined } })).toEqual([
    {
      where: 'SLUICE_INIT_USERNAME',
      message:
        'needs SLUICE_INIT_PASSWORD_FILE or SLUICE_INIT_TOKEN_FILE beside it, or nobody could get in after the first start',
    },
  ])
  expect(mistakesOf({ env: { SLUICE_INIT_TOKEN_FILE: '/t' } })[0]?.where).toBe('SLUICE_INIT_TOKEN_FILE')
  expect(mistakesOf({ env: { ...whole, SLUICE_INIT_ORG: 'a\u0000b' } })).toEqual([
    { where: 'SLUICE_INIT_ORG', message: 'init.org contains a control character' },
  ])
})

test('a variable that holds a secret by mistake is named, and its value is not', () => {
  const mistakes = mistakesOf({ env: { SLUICE_INIT_PASSWORD: 'hunter22' } })
  expect(mistakes).toEqual([
    {
      where: 'SLUICE_INIT_PASSWORD',
      message: 'is no variable that Sluice knows; did you mean SLUICE_INIT_PASSWORD_FILE?',
    },
  ])
})

test('variables that Kubernetes sets for a service called sluice are let be', () => {
  const env = {
    SLUICE_SERVICE_HOST: '10.0.0.1',
    SLUICE_SERVICE_PORT: '8086',
    SLUICE_SERVICE_PORT_HTTP: '8086',
    SLUICE_PORT: 'tcp://10.0.0.1:8086',
    SLUICE_PORT_8086_TCP: 'tcp://10.0.0.1:8086',
    SLUICE_PORT_8086_TCP_PROTO: 'tcp',
    SLUICE_PORT_8086_TCP_PORT: '8086',
    SLUICE_PORT_8086_TCP_ADDR: '10.0.0.1',
    SLUICE_STAGING_SERVICE_HOST: '10.0.0.2',
  }
  expect(mistakesOf({ env })).toEqual([])
  expect(mistakesOf({ env: { SLUICE_PORT: '9000' } })).toHaveLength(1)
})

test('a number in a variable is digits and nothing else', () => {
  for (const text of ['60 ', '+60', '6e1', '0x10', 'sixty', '-0', '1'.repeat(400)]) {
    expect(mistakesOf({ env: { SLUICE_SESSIONS_LENGTH_MINUTES: text } }), text).toHaveLength(1)
  }
})

test('variables with hostile names are unknown ones like others', () => {
  expect(mistakesOf({ env: { SLUICE___PROTO__: 'x', 'SLUICE_\u001b[31m': 'x' } }).map(({ where }) => where)).toEqual([
    'SLUICE___PROTO__',
    '"SLUICE_\\u001b[31m"',
  ])
})

test('only variables that begin with SLUICE_ are ours', () => {
  expect(mistakesOf({ env: { SLUICE: 'x', MY_SLUICE_LISTN: 'x', sluice_listn: 'x', PATH: '/bin' } })).toEqual([])
})

test('whatever is given, there is a configuration or a list of one-line mistakes, and nothing is thrown', () => {
  const name = fc.oneof(
    fc.constantFrom('LISTEN', 'DATA_DIR', 'PUBLIC_URL', 'TLS_CERT', 'INIT_ORG', 'CONFIG'),
    fc.string(),
  )
  const env = fc
    .array(fc.tuple(name, fc.string()))
    .map(all => Object.fromEntries(all.map(([k, v]) => [`SLUICE_${k}`, v])))
  const value = fc.oneof(
    fc.string().map(text => JSON.stringify(text)),
    fc.integer().map(String),
    fc.constantFrom('[]', '{}', 'inf'),
  )
  const key = fc.oneof(fc.constantFrom('listen', 'tls.cert', 'log.level', 'log', 'limits.max_body_bytes'), fc.string())
  const file = fc.array(fc.tuple(key, value)).map(all => all.map(([k, v]) => `${k} = ${v}\n`).join(''))
  fc.assert(
    fc.property(
      env,
      fc.oneof(file, fc.string()),
      fc.dictionary(fc.constantFrom('listen', 'data'), fc.string()),
      (env, text, flags) => {
        const result = readConfig(input({ env, flags, readFile: () => text }))
        if ('config' in result) {
          expect(Object.isFrozen(result.config)).toBe(true)
          return
        }
        expect(result.mistakes.length).toBeGreaterThan(0)
        for (const { message } of result.mistakes) expect(message).not.toMatch(/[\x00-\x1f]/)
      },
    ),
    { numRuns: 500 },
  )
})

describe('the upstream of forward-auth', () => {
  const table = (name: string) => `[upstream.${name}]\nkind = "influxdb1"\nurl = "http://127.0.0.1:8086"\n`
  const of = (...lines: string[]) => ({ files: { [OWN_FILE]: lines.join('\n') } })
  const trusted = 'forward_auth.trusted = ["127.0.0.1"]'

  test('is the only one, the one that is named, or none', () => {
    expect(configOf(of(trusted, table('lab'))).forwardAuth.upstream).toBe('lab')
    expect(configOf(of(trusted)).forwardAuth.upstream).toBeUndefined()
    const named = of(trusted, 'forward_auth.upstream = "old"', table('lab'), table('old'))
    expect(configOf(named).forwardAuth.upstream).toBe('old')
    // Nobody asks.
    expect(configOf(of(table('lab'), table('old'))).forwardAuth.trusted).toEqual([])
  })

  test('of several must be named, and must be there', () => {
    expect(inFile([trusted, table('lab'), table('old')].join('\n'))).toEqual([
      'sluice.toml:1: forward_auth.trusted needs forward_auth.upstream beside it, to say which of lab, old is meant',
    ])
    expect(inFile(`forward_auth.upstream = "lap"\n${table('lab')}`)).toEqual([
      'sluice.toml:1: forward_auth.upstream "lap" is no upstream: there is lab',
    ])
    expect(inFile('forward_auth.upstream = "lap"')).toEqual([
      'sluice.toml:1: forward_auth.upstream "lap" is no upstream: there is none in the settings file',
    ])
  })
})
