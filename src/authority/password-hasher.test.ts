import { scryptSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

/** Quick ones, for what does not depend on the cost. */
const quick = () => createPasswordHasher(16)

describe('a password', () => {
  test('matches its hash, and no other does', async () => {
    const hasher = quick()
    const stored = await hasher.hash('zażółć 🙂 password')
    expect(await hasher.matches('zażółć 🙂 password', stored)).toBe(true)
    for (const other of [
      '',
      'zażółć 🙂 passwor',
      'zażółć 🙂 password ',
      'Zażółć 🙂 password',
      'zaz\u0307o\u0301łc\u0301 🙂 password',
    ]) {
      expect(await hasher.matches(other, stored)).toBe(false)
    }
  })

  test('has another hash each time, so that equal ones cannot be told', async () => {
    const hasher = quick()
    const [one, other] = [await hasher.hash('password'), await hasher.hash('password')]
    expect(one.salt).not.toBe(other.salt)
    expect(one.hash).not.toBe(other.hash)
    expect(Buffer.from(one.salt, 'base64')).toHaveLength(16)
  })

  test('of nobody never matches', async () => {
    const hasher = quick()
    for (const password of ['', 'password', 'nobody']) expect(await hasher.matches(password, undefined)).toBe(false)
  })

  test('is hashed as its parameters say, so that it can be checked for ever', async () => {
    const stored = await createPasswordHasher().hash('password')
    expect(stored.parameters).toBe('scrypt:32768:8:1')
    const salt = Buffer.from(stored.salt, 'base64')
    const again = scryptSync('password', salt, 32, { N: 32_768, r: 8, p: 1, maxmem: 64 * 1024 * 1024 })
    expect(stored.hash).toBe(again.toString('base64'))
  })

  test('that was stored in another way is our trouble, not a wrong password', async () => {
    const hasher = quick()
    const stored = { ...(await hasher.hash('password')), parameters: 'bcrypt:10' }
    await expect(hasher.matches('password', stored)).rejects.toMatchObject({ code: 'internal error' })
  })

  test('costs as much to check for nobody as for somebody', async () => {
    const hasher = createPasswordHasher(4096)
    const stored = await hasher.hash('password')
    const timeOf = async (act: () => Promise<unknown>) => {
      const begun = performance.now()
      await act()
      return performance.now() - begun
    }
    const best = async (act: () => Promise<unknown>) => {
      const times: number[] = []
      for (let at = 0; at < 5; at++) times.push(await timeOf(act))
      return Math.min(...times)
    }
    const [nobody, somebody] = [
      await best(() => hasher.matches('wrong', undefined)),
      await best(() => hasher.matches('wrong', stored)),
    ]
    // A look-up without a hash would be a hundred times quicker.
    expect(nobody).toBeGreaterThan(somebody / 5)
  })
})

describe('hashing at once', () => {
  test('is bounded: so many run or wait, the rest is told to come back', async () => {
    const hasher = createPasswordHasher(1024)
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => hasher.matches('password', undefined)))
    const refused = outcomes.filter(outcome => outcome.status === 'rejected')
    expect(refused).toHaveLength(80 - 2 - 64)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'too many requests', retryAfterSeconds: 2 })
    // Nothing of it stays: there is room again.
    const later = await Promise.allSettled(Array.from({ length: 66 }, () => hasher.matches('password', undefined)))
    expect(later.every(({ status }) => status === 'fulfilled')).toBe(true)
  })

  test('goes on after a hash that failed', async () => {
    const broken = createPasswordHasher(3)
    for (let at = 0; at < 5; at++) await expect(broken.hash('password')).rejects.toThrow(/scrypt|param|N/i)
    await expect(broken.hash('password')).rejects.not.toMatchObject({ code: 'too many requests' })
  })
})
