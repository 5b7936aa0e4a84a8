import type { SqlToken } from './sql-tokens.ts'
import { RESERVED } from './sql-words.ts'
import { refuse } from './undecidable.ts'

/** How deeply parentheses and queries may lie within one another; DataFusion's own limit is 50. */
export const MAX_SQL_DEPTH = 50

/** A place in a list of tokens. All that expects something refuses if it is not there. */
export interface SqlReader {
  /** The token `ahead` of the next one, without going on. */
  peek(ahead?: number): SqlToken
  /** The next token, if it is a word and not in quotes. */
  peekWord(): string | undefined
  next(): SqlToken
  /** Goes past the word or symbol if it is the next one. */
  skip(text: string): boolean
  expect(text: string): void
  /** A name, in lower case unless quoted, as DataFusion reads it. */
  identifier(): string
  /** Names with points in between. */
  qualifiedName(): readonly string[]
  nested(read: () => void): void
}

export function sqlReader(tokens: readonly SqlToken[]): SqlReader {
  let at = 0
  let depth = 0
  const peek = (ahead = 0): SqlToken => tokens[Math.min(at + ahead, tokens.length - 1)]!

  function next(): SqlToken {
    const token = peek()
    if (token.kind === 'end') refuse('the query ends too early')
    at++
    return token
  }

  function skip(text: string): boolean {
    const token = peek()
    if (token.text !== text || (token.kind !== 'word' && token.kind !== 'symbol')) return false
    at++
    return true
  }

  function identifier(): string {
    const { kind, text } = next()
    const isName = kind === 'quoted' || (kind === 'word' && !RESERVED.has(text))
    return isName ? text : refuse('a name is missing')
  }

  return {
    peek,
    peekWord: () => (peek().kind === 'word' ? peek().text : undefined),
    next,
    skip,
    expect(text) {
      if (!skip(text)) refuse('the query is none that can be decided')
    },
    identifier,
    qualifiedName() {
      const names = [identifier()]
      while (skip('.')) names.push(identifier())
      return names
    },
    nested(read) {
      if (++depth > MAX_SQL_DEPTH) refuse('the query is nested too deeply')
      read()
      depth--
    },
  }
}
