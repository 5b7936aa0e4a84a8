import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinearIn } from '../../test/linear-time.ts'
import { type RequestVector, requestVectors } from '../../test/vectors/requests.ts'
import { type LineRefusal, lineProtocolReader } from './line-protocol.ts'
import { MAX_ALL_NAME_BYTES, MAX_NAME_BYTES } from './measurement-names.ts'

type Input = { readonly body: string } | { readonly hex: string }
interface Vector extends RequestVector<Input, readonly string[]> {
  readonly line?: number
}

/** Whole, or in chunks of the lengths given, round and round. */
function read(body: Uint8Array | string, lengths: readonly number[] = []): string[] | LineRefusal {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const reader = lineProtocolReader()
  const names: string[] = []
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const end = at + (lengths[turn % lengths.length] ?? bytes.length)
    const found = reader.push(bytes.subarray(at, end))
    if ('undecidable' in found) return found
    names.push(...found)
    at = end
  }
  return reader.end() ?? names
}

const ORDINARY = '[^\\\\,= "\\x00-\\x1f\\x7f]'
const WORD = `(?:${ORDINARY}|\\\\[,= ]|\\\\+${ORDINARY})+`
const NAME = '(?!#)(?:[^\\\\, "\\x00-\\x1f\\x7f]|\\\\[, ])+'
const FIELD = `${WORD}=(?:"(?:[^"\\\\]|\\\\[^])*"|${ORDINARY}+)`
const POINT = ` *(${NAME})(?:,${WORD}=${WORD})* +${FIELD}(?:,${FIELD})*(?: +-?[0-9]+)? *`
const BLANK = ' *(?:#[^\\\\"\\x00-\\x08\\x0a-\\x1f\\x7f]*)?'
const LINE = new RegExp(`(?:${POINT}|${BLANK})(?:\\r?\\n|(?![^]))`, 'y')

/** The grammar as one expression, for short texts: the names, or undefined where the reader has to refuse. */
function slowly(body: string): string[] | undefined {
  const names = new Set<string>()
  LINE.lastIndex = 0
  while (LINE.lastIndex < body.length) {
    const match = LINE.exec(body)
    if (match === null) return undefined
    if (match[1] !== undefined) names.add(match[1].replaceAll(/\\([, ])/g, '$1'))
  }
  return [...names]
}

/**
 * Where the servers' own readers cut a body into lines: a quote counts once a space was there and more `=` than `,` have
 * come since; a backslash takes the next character with it, in Go's reader not at the very end.
 */
function linesOfServer(body: string, language: 'go' | 'rust'): string[] {
  const lines: string[] = []
  let [start, quoted, inFields, equals, commas] = [0, false, false, 0, 0]
  for (let at = 0; at < body.length; at++) {
    const character = body[at]
    if (character === '\\' && (language === 'rust' || at + 2 < body.length)) at++
    else if (character === ' ') inFields = true
    else if (inFields && !quoted && character === '=') equals++
    else if (inFields && !quoted && character === ',') commas++
    else if (inFields && character === '"' && equals > commas) quoted = !quoted
    else if (character === '\n' && !quoted) {
      lines.push(body.slice(start, at))
      ;[start, inFields, equals, commas] = [at + 1, false, 0, 0]
    }
  }
  return [...lines, body.slice(start)]
}

