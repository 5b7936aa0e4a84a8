// The file of stored connections: read as people have it, written whole or not at all, never spoiled.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  activeConfig,
  BUILT_IN,
  type Configs,
  readConfigs,
  type StoredConfig,
  switchTo,
  writeConfigs,
} from './configs.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'influx-configs-'))
  path = join(folder, 'configs')
})
afterEach(() => rmSync(folder, { recursive: true }))

const config = (more: Partial<StoredConfig> = {}): StoredConfig => ({ ...BUILT_IN, active: false, ...more })
const configsOf = (some: Record<string, Partial<StoredConfig>>): Configs =>
  new Map(Object.entries(some).map(([name, more]) => [name, config(more)]))
const modeOf = (file: string) => statSync(file).mode & 0o777

/** As the official client leaves it. */
const OFFICIAL = `[lab]
  url = "http://localhost:8086"
  token = "example-token-1=="
  org = "acme"
  active = true

[prod]
  url = "https://influx.example.com"
  token = ""
  org = "acme"
  previous = true
  cookie = "YWxpY2U6c2VjcmV0"
#${' '}
# [eu-central]
#   url = "https://eu-central-1-1.aws.cloud2.influxdata.com"
#   token = "XXX"
#   org = ""
#
# [us-central]
#   url = "https://us-central1-1.gcp.cloud2.influxdata.com"
#   token = "XXX"
#   org = ""
#
# [us-west]
#   url = "https://us-west-2-1.aws.cloud2.influxdata.com"
#   token = "XXX"
#   org = ""
`

describe('reading', () => {
  test('a file of the official client gives its configs, without the samples in its comments', () => {
    writeFileSync(path, OFFICIAL)
    expect([...readConfigs(path)]).toEqual([
      ['lab', config({ token: 'example-token-1==', org: 'acme', active: true })],
      ['prod', config({ url: 'https://influx.example.com', org: 'acme', previous: true, cookie: 'YWxpY2U6c2VjcmV0' })],
    ])
    expect(readFileSync(path, 'utf8')).toBe(OFFICIAL)
  })

  test('no file, an empty one, or one of comments alone gives no configs', () => {
    expect(readConfigs(path).size).toBe(0)
    expect(readConfigs(join(path, 'deeper')).size).toBe(0)
    for (const text of ['', '\n\n', '# [lab]\n#   url = "x"\n']) {
      writeFileSync(path, text)
      expect(readConfigs(path).size).toBe(0)
    }
  })

  test('keys that are missing, unknown or of another kind do not matter', () => {
    writeFileSync(
      path,
      'version = 2\n[lab]\nurl = "http://x"\nnew-key = [1]\nactive = "true"\ntoken = 5\n[[list]]\nurl = "y"\n',
    )
    expect([...readConfigs(path)]).toEqual([['lab', config({ url: 'http://x' })]])
  })

  test('line breaks and the mark of Windows are read', () => {
    writeFileSync(path, `\ufeff${OFFICIAL.replaceAll('\n', '\r\n')}`)
    expect([...readConfigs(path).keys()]).toEqual(['lab', 'prod'])
  })

  test('a folder in place of the file is an error that says so', () => {
    mkdirSync(path)
    expect(() => readConfigs(path)).toThrow(`read ${path}: is a directory`)
  })
})

describe('a corrupt file', () => {
  const cases: [what: string, text: string | Buffer, line: number][] = [
    ['an unterminated string', '[lab]\n  url = "http://localhost\n  token = "tok-secret"\n', 2],
    ['a missing value', '[lab]\n  url = "x"\n  token =\n', 3],
    ['a line of something else', '[lab]\n  url = "x"\n\nplease mend me\n', 4],
    ['a table that comes twice', '[lab]\nurl = "x"\n[lab]\nurl = "y"\n', 3],
    ['a key that comes twice', '[lab]\nurl = "x"\nurl = "y"\n', 3],
    ['bytes that are not UTF-8', Buffer.from('[lab]\nurl = "x"\norg = "caf\xe9"\n', 'latin1'), 3],
    ['half a file', OFFICIAL.slice(0, 36), 2],
    ['zeros, as after a power failure', Buffer.alloc(64), 1],
  ]

  test.each(cases)('%s is reported with its line, and left byte for byte', (_, content, line) => {
    writeFileSync(path, content)
    chmodSync(path, 0o640)
    expect(() => readConfigs(path)).toThrow(`${path}, line ${line}: `)
    expect(() => readConfigs(path)).toThrow(/The file was left as it is: mend it, or use another with --configs-path$/)
    expect(readFileSync(path)).toEqual(Buffer.from(content))
    expect(modeOf(path)).toBe(0o640)
    expect(readdirSync(folder)).toEqual(['configs'])
  })

  test('is reported without the tokens in it', () => {
    writeFileSync(path, '[lab]\n  token = "tok-secret" oops\n')
    expect(() => readConfigs(path)).toThrow('line 2')
    expect(() => readConfigs(path)).not.toThrow('tok-secret')
  })
})

