import type { ServerResponse } from 'node:http'
import type { Catalogue } from '../authority/catalogue.ts'
import type { Caller } from '../authority/verifier.ts'
import { mayUse } from './place.ts'

/** The answer of a query path that is not the upstream's, in the form of those paths. */
export function sendJson(outgoing: ServerResponse, status: number, answer: unknown): void {
  const body = `${JSON.stringify(answer)}\n`
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  outgoing.end(body)
}

export function sendError(outgoing: ServerResponse, status: number, error: string): void {
  sendJson(outgoing, status, { error })
}

/** What `SHOW DATABASES` shows a caller: the names under which his org knows the buckets that he may read, each once. */
export async function databasesOf(catalogue: Catalogue, caller: Caller): Promise<string[]> {
  if (caller.orgId === undefined) return []
  const mapped = await catalogue.listMapped(caller.orgId)
  const readable = mapped.filter(({ bucket }) => mayUse(caller, 'read', bucket))
  return [...new Set(readable.map(({ database }) => database))].sort()
}
