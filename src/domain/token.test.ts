import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { digestOf, isOwnToken, tokenFrom } from './token.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const token = bytes.map(random => String(tokenFrom(random)))

describe('a new token', () => {
  test('has 53 characters, none of which a shell, a URL, a header or YAML trips over', () => {
    fc.assert(
      fc.property(token, text => {
        expect(text).toMatch(/^slc_[0-9A-Za-z]{49}$/)
        expect(encodeURIComponent(text)).toBe(text)
      }),
    )
  })

  test('keeps every random bit: other bytes give another token', () => {
    const value = (text: string) => {
      const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
      return [...text.slice(4, 47)].reduce((sum, digit) => sum * 62n + BigInt(digits.indexOf(digit)), 0n)
    }
    fc.assert(
      fc.property(bytes, random => {
        expect(value(tokenFrom(random))).toBe(BigInt(`0x${Buffer.from(random).toString('hex')}`))
      }),
    )
  })

  test('always looks the same for the same bytes, or tokens that are out there would no longer be recognised', () => {
    expect(tokenFrom(new Uint8Array(32))).toBe('slc_00000000000000000000000000000000000000000000ztfFZ')
    expect(tokenFrom(new Uint8Array(32).fill(255))).toBe('slc_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp12sJ7Nx')
  })

  test('is made of exactly 32 bytes', () => {
    for (const length of [0, 31, 33, 64]) expect(() => tokenFrom(new Uint8Array(length))).toThrow(TypeError)
  })
})

describe('the checksum', () => {
  test('accepts every token of ours', () => {
    fc.assert(fc.property(token, text => isOwnToken(text)))
  })

  test('is the CRC-32 of what stands before it, in base 62', () => {
    /** Bit by bit, from the definition (ISO 3309), independent of the library. */
    const crc32 = (text: string) => {
      let crc = 0xffffffff
      for (const byte of Buffer.from(text)) {
        crc ^= byte
        for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
      }
      return (crc ^ 0xffffffff) >>> 0
    }
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    const value = (text: string) => [...text].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0)
    fc.assert(fc.property(token, text => value(text.slice(47)) === crc32(text.slice(0, 47))))
  })

  test('detects any single character that was changed', () => {
    const place = fc.nat({ max: 52 })
    const character = fc.oneof(fc.stringMatching(/^[0-9A-Za-z_]$/), fc.string({ minLength: 1, maxLength: 1 }))
    fc.assert(
      fc.property(token, place, character, (text, at, other) => {
        fc.pre(text[at] !== other)
        expect(isOwnToken(text.slice(0, at) + other + text.slice(at + 1))).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('detects two neighbours that were swapped', () => {
    fc.assert(
      fc.property(token, fc.nat({ max: 45 }), (text, at) => {
        fc.pre(text[at] !== text[at + 1])
        expect(isOwnToken(text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2))).toBe(false)
      }),
    )
  })

  test('detects what was cut off or added', () => {
    fc.assert(
      fc.property(token, fc.nat({ max: 52 }), fc.string({ minLength: 1 }), (text, length, more) => {
        expect(isOwnToken(text.slice(0, length))).toBe(false)
        expect(isOwnToken(text + more)).toBe(false)
        expect(isOwnToken(more + text)).toBe(false)
      }),
    )
  })

  test.each(['', 'slc_', 'operator-token', `slc_${'0'.repeat(49)}`, `${tokenFrom(new Uint8Array(32))}\n`])(
    'tells that %j is not ours',
    text => expect(isOwnToken(text)).toBe(false),
  )
})

describe('a digest', () => {
  test('is SHA-256 of the UTF-8 bytes, base64url without padding', () => {
    // FIPS 180-2, B.1.
    expect(Buffer.from(digestOf('abc'), 'base64url').toString('hex')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(digestOf(text)).toBe(createHash('sha256').update(Buffer.from(text, 'utf8')).digest('base64url'))
        expect(digestOf(text)).toMatch(/^[\w-]{43}$/)
      }),
    )
  })

  test('differs for texts that only look the same', () => {
    const alike = ['token', 'Token', 'token ', ' token', 'tok\u0435n', 'token\u200b']
    expect(new Set(alike.map(digestOf)).size).toBe(alike.length)
  })
})
