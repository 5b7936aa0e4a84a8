import { parseJsonObject, textsOfMembers } from './json-object.ts'
import { type ParameterBody, parseParameters, type RequestParameters, requireKnown } from './parameters.ts'
import { decided, refuse, type Undecidable } from './undecidable.ts'

/** How the answer of `/query` is wanted. Absent where the request says nothing. */
export const ANSWER_OPTIONS = ['epoch', 'chunked', 'chunk_size', 'pretty', 'params'] as const
export type AnswerOption = (typeof ANSWER_OPTIONS)[number]

/** A request to `/query`. */
export interface V1Query {
  readonly text: string
  readonly database: string | undefined
  readonly retentionPolicy: string | undefined
  /** As they were sent; `params` is the text of a JSON object. */
  readonly options: Readonly<Partial<Record<AnswerOption, string>>>
}

/** A request to `/api/v3/query_sql` or `/api/v3/query_influxql`. */
export interface V3Query {
  readonly text: string
  readonly database: string | undefined
  readonly format: string | undefined
  /** The text of a JSON object, its numbers as they were spelt. */
  readonly params: string | undefined
}

/** The client for Ruby says `precision`, which no generation looks at here. */
const V1_NAMES: readonly string[] = ['q', 'db', 'rp', 'precision', ...ANSWER_OPTIONS]
const CREDENTIALS: readonly string[] = ['u', 'p']
/** Chronograf says `epoch`, which 3 does not look at here. */
const V3_NAMES: readonly string[] = ['db', 'q', 'format', 'params', 'epoch']

/**
 * Reads a request to `/query`, whose parameters are in the URL or in a form, each once; credentials are in the URL only.
 * Empty ones count as absent. A query that is missing is told in the words of 2.x. Source: wire contract 6.6, upstream contract 2.4 and 3.4.
 */
export function parseV1Query(target: string, body: ParameterBody | undefined): V1Query | Undecidable {
  return decided(() => {
    const { url, form = new Map<string, string>() } = read(target, body)
    requireKnown(url, [...V1_NAMES, ...CREDENTIALS])
    requireKnown(form, V1_NAMES)
    const get = (name: string) => url.get(name) || form.get(name) || undefined
    const options: Partial<Record<AnswerOption, string>> = {}
    for (const name of ANSWER_OPTIONS) {
      const value = get(name)
      const option = name === 'params' ? paramsOf(value) : value
      if (option !== undefined) options[name] = option
    }
    return {
      text: get('q') ?? refuse(body === undefined ? 'mime: no media type' : 'missing required parameter "q"'),
      database: asName(get('db')),
      retentionPolicy: asName(get('rp')),
      options,
    }
  })
}

/**
 * Reads a query of version 3: by GET from the URL, else from a JSON object alone, because then 3 Core does not look at
 * the URL. Source: upstream contract 1 and 2.3.
 */
export function parseV3Query(target: string, body: ParameterBody | undefined): V3Query | Undecidable {
  return decided(() => {
    const { url, json } = read(target, body)
    requireKnown(url, body === undefined ? V3_NAMES : [])
    requireKnown(json ?? new Map(), V3_NAMES)
    const given = body === undefined ? url : textMembers(body.bytes)
    const get = (name: string) => given.get(name) || undefined
    return {
      text: get('q') ?? refuse('q is missing'),
      database: asName(get('db')),
      format: get('format'),
      params: paramsOf(get('params')),
    }
  })
}

function read(target: string, body: ParameterBody | undefined): RequestParameters {
  const parameters = parseParameters(target, body)
  return 'undecidable' in parameters ? refuse(parameters.undecidable) : parameters
}

/** The text of a JSON object; null counts as absent, which the client of 1.x for Go sends where there are none. */
function paramsOf(text: string | undefined): string | undefined {
  if (text === undefined || text === 'null') return undefined
  const object = parseJsonObject(text)
  return 'undecidable' in object ? refuse('params is not a JSON object that all read alike') : text
}

/** No text could say a name with a line end of old in it. */
function asName(name: string | undefined): string | undefined {
  return name?.includes('\r') ? refuse('a name has a character that no name has') : name
}

/** Members that are texts, and the text of `params`; null counts as absent. */
function textMembers(bytes: Uint8Array): ReadonlyMap<string, string> {
  const texts = textsOfMembers(bytes)
  if ('undecidable' in texts) return refuse(texts.undecidable)
  const found = new Map<string, string>()
  for (const [name, text] of texts) {
    if (text === 'null') continue
    const value = name === 'params' ? text : JSON.parse(text)
    if (typeof value !== 'string') refuse('a parameter is not a plain text')
    found.set(name, value)
  }
  return found
}
