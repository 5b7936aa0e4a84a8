// Tries a parser with its vectors, each a test by its name.
import { expect, test } from 'vitest'
import { requestVectors } from './requests.ts'

/**
 * @param parser as for `requestVectors`
 * @param read what the parser makes of an input; what it refuses is `{ undecidable }`, with words that the vectors do not say
 * @param titles of a test of what is read, and of what is refused
 */
export function tryRequestVectors<Input>(
  parser: string,
  read: (input: Input) => unknown,
  [isRead, isRefused]: readonly [isRead: string, isRefused: string],
): void {
  const vectors = requestVectors<Input, unknown>(parser)

  test.each(vectors.filter(({ expected }) => expected !== null))(`${isRead}: $name`, ({ input, expected }) => {
    expect(read(input)).toEqual(expected)
  })

  test.each(vectors.filter(({ expected }) => expected === null))(`${isRefused}: $name`, ({ input }) => {
    expect(read(input)).toEqual({ undecidable: expect.any(String) })
  })
}
