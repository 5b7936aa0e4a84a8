import type { Undecidable } from '../../parse/undecidable.ts'

/** How a body is packed. */
export type Coding = 'gzip' | 'identity'

const CODINGS: Readonly<Record<string, Coding>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
}

/**
 * Reads the header `Content-Encoding` of a write.
 *
 * InfluxDB unpacks what its version knows and takes the rest for plain text, so that one server's lines are another's
 * noise. Only what every generation reads alike is taken. Source: wire contract 6.2.
 */
export function codingOf(header: string | undefined): Coding | Undecidable {
  const name = (header ?? '').toLowerCase()
  const coding = Object.hasOwn(CODINGS, name) ? CODINGS[name] : undefined
  return coding ?? { undecidable: 'a body comes as it is, or packed by gzip once' }
}
