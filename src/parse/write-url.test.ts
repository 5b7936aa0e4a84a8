import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseWriteUrl, userParameters, type WriteTarget } from './write-url.ts'

/** Any code point, halves of surrogate pairs too. The generator that fast-check has for this takes seconds to set up. */
const character = fc.nat({ max: 0x10ffff }).map(code => String.fromCodePoint(code))

const v2 = (org: string, bucket: string): WriteTarget => ({ api: 'v2', org, bucket })
const v1 = (database: string, retentionPolicy = ''): WriteTarget => ({ api: 'v1', database, retentionPolicy })
const v3 = (database: string): WriteTarget => ({ api: 'v3', database })
const read = (target: string) => parseWriteUrl('POST', target)
const isRefused = (target: string, method = 'POST') => 'undecidable' in parseWriteUrl(method, target)

describe('a write', () => {
  test.each<[string, WriteTarget]>([
    ['/api/v2/write?org=plant&bucket=raw', v2('plant', 'raw')],
    ['/api/v2/write?bucket=raw&precision=ns&org=plant', v2('plant', 'raw')],
    ['/api/v2/write?orgID=000000000000000a&bucket=000000000000000b', v2('000000000000000a', '000000000000000b')],
    ['/api/v2/write?org=&orgID=00000000000000aa&bucket=raw', v2('00000000000000aa', 'raw')],
    ['/api/v2/write?org=a+b%20c&bucket=%C5%BC%F0%9F%99%82', v2('a b c', 'ż🙂')],
    ['/api/v2/write?%6frg=plant&buc%6Bet=raw', v2('plant', 'raw')],
    ['/api/v2/write?org=a%26b%3Dc%3Bd%23e%3F&bucket=a%2Fb%5C%25', v2('a&b=c;d#e?', 'a/b\\%')],
    ['/api/v2/write?org=a=b&bucket=c==', v2('a=b', 'c==')],
    ['/write?db=telegraf', v1('telegraf')],
    ['/write?db=telegraf&rp=weekly&precision=s&consistency=one', v1('telegraf', 'weekly')],
    ['/write?db=telegraf&rp=', v1('telegraf')],
    ['/write?u=ann&p=secret&db=telegraf', v1('telegraf')],
    ['/api/v3/write_lp?db=telegraf&precision=auto&accept_partial=true&no_sync=false', v3('telegraf')],
    // As the client of version 3 for Python writes.
    ['/api/v3/write_lp?org=default&db=telegraf&precision=nanosecond', v3('telegraf')],
  ])('%s names its target', (target, expected) => expect(read(target)).toMatchObject(expected))

  test('says how its points are meant, as far as it does', () => {
    expect(read('/write?db=a&rp=b&precision=s&consistency=one')).toEqual({
      ...v1('a', 'b'),
      precision: 's',
      consistency: 'one',
    })
    expect(read('/api/v3/write_lp?db=a&precision=auto&accept_partial=true&no_sync=')).toEqual({
      ...v3('a'),
      precision: 'auto',
      acceptPartial: 'true',
    })
    expect(read('/api/v2/write?org=a&bucket=b')).toEqual(v2('a', 'b'))
  })

  test.each([
    ['another path', '/api/v2/writes?org=a&bucket=b'],
    ['a path that an upstream may take for it', '/api/v2/write/?org=a&bucket=b'],
    ['a path in another case', '/API/v2/write?org=a&bucket=b'],
    ['a path with an escape', '/api/v2/wr%69te?org=a&bucket=b'],
    ['a path with dots', '/api/v2/../v2/write?org=a&bucket=b'],
    ['a path with two slashes', '//api/v2/write?org=a&bucket=b'],
    ['a path with a parameter of its own', '/api/v2/write;x=1?org=a&bucket=b'],
    ['a target with a scheme', 'http://elsewhere/api/v2/write?org=a&bucket=b'],
    ['no path', ''],
    ['a name that objects have anyway', '__proto__?db=a'],
    ['no parameters', '/api/v2/write'],
    ['no bucket', '/api/v2/write?org=a'],
    ['an empty bucket', '/api/v2/write?org=a&bucket='],
    ['no org', '/api/v2/write?bucket=b'],
    ['two orgs', '/api/v2/write?org=a&orgID=b&bucket=c'],
    ['an org by id where there are none', '/api/v3/write_lp?db=a&orgID=b'],
    ['an org twice where there are none', '/api/v3/write_lp?db=a&org=b&org=c'],
    ['no database', '/write?rp=weekly'],
    ['an empty database', '/write?db='],
    ['a parameter of another protocol', '/write?db=a&bucket=b'],
    ['a parameter that decides elsewhere', '/api/v2/write?org=a&bucket=b&bucketID=c'],
    ['an unknown parameter', '/api/v3/write_lp?db=a&x=1'],
    ['a parameter in another case', '/write?DB=a'],
    ['a parameter twice', '/write?db=a&db=b'],
    ['a parameter twice, with the same value', '/write?db=a&db=a'],
    ['a parameter twice, once escaped', '/write?db=a&%64b=b'],
    ['an array', '/write?db[]=a'],
    ['a parameter with a space', '/write?db+=a'],
    ['an empty parameter', '/write?db=a&'],
    ['an empty parameter in the middle', '/write?db=a&&rp=b'],
    ['a semicolon, which some take for an ampersand', '/write?db=a;db=b'],
    ['a second question mark', '/write?db=a?db=b'],
    ['a fragment', '/write?db=a#b'],
    ['half an escape', '/write?db=a%2'],
    ['no escape', '/write?db=a%zz'],
    ['an escape that is no UTF-8', '/write?db=a%ff'],
    ['an overlong escape', '/write?db=a%c0%af'],
    ['half of a surrogate pair', '/write?db=a%ed%a0%80'],
    ['a zero byte', '/write?db=a%00b'],
    ['a raw space', '/write?db=a b'],
    ['a raw line end', '/write?db=a\nb'],
    ['a raw control character', '/write?db=a\u007f'],
    ['raw bytes, which Node hands over one character each', '/write?db=\u00c5\u00bc'],
    ['a raw character beyond Latin-1', '/write?db=\u017c'],
  ])('with %s cannot be decided', (_, target) => expect(isRefused(target)).toBe(true))

  test.each(['GET', 'HEAD', 'PUT', 'OPTIONS', 'post', '', 'POST '])('by %j is none', method => {
    expect(isRefused('/write?db=a', method)).toBe(true)
  })

  test('says in words why it cannot be decided, without repeating what it was given', () => {
    const target = '/write?db=secret-database&u=secret-name&x=secret-value'
    const answer = read(target)
    expect(answer).toEqual({ undecidable: 'a parameter is not known for this path' })
  })
})

