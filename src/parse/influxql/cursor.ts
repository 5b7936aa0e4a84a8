import { scanRegex, scanToken, skipSpace, type Token } from './scanner.ts'
import type { Regex } from './syntax.ts'

/** How deep brackets, calls and sub-queries may stand in each other. Keeps every walk over a tree off the stack's end. */
export const MAX_DEPTH = 64

/** How many measurements a text may name, because each may grow by the names that `withDefaults` puts in. */
export const MAX_SOURCES = 4096

/** Why a text is refused. Thrown inside this folder only, without the cost of a stack; `parseInfluxql` returns it. */
export class Refusal {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/**
 * Reads a text token by token. Every method either takes what it names and moves on, or leaves the cursor where it was
 * (`accept…`, `at…`), or throws a Refusal (`expect…`).
 */
export class Cursor {
  readonly #text: string
  /** Where the token taken last ends. */
  #offset = 0
  #depth = 0
  #sources = 0
  #next: Token | undefined

  /** @param text without CR and NUL */
  constructor(text: string) {
    this.#text = text
  }

  /** The next token, which stays. Scanned once, however often it is looked at. */
  peek(): Token {
    this.#next ??= scanToken(this.#text, this.#offset)
    if (this.#next.kind === 'illegal') throw new Refusal(this.#next.reason)
    return this.#next
  }

  /** Takes the next token. */
  next(): Token {
    const token = this.peek()
    this.#offset = token.end
    this.#next = undefined
    return token
  }

  /**
   * In the words of InfluxDB, that something else was expected than the word that the text begins with; undefined if it
   * begins otherwise, or that was taken. Only what looks like a mistyped keyword is repeated.
   */
  wrongBeginning(expected: string): string | undefined {
    const { start, end } = this.peek()
    const word = this.#text.slice(start, end)
    if (start > 0 || !/^[A-Za-z]{1,16}$/.test(word)) return undefined
    return `found ${word}, expected ${expected} at line 1, char 1`
  }

  /** Whether the next token follows the last one without a gap. */
  isAdjacent(): boolean {
    return this.peek().start === this.#offset
  }

  /** Whether the next character is white space; a comment is not. */
  isAtSpace(): boolean {
    return skipSpace(this.#text, this.#offset) > this.#offset
  }

  atKeyword(...words: readonly string[]): boolean {
    const token = this.peek()
    return token.kind === 'keyword' && words.includes(token.word)
  }

  atSymbol(symbol: string): boolean {
    const token = this.peek()
    return token.kind === 'symbol' && token.symbol === symbol
  }

  /** Whether the word stands bare, in any case, with a bracket right after it. */
  atCallOf(name: string): boolean {
    const token = this.peek()
    if (token.kind !== 'name' || token.quoted || token.name.toLowerCase() !== name) return false
    return this.#text[token.end] === '('
  }

  /** Whether the character at an offset, such as the end of a token, is this one. */
  isCharacterAt(offset: number, character: string): boolean {
    return this.#text[offset] === character
  }

  acceptKeyword(word: string): boolean {
    const found = this.atKeyword(word)
    if (found) this.next()
    return found
  }

  /** Takes a word that is reserved nowhere, bare, in any case. */
  acceptWord(word: string): boolean {
    const token = this.peek()
    const found = token.kind === 'name' && !token.quoted && token.name.toLowerCase() === word
    if (found) this.next()
    return found
  }

  acceptSymbol(symbol: string): boolean {
    const found = this.atSymbol(symbol)
    if (found) this.next()
    return found
  }

  /** Takes a symbol that follows without a gap. */
  acceptAdjacent(symbol: string): boolean {
    return this.isAdjacent() && this.acceptSymbol(symbol)
  }

  expectKeyword(...words: readonly string[]): void {
    for (const word of words) if (!this.acceptKeyword(word)) throw new Refusal(`${word} is missing`)
  }

  expectSymbol(symbol: string): void {
    if (!this.acceptSymbol(symbol)) throw new Refusal(`${symbol} is missing`)
  }

  /** A name, bare or quoted; never a parameter, which could stand for any. */
  expectName(): string {
    const token = this.next()
    if (token.kind !== 'name') throw new Refusal('a name is missing')
    return token.name
  }

  /** The text of a literal of one kind. */
  expectValue(kind: 'string' | 'integer' | 'duration' | 'parameter'): string {
    const token = this.next()
    if (token.kind !== kind) throw new Refusal(`${kind === 'integer' ? 'an' : 'a'} ${kind} is missing`)
    return token.value
  }

  /** One or more, with commas between. */
  list<T>(one: () => T): T[] {
    const all = [one()]
    while (this.acceptSymbol(',')) all.push(one())
    return all
  }

  /** Whether the very next character is this one. */
  isBefore(character: string): boolean {
    return this.#text[this.#offset] === character
  }

  /** Whether a slash comes next, after white space at most. */
  isAtSlash(): boolean {
    return this.#text[skipSpace(this.#text, this.#offset)] === '/'
  }

  /**
   * A regular expression, if a slash comes next. Only white space may stand before it: to 1.x, a comment does not count
   * as a gap here.
   */
  acceptRegex(): Regex | undefined {
    if (!this.isAtSlash()) return undefined
    const scanned = scanRegex(this.#text, skipSpace(this.#text, this.#offset))
    if ('reason' in scanned) throw new Refusal(scanned.reason)
    this.#offset = scanned.end
    this.#next = undefined
    return { kind: 'regex', pattern: scanned.value }
  }

  /** Counts a measurement that is read or written. */
  countSource(): void {
    if (++this.#sources > MAX_SOURCES) throw new Refusal('there are too many measurements')
  }

  /** Reads something one level deeper. */
  deeper<T>(read: () => T): T {
    if (this.#depth === MAX_DEPTH) throw new Refusal('brackets stand too deep in each other')
    this.#depth++
    const found = read()
    this.#depth--
    return found
  }
}
