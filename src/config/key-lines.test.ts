import * as fc from 'fast-check'
import { parse, stringify, type TomlTable } from 'smol-toml'
import { expect, test } from 'vitest'
import { keyLines, printKey } from './key-lines.ts'

const DOCUMENT = String.raw`# listen = 1
listen = "a # b = c" # not = this
'quoted key' = 'it\'
text = """
tls = "not a key"
[not.a.table]
ends with \""" no, with five """""
raw = '''
log = 1
'''

[tls] # cert = 2
cert = "x"
  key   =   "y"
[ forward_auth ]
trusted = [
  "a", # b = 1
  { inner = 1 },
  "[log]",
]
[log]
inline = { level = "x", deep = { format = [1, 2], last = 1 } }
a."b.c".d = 1
[[many]]
n = 1
[[many]]
n = 2
`

test('each key is found on its line, and nothing in strings, comments or arrays is taken for a key', () => {
  expect([...keyLines(DOCUMENT)]).toEqual([
    ['listen', 2],
    ['"quoted key"', 3],
    ['text', 4],
    ['raw', 8],
    ['tls', 12],
    ['tls.cert', 13],
    ['tls.key', 14],
    ['forward_auth', 15],
    ['forward_auth.trusted', 16],
    ['forward_auth.trusted.inner', 18],
    ['log', 21],
    ['log.inline', 22],
    ['log.inline.level', 22],
    ['log.inline.deep', 22],
    ['log.inline.deep.format', 22],
    ['log.inline.deep.last', 22],
    ['log.a', 23],
    ['log.a."b.c"', 23],
    ['log.a."b.c".d', 23],
    ['many', 24],
    ['many.n', 25],
  ])
})

test('the document of the test is TOML to the real parser too', () =>
  expect(Object.keys(parse(DOCUMENT))).toHaveLength(8))

test('a byte order mark and Windows line ends change no line', () => {
  expect([...keyLines(`\ufeff${DOCUMENT.replaceAll('\n', '\r\n')}`)]).toEqual([...keyLines(DOCUMENT)])
})

test('a dot inside a name is told from a dot between names', () => {
  expect([...keyLines('"tls.cert" = 1')]).toEqual([['"tls.cert"', 1]])
  expect(printKey(['tls', 'cert'])).toBe('tls.cert')
  expect(printKey(['tls.cert'])).toBe('"tls.cert"')
})

const keysOf = (table: TomlTable, path: string[] = []): string[] =>
  Object.entries(table).flatMap(([name, value]) => [
    printKey([...path, name]),
    ...(typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
      ? keysOf(value as TomlTable, [...path, name])
      : []),
  ])

test('every key of a random document has a line, and there its name stands', () => {
  const name = fc.stringMatching(/^[a-z_]{1,6}$/)
  const text = fc.string({
    unit: fc.constantFrom('a', '=', '[', ']', '"', "'", '#', '\n', '\\', '{', '}', ',', '.', 'é'),
  })
  const leaf = fc.oneof(text, fc.boolean(), fc.array(text), fc.double({ noNaN: true }))
  const table = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)))
  fc.assert(
    fc.property(table, content => {
      const document = stringify(content)
      const lines = keyLines(document)
      expect([...lines.keys()].sort()).toEqual(keysOf(parse(document)).sort())
      for (const [key, line] of lines) expect(document.split('\n')[line - 1]).toContain(key.split('.').at(-1))
    }),
  )
})

test('hostile text, which the real parser would have refused, ends and throws nothing', () => {
  fc.assert(fc.property(fc.string(), text => void keyLines(text)))
  const pieces = fc.constantFrom('"""', "'''", '"', "'", '\\', '[', ']', '{', '}', '=', ',', '\n', '#', 'a', '.')
  fc.assert(
    fc.property(
      fc.array(pieces).map(all => all.join('')),
      text => void keyLines(text),
    ),
  )
  for (const text of ['"""\\', '[', '{a=', "'''", '\\"', 'a={']) keyLines(text.repeat(1000))
  keyLines(`"""${'\\\\'.repeat(50_000)}`)
})

test('long documents take time in proportion to their length', () => {
  const pieces = [
    `${'a.'.repeat(50_000)}a = 1\n`,
    `b = """${'\\\\'.repeat(50_000)}"""\n`,
    `c = '''${"''a".repeat(30_000)}'''\n`,
    `d = [${'[],'.repeat(30_000)}]\n`,
  ]
  const document = pieces.join('') + Array.from({ length: 10_000 }, (_, i) => `k${i} = {x = ""}\n`).join('')
  expect(keyLines(document).get('k9999')).toBe(10_004)
})
