import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinearIn } from '../../test/linear-time.ts'
import { tryRequestVectors } from '../../test/vectors/try-requests.ts'
import { type JsonValue, MAX_VALUES } from './json-object.ts'
import {
  MAX_PARAMETERS,
  type ParameterBody,
  parseParameters,
  parseTarget,
  type RequestParameters,
} from './parameters.ts'
import type { Undecidable } from './undecidable.ts'

interface Input {
  readonly target: string
  readonly body?: {
    readonly kind: 'form' | 'json'
    readonly contentType: string | null
    readonly text?: string
    readonly hex?: string
  }
}

const bytesOf = (text: string) => new TextEncoder().encode(text)

function read({ target, body }: Input): RequestParameters | Undecidable {
  if (body === undefined) return parseParameters(target)
  const bytes = body.hex === undefined ? bytesOf(body.text ?? '') : Buffer.from(body.hex, 'hex')
  return parseParameters(target, { kind: body.kind, contentType: body.contentType ?? undefined, bytes })
}

/** Maps as objects, so that they can be compared with what JSON.parse gives. */
const plain = (value: unknown): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, plain(one)]))
  if (Array.isArray(value)) return value.map(plain)
  return value
}
const plainParameters = (found: RequestParameters) =>
  Object.fromEntries(Object.entries(found).map(([key, value]) => [key, plain(value)]))

const form = (text: string): ParameterBody => ({
  kind: 'form',
  contentType: 'application/x-www-form-urlencoded',
  bytes: bytesOf(text),
})
const json = (text: string): ParameterBody => ({ kind: 'json', contentType: 'application/json', bytes: bytesOf(text) })

/** Any code point, halves of surrogate pairs too. */
const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))
const name = fc.constantFrom('db', 'q', 'rp', 'u', 'bucketID', 'chunked', 'params', 'format')
const wellFormed = fc
  .string({ unit: fc.oneof(fc.constantFrom('a', '%', '&', '=', '+', ' ', ';', '"', '\\'), character) })
  .filter(text => text.isWellFormed() && !text.includes('\u0000'))

