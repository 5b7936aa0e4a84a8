import { isId } from '../domain/id.ts'
import type { Parameters } from './parameters.ts'
import { refuse } from './undecidable.ts'

/**
 * The org that a request of 2.x names: by `org`, an id or a name, or by `orgID`. What is wrong is told in the words of 2.x.
 *
 * @param own that is meant where none is named; undefined if one must be
 * @throws AppError `invalid`, to be caught by `decided`. Source: wire contract 6.1.
 */
export function orgParameter(url: Parameters, own?: string): string {
  const [name, id] = [url.get('org') || undefined, url.get('orgID') || undefined]
  if (name !== undefined && id !== undefined) refuse('org and orgID are both given')
  if (id !== undefined && Buffer.byteLength(id) !== 16) refuse('id must have a length of 16 bytes')
  if (id !== undefined && !isId(id)) refuse('invalid ID')
  return id ?? name ?? own ?? refuse('Please provide either orgID or org')
}
