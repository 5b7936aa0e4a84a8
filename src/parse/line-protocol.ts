import { AppError } from '../domain/errors.ts'
import { measurementNames } from './measurement-names.ts'
import { refuse, type Undecidable } from './undecidable.ts'

/** Why a body cannot be decided, and in which line. */
export interface LineRefusal extends Undecidable {
  /** From 1; line feeds inside strings count. */
  readonly line: number
}

export interface LineProtocolReader {
  /**
   * Reads on.
   *
   * @returns the measurements that this chunk has and no earlier one had. A refusal is final: it is the answer to every
   * later call, and what the same chunk had before it is not reported.
   */
  push(chunk: Uint8Array): readonly string[] | LineRefusal
  /** To be called after the last chunk: nothing more, or the refusal of a body that ends in the middle of a point. */
  end(): LineRefusal | undefined
}

// Where in a line the reader stands.
const START = 0
const COMMENT = 1
const NAME = 2
const TAG_KEY = 3
const TAG_VALUE = 4
const BEFORE_FIELDS = 5
const FIELD_KEY = 6
const BEFORE_VALUE = 7
const VALUE = 8
const STRING = 9
const AFTER_STRING = 10
const AFTER_FIELDS = 11
const TIME_SIGN = 12
const TIME = 13
const AFTER_TIME = 14
/** Where a line may end. */
const CAN_END = [START, COMMENT, VALUE, AFTER_STRING, AFTER_FIELDS, TIME, AFTER_TIME]
const MAY_END = Array.from({ length: AFTER_TIME + 1 }, (_, state) => CAN_END.includes(state))

const TAB = 0x09
const LINE_FEED = 0x0a
const RETURN = 0x0d
const SPACE = 0x20
const QUOTE = 0x22
const HASH = 0x23
const COMMA = 0x2c
const MINUS = 0x2d
const EQUALS = 0x3d
const BACKSLASH = 0x5c
const DELETE = 0x7f

/** Bytes that mean nothing but themselves in keys, values and strings: most of a body. */
const ORDINARY = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > SPACE && ![QUOTE, COMMA, EQUALS, BACKSLASH, DELETE].includes(byte) ? 1 : 0,
)
/** Where they may follow one another without a change of state. */
const WORDS = [TAG_KEY, TAG_VALUE, FIELD_KEY]
const IS_WORD = Array.from({ length: AFTER_TIME + 1 }, (_, state) => WORDS.includes(state))

const isDigit = (byte: number) => byte >= 0x30 && byte <= 0x39

/**
 * Reads the names of measurements from a body of line protocol that comes in chunks, decompressed.
 *
 * Nothing of the body is kept but the names. Lines must be such that the readers of 1.x, 2.x (Go) and 3.x (Rust) find the
 * same points in them. They split lines by counting `=` and `,`, and escapes reach over line ends there, also in comments;
 * so refused are quotes and backslashes in comments, quotes anywhere but around a field's value, a tag without a value,
 * several backslashes before a character that they might escape, a backslash in a name before anything but a comma or a
 * space, and control characters outside strings. Whether values and times are valid is not looked at.
 *
 * Source: upstream contract 3.1; the readers of 1.x to 3.x.
 */
