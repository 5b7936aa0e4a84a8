import { isId } from '../domain/id.ts'
import type { FluxReader } from './flux-reader.ts'
import type { FluxToken } from './flux-tokens.ts'
import { refuse } from './undecidable.ts'

/** A bucket as a script names it; an id has 16 lower-case hexadecimal digits. */
export type FluxBucket = { readonly name: string } | { readonly id: string }

/** One bucket that is named: `key: "literal"`. */
export interface Source {
  readonly bucket: FluxBucket
  readonly key: FluxToken
  readonly literal: FluxToken
}

/**
 * `bucket: "…"` or `bucketID: "…"`, as a literal that all read alike.
 *
 * @throws AppError `invalid`, to be caught by `decided`
 */
export function readBucket(reader: FluxReader): Source {
  const key = reader.peek()
  reader.name()
  reader.expect(':')
  const literal = reader.next()
  const { kind, text } = literal
  const isPlain = kind === 'text' && text !== '' && !/[\\$\r\n]/.test(text)
  if (!isPlain) refuse('a bucket that is not a plain text')
  if (key.text === 'bucket') return { bucket: { name: text }, key, literal }
  if (key.text === 'bucketID' && isId(text)) return { bucket: { id: text.toLowerCase() }, key, literal }
  return refuse('a source that is not a bucket')
}
