// Inputs of a fuzz run: texts that are known, spoilt, and pieces of them at random.
import fc from 'fast-check'

/** What a spoilt text has more, or less, than one that is known. */
interface Spoiling {
  readonly at: number
  readonly length: number
  readonly how: 'insert' | 'delete' | 'repeat' | 'replace'
  readonly piece: string
}

const ODD = [
  '\u0000',
  '\r',
  '\n',
  '\\',
  '"',
  "'",
  '`',
  '\ufeff',
  '\ud800',
  '\u2028',
  '%00',
  '%',
  '+',
  ';',
  '--',
  '/*',
  '*/',
  '//',
]

/** Texts made from a corpus and the words that its language gives a meaning. */
export function mutated(corpus: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.oneof(
    fc.constantFrom(...words),
    fc.constantFrom(...ODD),
    fc.string({ maxLength: 4, unit: 'binary' }),
  )
  const spoiling: fc.Arbitrary<Spoiling> = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 12 }),
    how: fc.constantFrom('insert', 'delete', 'repeat', 'replace'),
    piece,
  })
  const known = fc.constantFrom(...corpus)
  const spoilt = fc.tuple(known, fc.array(spoiling, { maxLength: 6 })).map(([text, all]) => all.reduce(spoil, text))
  const spliced = fc
    .tuple(known, known, fc.nat(), fc.nat())
    .map(([one, other, end, start]) => one.slice(0, end % (one.length + 1)) + other.slice(start % (other.length + 1)))
  return fc.oneof(
    { arbitrary: spoilt, weight: 5 },
    { arbitrary: spliced, weight: 2 },
    { arbitrary: fc.array(piece, { maxLength: 30 }).map(all => all.join('')), weight: 1 },
  )
}

function spoil(text: string, { at, length, how, piece }: Spoiling): string {
  const start = at % (text.length + 1)
  const [before, part, after] = [text.slice(0, start), text.slice(start, start + length), text.slice(start + length)]
  if (how === 'insert') return before + piece + part + after
  if (how === 'delete') return before + after
  return how === 'repeat' ? before + part + part + after : before + piece + after
}
