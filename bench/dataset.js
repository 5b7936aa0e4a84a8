// What the benchmarks' databases hold, as formulas: whoever knows a number knows the id, the names and the secret behind it.
import { createHash } from 'node:crypto'
import { idOf } from '../dist/domain/id.js'
import { tokenFrom } from '../dist/domain/token.js'

/** Raise it when a formula or `load.js` changes, so that cached databases are made anew. */
export const DATASET_VERSION = 1

export const TOKENS_PER_USER = 10
const ORGS = 10
const BUCKETS_PER_ORG = 10

const ORG_BASE = 0x0a00_0000_0000_0000n
const BUCKET_BASE = 0x0a10_0000_0000_0000n
const USER_BASE = 0x0a20_0000_0000_0000n
/** Below every id that a server hands out today, so that what it creates comes after them. */
const AUTHORIZATION_BASE = 0x0a30_0000_0000_0000n

/** 32 bytes that look random and are the same every time. */
const bytesOf = text => createHash('sha256').update(text).digest()
const number = (value, digits) => String(value).padStart(digits, '0')

export const orgOf = index => ({ id: idOf(ORG_BASE + BigInt(index)), name: `org-${number(index, 2)}` })
export const orgCount = () => ORGS

export const bucketOf = index => ({
  id: idOf(BUCKET_BASE + BigInt(index)),
  org: orgOf(index % ORGS),
  name: `bucket-${number(index, 3)}`,
})
export const bucketCount = () => ORGS * BUCKETS_PER_ORG

export const userOf = index => ({ id: idOf(USER_BASE + BigInt(index)), name: `user-${number(index, 6)}` })
export const userCount = tokens => Math.ceil(tokens / TOKENS_PER_USER)

export const tokenOf = index => tokenFrom(bytesOf(`bench token ${index}`))
export const authorizationIdOf = index => idOf(AUTHORIZATION_BASE + BigInt(index))
/** One in fifty is switched off. */
export const isActive = index => index % 50 !== 49

/** A user has ten tokens in one org; each reads and writes one bucket of it. */
export function authorizationOf(index) {
  const userIndex = Math.floor(index / TOKENS_PER_USER)
  const orgIndex = userIndex % ORGS
  const bucket = bucketOf((index % BUCKETS_PER_ORG) * ORGS + orgIndex)
  return {
    id: authorizationIdOf(index),
    user: userOf(userIndex),
    org: orgOf(orgIndex),
    bucket,
    active: isActive(index),
    description: `telegraf on host ${number(index, 7)}`,
  }
}

export const OPERATOR_TOKEN = tokenFrom(bytesOf('bench operator'))

/** Numbers that look random and are the same every time (mulberry32). */
export function randomNumbers(seed) {
  let state = seed
  return below => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below)
  }
}
