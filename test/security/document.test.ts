// The tests that docs/security.md calls as witnesses are there, and run.
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const DOCUMENT = readFileSync(`${ROOT}docs/security.md`, 'utf8')
const promises = /## Promises\n([\s\S]*?)\n## /.exec(DOCUMENT)?.[1] ?? ''
const rows = promises.split('\n').filter(line => line.startsWith('| ') && !line.startsWith('| Promise'))

test('each promise names a test', () => {
  expect(rows.length).toBeGreaterThan(20)
  for (const row of rows) expect(row).toMatch(/`(test|src)\/[^`]+`/)
})

test('each file that is named is there', () => {
  const files = [...DOCUMENT.matchAll(/`((?:test|src)\/[^`]+)`/g)].map(([, file = '']) => file)
  expect(files.filter(file => !existsSync(`${ROOT}${file}`))).toEqual([])
})
