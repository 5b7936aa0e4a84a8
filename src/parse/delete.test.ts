import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinearIn } from '../../test/linear-time.ts'
import { tryRequestVectors } from '../../test/vectors/try-requests.ts'
import { parseDelete } from './delete.ts'
import { MAX_PREDICATE_LENGTH } from './delete-predicate.ts'
import { parseTarget } from './parameters.ts'

interface Input {
  /** The query string. */
  readonly url: string
  readonly body: string
}

function read({ url, body }: Input) {
  const target = parseTarget(`/api/v2/delete?${url}`)
  return 'undecidable' in target ? target : parseDelete(target.url, body)
}

const withPredicate = (predicate: string) =>
  read({
    url: 'org=o&bucket=b',
    body: JSON.stringify({ start: '2024-01-01T00:00:00Z', stop: '2024-02-01T00:00:00Z', predicate }),
  })

/** What a deletion is known to be limited to, or why nothing is known. */
const measurementOf = (predicate: string) => {
  const found = withPredicate(predicate)
  return 'undecidable' in found ? found : (found.measurement ?? 'any')
}

interface Term {
  readonly text: string
  /** Whether a point of this measurement, without tags, has what the term demands. */
  readonly holds: (measurement: string) => boolean
}

const key = fc.constantFrom('a', '"b c"', '_measurement', '"_measurement"')
const value = fc.constantFrom('m', '"m"', "'m'", 'n', '"x y"', '5', '"a AND b"')
const comparison = fc.tuple(key, fc.constantFrom('=', '!=', ' = '), value).map(([name, operator, text]): Term => {
  const plain = text.replaceAll(/["']/g, '')
  const tagOf = (measurement: string) => (name.includes('_measurement') ? measurement : '')
  return {
    text: `${name}${operator}${text}`,
    holds: measurement => (tagOf(measurement) === plain) === !operator.includes('!'),
  }
})
const and = (terms: readonly Term[]): Term => ({
  text: terms.map(({ text }) => text).join(' AND '),
  holds: measurement => terms.every(({ holds }) => holds(measurement)),
})
const { predicate } = fc.letrec<{ predicate: Term; term: Term }>(tie => ({
  term: fc.oneof(
    { maxDepth: 3 },
    comparison,
    tie('predicate').map(({ text, holds }) => ({ text: `(${text})`, holds })),
  ),
  predicate: fc.array(tie('term'), { minLength: 1, maxLength: 4 }).map(and),
}))

describe('a deletion', () => {
  tryRequestVectors('delete', read, ['is read', 'is refused'])

  test('is read from bytes as from text', () => {
    const url = new Map([...Object.entries({ org: 'o', bucket: 'b' })])
    const body = '{"start":"2024-01-01T00:00:00Z","stop":"2024-02-01T00:00:00Z","predicate":"_measurement=\\"é\\""}'
    expect(parseDelete(url, new TextEncoder().encode(body))).toEqual(parseDelete(url, body))
    expect(parseDelete(url, Buffer.from(body, 'latin1'))).toEqual({ undecidable: 'the body is not valid UTF-8' })
  })

  test('that is limited to a measurement touches no other', () => {
    let limited = 0
    fc.assert(
      fc.property(predicate, fc.constantFrom('n', '5', 'x y', 'a AND b', 'other'), ({ text, holds }, other) => {
        const measurement = measurementOf(text)
        if (typeof measurement === 'object' || measurement === 'any' || measurement === other) return
        limited++
        expect(holds(other)).toBe(false)
      }),
      { numRuns: 3000 },
    )
    expect(limited, 'enough were limited to mean something').toBeGreaterThan(300)
  })

  test('whose predicate demands a measurement in the plainest way is limited to it, whatever else it demands', () => {
    fc.assert(
      fc.property(predicate, ({ text }) => {
        const isClear =
          !text.includes('_measurement"=') && !text.includes('_measurement" =') && !/_measurement *=/.test(text)
        if (isClear) expect(measurementOf(`${text} AND _measurement="z"`)).toBe('z')
      }),
    )
  })

  test('is read or refused, whatever the predicate, but nothing is thrown', () => {
    const piece = fc.constantFrom(
      ...['_measurement', '=', '"m"', "'", '"', ' AND ', ' OR ', '(', ')', '!=', '--', '/*', '\\', '5', 'é'],
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
        const text = pieces.join('')
        const found = measurementOf(text)
        if (typeof found === 'object') return
        // What might be read in another way is not among what is accepted.
        expect(text.replaceAll(/"[^"]*"|'[^']*'/g, '')).not.toMatch(/OR|--|\/\*|\\|é/)
      }),
      { numRuns: 3000 },
    )
  })

  test.each<[string, (size: number) => string]>([
    ['comparisons', size => Array.from({ length: size }, () => 'a="b"').join(' AND ')],
    ['parentheses', size => '('.repeat(size * 4)],
    ['a value', size => `a="${'b'.repeat(size * 8)}"`],
    ['an open value', size => `a="${'b'.repeat(size * 8)}`],
    ['open values', size => '"'.repeat(size * 8 + 1)],
    ['spaces', size => ' '.repeat(size * 8)],
    ['spaces before what is not known', size => `a="b"${' '.repeat(size * 8)}?`],
    ['digits', size => `a=${'1'.repeat(size * 8)}.`],
  ])('takes time that grows no faster than %s', (_, text) => {
    // Eight times as much is as long as a predicate may be.
    expect(isLinearIn(text, withPredicate, 800)).toBe(true)
  })

  test('has a predicate as long as may be, and no longer', () => {
    const predicate = `a="${'b'.repeat(MAX_PREDICATE_LENGTH - 4)}"`
    expect(withPredicate(predicate)).not.toHaveProperty('undecidable')
    expect(withPredicate(`${predicate} `)).toEqual({ undecidable: expect.stringContaining('longer than') })
  })
})
