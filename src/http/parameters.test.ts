import * as fc from 'fast-check'
import { type Context, Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { AppError } from '../domain/errors.ts'
import {
  afterParameter,
  booleanParameter,
  idParameter,
  integerParameter,
  limitParameter,
  pageParameters,
  parameter,
  pathId,
} from './parameters.ts'

/** What is read from a request for a query string: the value, or code and message of the refusal. */
async function read<T>(query: string, act: (c: Context) => T, path = '/'): Promise<T | string | undefined> {
  const app = new Hono()
  let seen: T | string | undefined
  app.get(path === '/' ? '/' : '/x/:id', c => {
    try {
      seen = act(c)
    } catch (cause) {
      expect(cause).toBeInstanceOf(AppError)
      seen = `${(cause as AppError).code}: ${(cause as AppError).message}`
    }
    return c.text('')
  })
  await app.request(`http://host${path}${query}`)
  return seen
}
const ID = '00000000000000ab'

describe('a parameter', () => {
  test('has its first value, and none if that is empty', async () => {
    const a = (query: string) => read(query, c => parameter(c, 'a'))
    expect(await a('?a=1&a=2')).toBe('1')
    expect(await a('?b=2&a=1')).toBe('1')
    expect(await a('?a=')).toBeUndefined()
    expect(await a('?a')).toBeUndefined()
    expect(await a('?a=&a=2')).toBeUndefined()
    expect(await a('?b=a=1')).toBeUndefined()
    expect(await a('')).toBeUndefined()
    expect(await a('?A=1')).toBeUndefined()
  })

  test('is read as forms are: escapes, and a plus is a space', async () => {
    const a = (query: string) => read(query, c => parameter(c, 'a'))
    expect(await a('?a=x%20y+z%2B%26')).toBe('x y z+&')
    expect(await a('?%61=%C5%BC')).toBe('ż')
  })

  test('is what URLSearchParams reads first, whatever the query', async () => {
    const pair = fc.tuple(fc.constantFrom('a', 'b', '%61', 'aa', 'a%3D'), fc.string({ unit: 'grapheme' }))
    await fc.assert(
      fc.asyncProperty(fc.array(pair, { maxLength: 4 }), async pairs => {
        const query = `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')}`
        expect(await read(query, c => parameter(c, 'a'))).toBe(new URLSearchParams(query).get('a') || undefined)
      }),
    )
  })
})

describe('an id', () => {
  test('in the query is parsed, and may be absent', async () => {
    const id = (query: string) => read(query, c => idParameter(c, 'id'))
    expect(await id(`?id=${ID.toUpperCase()}`)).toBe(ID)
    expect(await id('')).toBeUndefined()
    expect(await id('?id=')).toBeUndefined()
    expect(await id('?id=x')).toBe('invalid: id must have a length of 16 bytes')
    expect(await id('?id=0000000000000000')).toBe('invalid: invalid ID')
  })

  test('in the path is parsed', async () => {
    const id = (path: string) => read('', c => pathId(c, 'id'), path)
    expect(await id(`/x/${ID}`)).toBe(ID)
    expect(await id('/x/abc')).toBe('invalid: id must have a length of 16 bytes')
    expect(await id('/x/zzzzzzzzzzzzzzzz')).toBe('invalid: invalid ID')
    // 16 bytes once it is decoded.
    expect(await id('/x/%30%30000000000000ab')).toBe(ID)
  })
})

test('a boolean is one of the words that Go takes', async () => {
  const flag = (query: string) => read(query, c => booleanParameter(c, 'f'))
  for (const text of ['1', 't', 'T', 'TRUE', 'true', 'True']) expect(await flag(`?f=${text}`)).toBe(true)
  for (const text of ['0', 'f', 'F', 'FALSE', 'false', 'False']) expect(await flag(`?f=${text}`)).toBe(false)
  for (const text of ['yes', 'tRUE', '2', '%20true', 'on'])
    expect(await flag(`?f=${text}`)).toBe('invalid: f is invalid')
  expect(await flag('')).toBeUndefined()
  expect(await read('?f=x', c => booleanParameter(c, 'f', 'descending is invalid'))).toBe(
    'invalid: descending is invalid',
  )
})

test('an integer has digits and perhaps a sign, and stays exact', async () => {
  const number = (query: string) => read(query, c => integerParameter(c, 'n'))
  expect(await number('?n=0')).toBe(0)
  expect(await number('?n=-7')).toBe(-7)
  expect(await number('?n=%2B7')).toBe(7)
  expect(await number('?n=007')).toBe(7)
  expect(await number('?n=999999999999999')).toBe(999_999_999_999_999)
  for (const text of [
    '1e3',
    '1.5',
    '0x10',
    '%207',
    '7%20',
    '--7',
    '1_000',
    '1000000000000000',
    'NaN',
    '%EF%BC%97',
    '-',
  ]) {
    expect(await number(`?n=${text}`), text).toBe('invalid: n is invalid')
  }
})

describe('a page', () => {
  const page = (query: string) => read(query, pageParameters)

  test('has twenty from the start unless asked', async () => {
    expect(await page('')).toEqual({ limit: 20, offset: 0, descending: false })
    expect(await page(`?limit=100&offset=40&descending=true&after=${ID}`)).toEqual({
      limit: 100,
      offset: 40,
      descending: true,
      afterId: ID,
    })
  })

  test.each([
    ['limit=x', 'limit is invalid'],
    ['limit=0', 'limit must be between 1 and 100'],
    ['limit=-1', 'limit must be between 1 and 100'],
    ['limit=101', 'limit must be between 1 and 100'],
    ['offset=x', 'offset is invalid'],
    ['offset=-1', 'offset is invalid'],
    ['descending=maybe', 'descending is invalid'],
    ['after=x', 'decoding after: id must have a length of 16 bytes'],
    ['after=0000000000000000', 'decoding after: invalid ID'],
  ])('with %s is refused: %s', async (query, message) => expect(await page(`?${query}`)).toBe(`invalid: ${message}`))

  test('may be limited otherwise elsewhere, or not at all', async () => {
    expect(await read('?limit=1000', c => limitParameter(c, 1000))).toBe(1000)
    expect(await read('?limit=1001', c => limitParameter(c, 1000))).toBe('invalid: limit must be between 1 and 1000')
    expect(await read('', c => limitParameter(c, 1000))).toBeUndefined()
    expect(await read('', afterParameter)).toBeUndefined()
  })
})
