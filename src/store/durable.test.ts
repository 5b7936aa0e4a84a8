import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { discard, publish } from './durable.ts'

let folder: string
const path = (name: string) => join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-durable-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a published file has its name and no other', () => {
  writeFileSync(path('unfinished'), 'whole')
  publish(path('unfinished'), path('file'))
  expect(readdirSync(folder)).toEqual(['file'])
  expect(readFileSync(path('file'), 'utf8')).toBe('whole')
})

test('a name that is taken stays as it is, and says so', () => {
  writeFileSync(path('unfinished'), 'new')
  writeFileSync(path('file'), 'old')
  expect(() => publish(path('unfinished'), path('file'))).toThrow(`${path('file')} exists already`)
  expect(readFileSync(path('file'), 'utf8')).toBe('old')
})

test('what is not there is not published', () => {
  expect(() => publish(path('unfinished'), path('file'))).toThrow(/ENOENT/)
  expect(existsSync(path('file'))).toBe(false)
})

test('a discarded file goes with all that the engine kept beside it, and nothing else does', () => {
  for (const name of ['a', 'a-journal', 'a-wal', 'a-shm', 'a-other', 'b']) writeFileSync(path(name), '')
  discard(path('a'))
  expect(readdirSync(folder).sort()).toEqual(['a-other', 'b'])
  discard(path('a'))
})
