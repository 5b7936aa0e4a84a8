import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenFrom } from '../domain/token.ts'
import { identify } from './identify.ts'

const token = tokenFrom(new Uint8Array(32).fill(7))

describe('a text', () => {
  test('that Sluice made is told, with or without a line feed after it', () => {
    for (const text of [token, `${token}\n`, `  ${token}\r\n`]) expect(identify(text).isOurs).toBe(true)
  })

  test.each([
    ['nothing', ' \n', /no text/],
    ['two tokens', `${token}\n${token}`, /white space/],
    ['a token of InfluxDB', 'Zm9vYmFyYmF6cXV4cXV1eA==', /begin with slc_/],
    ['a token that was cut', token.slice(0, -1), /52 characters, not 53/],
    ['a token with something after it', `${token}x`, /54 characters, not 53/],
    ['a token with two digits swapped', token.replace(/^(slc_)(.)(.)(.)/, '$1$3$2$4'), /checksum is wrong/],
  ])('that is %s is not, and it is said why', (_, text, why) => {
    // The sample has a digit to swap.
    expect(text.trim()).not.toBe(token)
    expect(identify(text)).toEqual({ isOurs: false, sentence: expect.stringMatching(why) })
  })

  test('is never repeated', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^(slc_)?[0-9A-Za-z]{9,60}$/), text => {
        expect(identify(text).sentence).not.toContain(text)
      }),
    )
    expect(identify(token).sentence).not.toContain(token)
  })
})
