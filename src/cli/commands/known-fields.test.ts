import { expect, test } from 'vitest'
import { knownFields } from './known-fields.ts'

const SHAPE = { name: true, id: true, links: { self: true, org: true }, rules: { every: true }, at: 'time' } as const

test('what is known comes in the order of the alphabet, and nothing else does', () => {
  const object = { name: 'a', links: { self: '/x', logs: '/y', org: '/z' }, id: '1', oauthID: 'secret' }
  expect(JSON.stringify(knownFields(object, SHAPE))).toBe('{"id":"1","links":{"org":"/z","self":"/x"},"name":"a"}')
})

test('what is missing, or null, stays away', () => {
  expect(knownFields({ id: '1', name: null }, SHAPE)).toEqual({ id: '1' })
  expect(knownFields({ id: '1', name: '', rules: [] }, SHAPE)).toEqual({ id: '1', name: '', rules: [] })
})

test('lists are gone through', () => {
  expect(knownFields([{ id: '1', rules: [{ every: 5, other: 6 }] }], SHAPE)).toEqual([
    { id: '1', rules: [{ every: 5 }] },
  ])
  expect(knownFields([], SHAPE)).toEqual([])
})

test('names that every object has are not known for that', () => {
  expect(knownFields(JSON.parse('{"constructor": 1, "__proto__": 2, "toString": 3}'), SHAPE)).toEqual({})
})

test('times lose the zeros at their end', () => {
  const time = (at: string) => (knownFields({ at }, SHAPE) as { at: string }).at
  expect(time('2026-01-02T03:04:05.250000Z')).toBe('2026-01-02T03:04:05.25Z')
  expect(time('2026-01-02T03:04:05.000Z')).toBe('2026-01-02T03:04:05Z')
  expect(time('2026-01-02T03:04:05.100+02:00')).toBe('2026-01-02T03:04:05.1+02:00')
  expect(time('2026-01-02T03:04:50Z')).toBe('2026-01-02T03:04:50Z')
  expect(time('2026-01-02T03:04:05.123456789Z')).toBe('2026-01-02T03:04:05.123456789Z')
})
