// docs/errors.md against the code: each code and reason is described, and nothing that does not exist is.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { denialError } from '../src/authority/caller.ts'
import { ERROR_CODES } from '../src/domain/errors.ts'
import { idOf } from '../src/domain/id.ts'
import { DENIAL_REASONS, type DenialReason } from '../src/domain/verdict.ts'
import { refusalOf } from '../src/gateway/answer.ts'
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

  test('gives each reason the answers that it has', () => {
    const missing = { action: 'write', resource: { type: 'buckets', orgId: idOf<'org'>(1n) } } as const
    for (const [name = '', management = '', data = ''] of rowsUnder('Reasons of a denial')) {
      const reason = name.replaceAll('`', '') as DenialReason
      const denial = { allow: false, reason, missing } as const
      const error = denialError(denial)
      const message = error.message.replace('write:orgs/0000000000000001/buckets', '<permission>')
      if (management !== 'never') expect(management).toContain(`${STATUS[error.code]} \`${message}\``)
      const refusal = refusalOf(denial)
      expect(data).toContain(String(refusal.status))
      if (reason !== 'undecidable') expect(data).toContain(`\`${refusal.message}\``)
    }
  })
})
