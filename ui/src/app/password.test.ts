import { expect, test } from 'vitest'
import { passwordFault } from './password.ts'

test.each(['12345678', 'a'.repeat(72), 'ä'.repeat(4), '😀😀'])('%j is good', password => {
  expect(passwordFault(password)).toBeUndefined()
})

test.each(['', '1234567', 'äää'])('%j is too short', password => {
  expect(passwordFault(password)).toMatch(/too short/)
})

test.each(['a'.repeat(73), 'ä'.repeat(37)])('%j is too long', password => {
  expect(passwordFault(password)).toMatch(/too long/)
})
