import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { editDistance, suggest } from './suggestion.ts'

const KEYS = ['listen', 'data_dir', 'tls.cert', 'tls.key', 'log.level', 'init.password_file']

test('a misspelt name leads to the one that was meant', () => {
  expect(suggest('lisetn', KEYS)).toBe('listen')
  expect(suggest('LISTEN_', KEYS)).toBe('listen')
  expect(suggest('data-dir', KEYS)).toBe('data_dir')
  expect(suggest('dataDir', KEYS)).toBe('data_dir')
  expect(suggest('tls.certificate', KEYS)).toBe(undefined)
  expect(suggest('tls.crt', KEYS)).toBe('tls.cert')
})

test('a part of a name leads to the whole one', () => {
  expect(suggest('cert', KEYS)).toBe('tls.cert')
  expect(suggest('data', KEYS)).toBe('data_dir')
  expect(suggest('INIT_PASSWORD', KEYS)).toBe('init.password_file')
})

test('a name that is like none leads nowhere', () => {
  for (const name of ['', 'x', 'upstream', '...', 'l'.repeat(1_000_000)]) expect(suggest(name, KEYS)).toBe(undefined)
})

test('a name leads to itself, whatever stands beside it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...KEYS),
      fc.shuffledSubarray(KEYS),
      (key, rest) => suggest(key, [...rest, key]) === key,
    ),
  )
})

test('the distance of two texts counts insertions, deletions, replacements and swaps', () => {
  expect(editDistance('', '')).toBe(0)
  expect(editDistance('abc', '')).toBe(3)
  expect(editDistance('listen', 'lisetn')).toBe(1)
  expect(editDistance('kitten', 'sitting')).toBe(3)
  expect(editDistance('ab', 'ba')).toBe(1)
})

test('the distance is symmetric, 0 for equals only, and at most the longer length', () => {
  const short = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') })
  fc.assert(
    fc.property(short, short, (a, b) => {
      const distance = editDistance(a, b)
      expect(distance).toBe(editDistance(b, a))
      expect(distance === 0).toBe(a === b)
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
    }),
  )
})
