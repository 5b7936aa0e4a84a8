// Numbers without exponents, that read back as the same number.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainDecimal } from './plain-decimal.ts'

test.each([
  [7.5, '7.5'],
  [1, '1'],
  [-0, '-0'],
  [1e21, '1000000000000000000000'],
  [1.25e22, '12500000000000000000000'],
  [1e-7, '0.0000001'],
  [-1.5e-10, '-0.00000000015'],
])('%d', (value, expected) => {
  expect(plainDecimal(value)).toBe(expected)
})

test('every number reads back as itself', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), value => {
      expect(plainDecimal(value)).not.toMatch(/e/)
      expect(Number(plainDecimal(value))).toBe(value)
    }),
  )
})