describe('a user name and a password', () => {
  test('are found in the URL if both are there', () => {
    expect(userParameters('/write?db=a&u=ann&p=se%20cr+et%26')).toEqual({ user: 'ann', password: 'se cr et&' })
    expect(userParameters('/query?p=b&u=a')).toEqual({ user: 'a', password: 'b' })
  })

  test.each([
    '/write',
    '/write?u=ann',
    '/write?p=x',
    '/write?u=&p=x',
    '/write?u=a&p=',
    '/write?u=a&p=b&p=c',
    '/w?u=%&p=b',
  ])('are not found in %s', target => expect(userParameters(target)).toBeUndefined())
})

describe('whatever the URL', () => {
  const ROUTES = {
    '/api/v2/write': ['org', 'bucket', 'orgID', 'precision'],
    '/write': ['db', 'rp', 'u', 'p'],
    '/api/v3/write_lp': ['db', 'no_sync'],
    '/query': ['db', 'q'],
  }
  const plain = fc.stringMatching(/^[a-c0-9]{1,4}$/)
  const value = fc.oneof(
    { weight: 5, arbitrary: plain },
    fc
      .string({ unit: character })
      .filter(text => text.isWellFormed())
      .map(text => encodeURIComponent(text)),
    fc.string({ unit: 'grapheme' }),
    fc.stringMatching(/^[a-c%+&=;?#0-9]{0,6}$/),
    fc.constantFrom(
      '',
      '%',
      '%4',
      '%41',
      '%ff',
      '%e2%82%ac',
      '%u0041',
      '%C0%80',
      '%EF%BB%BFa',
      '+',
      '%2B',
      '%26db%3Db',
    ),
  )
  const odd = fc.constantFrom('db=b', '%64b=b', 'd%62', 'DB=b', 'db%00=b', 'org=b', 'orgID=b', 'bucket', '', '=', 'x=1')
  const glue = fc.constantFrom(...Array(12).fill('&'), ';', '&&', '?', '#')
  const target = fc.constantFrom(...Object.entries(ROUTES)).chain(([path, names]) => {
    const named = fc
      .shuffledSubarray(names, { minLength: 1 })
      .chain(some => fc.tuple(...some.map(name => value.map(text => `${name}=${text}`))))
    const noise = fc.array(odd, { maxLength: 1 })
    return fc.tuple(named, noise, fc.array(glue, { minLength: 6, maxLength: 6 })).map(([pairs, others, between]) => {
      const query = [...pairs, ...others].reduce((all, one, at) => (at === 0 ? one : all + between[at] + one), '')
      return `${path}?${query}`
    })
  })
  const anything = fc.oneof(target, fc.string({ unit: character }))

  test('it is decided or not, but nothing is thrown', () => {
    fc.assert(
      fc.property(fc.constantFrom('POST', 'GET'), anything, (method, url) => {
        const answer = parseWriteUrl(method, url)
        expect('undecidable' in answer || 'api' in answer).toBe(true)
        userParameters(url)
      }),
      { numRuns: 2000 },
    )
  })

  test('what is accepted cannot be read in two ways: the first value, the last, and all of them are one', () => {
    let accepted = 0
    fc.assert(
      fc.property(target, url => {
        const answer = read(url)
        if ('undecidable' in answer) return
        accepted++
        const parameters = new URL(url, 'http://host').searchParams
        const one = (wanted: string) => {
          const all = parameters.getAll(wanted)
          expect(all.length).toBeLessThanOrEqual(1)
          return all[0] || undefined
        }
        if (answer.api === 'v2') {
          expect(answer.bucket).toBe(one('bucket'))
          expect(answer.org).toBe(one('orgID') ?? one('org'))
          expect(one('orgID') === undefined || one('org') === undefined).toBe(true)
        } else {
          expect(answer.database).toBe(one('db'))
          if (answer.api === 'v1') expect(answer.retentionPolicy).toBe(one('rp') ?? '')
        }
        // Nor by who does not decode names, or not the path.
        expect(new URL(url, 'http://host').pathname).toBe(url.split('?')[0])
        expect([...parameters.keys()].every(key => key.toLowerCase() === key || key === 'orgID')).toBe(true)
      }),
      { numRuns: 10_000 },
    )
    expect(accepted, 'enough were accepted to mean something').toBeGreaterThan(500)
  })

  test('what is accepted is read from its bytes as from its characters', () => {
    fc.assert(
      fc.property(target, url => {
        if ('undecidable' in read(url)) return
        // As Node's parser hands over a request line or a header: each byte a character.
        expect(Buffer.from(url, 'utf8').toString('latin1')).toBe(url)
      }),
      { numRuns: 2000 },
    )
  })

  test('of hundreds of thousands of characters, it is read: work that grew faster than the URL would not end', () => {
    const length = 300_000
    const long = [
      `/write?db=${'a'.repeat(length)}`,
      `/write?${'a=1&'.repeat(length / 4)}`,
      `/write?${Array.from({ length: length / 8 }, (_, at) => `a${at}=`).join('&')}`,
      `/write?db=${'%41'.repeat(length / 3)}`,
      `/write?db=${'%'.repeat(length)}`,
      `/write?db=${'+'.repeat(length)}`,
      `/write${'?'.repeat(length)}`,
      '&'.repeat(length),
      ' '.repeat(length),
    ]
    const decided = long.map(url => !('undecidable' in read(url)))
    for (const url of long) userParameters(url)
    expect(decided).toEqual([true, false, false, true, false, true, false, false, false])
  })
})
