// Sends a family of the corpus, several cases at once.
import type { Agent } from 'node:http'
import type { Plant } from '../gateway/plant.ts'
import type { Case } from './case.ts'
import { readFamily } from './corpus.ts'
import { type Meanings, type Sent, sendCase } from './send.ts'

export const AT_ONCE = 16

/** Whose tokens and names the cases are sent with, and where to. */
export interface Receiver {
  readonly plant: Plant
  readonly agent: Agent
  /** The plant's own unless given. */
  readonly port?: number
  /** Says a case in other words. */
  readonly reworded?: (one: Case) => Case
}

/** Sends those of a family that are wanted, and tells of each as soon as it is answered. */
export async function sendFamily(
  family: string,
  { plant: { tokens, orgID, buckets, server }, agent, port = server.port, reworded = one => one }: Receiver,
  tell: (one: Case, id: string, sent: Sent) => void,
  isWanted: (one: Case) => boolean = () => true,
): Promise<void> {
  const cases = readFamily(family).flatMap((one, at) => (isWanted(one) ? [{ one, id: `${family}-${at}` }] : []))
  const meanings = (id: string): Meanings => ({
    writer: tokens.writer,
    reader: tokens.reader,
    org: orgID,
    raw: buckets.raw,
    secret: buckets.secret,
    id,
    port: String(port),
  })
  const lane = async () => {
    for (let next = cases.pop(); next !== undefined; next = cases.pop()) {
      tell(next.one, next.id, await sendCase(reworded(next.one), port, agent, meanings(next.id)))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

/** How often each status was answered, so that one sees it if they are refused for another reason than theirs. */
export function tally(told: readonly { readonly sent: Sent }[]): string {
  const counts = new Map<number, number>()
  for (const { sent } of told) counts.set(sent.status, (counts.get(sent.status) ?? 0) + 1)
  const sorted = [...counts].sort(([one], [other]) => one - other)
  return sorted.map(([status, count]) => `${count} × ${status || 'closed'}`).join(', ')
}
