import * as fc from 'fast-check'

/**
 * Texts with pieces of noise put between their words: most are refused, and what is accepted must be judged rightly.
 *
 * @param most pieces of noise in one text; at least one
 */
export function spoilt(
  texts: fc.Arbitrary<{ readonly text: string }>,
  noise: fc.Arbitrary<string>,
  most: number,
): fc.Arbitrary<string> {
  const changes = fc.array(fc.tuple(fc.nat(), noise), { minLength: 1, maxLength: most })
  return fc.tuple(texts, changes).map(([{ text }, all]) => all.reduce(insert, text))
}

function insert(text: string, [at, what]: [number, string]): string {
  const words = text.split(' ')
  words.splice(at % (words.length + 1), 0, what)
  return words.join(' ')
}
