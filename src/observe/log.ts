import type { TokenDigest, TokenText } from '../domain/token.ts'
import { describeError, errorLine } from './error-entry.ts'
import { escapeControls, plainText } from './plain-text.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
/** `json`: one object a line. `text`: for terminals. */
export type LogFormat = 'json' | 'text'

export type LogValue = string | number | boolean | undefined | null | Error
/** What is known about an event, by name. Undefined values are left out. */
export type LogFields = Readonly<Record<string, LogValue>>

/** `never` for secrets, which are strings to the compiler and would pass for ordinary ones. */
type NotSecret<Value> = Value extends TokenText | TokenDigest ? never : Value
type NoSecrets<Fields> = { readonly [Name in keyof Fields]: NotSecret<Fields[Name]> }

/** Writes one entry. A secret in its fields, or as its message, does not compile. */
export type LogCall = <Message extends string, Fields extends LogFields>(
  message: Message & NotSecret<Message>,
  fields?: Fields & NoSecrets<Fields>,
) => void

export interface Logger {
  readonly debug: LogCall
  readonly info: LogCall
  readonly warn: LogCall
  readonly error: LogCall
  /** A logger that adds these fields to each entry; an entry's own field of the same name wins. */
  child<Fields extends LogFields>(fields: Fields & NoSecrets<Fields>): Logger
}

export interface LogOptions {
  /** Less serious entries are not written. At `debug`, errors come with their stack. Default `info`. */
  readonly level?: LogLevel
  readonly format?: LogFormat
  /** Takes one entry: one line with its line feed. Default: the standard error stream. */
  readonly write?: (line: string) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

/**
 * A logger whose every entry is one line: `time`, `level` and `message`, then the fields. Whatever is in the values, there
 * are no control characters in the line and no token of ours (a second net behind the types), and values are cut at 8,192
 * characters. Logging does not throw, not even if `write` does.
 */
export function createLogger(options: LogOptions = {}): Logger {
  const { level: least = 'info', format = 'json', now = Date.now } = options
  const { write = line => process.stderr.write(line) } = options
  const encode = format === 'json' ? jsonEntry : textEntry

  const timeText = timeTexts(now)
  const loggerWith = (own: LogFields): Logger => {
    const at =
      (level: LogLevel): LogCall =>
      (message, fields) => {
        if (RANK[level] < RANK[least]) return
        try {
          write(encode(timeText(), level, message, { ...own, ...fields }, least === 'debug'))
        } catch {
          // A full disk or a closed pipe must not fail a request, and there is no other place to say so.
        }
      }
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      child: fields => loggerWith({ ...own, ...(fields as LogFields) }),
    }
  }
  return loggerWith({})
}

/** The time as it is written; the same text serves all entries of a millisecond. */
function timeTexts(now: () => number): () => string {
  let lastMs = Number.NaN
  let text = ''
  return () => {
    const nowMs = now()
    if (nowMs === lastMs) return text
    text = new Date(nowMs).toISOString()
    lastMs = nowMs
    return text
  }
}

const FIXED: ReadonlySet<string> = new Set(['time', 'level', 'message'])

function* presentFields(fields: LogFields): Generator<[name: string, value: NonNullable<LogValue> | null]> {
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) yield [FIXED.has(name) ? `${name}_` : plainText(name), value]
  }
}

/** Texts that JSON writes as they are. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

function json(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value)) return `"${value}"`
  return escapeControls(JSON.stringify(value))
}

function jsonEntry(time: string, level: LogLevel, message: string, fields: LogFields, withStack: boolean): string {
  let line = `{"time":"${time}","level":"${level}","message":${json(plainText(message))}`
  for (const [name, value] of presentFields(fields)) line += `,${json(name)}:${json(jsonValue(value, withStack))}`
  return `${line}}\n`
}

function jsonValue(value: LogValue, withStack: boolean): unknown {
  if (value instanceof Error) return describeError(value, withStack)
  // JSON has no word for NaN and the infinities.
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return typeof value === 'string' ? plainText(value) : value
}

function textEntry(time: string, level: LogLevel, message: string, fields: LogFields, withStack: boolean): string {
  let line = `${time} ${level.toUpperCase().padEnd(5)} ${json(plainText(message)).slice(1, -1)}`
  for (const [name, value] of presentFields(fields)) {
    const text = value instanceof Error ? errorLine(describeError(value, withStack)) : plainText(String(value))
    line += ` ${word(name)}=${word(text)}`
  }
  return `${line}\n`
}

/** A text as it is if nobody could take it for something else, else in quotes. */
const word = (text: string) => (/^[\w.:/@+-]+$/.test(text) ? text : json(text))
