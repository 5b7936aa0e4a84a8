import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLinear } from '../../../test/linear-time.ts'
import { scanRegex, scanToken, skipSpace } from './scanner.ts'

/** All tokens up to the end, as a line: a letter for the kind (f for numbers with a point), and what they hold. */
function scan(text: string): string {
  const found: string[] = []
  for (let at = 0; ; ) {
    const token = scanToken(text, at)
    at = token.end
    if (token.kind === 'end') return found.join(' ')
    if (token.kind === 'keyword') found.push(token.word)
    else if (token.kind === 'name') found.push(`${token.quoted ? 'q' : 'n'}:${token.name}`)
    else if (token.kind === 'symbol') found.push(token.symbol)
    else if (token.kind === 'illegal') found.push(`!${token.reason}`)
    else found.push(`${token.kind === 'number' ? 'f' : token.kind[0]}:${token.value}`)
  }
}

describe('tokens', () => {
  test.each([
    ['', ''],
    [' \t\n', ''],
    ['select FROM Where', 'SELECT FROM WHERE'],
    ['selects _a a1 A_B é', 'n:selects n:_a n:a1 n:A_B !there is a character that means nothing'],
    ['"a b" "select" "a\\"b\\\\c\\nd\\\'e"', 'q:a b q:select q:a"b\\c\nd\'e'],
    ["'a b' 'it\\'s' '\"' ''", 's:a b s:it\'s s:" s:'],
    ['1 007 18446744073709551615', 'i:1 i:007 i:18446744073709551615'],
    ['1.5 .5 0.10', 'f:1.5 f:.5 f:0.10'],
    ['1h 1h30m 5µ 5u 10ms 3ns 1w2d', 'd:1h d:1h30m d:5u d:5u d:10ms d:3ns d:1w2d'],
    ['$a $"b c" $1 $select', 'p:a p:b c p:1 p:select'],
    ['= != <> < <= > >= =~ !~ : :: ; , . ( )', '= != != < <= > >= =~ !~ : :: ; , . ( )'],
    ['+ - * / % & | ^', '+ - * / % & | ^'],
    ['a-b a--b\nc', 'n:a - n:b n:a n:c'],
    ['a/* b */c /**/ /***/ d', 'n:a n:c n:d'],
    ['a/*\n--*/b --*/\nc', 'n:a n:b n:c'],
    ['a.b a..b .5.5', 'n:a . n:b n:a . . n:b f:.5 f:.5'],
    ['a::float *::tag', 'n:a :: n:float * :: TAG'],
    ['"a""b"', 'q:a q:b'],
    ['"a"b', 'q:a n:b'],
  ])('%j', (text, tokens) => {
    expect(scan(text)).toBe(tokens)
  })

  test.each([
    ['ab"cd"', 'a name is partly quoted'],
    ['from"m"', 'a name is partly quoted'],
    ['""', 'a name is empty'],
    ['$""', 'a name is empty'],
    ['$', 'a parameter has no name'],
    ['$ a', 'a parameter has no name'],
    ['$a"b"', 'a name is partly quoted'],
    ['1.', 'a number ends in its point'],
    ['1..2', 'a number ends in its point'],
    ['18446744073709551616', 'an integer is too large'],
    ['1'.repeat(400), 'an integer is too large'],
    [`${'1'.repeat(400)}.0`, 'a number is too large'],
    ['1y', 'a duration has no such unit'],
    ['1us', 'a duration has no such unit'],
    ['1h2', 'a duration has no such unit'],
    ['1e5', 'a duration has no such unit'],
    ['0x10', 'a duration has no such unit'],
    ['15251w', 'a duration is too long'],
    ['15250w5d', 'a duration is too long'],
    ['99999999999999999999ns', 'a duration is too long'],
    ["'a", 'a quoted text does not end'],
    ["'a\\", 'a quoted text has an escape that means nothing'],
    ["'a\\t'", 'a quoted text has an escape that means nothing'],
    ["'a\n'", 'a quoted text does not end in its line'],
    ["'a\\\n'", 'a quoted text has an escape that means nothing'],
    ['/* a', 'a comment does not end'],
    ['/*/', 'a comment does not end'],
    ['!', 'there is a character that means nothing'],
    ['#', 'there is a character that means nothing'],
    ['\u00a0', 'there is a character that means nothing'],
    ['\u000b', 'there is a character that means nothing'],
    ['\ufeffa', 'there is a character that means nothing'],
    ['5μ', 'there is a character that means nothing'],
  ])('%j is illegal', (text, reason) => {
    expect(scan(text).endsWith(`!${reason}`)).toBe(true)
  })
})

describe('regular expressions', () => {
  test.each([
    ['/a/', 'a'],
    ['//', ''],
    ['/a\\/b/c', 'a/b'],
    ['/a\\\\/b/', 'a\\/b'],
    ['/\\w[;"\']--/', '\\w[;"\']--'],
  ])('%j', (text, pattern) => {
    expect(scanRegex(text, 0)).toMatchObject({ value: pattern })
  })

  test.each([['/a'], ['/a\\/'], ['/a\n/'], ['/* a */'], ['/']])('%j is none', text => {
    expect(scanRegex(text, 0)).toHaveProperty('reason')
  })
})

const noise = fc.string({
  unit: fc.constantFrom(...'abc_"\'\\/*-$.:;=!~<>() \n\t1290hmµé\u0000'.split(''), '/*', '*/', '--', '""', '1.', '\\"'),
  maxLength: 60,
})

test('scanning ends, moves on with every token, and leaves nothing out', () => {
  fc.assert(
    fc.property(noise, text => {
      for (let at = 0; ; ) {
        const token = scanToken(text, at)
        expect(token.start).toBeGreaterThanOrEqual(at)
        if (token.kind === 'end') {
          expect(token.end).toBe(text.length)
          return
        }
        expect(token.end).toBeGreaterThan(token.start)
        at = token.end
      }
    }),
    { numRuns: 3000 },
  )
})

test('space is only skipped where it stands', () => {
  expect(skipSpace('a  b', 1)).toBe(3)
  expect(skipSpace('a /**/b', 1)).toBe(2)
})

describe('time grows with the length only', () => {
  const hard = (size: number) => [
    `/*${'*'.repeat(size)}`,
    `/*${'* /'.repeat(size / 3)}`,
    '/**/'.repeat(size / 4),
    '--\n'.repeat(size / 3),
    ' '.repeat(size),
    '1'.repeat(size),
    '0'.repeat(size),
    `${'1'.repeat(size)}.${'1'.repeat(size)}`,
    '1h'.repeat(size / 2),
    `${'0'.repeat(size)}h`,
    `"${'\\\\'.repeat(size / 2)}`,
    `'${'a'.repeat(size)}`,
    'a'.repeat(size),
  ]

  test.each(hard(8).map((text, index) => [text, index] as const))('%j…', (_, index) => {
    const prepare = (size: number) => {
      const text = hard(size)[index]!
      return () => {
        scan(text)
        scanRegex(`/${text}`, 0)
      }
    }
    expect(isLinear(prepare, 30_000)).toBe(true)
  })
})
