import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { collectedPieces } from './pieces.ts'

describe('the pieces of a body', () => {
  test('are what came, in its order, whatever their sizes', () => {
    const sizes = fc.array(fc.nat({ max: 40 }), { maxLength: 3000 })
    const holds = fc.property(sizes, lengths => {
      const all = Buffer.alloc(
        lengths.reduce((sum, one) => sum + one, 0),
        'abcdefghijklmnopqrstuvwxyz0123456789',
      )
      const pieces = collectedPieces()
      let at = 0
      for (const length of lengths) {
        pieces.add(all.subarray(at, at + length))
        at += length
      }
      expect(pieces.whole().equals(all)).toBe(true)
    })
    fc.assert(holds, { numRuns: 200, seed: 20_261_126 })
  })

  test('are handed on as they are if there is one', () => {
    const pieces = collectedPieces()
    const only = Buffer.from('all')
    pieces.add(only)
    expect(pieces.whole()).toBe(only)
    expect(collectedPieces().whole()).toHaveLength(0)
  })
})
