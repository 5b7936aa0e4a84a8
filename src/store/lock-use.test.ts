import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lockStore } from './lock.ts'
import { lockUse } from './lock-use.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-lock-'))
  path = join(folder, 'sluice.lock')
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a lock that is not there is nobody’s, and is not created', async () => {
  expect(await lockUse(path)).toBe('nobody')
  expect(existsSync(path)).toBe(false)
})

test('a lock is told to be shared, held alone, or free again', async () => {
  const one = await lockStore(path, 'shared')
  const other = await lockStore(path, 'shared')
  expect(await lockUse(path)).toBe('shared')
  one.close()
  expect(await lockUse(path)).toBe('shared')
  other.close()
  expect(await lockUse(path)).toBe('nobody')
  const alone = await lockStore(path, 'alone')
  expect(await lockUse(path)).toBe('alone')
  alone.close()
  expect(await lockUse(path)).toBe('nobody')
})

test('looking takes nothing from anybody, and changes nothing', async () => {
  ;(await lockStore(path, 'shared')).close()
  const before = [readFileSync(path), statSync(path).mtimeMs]
  expect(await lockUse(path)).toBe('nobody')
  ;(await lockStore(path, 'alone')).close()
  const shared = await lockStore(path, 'shared')
  await lockUse(path)
  // A server that starts meanwhile gets in.
  ;(await lockStore(path, 'shared')).close()
  shared.close()
  expect([readFileSync(path), statSync(path).mtimeMs]).toEqual(before)
})
