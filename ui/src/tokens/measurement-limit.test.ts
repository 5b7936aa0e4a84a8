import { describe, expect, test } from 'vitest'
import { inList, limitFault, limitRemark, namesIn } from './measurement-limit.ts'

describe('a limit to measurements', () => {
  test('has a name per line, as it was typed, and passes over empty lines', () => {
    expect(namesIn('cpu\n\n my mem\na, "b"\nхолод ❄\n')).toEqual(['cpu', ' my mem', 'a, "b"', 'холод ❄'])
    expect(namesIn('\n\n')).toEqual([])
  })

  test.each([
    ['a tab', 'cpu\nm\tem', 'Line 2 has a tab or another control character.'],
    ['half of a character', 'cpu\ud83d', 'Line 1 has half of a character.'],
    ['a name twice', 'cpu\n\nmem\ncpu', 'Line 4 says the same as line 1.'],
    ['a name that is too long', `cpu\n${'é'.repeat(128)}`, 'Line 2 has 256 bytes: a name has at most 255.'],
    [
      'too many names',
      Array.from({ length: 101 }, (_, i) => i).join('\n'),
      'These are 101 names: one limit takes at most 100.',
    ],
  ])('says where there is %s', (_, typed, fault) => expect(limitFault(typed)).toBe(fault))

  test.each(['', '\n\n', 'cpu', 'é'.repeat(127), Array.from({ length: 100 }, (_, i) => i).join('\n')])(
    'finds nothing wrong with %j',
    typed => expect(limitFault(typed)).toBeUndefined(),
  )

  test('points out blanks that nobody sees', () => {
    expect(limitRemark('cpu\nmem ')).toBe('Line 2 begins or ends with a blank, which counts as part of the name.')
    expect(limitRemark('cpu\nmy mem')).toBeUndefined()
  })
})

test('a name that would read like two, or whose ends are not seen, stands in quotation marks', () => {
  expect(['cpu', 'my mem', 'a,b', 'salt and pepper', 'say "x"', ' x', 'sand'].map(inList)).toEqual([
    'cpu',
    'my mem',
    '“a,b”',
    '“salt and pepper”',
    '“say "x"”',
    '“ x”',
    'sand',
  ])
})
