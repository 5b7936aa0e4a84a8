import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marked, matches } from './text-match.ts'

test('case and leading blanks do not matter', () => {
  expect(matches('Raw data', '  rAW')).toBe(true)
  expect(matches('Raw data', 'raw  ')).toBe(false)
  expect(matches('İstanbul', 'stan')).toBe(true)
})

test('the matching letters are marked', () => {
  expect(marked('banana', 'AN')).toEqual([
    { text: 'b', isMatch: false },
    { text: 'an', isMatch: true },
    { text: 'an', isMatch: true },
    { text: 'a', isMatch: false },
  ])
})

test('marking never changes the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (text, term) => {
      expect(
        marked(text, term)
          .map(piece => piece.text)
          .join(''),
      ).toBe(text)
    }),
  )
})
