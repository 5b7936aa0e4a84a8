import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { among, EMPTY, inLists, join, list, raw, type SqlValue, type Statement, sql } from './sql.ts'

const text = ({ pieces }: Statement) => pieces.join('?')
const value: fc.Arbitrary<SqlValue> = fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null), fc.uint8Array())

describe('a statement', () => {
  test('has its values beside its text, never in it', () => {
    const name = "x'; drop table users; --"
    expect(sql`select * from users where name = ${name} and id > ${7}`).toEqual({
      pieces: ['select * from users where name = ', ' and id > ', ''],
      values: [name, 7],
    })
  })

  test('takes another in place of a value, with its values in their places', () => {
    const inner = sql`name = ${'a'} or name = ${'b'}`
    const outer = sql`select ${1} where (${inner}) and id = ${2}`
    expect(text(outer)).toBe('select ? where (name = ? or name = ?) and id = ?')
    expect(outer.values).toEqual([1, 'a', 'b', 2])
    expect(text(sql`select 1 ${EMPTY}`)).toBe('select 1 ')
  })

  test('takes bytes and null as values', () => {
    const bytes = new Uint8Array([1, 2])
    expect(sql`${bytes}${null}`).toEqual({ pieces: ['', '', ''], values: [bytes, null] })
  })

  test('has one place for each value, however it was put together', () => {
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 5 }), groups => {
        const parts = groups.map(group =>
          join(
            group.map(one => sql`(${one})`),
            ', ',
          ),
        )
        const whole = sql`begin ${join(parts, ' and ')} end ${raw('now')} ${among('id', groups.flat())}`
        expect(whole.pieces).toHaveLength(whole.values.length + 1)
        expect(whole.values.slice(0, groups.flat().length)).toEqual(groups.flat())
      }),
    )
  })
})

describe('a list of values', () => {
  test('is filled up with nulls to one of few sizes, so that few statements are prepared', () => {
    for (const [count, size] of [
      [0, 1],
      [1, 1],
      [2, 10],
      [11, 100],
      [101, 1000],
      [1000, 1000],
    ] as const) {
      const { pieces, values } = list(Array(count).fill('x'))
      expect(values).toEqual([...Array(count).fill('x'), ...Array(size - count).fill(null)])
      expect(pieces).toHaveLength(size + 1)
    }
    expect(text(list(['a', 'b', 'c']))).toBe('(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  })

  test('longer than a thousand is a mistake in the program', () => {
    expect(() => list(Array(1001).fill(1))).toThrow(TypeError)
  })

  test('of any length can be cut into some that fit', () => {
    const numbers = Array.from({ length: 2500 }, (_, at) => at)
    const pieces = [...inLists(numbers)]
    expect(pieces.map(({ length }) => length)).toEqual([1000, 1000, 500])
    expect(pieces.flat()).toEqual(numbers)
    expect([...inLists([])]).toEqual([])
  })

  test('to be among which is to be in one of the pieces; among none is nothing', () => {
    expect(among('id', [])).toEqual(sql`1 = 0`)
    expect(text(among('id', ['a']))).toBe('(id in (?))')
    expect(text(among('id', Array(1500).fill('a')))).toMatch(/^\(id in \(.*\) or id in \(.*\)\)$/)
  })
})
