import type { FluxToken } from './flux-tokens.ts'
import { refuse } from './undecidable.ts'

/** How deeply expressions may lie within one another. */
export const MAX_FLUX_DEPTH = 64

/** A place in a list of tokens. All that expects something refuses if it is not there. */
export interface FluxReader {
  peek(): FluxToken
  /** Whether the token `ahead` of the next one is this. */
  isSymbol(text: string, ahead?: number): boolean
  isWord(text: string, ahead?: number): boolean
  /** Whether the parenthesis that opens here holds the parameters of a function. */
  isFunction(): boolean
  next(): FluxToken
  /** Goes past the word, keyword or symbol if it is the next one. */
  skip(text: string): boolean
  skipOperator(): boolean
  expect(text: string): void
  /** A name that is no keyword. */
  name(): string
  /** What commas part, up to what ends it; one more comma before that adds nothing. */
  list(end: string, readOne: () => void): void
  nested(read: () => void): void
}

const OPERATORS = new Set('+ - * / % ^ == != < > <= >= =~ !~'.split(' '))

export function fluxReader(tokens: readonly FluxToken[]): FluxReader {
  let at = 0
  let depth = 0
  const closing = closings(tokens)
  const tokenAt = (place: number): FluxToken => tokens[Math.min(place, tokens.length - 1)]!
  const isSymbolAt = (text: string, place: number) => tokenAt(place).kind === 'symbol' && tokenAt(place).text === text

  function next(): FluxToken {
    const token = tokenAt(at)
    if (token.kind === 'end') refuse('the script ends too early')
    at++
    return token
  }

  function skip(text: string): boolean {
    const token = tokenAt(at)
    if (token.text !== text || !['word', 'keyword', 'symbol'].includes(token.kind)) return false
    at++
    return true
  }

  function expect(text: string): void {
    if (!skip(text)) refuse('the script is none that can be decided')
  }

  return {
    peek: () => tokenAt(at),
    isSymbol: (text, ahead = 0) => isSymbolAt(text, at + ahead),
    isWord: (text, ahead = 0) => tokenAt(at + ahead).kind === 'word' && tokenAt(at + ahead).text === text,
    isFunction: () => isSymbolAt('=>', (closing.get(at) ?? tokens.length) + 1),
    next,
    skip,
    skipOperator() {
      const { kind, text } = tokenAt(at)
      const isOperator =
        kind === 'symbol' ? OPERATORS.has(text) : kind === 'keyword' && (text === 'and' || text === 'or')
      if (isOperator) at++
      return isOperator
    },
    expect,
    name() {
      const { kind, text } = next()
      return kind === 'word' ? text : refuse('a name is missing')
    },
    list(end, readOne) {
      while (!skip(end)) {
        readOne()
        if (skip(',')) continue
        expect(end)
        return
      }
    },
    nested(read) {
      if (++depth > MAX_FLUX_DEPTH) refuse('the script is nested too deeply')
      read()
      depth--
    },
  }
}

/** Where each parenthesis closes, found once, so that looking ahead takes no time. */
function closings(tokens: readonly FluxToken[]): ReadonlyMap<number, number> {
  const closing = new Map<number, number>()
  const open: number[] = []
  tokens.forEach(({ kind, text }, at) => {
    if (kind !== 'symbol') return
    if (text === '(') open.push(at)
    else if (text === ')' && open.length > 0) closing.set(open.pop()!, at)
  })
  return closing
}
