import fc from 'fast-check'
import { expect, test } from 'vitest'
import { oneLine, visiblePieces } from './visible-text.ts'

test('what cannot be seen gets a code; joined emoji and Arabic do not', () => {
  expect(visiblePieces('pay\u202Eload')).toEqual([
    { text: 'pay' },
    { text: '\u202e', code: 'U+202E' },
    { text: 'load' },
  ])
  expect(visiblePieces('\u200b\u200b\u200b')).toEqual([{ text: '\u200b\u200b\u200b', code: 'U+200B +2' }])
  expect(visiblePieces('👩‍🔬 مرحبا')).toEqual([{ text: '👩‍🔬 مرحبا' }])
})

test('the pieces are the text', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '😀', '\u200b', '\u202e', '\n', 'م', '\ud83d') }),
      text =>
        visiblePieces(text)
          .map(piece => piece.text)
          .join('') === text,
    ),
  )
})

test('a long text is cut between characters', () => {
  expect(oneLine('😀'.repeat(2048)).isWellFormed()).toBe(true)
  expect(oneLine('😀'.repeat(2048)).length).toBeLessThanOrEqual(301)
  expect(oneLine('short')).toBe('short')
})
