import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { checkName, checkText, failWith, fieldsOf } from './fields.ts'

const fail = failWith('the body: ')
const of = (value: unknown) => fieldsOf(value, fail)
const fault = (act: () => unknown) => {
  try {
    act()
  } catch (cause) {
    expect(cause).toBeInstanceOf(AppError)
    expect((cause as AppError).code).toBe('invalid')
    return (cause as AppError).message
  }
  return undefined
}

describe('the fields of a body', () => {
  test('are found in any case; of two the last counts', () => {
    const fields = of(JSON.parse('{"Name": "a", "orgid": "00000000000000AB", "STATUS": "x", "status": "y"}'))
    expect(fields.text('name')).toBe('a')
    expect(fields.id('orgID')).toBe('00000000000000ab')
    expect(fields.text('status')).toBe('y')
    expect(of(JSON.parse('{"a": 1, "a": 2}')).integer('a')).toBe(2)
  })

  test('that are null are absent, but were there', () => {
    const fields = of({ a: null })
    expect([fields.text('a'), fields.integer('a'), fields.boolean('a'), fields.id('a')]).toEqual(
      Array(4).fill(undefined),
    )
    expect([fields.object('a'), fields.objects('a')]).toEqual([undefined, undefined])
    expect([fields.has('A'), fields.isNull('A'), fields.has('b'), fields.isNull('b')]).toEqual([
      true,
      true,
      false,
      false,
    ])
  })

  test('of null are those of an empty object', () => {
    expect(of(null).has('a')).toBe(false)
    expect(of({}).text('a')).toBeUndefined()
  })

  test('are not what every object has anyway', () => {
    for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
      expect(of({}).has(name)).toBe(false)
      expect(of({}).text(name)).toBeUndefined()
    }
    const fields = of(JSON.parse('{"__proto__": {"name": "x"}, "constructor": "y"}'))
    expect(fields.text('name')).toBeUndefined()
    expect(fields.text('constructor')).toBe('y')
  })

  test('of nothing but an object are refused', () => {
    for (const value of [1, 'a', true, [], [{}]]) {
      expect(fault(() => of(value))).toBe('the body: the body must be a JSON object')
    }
  })

  test('of a wrong type are refused by name', () => {
    const fields = of({ a: 1, b: 'x', c: [1], d: {}, e: 1.5, f: 2 ** 60, g: [{ h: 1 }, 2], i: { j: [{ k: 1 }] } })
    expect(fault(() => fields.text('a'))).toBe('the body: a must be a string')
    expect(fault(() => fields.boolean('b'))).toBe('the body: b must be true or false')
    expect(fault(() => fields.integer('b'))).toBe('the body: b must be an integer')
    expect(fault(() => fields.integer('e'))).toBe('the body: e must be an integer')
    expect(fault(() => fields.integer('f'))).toBe('the body: f must be an integer')
    expect(fault(() => fields.id('c'))).toBe('the body: c must be a string')
    expect(fault(() => fields.object('c'))).toBe('the body: c must be an object')
    expect(fault(() => fields.objects('d'))).toBe('the body: d must be an array')
    expect(fault(() => fields.objects('g'))).toBe('the body: g[1] must be an object')
    expect(fault(() => fields.object('i')?.objects('j')?.[0]?.text('k'))).toBe('the body: i.j[0].k must be a string')
  })

  test('that are ids are refused in the words that clients know', () => {
    const fields = of({ short: 'ab', zero: '0'.repeat(16), empty: '' })
    expect(fault(() => fields.id('short'))).toBe('the body: id must have a length of 16 bytes')
    expect(fault(() => fields.id('empty'))).toBe('the body: id must have a length of 16 bytes')
    expect(fault(() => fields.id('zero'))).toBe('the body: invalid ID')
  })

  test('may be any text but half of a surrogate pair', () => {
    expect(of({ a: '🙂' }).text('a')).toBe('🙂')
    for (const half of ['\ud83d', '\ude42', 'a\ud83db', '\ude42\ud83d']) {
      expect(fault(() => of({ a: half }).text('a'))).toBe('the body: a contains half of a surrogate pair')
      expect(
        fault(() =>
          of({ a: [{ b: half }] })
            .objects('a')?.[0]
            ?.text('b'),
        ),
      ).toContain('a[0].b contains half')
    }
  })

  test('are read or refused, whatever JSON they are', () => {
    const names = ['a', 'A', 'id', '__proto__']
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...names), (value, name) => {
        const read = (act: () => unknown) => {
          const message = fault(act)
          if (message !== undefined) expect(message).toMatch(/^the body: /)
        }
        read(() => of(value).text(name))
        read(() => of(value).integer(name))
        read(() =>
          of(value)
            .objects(name)
            ?.map(entry => entry.id(name)),
        )
      }),
    )
  })
})

describe('a name', () => {
  test('may be of any script, up to its length', () => {
    for (const name of ['', 'a', 'zażółć 🙂', '\u202eابت', 'x'.repeat(1024)]) expect(checkName('name', name)).toBe(name)
    expect(fault(() => checkName('name', 'x'.repeat(1025)))).toBe('name must have at most 1024 characters')
  })

  test('is one line: no control character is in it', () => {
    for (const control of ['\u0000', '\t', '\n', '\r', '\u001b', '\u001f', '\u007f']) {
      expect(fault(() => checkName('org', `a${control}b`))).toBe('org must not contain control characters')
    }
  })
})

describe('a text', () => {
  test('may have lines and tabs, and no other control character', () => {
    expect(checkText('description', 'one\ntwo\r\n\tthree', 100)).toBe('one\ntwo\r\n\tthree')
    for (const control of ['\u0000', '\u0008', '\u000b', '\u000c', '\u001b', '\u007f']) {
      expect(fault(() => checkText('description', control, 9))).toBe('description must not contain control characters')
    }
  })

  test('is counted in characters as people count them, not in units or bytes', () => {
    for (const character of ['a', 'ż', '🙂']) {
      expect(checkText('d', character.repeat(5), 5)).toBe(character.repeat(5))
      expect(fault(() => checkText('d', character.repeat(6), 5))).toBe('d must have at most 5 characters')
      expect(fault(() => checkText('d', character.repeat(11), 5))).toBe('d must have at most 5 characters')
    }
  })
})
