import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from './errors.ts'
import { idOf, isId, parseId } from './id.ts'

/** Any code point, halves of surrogate pairs too. The generator that fast-check has for this takes seconds to set up. */
const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))

const refusal = (text: string) => {
  try {
    return parseId(text)
  } catch (cause) {
    expect(cause).toBeInstanceOf(AppError)
    const { code, message } = cause as AppError
    return `${code}: ${message}`
  }
}
const LENGTH = 'invalid: id must have a length of 16 bytes'
const INVALID = 'invalid: invalid ID'

describe('an id', () => {
  test('is read in either case and becomes lower-case', () => {
    expect(parseId('0123456789abcdef')).toBe('0123456789abcdef')
    expect(parseId('0123456789ABCdef')).toBe('0123456789abcdef')
    expect(parseId('ffffffffffffffff')).toBe('ffffffffffffffff')
    expect(parseId('0000000000000001')).toBe('0000000000000001')
  })

  test.each([
    ['', LENGTH],
    ['123456789abcdef', LENGTH],
    ['00123456789abcdef', LENGTH],
    [' 0123456789abcdef', LENGTH],
    ['0123456789abcdef\n', LENGTH],
    ['0x23456789abcdef', INVALID],
    ['+123456789abcdef', INVALID],
    ['-123456789abcdef', INVALID],
    ['0123456789abcde_', INVALID],
    ['0123456789abcde\n', INVALID],
    ['0123456789abcdeg', INVALID],
    ['0000000000000000', INVALID],
    // 16 characters, but more bytes; and 16 bytes, but fewer characters.
    ['0123456789abcdé', INVALID],
    ['0123456789abcdeé', LENGTH],
    ['éééééééé', INVALID],
    // Digits of other scripts.
    ['０１２３４５６７89abcdef', LENGTH],
  ])('%j is refused', (text, expected) => {
    expect(refusal(text)).toBe(expected)
    expect(isId(text)).toBe(false)
  })

  test('is printed with all its zeros, and read back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }), value => {
        const text = idOf(value)
        expect(text).toMatch(/^[0-9a-f]{16}$/)
        expect(BigInt(`0x${parseId(text)}`)).toBe(value)
        expect(isId(text.toUpperCase())).toBe(true)
      }),
    )
  })

  test('sorts as text the way it sorts as a number', () => {
    const id = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })
    fc.assert(fc.property(id, id, (one, other) => idOf(one) < idOf(other) === one < other))
  })

  test('of any other form is an error that says so, never anything else', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: character, maxLength: 20 }), fc.stringMatching(/^[0-9a-fA-FxX_ -]{14,18}$/)),
        text => {
          if (isId(text)) expect(parseId(text)).toBe(text.toLowerCase())
          else expect([LENGTH, INVALID]).toContain(refusal(text))
        },
      ),
    )
  })
})
