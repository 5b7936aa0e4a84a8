import { expect, test } from 'vitest'
import { quotedName } from './quoted-name.ts'

test('a name is quoted, on one line, and its control characters are not obeyed', () => {
  expect(quotedName('telegraf')).toBe('"telegraf"')
  expect(quotedName('a "b"\nc')).toBe('"a \\"b\\"\\nc"')
  expect(quotedName('\x1b[2Jgone')).toBe('"\\u001b[2Jgone"')
  expect(quotedName('\x9b2J')).toBe('"\\u009b2J"')
  expect(quotedName('‮evil')).toBe('"\\u202eevil"')
})

test('a long name is cut between characters', () => {
  expect(quotedName('🦆'.repeat(100))).toBe(`"${'🦆'.repeat(60)}…"`)
})