describe('the parameters of a request', () => {
  const plainOf = (input: Input) => {
    const found = read(input)
    return 'undecidable' in found ? found : plainParameters(found)
  }
  tryRequestVectors('parameters', plainOf, ['are read', 'are refused'])

  test('are refused in words that do not repeat them', () => {
    const secret = 'secret-value'
    const refused = [`/query?db=${secret}&db=${secret}`, `/${secret}//`, `/query?${secret}`].map(t => parseTarget(t))
    for (const answer of refused) expect(JSON.stringify(answer)).not.toContain(secret)
  })

  test('that are properly escaped are all read, from the URL, a form and JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(name, wellFormed, { noNullPrototype: true }), pairs => {
        const query = Object.entries(pairs)
          .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
          .join('&')
        expect(plainParameters(parseParameters(`/query?${query}`) as RequestParameters).url).toEqual(pairs)
        expect(plainParameters(parseParameters('/query', form(query)) as RequestParameters).form).toEqual(pairs)
        const found = parseParameters('/query', json(JSON.stringify(pairs))) as RequestParameters
        expect(plainParameters(found).json).toEqual(pairs)
      }),
    )
  })

  test('that are accepted are those which a lax reader finds too, each once', () => {
    const piece = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(name, wellFormed).map(([key, value]) => `${key}=${encodeURIComponent(value)}`) },
      fc.constantFrom(
        'db=b',
        '%64b=b',
        'DB=b',
        'db[]=a',
        'x',
        '=',
        '',
        'a=%',
        'a=%ff',
        '%EF%BB%BFdb=c',
        'a;b=c',
        'a=b+c',
      ),
      fc.string({ unit: character, maxLength: 6 }),
    )
    let accepted = 0
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), pieces => {
        const query = pieces.join('&')
        for (const found of [parseParameters(`/query?${query}`), parseParameters('/query', form(query))]) {
          if ('undecidable' in found) continue
          accepted++
          const lax = new URLSearchParams(query)
          const pairs = [...(found.form ?? found.url)]
          expect(pairs).toEqual([...lax])
          expect(new Set(pairs.map(([key]) => key.toLowerCase())).size).toBe(pairs.length)
        }
      }),
      { numRuns: 3000 },
    )
    expect(accepted, 'enough were accepted to mean something').toBeGreaterThan(500)
  })

  test('are never read from two places', () => {
    fc.assert(
      fc.property(name, name, wellFormed, (inUrl, inBody, value) => {
        const target = `/query?${inUrl}=${encodeURIComponent(value)}`
        const bodies = [form(`${inBody}=x`), json(JSON.stringify({ [inBody]: 'x' }))]
        for (const body of bodies) expect('undecidable' in parseParameters(target, body)).toBe(inUrl === inBody)
      }),
    )
  })

  test('are read or refused, whatever they are, but nothing is thrown', () => {
    const noise = fc.oneof(fc.string({ unit: character }), fc.stringMatching(/^[{}[\]",:\\a-c0-9% &=]*$/))
    fc.assert(
      fc.property(noise, noise, fc.uint8Array(), (target, text, bytes) => {
        for (const all of [target, `/query?${target}`]) {
          parseParameters(all)
          for (const kind of ['form', 'json'] as const) {
            parseParameters(all, { kind, contentType: 'application/json', bytes })
            parseParameters('/query', { kind, contentType: 'application/x-www-form-urlencoded', bytes: bytesOf(text) })
          }
          parseParameters('/query', json(text))
        }
      }),
      { numRuns: 1000 },
    )
  })
})

describe('what one request may bring', () => {
  const search = (count: number) => Array.from({ length: count }, (_, at) => `a${at}=`).join('&')
  const values = (count: number) =>
    json(
      `{"params":[${Array(count - 1)
        .fill('[]')
        .join(',')}]}`,
    )

  test('are so many parameters, in the URL and in a form', () => {
    for (const [count, isRead] of [
      [MAX_PARAMETERS, true],
      [MAX_PARAMETERS + 1, false],
    ] as const) {
      expect('url' in parseParameters(`/query?${search(count)}`)).toBe(isRead)
      expect('url' in parseParameters('/query', form(search(count)))).toBe(isRead)
    }
  })

  test('are so many values of JSON', () => {
    expect('json' in parseParameters('/query', values(MAX_VALUES))).toBe(true)
    expect(parseParameters('/query', values(MAX_VALUES + 1))).toEqual({
      undecidable: expect.stringContaining('more than'),
    })
  })
})

describe('a JSON body', () => {
  test('that is accepted is what JSON.parse reads', () => {
    let accepted = 0
    const jsonText = fc.json({ maxDepth: 4 })
    const spoilt = fc
      .tuple(jsonText, fc.nat(), fc.constantFrom('"', '{', '}', ',', '\\', '[', '0', ' ', '\u0001'))
      .map(([text, at, what]) => text.slice(0, at % text.length) + what + text.slice(at % text.length))
    fc.assert(
      fc.property(
        fc.oneof(jsonText, spoilt).filter(text => text.isWellFormed()),
        text => {
          const found = parseParameters('/query', json(`{"params":${text}}`))
          if ('undecidable' in found) return
          accepted++
          expect(plain(found.json?.get('params') as JsonValue)).toEqual(JSON.parse(`{"params":${text}}`).params)
        },
      ),
      { numRuns: 2000 },
    )
    expect(accepted, 'enough were accepted to mean something').toBeGreaterThan(300)
  })

  test('of any depth is refused beyond the limit, and does not exhaust the stack', () => {
    for (const depth of [31, 32, 100_000]) {
      const text = `{"params":${'['.repeat(depth)}${']'.repeat(depth)}}`
      expect('undecidable' in parseParameters('/query', json(text))).toBe(depth > 31)
    }
  })
})

describe('the time to read', () => {
  test.each<[string, (size: number) => string]>([
    ['one long value', size => `/query?db=${'a'.repeat(size)}`],
    ['escapes', size => `/query?db=${'%41'.repeat(size)}`],
    ['a long path', size => `${'/a'.repeat(size)}?x`],
    ['a path of dots', size => `/${'.'.repeat(size)}/..`],
    ['equals signs', size => `/query?a${'='.repeat(size)}`],
  ])('grows no faster than a URL of %s', (_, target) => {
    expect(isLinearIn(target, parseTarget)).toBe(true)
  })

  test.each<[string, (size: number) => string]>([
    ['a long text', size => `{"q":"${'a'.repeat(size * 4)}"}`],
    ['escapes', size => `{"q":"${'\\u0041'.repeat(size)}"}`],
    ['many keys', size => `{${Array.from({ length: size }, (_, at) => `"k${at}":${at}`).join(',')}}`],
    ['an array', size => `{"params":[${'1,'.repeat(size)}1]}`],
    ['spaces', size => `{${' '.repeat(size * 4)}`],
    ['quotes', size => `{${'"'.repeat(size)}`],
    ['digits', size => `{"a":${'9'.repeat(size)}}`],
  ])('grows no faster than a JSON body of %s', (_, text) => {
    expect(
      isLinearIn(
        size => json(text(size)),
        body => parseParameters('/query', body),
        // Eight times as many are as many values as may be.
        2000,
      ),
    ).toBe(true)
  })
})
