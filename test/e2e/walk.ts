import type { Client } from './described-server.ts'
import { ok } from './fixtures.ts'

const MOST = 10_000

/**
 * Reads a list page by page, as far as it goes.
 *
 * @param key under which the page holds its rows
 * @param by how the next page is asked for: by counting, or behind the last row
 * @returns the ids, in the order in which they came
 */
export async function walk(
  client: Client,
  path: string,
  key: string,
  limit: number,
  by: 'offset' | 'after',
): Promise<string[]> {
  const ids: string[] = []
  for (;;) {
    const last = ids.at(-1)
    const position = by === 'offset' ? `&offset=${ids.length}` : last === undefined ? '' : `&after=${last}`
    const page = ok(await client.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${position}`))[key]
    ids.push(...page.map(({ id }: { id: string }) => id))
    if (page.length > limit) throw new Error(`a page of ${page.length}, though ${limit} were asked for`)
    if (page.length < limit) return ids
    if (ids.length > MOST) throw new Error('the pages never end')
  }
}
