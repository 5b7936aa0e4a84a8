import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { countSecrets, indexSecrets, searchFolder } from './secret-search.ts'

const SECRET = 'slc_Zażółć "quoted"'
const count = (secrets: string[], text: string) =>
  Object.fromEntries(countSecrets(indexSecrets(secrets), Buffer.from(text)))

describe('counting', () => {
  test('finds every occurrence, at the start, in the middle and at the end', () => {
    expect(count(['hidden-one'], 'hidden-one, hidden-onehidden-one')).toEqual({ 'hidden-one': 3 })
  })

  test('finds nothing where there is nothing, however short', () => {
    for (const text of ['', 'a', 'hidden', 'hidden-', 'hidden-o', 'hidden-on', 'Hidden-one']) {
      expect(count(['hidden-one'], text)).toEqual({})
    }
  })

  test('tells secrets with the same beginning apart', () => {
    expect(count(['slc_same-one', 'slc_same-two', 'slc_same'], 'slc_same-two')).toEqual({
      'slc_same-two': 1,
      slc_same: 1,
    })
  })

  test.each([
    ['in a line of JSON', JSON.stringify({ password: SECRET })],
    ['in a query', `/write?p=${encodeURIComponent(SECRET)}`],
    ['in base64', Buffer.from(SECRET).toString('base64')],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in hex', Buffer.from(SECRET).toString('hex')],
  ])('finds a secret %s', (_, text) => {
    expect(count([SECRET], `before ${text} after`)).toEqual({ [SECRET]: 1 })
  })

  test('leaves out one character over and over, which descriptions are filled with too', () => {
    expect(indexSecrets(['xxxxxxxxxxxx', 'xxxxxxxxxxxy']).secrets).toBe(1)
  })

  test('leaves short secrets out', () => {
    expect(indexSecrets(['short', '1234567', '12345678']).secrets).toBe(1)
    expect(count(['short'], 'short')).toEqual({})
  })

  test('agrees with the obvious way on random bytes', () => {
    const alphabet = 'ab'
    const random = (length: number) => Array.from({ length }, () => alphabet[Math.floor(Math.random() * 2)]).join('')
    for (let round = 0; round < 200; round++) {
      const text = random(400)
      // Of both letters: one alone would be filler, which is not searched for.
      const secret = `ab${random(6)}`
      const naive = [...text].filter((_, at) => text.startsWith(secret, at)).length
      expect(count([secret], text)[secret] ?? 0, `${secret} in ${text}`).toBe(naive)
    }
  })
})

describe('searching a folder', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sluice-search-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('names the file and how often, and counts bytes and secrets', () => {
    writeFileSync(join(folder, 'clean.log'), 'nothing here')
    writeFileSync(join(folder, 'leaky.db'), Buffer.from('\0\x01hidden-one\0hidden-one'))
    expect(searchFolder(['hidden-one', 'short', 'not-there'], folder)).toEqual({
      findings: [{ file: join(folder, 'leaky.db'), secret: 'hidden-one', count: 2 }],
      secrets: 2,
      bytes: 35,
    })
  })

  test('finds a secret across the border of two pieces once, and one at the very end', () => {
    const bytes = Buffer.alloc((8 << 20) + 3)
    bytes.write('hidden-one', (4 << 20) - 4)
    bytes.write('hidden-one', (4 << 20) | 100)
    bytes.write('hidden-one', bytes.length - 10)
    writeFileSync(join(folder, 'large'), bytes)
    expect(searchFolder(['hidden-one'], folder).findings).toEqual([
      { file: join(folder, 'large'), secret: 'hidden-one', count: 3 },
    ])
  })

  test('looks at a hundred megabytes for ten thousand secrets in seconds', () => {
    for (let i = 0; i < 4; i++)
      writeFileSync(join(folder, String(i)), Buffer.alloc(25 << 20, `some text ${i} slc_0123`))
    const secrets = Array.from({ length: 10_000 }, (_, i) => `slc_${i * 7919}${i}-secret`)
    const start = performance.now()
    expect(searchFolder(secrets, folder).bytes).toBe(100 << 20)
    expect(performance.now() - start).toBeLessThan(20_000)
  })
})