export function lineProtocolReader(): LineProtocolReader {
  let state = START
  let line = 1
  let refusal: LineRefusal | undefined
  /** A carriage return was read, so that a line feed must follow. */
  let afterReturn = false
  /** Backslashes in a row, just before here. */
  let backslashes = 0
  /** Whether the word that is read has begun. */
  let inWord = false
  const names = measurementNames()

  /** Goes past ordinary bytes, with the effect that taking each of them would have. */
  function skipOrdinary(chunk: Uint8Array, start: number): number {
    const isWord = IS_WORD[state]
    if (!isWord && (afterReturn || (state !== VALUE && (state !== STRING || backslashes > 0)))) return start
    let at = start
    while (at < chunk.length && ORDINARY[chunk[at]!] === 1) at++
    if (isWord && at > start) {
      inWord = true
      backslashes = 0
    }
    return at
  }

  function take(byte: number): void {
    if (afterReturn && byte !== LINE_FEED) refuse('a carriage return without a line feed')
    if (state === STRING) inString(byte)
    else if (byte === LINE_FEED || byte === RETURN) endLine(byte)
    else if (byte === DELETE || (byte < SPACE && !(byte === TAB && state === COMMENT))) {
      refuse('a control character outside a string')
    } else if (state <= TAG_VALUE) series(byte)
    else if (state <= VALUE) fields(byte)
    else afterFields(byte)
    if (byte === LINE_FEED) line++
  }

  function endLine(byte: number): void {
    if (!MAY_END[state]) refuse('the line ends in the middle of a point')
    afterReturn = byte === RETURN
    if (byte === LINE_FEED) state = START
  }

  function series(byte: number): void {
    if (state === START) {
      if (byte === SPACE) return
      state = byte === HASH ? COMMENT : NAME
      if (byte === COMMA) refuse('a point without a measurement')
    }
    if (state === COMMENT) {
      if (byte === QUOTE || byte === BACKSLASH) refuse('a comment that might not end with its line')
    } else if (state === NAME) inName(byte)
    else if (state === TAG_KEY) {
      if (!isOfWord(byte)) next(byte === EQUALS ? TAG_VALUE : undefined)
    } else if (!isOfWord(byte)) next(byte === COMMA ? TAG_KEY : byte === SPACE ? BEFORE_FIELDS : undefined)
  }

  function inName(byte: number): void {
    if (backslashes > 0) {
      if (byte !== COMMA && byte !== SPACE) refuse('a backslash in the name of a measurement')
      backslashes = 0
    } else if (byte === BACKSLASH) backslashes = 1
    else if (byte === COMMA || byte === SPACE) {
      names.finish()
      state = byte === COMMA ? TAG_KEY : BEFORE_FIELDS
      return
    } else if (byte === QUOTE) refuse('a quote that is not around the value of a field')
    names.add(byte)
  }

  /** Whether a byte belongs to the key or tag value that is read; else it is one of those that end it. */
  function isOfWord(byte: number): boolean {
    if (byte === QUOTE) refuse('a quote that is not around the value of a field')
    if (byte === BACKSLASH) backslashes++
    else {
      const isSpecial = byte === COMMA || byte === EQUALS || byte === SPACE
      if (isSpecial && backslashes > 1) refuse('several backslashes before a character that may be escaped')
      if (isSpecial && backslashes === 0) return false
      backslashes = 0
    }
    inWord = true
    return true
  }

  function next(following: number | undefined): void {
    if (following === undefined || !inWord) refuse('a key or a value is missing')
    inWord = false
    state = following
  }

  function fields(byte: number): void {
    if (state === BEFORE_FIELDS) {
      if (byte === SPACE) return
      state = FIELD_KEY
    }
    if (state === FIELD_KEY) {
      if (!isOfWord(byte)) next(byte === EQUALS ? BEFORE_VALUE : undefined)
    } else if (state === BEFORE_VALUE && byte === QUOTE) state = STRING
    else if (byte === QUOTE || byte === BACKSLASH || byte === EQUALS)
      refuse('the value of a field has a special character')
    else if (byte === COMMA || byte === SPACE) {
      if (state === BEFORE_VALUE) refuse('a key or a value is missing')
      state = byte === COMMA ? FIELD_KEY : AFTER_FIELDS
    } else state = VALUE
  }

  function inString(byte: number): void {
    if (backslashes > 0) backslashes = 0
    else if (byte === BACKSLASH) backslashes = 1
    else if (byte === QUOTE) state = AFTER_STRING
  }

  function afterFields(byte: number): void {
    if (state === AFTER_STRING && byte === COMMA) state = FIELD_KEY
    else if (byte === SPACE && state !== TIME_SIGN) state = state >= TIME ? AFTER_TIME : AFTER_FIELDS
    else if (byte === MINUS && state === AFTER_FIELDS) state = TIME_SIGN
    else if (isDigit(byte) && state !== AFTER_STRING && state !== AFTER_TIME) state = TIME
    else refuse('something else than a time follows the fields')
  }

  function guarded<Answer>(work: () => Answer): Answer | LineRefusal {
    if (refusal) return refusal
    try {
      return work()
    } catch (cause) {
      if (!(cause instanceof AppError)) throw cause
      refusal = { undecidable: cause.message, line }
      return refusal
    }
  }

  return {
    push: chunk =>
      guarded(() => {
        for (let at = skipOrdinary(chunk, 0); at < chunk.length; at = skipOrdinary(chunk, at + 1)) take(chunk[at]!)
        return names.takeNew()
      }),
    end: () =>
      guarded(() => {
        if (afterReturn || !MAY_END[state]) refuse('the body ends in the middle of a point')
        return undefined
      }),
  }
}
