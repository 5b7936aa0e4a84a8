import { resolve } from 'node:path'
import { type Listen, parseAddressBlocks, parseListen } from './address.ts'
import { quote } from './mistake.ts'
import type { Parsed } from './parsed.ts'
import { suggest } from './suggestion.ts'

/** How a value is written in the file. Everywhere else it is text. */
export type TomlType = 'a string' | 'an integer' | 'true or false' | 'an array of strings'

/**
 * One sort of value. `parse` reads the text that stands in a flag or a variable, and what `tomlText` makes of a value in the
 * file, so that a value means the same wherever it stands. Pure, never throws; a refusal continues the sentence that
 * begins with the setting's key.
 */
export interface Kind<T> {
  /** What a value looks like, for help: `FILE`, `HOST:PORT`. */
  readonly form: string
  readonly tomlType: TomlType
  /** @param baseDir absolute; relative paths start there */
  parse(text: string, baseDir: string): Parsed<T>
}

const CONTROL = /[\x00-\x1f\x7f]/

export const listen: Kind<Listen> = { form: 'HOST:PORT', tomlType: 'a string', parse: parseListen }

export const addressBlocks: Kind<readonly string[]> = {
  form: 'IP|CIDR,…',
  tomlType: 'an array of strings',
  parse: parseAddressBlocks,
}

/** Text for people, such as a name. */
export const name: Kind<string> = {
  form: 'NAME',
  tomlType: 'a string',
  parse: text => (CONTROL.test(text) ? { refused: 'contains a control character' } : { value: text }),
}

/** A path, made absolute. Nothing is looked up on disk. */
export const path = (form: 'FILE' | 'DIR'): Kind<string> => ({
  form,
  tomlType: 'a string',
  parse(text, baseDir) {
    if (CONTROL.test(text)) return { refused: 'contains a control character' }
    if (/^~(\/|$)/.test(text)) return { refused: 'begins with ~, which only a shell understands; write the whole path' }
    return { value: resolve(baseDir, text) }
  },
})

export const yesNo: Kind<boolean> = {
  form: 'true|false',
  tomlType: 'true or false',
  parse: text =>
    text === 'true' || text === 'false'
      ? { value: text === 'true' }
      : { refused: `must be true or false, not ${quote(text)}` },
}

export const oneOf = <const T extends string>(choices: readonly T[]): Kind<T> => ({
  form: choices.join('|'),
  tomlType: 'a string',
  parse(text) {
    const value = choices.find(choice => choice === text)
    if (value !== undefined) return { value }
    const nearest = suggest(text, choices)
    const hint = nearest === undefined ? '' : `; did you mean ${nearest}?`
    return { refused: `must be one of ${choices.join(', ')}, not ${quote(text)}${hint}` }
  },
})

/** A whole number from `min` to `max`, both included. */
export const wholeNumber = (min: number, max: number): Kind<number> => ({
  form: 'NUMBER',
  tomlType: 'an integer',
  parse(text) {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= min && value <= max) return { value }
    return { refused: `must be a whole number from ${min} to ${max}, not ${quote(text)}` }
  },
})

/** What is left of an address when it has neither path nor query: plain data, since a `URL` cannot be frozen. */
export interface PublicUrl {
  /** As browsers send it in `Origin`: `https://tokens.example.org`, without default port and final slash. */
  readonly origin: string
  readonly protocol: 'http:' | 'https:'
  /** With the port, unless it is the default one. */
  readonly host: string
}

export const publicUrl: Kind<PublicUrl> = {
  form: 'URL',
  tomlType: 'a string',
  parse(text) {
    // Not echoed: an address with a password in it is one of the things refused here.
    const refused = 'must be http://HOST or https://HOST, with a port if need be, and without path, query or user name'
    // The parser alone would accept backslashes, tabs, missing slashes and an empty query.
    if (!/^https?:\/\/[^\s\\/?#@]+\/?$/i.test(text) || !URL.canParse(text)) return { refused }
    const { origin, protocol, host } = new URL(text)
    return { value: { origin, protocol: protocol as PublicUrl['protocol'], host } }
  },
}
