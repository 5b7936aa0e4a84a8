import type { IncomingMessage } from 'node:http'
import { parseJsonObject } from '../../parse/json-object.ts'
import type { ReadBody } from '../whole-body.ts'

/** Where requests name a database or bucket, the likeliest first. */
const NAMES = ['db', 'bucket', 'bucketID'] as const

/**
 * The database or bucket that a request seems to name, as it is called there; empty if it names none. For people to read:
 * nothing is decided by it, and other readers may see another name in the same request.
 */
export function namedDatabase({ url = '' }: IncomingMessage, body: ReadBody | undefined): string {
  const query = /\?([^#]*)/.exec(url)?.[1] ?? ''
  return inForm(query) ?? (body === undefined || body.rest !== undefined ? undefined : inBody(body.bytes)) ?? ''
}

function inForm(text: string): string | undefined {
  const parameters = new URLSearchParams(text)
  return NAMES.map(name => parameters.get(name)).find(value => value !== null && value !== '') ?? undefined
}

function inBody(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  if (!text.trimStart().startsWith('{')) return inForm(text)
  const json = parseJsonObject(text)
  const value = 'undecidable' in json ? undefined : json.get('db')
  return typeof value === 'string' ? value : undefined
}
