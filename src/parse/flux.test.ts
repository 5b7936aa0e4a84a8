import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinearIn } from '../../test/linear-time.ts'
import { spoilt } from '../../test/spoilt.ts'
import { tryRequestVectors } from '../../test/vectors/try-requests.ts'
import { parseFlux, renameBuckets } from './flux.ts'
import { FORBIDDEN, FUNCTIONS } from './flux-names.ts'
import type { FluxBucket } from './flux-source.ts'
import { MAX_SCRIPT_LENGTH } from './flux-tokens.ts'

/** Eight times as many of what follows in the tests of time are about as long as a script may be. */
const SIZE = 800

/** A piece of a script, with the buckets that it reads in the order of the text. */
interface Written {
  readonly text: string
  readonly buckets: readonly FluxBucket[]
}

const written = (parts: TemplateStringsArray, ...inner: readonly Written[]): Written => ({
  text: parts.reduce((all, part, at) => all + inner[at - 1]!.text + part),
  buckets: inner.flatMap(({ buckets }) => buckets),
})
const plain = (text: string): Written => ({ text, buckets: [] })

const source = fc.oneof(
  fc.constantFrom('a', 'b c', 'd/e', 'ż').map(name => ({ text: `from(bucket: "${name}")`, buckets: [{ name }] })),
  fc.constantFrom('00000000000000ab').map(id => ({ text: `from( bucketID : "${id}" )`, buckets: [{ id }] })),
)
const leaf = fc
  .constantFrom(
    '1',
    '"from(bucket: 1)"',
    'r.x',
    'now()',
    '-1h',
    '2024-01-01',
    'r["to"]',
    '1 / 2 // from\n',
    'r.x =~ /from"/',
  )
  .map(plain)

const { stream } = fc.letrec<{ stream: Written; value: Written }>(tie => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.tuple(tie('value'), tie('value')).map(([one, other]) => written`(${one}) + ${other}`),
    tie('value').map(one => written`[${one}]`),
    tie('value').map(one => written`{r with y: ${one}}`),
    fc.tuple(tie('value'), tie('stream')).map(([one, other]) => written`(if ${one} == 1 then ${other} else ${one})`),
    tie('stream').map(one => written`(${one})`),
  ),
  stream: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    source,
    tie('stream').map(one => written`${one} |> range(start: -1h)`),
    fc.tuple(tie('stream'), tie('value')).map(all => written`${all[0]} |> map(fn: (r) => (${all[1]}))`),
    fc.tuple(tie('stream'), tie('value')).map(all => written`${all[0]} |> map(fn: (r) => { y = ${all[1]} return y })`),
    fc.tuple(tie('stream'), tie('stream')).map(all => written`union(tables: [${all[0]}, ${all[1]}])`),
  ),
}))
const script = fc
  .array(stream, { minLength: 1, maxLength: 3 })
  .map(all => all.map((one, at) => written`${plain(`v${at} = (r) => `)}${one}\n`).reduce((a, b) => written`${a}${b}`))

const noise = fc.constantFrom(
  ...[
    'from',
    'to',
    'buckets()',
    'from(bucket: "secret")',
    '(',
    ')',
    '"',
    '/',
    '//',
    '\n',
    '|>',
    '=',
    '=>',
    '{',
    '}',
    '[',
    ']',
  ],
  ...[
    ',',
    '.',
    ':',
    '\\',
    '$',
    '${',
    'import',
    '"date"',
    'option',
    'now',
    'r',
    'x',
    'with',
    'not',
    'return',
    'if',
    '<-',
    '1',
  ],
)

/**
 * Names that are called, outside texts and regular expressions, in scripts where those hold no quotes and slashes of their own.
 * Of members those of the package alone: a value has nothing but what the script has put there itself.
 */
