// docs/errors.md against the code: each code and reason is described, and nothing that does not exist is.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { ERROR_CODES } from '../src/domain/errors.ts'
import { DENIAL_REASONS } from '../src/domain/verdict.ts'
import { STATUS } from '../src/http/answer.ts'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')

/** The rows of the table under a heading, as cells. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`## ${heading}\n`)
  const table =
    section
      .split('\n## ')[0]
      ?.split('\n')
      .filter(line => line.startsWith('| `')) ?? []
  return table.map(line =>
    line
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  )
}
const named = (rows: string[][]) => rows.map(([name = '']) => name.replaceAll('`', ''))

describe('docs/errors.md', () => {
  test('describes each error code, and no other', () => {
    expect(named(rowsUnder('Codes')).sort()).toEqual([...ERROR_CODES].sort())
  })

  test('gives each code the status that it is answered with, first', () => {
    for (const [name = '', status = ''] of rowsUnder('Codes')) {
      const code = name.replaceAll('`', '') as keyof typeof STATUS
      expect(`${code}: ${Number.parseInt(status, 10)}`).toBe(`${code}: ${STATUS[code]}`)
    }
  })

  test('describes each reason of a denial, and no other', () => {
    expect(named(rowsUnder('Reasons of a denial')).sort()).toEqual([...DENIAL_REASONS].sort())
  })
})
