import { decided, refuse, type Undecidable } from './undecidable.ts'

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/** In the order of the text. A map, so that no key means anything to JavaScript. */
export type JsonObject = ReadonlyMap<string, JsonValue>

/** How deeply arrays and objects may lie within one another. */
export const MAX_DEPTH = 32
/** How many values there may be in all: while they are read, nobody else has a turn. */
export const MAX_VALUES = 20_000

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const WORD = /true|false|null/y
const WORDS: Readonly<Record<string, boolean | null>> = { true: true, false: false, null: null }

/**
 * Reads a JSON object that every reader takes for the same: RFC 8259 without what its section 4 leaves open.
 *
 * Refused: anything but one object, a key that comes twice or holds an escape, a key of the outermost object that differs
 * from another in case only (Go takes both for one), half a surrogate pair, a number that a double does not hold, more
 * than `MAX_DEPTH` levels or `MAX_VALUES` values, and bytes that are no UTF-8 or begin with a byte order mark. Linear in the
 * text.
 *
 * Source: upstream contract 1 (`\u0064b`, arrays, repeated `db`).
 */
export function parseJsonObject(body: Uint8Array | string): JsonObject | Undecidable {
  return decided(() => readObject(typeof body === 'string' ? body : decode(body)))
}

/**
 * The members of such an object, each as its text: numbers keep their spelling, which says to some readers whether they
 * are whole.
 */
export function textsOfMembers(body: Uint8Array | string): ReadonlyMap<string, string> | Undecidable {
  const texts = new Map<string, string>()
  return decided(() => {
    readObject(typeof body === 'string' ? body : decode(body), texts)
    return texts
  })
}

function decode(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    return refuse('the body is not valid UTF-8')
  }
}

function readObject(text: string, texts?: Map<string, string>): JsonObject {
  let at = 0
  let values = 0
  skipSpace()
  if (text[at] !== '{') refuse('the body is not a JSON object')
  const found = object(1)
  skipSpace()
  if (at < text.length) refuse('something follows the JSON object')
  const folded = new Set([...found.keys()].map(key => key.toLowerCase()))
  if (folded.size < found.size) refuse('two keys differ in case only')
  return found

  function skipSpace(): void {
    while (text[at] === ' ' || text[at] === '\n' || text[at] === '\r' || text[at] === '\t') at++
  }

  function skip(character: string): boolean {
    skipSpace()
    if (text[at] !== character) return false
    at++
    return true
  }

  function value(depth: number): JsonValue {
    if (depth > MAX_DEPTH) refuse(`the body is nested more than ${MAX_DEPTH} deep`)
    if (++values > MAX_VALUES) refuse(`the body has more than ${MAX_VALUES} values`)
    skipSpace()
    if (text[at] === '{') return object(depth)
    if (text[at] === '[') return array(depth)
    return text[at] === '"' ? string() : (number() ?? word())
  }

  function object(depth: number): JsonObject {
    const members = new Map<string, JsonValue>()
    at++
    if (skip('}')) return members
    do {
      const key = keyName()
      if (members.has(key)) refuse('a key is given twice')
      if (!skip(':')) refuse('the body is not valid JSON')
      skipSpace()
      const start = at
      members.set(key, value(depth + 1))
      if (depth === 1) texts?.set(key, text.slice(start, at))
    } while (skip(','))
    if (!skip('}')) refuse('the body is not valid JSON')
    return members
  }

  function array(depth: number): readonly JsonValue[] {
    const elements: JsonValue[] = []
    at++
    if (skip(']')) return elements
    do elements.push(value(depth + 1))
    while (skip(','))
    if (!skip(']')) refuse('the body is not valid JSON')
    return elements
  }

  function keyName(): string {
    skipSpace()
    if (text[at] !== '"') refuse('the body is not valid JSON')
    const start = at
    const key = string()
    if (text.slice(start, at).includes('\\')) refuse('a key is escaped')
    return key
  }

  function string(): string {
    const start = at++
    while (text[at] !== '"') {
      // Control characters, and the end of the text, whose code is not a number.
      if (!(text.charCodeAt(at) >= 0x20)) refuse('the body is not valid JSON')
      at += text[at] === '\\' ? 2 : 1
    }
    at++
    const found = unescaped(text.slice(start, at))
    return found.isWellFormed() ? found : refuse('half a surrogate pair')
  }

  function number(): number | undefined {
    NUMBER.lastIndex = at
    const written = NUMBER.exec(text)?.[0]
    if (written === undefined) return undefined
    at += written.length
    const found = Number(written)
    const isExact = Number.isInteger(found) ? Number.isSafeInteger(found) : Number.isFinite(found)
    return isExact ? found : refuse('a number is too large')
  }

  function word(): boolean | null {
    WORD.lastIndex = at
    const written = WORD.exec(text)?.[0] ?? refuse('the body is not valid JSON')
    at += written.length
    return WORDS[written]!
  }
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted)
  } catch {
    return refuse('the body is not valid JSON')
  }
}