const calls = (text: string) =>
  text
    .replaceAll(/"(?:[^"\\]|\\[\s\S])*"|\/\/.*|(?<=[:=(,[~]\s*)\/[^/]*\//g, '""')
    .match(/(?<!(?<!\bdate\s*)\.\s*)\b[A-Za-z]\w*(?=\s*\()/g) ?? []

describe('a Flux script', () => {
  tryRequestVectors('flux', parseFlux, ['names its buckets', 'is refused'])

  test('names all its buckets, however they are nested', () => {
    fc.assert(
      fc.property(script, ({ text, buckets }) => {
        const found = parseFlux(text)
        if ('undecidable' in found) return expect(found.undecidable).toBe('the script is nested too deeply')
        const distinct = new Map(buckets.map(bucket => [JSON.stringify(bucket), bucket]))
        expect(found.buckets).toEqual([...distinct.values()])
      }),
      { numRuns: 1000 },
    )
  })

  test('that is accepted calls nothing but sources, and functions that are known or its own', () => {
    let accepted = 0
    fc.assert(
      fc.property(
        fc.oneof(
          spoilt(script, noise, 3),
          fc.array(noise, { maxLength: 10 }).map(all => all.join(' ')),
        ),
        text => {
          const found = parseFlux(text)
          if ('undecidable' in found) return
          accepted++
          for (const name of calls(text)) {
            expect(FUNCTIONS.has(name) || name === 'from' || !FORBIDDEN.has(name)).toBe(true)
          }
        },
      ),
      { numRuns: 3000 },
    )
    expect(accepted, 'enough were accepted to mean something').toBeGreaterThan(100)
  })

  test('is read or refused, whatever it is, but nothing is thrown', () => {
    const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))
    const soup = fc.array(fc.oneof(noise, fc.string({ maxLength: 3 }), character), { maxLength: 30 })
    fc.assert(
      fc.property(soup, pieces => {
        parseFlux(pieces.join(' '))
        parseFlux(pieces.join(''))
        renameBuckets(pieces.join(' '), () => 'x')
      }),
      { numRuns: 3000 },
    )
  })

  test.each(['(', '[', '{a: ', 'not (', '() => ', 'if ', 'string(v: ', '{ r with x: ', '(x=', '() => { return '])(
    'of %j again and again is refused, and does not exhaust the stack',
    piece => {
      for (const size of [65, 100_000]) expect('undecidable' in parseFlux(`x = ${piece.repeat(size)}`)).toBe(true)
    },
  )

  test.each<[string, (size: number) => string]>([
    ['pipes', size => `from(bucket: "b")${' |> mean()'.repeat(size)}`],
    ['sources', size => Array.from({ length: size }, (_, at) => `from(bucket: "b${at}")\n`).join('')],
    ['statements', size => Array.from({ length: size }, (_, at) => `x${at} = ${at}\n`).join('')],
    ['parameters', size => `f = (${Array.from({ length: size }, (_, at) => `x${at}`).join(', ')}) => 1`],
    ['functions', size => `x = [${'() => 1, '.repeat(size)}1]`],
    ['open parentheses', size => `x = ${'('.repeat(size)}`],
    ['signs', size => `x = ${'- '.repeat(size)}1`],
    ['a text', size => `x = "${'a\\n'.repeat(size)}"`],
    ['dollars', size => `x = "${'$ '.repeat(size)}"`],
    ['open texts', size => `x = ${'"" + '.repeat(size)}"`],
    ['open regular expressions', size => `x = 1 =~ ${'/ =~ '.repeat(size)}`],
    ['comments', size => '//\n'.repeat(size)],
    ['digits', size => `x = ${'1'.repeat(size * 4)}`],
    ['durations', size => `x = ${'1h'.repeat(size)}z`],
    ['calls', size => `x = true${'()'.repeat(size)}`],
  ])('takes time that grows no faster than %s', (_, text) => {
    expect(isLinearIn(text, parseFlux, SIZE)).toBe(true)
  })

  test('is as long as a script may be, and no longer', () => {
    const source = 'from(bucket: "b") //'
    const script = source + ' '.repeat(MAX_SCRIPT_LENGTH - source.length)
    expect(parseFlux(script)).toEqual({ buckets: [{ name: 'b' }] })
    expect(parseFlux(`${script} `)).toEqual({ undecidable: expect.stringContaining(String(MAX_SCRIPT_LENGTH)) })
  })
})

describe('a script with other buckets', () => {
  const nameOf = (bucket: FluxBucket) => ('id' in bucket ? `of ${bucket.id}` : `their/${bucket.name} ż`)
  const renamed = (text: string) => {
    const found = renameBuckets(text, nameOf)
    return 'undecidable' in found ? undefined : found.text
  }

  test.each([
    ['from(bucket: "b") |> range(start: -1h)', 'from(bucket: "their/b ż") |> range(start: -1h)'],
    ['from(bucket:"b")', 'from(bucket:"their/b ż")'],
    ['from( bucketID // x\n: "00000000000000AB" )', 'from( bucket // x\n: "of 00000000000000ab" )'],
    ['x = "from(bucket: \\"b\\")" from(bucket: "b")', 'x = "from(bucket: \\"b\\")" from(bucket: "their/b ż")'],
    ['// from(bucket: "b")\nfrom(bucket: "b") // "b"', '// from(bucket: "b")\nfrom(bucket: "their/b ż") // "b"'],
    ['a = from(bucket: "b")\nb = from(bucket: "b")', 'a = from(bucket: "their/b ż")\nb = from(bucket: "their/b ż")'],
    ['1 + 1', '1 + 1'],
  ])('%j is %j', (script, expected) => {
    expect(renamed(script)).toBe(expected)
  })

  test('reads exactly those, and is the same text for the rest', () => {
    let compared = 0
    fc.assert(
      fc.property(script, ({ text, buckets }) => {
        const found = renamed(text)
        if (found === undefined) return
        const expected = new Set(buckets.map(nameOf))
        expect(parseFlux(found)).toEqual({ buckets: [...expected].map(name => ({ name })) })
        // No literal of these scripts holds what sources look like, so that text can tell them from the rest.
        const rest = (all: string) => all.split(/from\( ?bucket(?:ID)? ?: "[^"]*" ?\)/)
        expect(rest(found)).toEqual(rest(text))
        compared++
      }),
      { numRuns: 1000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  test.each(['a"b', 'a\\b', 'a$b', `\${x}`, 'a\nb', 'a\u0000b', '\ud800', ''])(
    'is not made with the name %j, which might end the text or mean something in it',
    name => {
      expect(renameBuckets('from(bucket: "b")', () => name)).toEqual({ undecidable: expect.any(String) })
    },
  )

  test('is not made of one that is refused', () => {
    expect(renamed('buckets()')).toBeUndefined()
  })

  test('takes time that grows no faster than its sources', () => {
    const sources = (size: number) => Array.from({ length: size }, (_, at) => `from(bucket: "b${at}")\n`).join('')
    expect(isLinearIn(sources, text => renameBuckets(text, nameOf), SIZE)).toBe(true)
  })
})
