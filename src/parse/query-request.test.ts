import { describe, expect, test } from 'vitest'
import { parseV1Query, parseV3Query } from './query-request.ts'

const FORM = 'application/x-www-form-urlencoded'
const form = (text: string, contentType: string | undefined = FORM) => ({
  kind: 'form' as const,
  contentType,
  bytes: Buffer.from(text),
})
const json = (text: string) => ({ kind: 'json' as const, contentType: 'application/json', bytes: Buffer.from(text) })

describe('a query of version 1', () => {
  test('is read from the URL, from a form, and from both', () => {
    const expected = { text: 'SELECT 1', database: 'a', retentionPolicy: 'r', options: { epoch: 'ms' } }
    expect(parseV1Query('/query?q=SELECT+1&db=a&rp=r&epoch=ms&u=x&p=y', undefined)).toEqual(expected)
    expect(parseV1Query('/query', form('q=SELECT%201&db=a&rp=r&epoch=ms'))).toEqual(expected)
    expect(parseV1Query('/query?db=a&rp=r', form('q=SELECT+1&epoch=ms'))).toEqual(expected)
  })

  test('keeps its options as they are, and leaves out empty ones', () => {
    const { options } = parseV1Query(
      '/query?q=x&chunked=true&chunk_size=5&pretty=true&epoch=&params={"a":1.0}',
      undefined,
    ) as never
    expect(options).toEqual({ chunked: 'true', chunk_size: '5', pretty: 'true', params: '{"a":1.0}' })
  })

  test('drops what a client says in vain: precision, as that for Ruby; epoch to version 3, as Chronograf', () => {
    const asked = { text: 'x', database: 'a', retentionPolicy: undefined, options: {} }
    expect(parseV1Query('/query?q=x&db=a&precision=s', undefined)).toEqual(asked)
    expect(parseV1Query('/query?db=a', form('q=x&precision=s'))).toEqual(asked)
    expect(parseV1Query('/query?q=x&db=a&precision=s&precision=n', undefined)).toHaveProperty('undecidable')
    const { text, database } = asked
    expect(parseV3Query('/api/v3/query_influxql?q=x&db=a&epoch=ms', undefined)).toEqual({ text, database })
  })

  test('has no params if they are null, as the client for Go sends them', () => {
    expect(parseV1Query('/query?q=x&db=a&params=null', undefined)).toMatchObject({ options: {} })
    expect(parseV1Query('/query', form('q=x&params=null'))).toMatchObject({ options: {} })
    expect(parseV3Query('/api/v3/query_sql?q=x&params=null', undefined)).toMatchObject({ params: undefined })
  })

  test.each<[string, string, string | undefined]>([
    ['an unknown name', '/query?q=x&database=a', undefined],
    ['a name that belongs to another path', '/query?q=x&bucket=a', undefined],
    ['db twice', '/query?q=x&db=a&db=b', undefined],
    ['db under an escaped name, too', '/query?q=x&db=a&%64b=b', undefined],
    ['db in capitals', '/query?q=x&DB=b', undefined],
    ['db with brackets', '/query?q=x&db[]=b', undefined],
    ['db in the URL and in the form', '/query?q=x&db=a', 'db=b'],
    ['an unknown name in the form', '/query?q=x', 'database=b'],
    ['a password in the form', '/query?q=x', 'p=secret'],
    ['a user in the form', '/query?q=x', 'u=me'],
    ['a semicolon between parameters', '/query?q=x;db=b', undefined],
    ['no q', '/query?db=a', undefined],
    ['a database with a line end of old', '/query?q=x&db=a%0D', undefined],
    ['a retention policy with one', '/query?q=x&rp=a%0D', undefined],
    ['a zero byte', '/query?q=x&db=a%00', undefined],
    ['params that are no object', '/query?q=x&params=[1]', undefined],
    ['params that are null in capitals', '/query?q=x&params=NULL', undefined],
    ['params with a key twice', '/query?q=x&params={"a":1,"a":2}', undefined],
  ])('is not taken with %s', (_, target, body) => {
    expect(parseV1Query(target, body === undefined ? undefined : form(body))).toHaveProperty('undecidable')
  })

  test.each(['multipart/form-data; boundary=x', 'application/json', 'text/plain', 'application/vnd.influxql', ''])(
    'is not taken from a body of type %j',
    contentType => {
      expect(parseV1Query('/query?db=a', form('q=x', contentType))).toHaveProperty('undecidable')
      expect(parseV1Query('/query?db=a', { ...form('q=x'), contentType: undefined })).toHaveProperty('undecidable')
    },
  )
})

describe('a query of version 3', () => {
  const PATH = '/api/v3/query_sql'

  test('is read from the URL by GET and from JSON by POST', () => {
    const expected = { text: 'SELECT 1', database: 'a', format: 'csv', params: '{"x":1.0}' }
    expect(parseV3Query(`${PATH}?db=a&q=SELECT+1&format=csv&params={"x":1.0}`, undefined)).toEqual(expected)
    expect(parseV3Query(PATH, json('{"db":"a","q":"SELECT 1","format":"csv","params": {"x":1.0} }'))).toEqual(expected)
  })

  test('has what is null for absent, but no database', () => {
    const none = { text: 'x', database: undefined, format: undefined, params: undefined }
    expect(parseV3Query(PATH, json('{"q":"x","format":null,"params":null}'))).toEqual(none)
    expect(parseV3Query(PATH, json('{"q":"x","db":null}'))).toHaveProperty('undecidable')
  })

  test.each<[string, string, string]>([
    ['an array', PATH, '["secret","SELECT 1","json",null]'],
    ['db twice', PATH, '{"db":"a","db":"b","q":"x"}'],
    ['an escaped key', PATH, '{"db":"a","\\u0064b":"b","q":"x"}'],
    ['only an escaped key', PATH, '{"\\u0064b":"b","q":"x"}'],
    ['db in capitals', PATH, '{"DB":"b","q":"x"}'],
    ['an unknown key', PATH, '{"database":"b","q":"x"}'],
    ['db in the URL and the body', `${PATH}?db=a`, '{"db":"a","q":"x"}'],
    ['anything in the URL', `${PATH}?format=json`, '{"db":"a","q":"x"}'],
    ['a text in place of params', PATH, '{"db":"a","q":"x","params":"{}"}'],
    ['a list in place of params', PATH, '{"db":"a","q":"x","params":[1]}'],
    ['a number in place of a format', PATH, '{"db":"a","q":"x","format":1}'],
    ['an object in place of db', PATH, '{"db":{"a":1},"q":"x"}'],
    ['a form', PATH, 'db=a&q=x'],
    ['no q', PATH, '{"db":"a"}'],
    ['nothing', PATH, ''],
  ])('is not taken with %s', (_, target, body) => {
    expect(parseV3Query(target, json(body))).toHaveProperty('undecidable')
  })

  test('keeps the numbers of params as they are spelt', () => {
    const read = parseV3Query(PATH, json('{"db":"a","q":"x","params":{"a":1.0,"b":-0.0,"c":1e3}}'))
    expect(read).toMatchObject({ params: '{"a":1.0,"b":-0.0,"c":1e3}' })
  })
})
