import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** Shorter than a token of ours, so that none gets into the log by this way. */
const GOOD = /^[A-Za-z0-9._:/+=-]{1,64}$/

/**
 * The id under which a request is known to the client, the log and the upstream: the client's own if it is one, else a new
 * one, which takes the place of the client's from here on.
 */
export function takeRequestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id']
  const id = typeof given === 'string' && GOOD.test(given) ? given : randomUUID()
  headers['x-request-id'] = id
  return id
}