describe('writing', () => {
  test('gives the tables and keys in the order that people know', () => {
    const lab = { token: 'example-token-1==', org: 'acme', active: true }
    const prod = { url: 'https://influx.example.com', org: 'acme', previous: true, cookie: 'YWxpY2U6c2VjcmV0' }
    writeConfigs(path, configsOf({ prod, lab }))
    expect(readFileSync(path, 'utf8')).toBe(`${OFFICIAL.split('#')[0]}`)
  })

  test('gives back every name and value, hostile ones too', () => {
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '"',
        '\\',
        '\n',
        '\r\n',
        '\t',
        '\u0000',
        '\u007f',
        '\u0085',
        '\u2028',
        '\ufeff',
        "'''",
        '"""',
      ),
      fc.constantFrom('# no comment', '[table]', '$HOME', '\\u0041', 'a = "b"\n[evil]\nurl = "x"'),
      fc.string({ unit: 'binary' }),
    )
    const name = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'a.b', 'a b', '1', 'true', '-'), text)
    const stored = fc.record({
      url: text,
      token: text,
      org: text,
      active: fc.boolean(),
      previous: fc.boolean(),
      cookie: text,
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(name, stored), { maxLength: 4 }), entries => {
        const configs = new Map(entries)
        writeConfigs(path, configs)
        expect(new Map(readConfigs(path))).toEqual(configs)
      }),
      { numRuns: 100 },
    )
  })

  test('makes the folders, and a file for its owner only', () => {
    const deep = join(folder, 'a', '.influxdbv2', 'configs')
    writeConfigs(deep, configsOf({ lab: {} }))
    expect(modeOf(deep)).toBe(0o600)
    expect(modeOf(join(folder, 'a', '.influxdbv2'))).toBe(0o700)
  })

  test('takes from others what they could read', () => {
    writeFileSync(path, OFFICIAL, { mode: 0o644 })
    writeConfigs(path, readConfigs(path))
    expect(modeOf(path)).toBe(0o600)
  })

  test('replaces the file in one step: whoever has it open sees the old one whole', () => {
    writeFileSync(path, OFFICIAL)
    const { ino } = statSync(path)
    writeConfigs(path, configsOf({ lab: {} }))
    expect(statSync(path).ino).not.toBe(ino)
    expect(readdirSync(folder)).toEqual(['configs'])
  })

  test('that fails leaves the old file and nothing beside it', () => {
    writeFileSync(path, OFFICIAL)
    const broken = {
      ...config(),
      get token(): string {
        throw new Error('the disk is full')
      },
    }
    expect(() => writeConfigs(path, new Map([['lab', broken]]))).toThrow('the disk is full')
    expect(readFileSync(path, 'utf8')).toBe(OFFICIAL)
    expect(readdirSync(folder)).toEqual(['configs'])
  })

  test('to a link changes the file behind it and keeps the link', () => {
    const real = join(folder, 'dotfiles')
    writeFileSync(real, OFFICIAL)
    symlinkSync(real, path)
    writeConfigs(path, configsOf({ lab: { org: 'changed' } }))
    expect(lstatSync(path).isSymbolicLink()).toBe(true)
    expect(readConfigs(real).get('lab')?.org).toBe('changed')
  })

  test('to what is no file, as /dev/null, leaves it what it is', () => {
    // Not the device itself: a test that fails must not cost a machine its own.
    execFileSync('mkfifo', [path])
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      writeConfigs(path, configsOf({ lab: {} }))
      expect(lstatSync(path).isFIFO()).toBe(true)
      expect(readFileSync(reader, 'utf8')).toMatch(/^\[lab\]\n/)
    } finally {
      closeSync(reader)
    }
    expect(readdirSync(folder)).toEqual(['configs'])
  })

  test('does not replace a file that may not be changed, although its folder would let it', async () => {
    // One that the system protects from root too: a program that is running.
    copyFileSync('/bin/sleep', path)
    const sleeper = spawn(path, ['600'])
    await once(sleeper, 'spawn')
    try {
      expect(() => writeConfigs(path, configsOf({ lab: {} }))).toThrow('ETXTBSY')
    } finally {
      sleeper.kill('SIGKILL')
    }
    expect(readFileSync(path)).toEqual(readFileSync('/bin/sleep'))
    expect(readdirSync(folder)).toEqual(['configs'])
  })

  test('removes what a killed process left behind long ago, and nothing else', () => {
    const old = new Date(Date.now() - 3_600_000)
    const left = ['configs.1-aaaaaaaa.new', 'configs.2-bbbbbbbb.new', 'configs.bak', 'other.1-aaaaaaaa.new']
    for (const name of left) writeFileSync(join(folder, name), 'x')
    for (const name of left.filter(one => !one.includes('bbbb'))) utimesSync(join(folder, name), old, old)
    writeConfigs(path, configsOf({ lab: {} }))
    expect(readdirSync(folder).sort()).toEqual(['configs', ...left.slice(1)])
    expect(existsSync(join(folder, 'configs.2-bbbbbbbb.new'))).toBe(true)
  })
})

