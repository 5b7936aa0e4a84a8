import { type JsonObject, parseJsonObject } from './json-object.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

/** Names and values, decoded once. */
export type Parameters = ReadonlyMap<string, string>

export interface RequestTarget {
  readonly path: string
  readonly url: Parameters
}

/** A body as the route expects it. */
export interface ParameterBody {
  readonly kind: 'form' | 'json'
  /** The header as sent. */
  readonly contentType: string | undefined
  /** Whole, and decompressed. */
  readonly bytes: Uint8Array
}

export interface RequestParameters extends RequestTarget {
  readonly form?: Parameters
  readonly json?: JsonObject
}

/** Parameters that say whose data a request touches, or who asks. Source: upstream contract 3.4. */
export const SECURITY_PARAMETERS = [
  'db',
  'bucket',
  'bucketID',
  'org',
  'orgID',
  'q',
  'p',
  'u',
  'rp',
  'precision',
  'epoch',
  'token_name',
] as const

/** How many parameters are read: no path knows as many. */
export const MAX_PARAMETERS = 64

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/
const PATH = /^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/
const VISIBLE_ASCII = /^[\x21-\x7e]*$/
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

const CONTENT_TYPES: Readonly<Record<ParameterBody['kind'], RegExp>> = {
  form: /^application\/x-www-form-urlencoded(?:; ?charset=utf-8)?$/i,
  json: /^application\/json(?:; ?charset=utf-8)?$/i,
}

/** What readers that are lax about names might take for the same one. */
const folded = (name: string) => name.toLowerCase().replaceAll(/[_-]/g, '')
const SECURITY: ReadonlySet<string> = new Set(SECURITY_PARAMETERS)
const FOLDED_SECURITY = new Set(SECURITY_PARAMETERS.map(folded))

/**
 * Reads every parameter of a request to a data path: from the raw request target and, where the route has one, the body.
 *
 * What is found can be read in no other way: each name is there once, in one place, in its own spelling. Which names a
 * route knows is for the route to say. Never throws; linear in the input.
 *
 * Source: upstream contract 1 and 3.4 (rules 1, 2 and 6), architecture 6 step 1.
 */
export function parseParameters(target: string, body?: ParameterBody): RequestParameters | Undecidable {
  return decided(() => {
    const { path, url } = readTarget(target)
    if (body === undefined) return { path, url }
    checkContentType(body)
    if (body.kind === 'form') {
      const form = readPairs(formText(body.bytes))
      checkPlaces(url, form)
      return { path, url, form }
    }
    const json = readJson(body.bytes)
    checkPlaces(url, json)
    return { path, url, json }
  })
}

/** The same for a request whose body holds no parameters. */
export function parseTarget(target: string): RequestTarget | Undecidable {
  return decided(() => readTarget(target))
}

/** Says if a name was given that a path does not know; undefined if all are known. */
export function unknownParameter(
  given: ReadonlyMap<string, unknown>,
  known: readonly string[],
): Undecidable | undefined {
  for (const name of given.keys())
    if (!known.includes(name)) return { undecidable: 'a parameter is not known for this path' }
  return undefined
}

/** The same, inside `decided`. @throws AppError `invalid` */
export function requireKnown(given: ReadonlyMap<string, unknown>, known: readonly string[]): void {
  const unknown = unknownParameter(given, known)
  if (unknown !== undefined) refuse(unknown.undecidable)
}

function readTarget(target: string): RequestTarget {
  // Bytes beyond ASCII reach us one character each, and the upstream as what they mean together.
  if (!VISIBLE_ASCII.test(target)) refuse('the URL has characters that must be escaped')
  if (target.includes('#')) refuse('the URL has a fragment')
  const [path = '', query = '', ...rest] = target.split('?')
  if (rest.length > 0) refuse('the URL can be read in more than one way')
  if (!PATH.test(path)) refuse('the path is not in its canonical form')
  return { path, url: readPairs(query) }
}

/** Pairs of application/x-www-form-urlencoded; a name without `=` has an empty value. */
function readPairs(text: string): Parameters {
  const found = new Map<string, string>()
  if (text === '') return found
  // Taken for an ampersand by some, and for itself by others.
  if (text.includes(';')) refuse('parameters are separated in two ways')
  const names = new Set<string>()
  const parts = text.split('&', MAX_PARAMETERS + 1)
  if (parts.length > MAX_PARAMETERS) refuse('there are too many parameters')
  for (const part of parts) {
    const equals = part.indexOf('=')
    const name = decode(equals < 0 ? part : part.slice(0, equals))
    const value = decode(equals < 0 ? '' : part.slice(equals + 1))
    checkName(name)
    if (names.has(folded(name))) refuse('a parameter is given twice')
    names.add(folded(name))
    found.set(name, value)
  }
  return found
}

function decode(text: string): string {
  const decoded = unescaped(text.replaceAll('+', ' ')) ?? refuse('a parameter is badly escaped')
  return decoded.includes('\u0000') ? refuse('a parameter holds a zero byte') : decoded
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function checkName(name: string): void {
  if (!NAME.test(name)) refuse('the name of a parameter is not a plain word')
  if (FOLDED_SECURITY.has(folded(name)) && !SECURITY.has(name)) refuse('a parameter looks like another')
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Line ends and characters beyond ASCII may stand in a form as they are: all readers take them for themselves. */
function formText(bytes: Uint8Array): string {
  let text: string
  try {
    text = decoder.decode(bytes)
  } catch {
    return refuse('the body is not valid UTF-8')
  }
  return CONTROL.test(text) ? refuse('the body has control characters') : text
}

/** 3 Core looks at no content type and 1.x at nothing else, so that it has to be the one which both read alike. */
function checkContentType({ kind, contentType }: ParameterBody): void {
  if (contentType === undefined && kind === 'json') return
  if (contentType === undefined || !CONTENT_TYPES[kind].test(contentType)) {
    refuse(kind === 'form' ? 'the body must be application/x-www-form-urlencoded' : 'the body must be application/json')
  }
}

function readJson(bytes: Uint8Array): JsonObject {
  const json = parseJsonObject(bytes)
  if ('undecidable' in json) return refuse(json.undecidable)
  for (const [name, value] of json) {
    checkName(name)
    if (!SECURITY.has(name)) continue
    if (typeof value !== 'string' || value.includes('\u0000')) refuse('a parameter is not a plain text')
  }
  return json
}

function checkPlaces(url: Parameters, body: ReadonlyMap<string, unknown>): void {
  const names = new Set([...url.keys()].map(folded))
  if ([...body.keys()].some(name => names.has(folded(name)))) refuse('a parameter is in the URL and in the body')
}
