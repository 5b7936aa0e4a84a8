import { expect, test } from 'vitest'
import { bad, ok, warn } from './checks/finding.ts'
import { render, summaryOf } from './doctor.ts'

const FINDINGS = [ok('This is fine.'), warn('This is odd.', 'Think.'), bad('This is bad.', 'Act.')]

test('people see first what is bad, with what to do about it, and how much there is', () => {
  expect(render(FINDINGS)).toBe(
    [
      'bad   This is bad.',
      '      → Act.',
      'warn  This is odd.',
      '      → Think.',
      'ok    This is fine.',
      '',
      '1 bad, 1 to think about.',
      '',
    ].join('\n'),
  )
})

test.each([
  [[ok('a')], 'Nothing is wrong.'],
  [[warn('a', 'b')], 'Nothing is bad; 1 to think about.'],
  [[bad('a', 'b'), bad('c', 'd')], '2 bad.'],
])('the last line is a verdict', (findings, verdict) => {
  expect(render(findings).trimEnd().split('\n').at(-1)).toBe(verdict)
})

test('machines get counts and the findings as they are', () => {
  expect(summaryOf(FINDINGS)).toEqual({ bad: 1, warn: 1, ok: 1, findings: FINDINGS })
})
