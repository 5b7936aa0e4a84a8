import * as crypto from 'node:crypto'
import { crc32 } from 'node:zlib'

declare const secret: unique symbol

/** A secret in clear. The logger's types do not accept it; it leaves the program once, to the one who created it. */
export type TokenText = string & { readonly [secret]: 'text' }

/** SHA-256 of a secret's UTF-8 bytes, base64url without padding: what the store keeps instead of the secret. */
export type TokenDigest = string & { readonly [secret]: 'digest' }

/** Longest secret that can be presented, in bytes. Longer ones are unknown without being looked up. */
export const MAX_TOKEN_BYTES = 512

const PREFIX = 'slc_'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 > 2^256. */
const RANDOM_DIGITS = 43
/** 62^6 > 2^32. */
const CHECKSUM_DIGITS = 6
const SHAPE = new RegExp(`^${PREFIX}[0-9A-Za-z]{${RANDOM_DIGITS + CHECKSUM_DIGITS}}$`)

function base62(value: bigint, digits: number): string {
  let text = ''
  for (let rest = value; text.length < digits; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text
  return text
}

const checksum = (body: string) => base62(BigInt(crc32(body)), CHECKSUM_DIGITS)

/**
 * Makes the text of a new secret from 32 random bytes: `slc_`, 43 base62 digits, 6 of checksum; 53 characters that no
 * shell, URL, header or YAML trips over, and that secret scanners can tell from everything else.
 *
 * @throws TypeError if there are not exactly 32 bytes
 */
export function tokenFrom(random: Uint8Array): TokenText {
  if (random.length !== 32) throw new TypeError(`a token is made of 32 random bytes, not ${random.length}`)
  const body = PREFIX + base62(BigInt(`0x${Buffer.from(random).toString('hex')}`), RANDOM_DIGITS)
  return (body + checksum(body)) as TokenText
}

/** Whether a text is one of our own secrets, judged by form and checksum alone; says nothing about its validity. */
export function isOwnToken(text: string): boolean {
  if (!SHAPE.test(text)) return false
  const body = text.slice(0, -CHECKSUM_DIGITS)
  return checksum(body) === text.slice(-CHECKSUM_DIGITS)
}

/** The digest under which a secret is stored and looked up. One hash, no slow hash: the entropy makes that needless. */
export function digestOf(text: TokenText | string): TokenDigest {
  return crypto.hash('sha256', text, 'base64url') as TokenDigest
}