/** What a server takes for names; Rust's reader ends a comment at a line feed even where the line goes on. */
function namesOfServer(body: string, language: 'go' | 'rust'): string[] {
  const names = new Set<string>()
  for (const whole of linesOfServer(body, language)) {
    const line = whole.replace(language === 'go' ? /^[ \t\0]*(?:#.*)?/s : /^(?:[ \t\n]|#[^\n]*)*/, '')
    const name = /^(?:[^\\, ]|\\.)*/s.exec(line.replace(/\r$/, ''))?.[0] ?? ''
    if (name !== '') names.add(name.replaceAll(/\\([, ])/g, '$1'))
  }
  return [...names]
}

const piece = fc.constantFrom(
  ...[
    'm',
    'n',
    ' ',
    ' ',
    ',',
    '=',
    '"',
    '\\',
    '\n',
    '\r\n',
    '#',
    'v=1',
    'v="',
    '"\n',
    'a=b',
    '\\,',
    '\\ ',
    '1',
    '-',
    '\t',
    'é',
  ],
  ...['m v=1\n', 'n,a=b v="x" 5\n', '# c\n', ' m v=1', 'm v="\n'],
)
const line = fc.constantFrom(
  ...[
    'm v=1',
    'n,a=b v=1 5',
    ' o\\,p v="a\\"\nb" -1 ',
    '# c',
    '',
    '  ',
    'q\\ r,t=u\\=w f="\\\\",g="",h=t',
    'm v=2i,s="é\n#\n"',
  ],
)
const good = fc.array(
  fc.tuple(line, fc.constantFrom('\n', '\r\n')).map(parts => parts.join('')),
  { maxLength: 6 },
)
const spoilt = fc.tuple(good, fc.nat(), piece).map(([lines, at, what]) => {
  const body = lines.join('')
  const place = at % (body.length + 1)
  return body.slice(0, place) + what + body.slice(place)
})
const body = fc.oneof(
  good.map(lines => lines.join('')),
  spoilt,
  fc.array(piece, { maxLength: 14 }).map(all => all.join('')),
)

describe('a body of line protocol', () => {
  const vectors = requestVectors<Input, readonly string[]>('line-protocol') as readonly Vector[]
  const bytesOf = (input: Input) => ('hex' in input ? Buffer.from(input.hex, 'hex') : input.body)

  test.each(vectors.filter(({ expected }) => expected !== null))(
    'names its measurements: $name',
    ({ input, expected }) => {
      expect(read(bytesOf(input))).toEqual(expected)
      expect(read(bytesOf(input), [1])).toEqual(expected)
    },
  )

  test.each(vectors.filter(({ expected }) => expected === null))('is refused: $name', ({ input, line }) => {
    expect(read(bytesOf(input))).toEqual({ undecidable: expect.any(String), line })
    expect(read(bytesOf(input), [1])).toEqual({ undecidable: expect.any(String), line })
  })

  test('gives the same answer however it is cut into chunks', () => {
    fc.assert(
      fc.property(body, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }), (text, lengths) => {
        expect(read(text, lengths)).toEqual(read(text))
      }),
      { numRuns: 2000 },
    )
  })

  test('is read as the grammar says, written down in another way', () => {
    let [accepted, refused] = [0, 0]
    fc.assert(
      fc.property(body, text => {
        const found = read(text)
        const isRefused = 'undecidable' in found
        expect(isRefused ? undefined : found).toEqual(slowly(text))
        if (isRefused) refused++
        else if (found.length > 0) accepted++
      }),
      { numRuns: 5000 },
    )
    expect(Math.min(accepted, refused), 'both answers were frequent').toBeGreaterThan(500)
  })

  test.each(['go', 'rust'] as const)('that is accepted has those measurements for the reader in %s too', language => {
    fc.assert(
      fc.property(body, text => {
        const found = read(text)
        if (!('undecidable' in found)) expect(found).toEqual(namesOfServer(text, language))
      }),
      { numRuns: 5000 },
    )
  })

  test('is read or refused, whatever its bytes, but nothing is thrown', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), bytes => void read(bytes, [7])))
  })

  test('is refused from the first refusal on', () => {
    const reader = lineProtocolReader()
    const refusal = reader.push(Buffer.from('m v=1\nn\n'))
    expect(refusal).toEqual({ undecidable: 'the line ends in the middle of a point', line: 2 })
    expect(reader.push(Buffer.from('m v=1\n'))).toEqual(refusal)
    expect(reader.end()).toEqual(refusal)
  })

  test('is answered chunk by chunk, each measurement with the chunk that ends its name', () => {
    const reader = lineProtocolReader()
    const chunks = ['m', ' v=1\nn v=1\no', 'p,a=b v=1\nm v=1', '\n'].map(text => reader.push(Buffer.from(text)))
    expect(chunks).toEqual([[], ['m', 'n'], ['op'], []])
  })
})

describe('a reader', () => {
  test('refuses a name beyond its limit', () => {
    const name = 'n'.repeat(MAX_NAME_BYTES)
    expect(read(`${name} v=1`)).toEqual([name])
    expect(read(`${name}n v=1`)).toEqual({ undecidable: 'the name of a measurement is too long', line: 1 })
  })

  test('refuses more names than it may remember', () => {
    const lines = Array.from({ length: MAX_ALL_NAME_BYTES / 64 + 1 }, (_, at) => `${String(at).padStart(64, 'n')} v=1`)
    expect(read(lines.join('\n'))).toMatchObject({ undecidable: 'the body has too many measurements' })
    expect(read(lines.slice(1).join('\n'))).toHaveLength(MAX_ALL_NAME_BYTES / 64)
  })

  test('keeps nothing of the chunks, so that a caller may use their memory again', () => {
    const reader = lineProtocolReader()
    const chunk = Buffer.from('mea')
    reader.push(chunk)
    chunk.fill('x')
    expect(reader.push(Buffer.from('surement v=1'))).toEqual(['measurement'])
  })

  test.each<[string, (size: number) => string]>([
    ['points', size => 'm,a=b v=1 1\n'.repeat(size)],
    ['names', size => Array.from({ length: size / 2 }, (_, at) => `m${at} v=1\n`).join('')],
    ['a string', size => `m v="${'a\n'.repeat(size * 4)}"`],
    ['backslashes', size => `m,a=${'\\'.repeat(size * 4)}b v=1`],
    ['comments', size => '#\n'.repeat(size * 4)],
    ['spaces', size => ' '.repeat(size * 8)],
  ])('takes time that grows no faster than %s', (_, text) => {
    expect(
      isLinearIn(
        size => Buffer.from(text(size)),
        bytes => read(bytes),
      ),
    ).toBe(true)
  })
})