describe('switching', () => {
  const switched = (some: Record<string, Partial<StoredConfig>>, wanted: string) => {
    const { configs, name } = switchTo(configsOf(some), wanted)
    const marked = (mark: 'active' | 'previous') => [...configs].filter(([, one]) => one[mark]).map(([other]) => other)
    return { name, active: marked('active'), previous: marked('previous') }
  }

  test('makes one active and remembers which was before', () => {
    expect(switched({ a: { active: true }, b: {}, c: { previous: true } }, 'b')).toEqual({
      name: 'b',
      active: ['b'],
      previous: ['a'],
    })
    expect(switched({ a: {}, b: {} }, 'b')).toEqual({ name: 'b', active: ['b'], previous: [] })
  })

  test('to - goes back, and there and back again', () => {
    const some = { a: { active: true }, b: { previous: true } }
    expect(switched(some, '-')).toEqual({ name: 'b', active: ['b'], previous: ['a'] })
    const back = switchTo(switchTo(configsOf(some), '-').configs, '-')
    expect(back.name).toBe('a')
    expect([...back.configs]).toEqual([...configsOf(some)])
  })

  test('to the one in use leaves nothing to go back to', () => {
    expect(switched({ a: { active: true }, b: { previous: true } }, 'a')).toEqual({
      name: 'a',
      active: ['a'],
      previous: [],
    })
  })

  test('changes nothing but the marks', () => {
    const before = config({ url: 'http://x', token: 't', org: 'o', cookie: 'c' })
    const { configs } = switchTo(new Map([['a', before]]), 'a')
    expect(configs.get('a')).toEqual({ ...before, active: true })
    expect(before.active).toBe(false)
  })

  test('to what is not there is refused', () => {
    expect(() => switched({ a: {} }, 'b')).toThrow('config "b" is not found')
    expect(() => switched({ a: { active: true } }, '-')).toThrow('previous  activated config is not found')
    expect(() => switched({}, '-')).toThrow('config "" is not found')
    expect(() => switched({}, '__proto__')).toThrow('config "__proto__" is not found')
  })
})

describe('the config in use', () => {
  test('is the active one, else the first by name, else the built-in one', () => {
    expect(activeConfig(configsOf({ a: {}, b: { active: true } })).name).toBe('b')
    expect(activeConfig(configsOf({ c: { active: true }, b: { active: true }, a: {} })).name).toBe('b')
    expect(activeConfig(configsOf({ c: {}, b: {} })).name).toBe('b')
    expect(activeConfig(new Map())).toEqual({ name: 'default', config: BUILT_IN })
  })
})
