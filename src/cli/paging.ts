/** What is asked of a server: at most so many, after so many. */
export interface Page {
  readonly limit?: number
  readonly offset?: number
}

export type FetchPage<T> = (page: Page) => Promise<readonly T[]>

export interface PageOptions {
  /** 0 leaves it to the server. */
  readonly pageSize: number
  /** Ends after so many records; 0 never does. */
  readonly most?: number
  readonly offset?: number
}

/** How many users and organizations servers send that are asked for no number. Source: wire contract 1.9. */
const USUAL_PAGE = 20
/** How many they send at most. */
const LARGEST_PAGE = 100

interface Identified {
  readonly id: string
}

/**
 * Records page by page, until one is not full.
 *
 * A page that brings nothing new ends it too: a server that ignores the parameters would otherwise be asked forever.
 * No record comes twice. Source: CLI contract 3.5.
 */
export async function fetchPages<T extends Identified>(
  fetchPage: FetchPage<T>,
  { pageSize, most = 0, offset = 0 }: PageOptions,
  known: readonly T[] = [],
): Promise<T[]> {
  const seen = new Set(known.map(({ id }) => id))
  const found: T[] = []
  const wanted = most > 0 ? most : Number.POSITIVE_INFINITY
  for (let at = offset; found.length < wanted; ) {
    const limit = pageSize > 0 ? Math.min(pageSize, wanted - found.length) : undefined
    const page = await fetchPage({ ...(limit !== undefined && { limit }), ...(at > 0 && { offset: at }) })
    const fresh = page.filter(({ id }) => !seen.has(id)).slice(0, wanted - found.length)
    for (const record of fresh) {
      seen.add(record.id)
      found.push(record)
    }
    if (fresh.length === 0 || page.length < (limit ?? 1)) break
    at += page.length
  }
  return found
}

/**
 * A whole list, however many pages the server makes of it. The first request is that of clients which know no pages; only
 * where its answer may have been cut are there others.
 */
export async function fetchWhole<T extends Identified>(fetchPage: FetchPage<T>): Promise<readonly T[]> {
  const first = await fetchPage({})
  if (first.length < USUAL_PAGE) return first
  return [...first, ...(await fetchPages(fetchPage, { pageSize: LARGEST_PAGE, offset: first.length }, first))]
}
