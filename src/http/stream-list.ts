import type { AuthorizationQuery } from '../authority/authorization-list.ts'
import type { AuthorizationList } from '../authority/authorizations.ts'
import type { DescribedAuthorization } from '../authority/records.ts'
import { json } from './answer.ts'
import type { RequestContext } from './context.ts'

/** The first page is small enough to be read at once; the others are large enough to make progress. */
const FIRST_PAGE = 100
const NEXT_PAGE = 1000

type Page = (query: AuthorizationQuery) => Promise<AuthorizationList>
type Wire = (rows: readonly DescribedAuthorization[]) => readonly unknown[]

/**
 * Answers with everything a query finds, holding no more than a page of it in memory. What fits one page is an ordinary
 * answer; the rest follows in chunks while the client takes them.
 */
export async function streamList(c: RequestContext, path: string, query: AuthorizationQuery, list: Page, wire: Wire) {
  const pageAt = nextPages(query, list)
  let page = await pageAt(FIRST_PAGE)
  const head = { links: { self: path }, ...(page.total !== undefined && { total: page.total }) }
  if (!page.more) return json(c, { ...head, authorizations: wire(page.rows) })

  const encoder = new TextEncoder()
  const opening = `${JSON.stringify(head).slice(0, -1)},"authorizations":[`
  let begun = false
  let separator = ''
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const rows = JSON.stringify(wire(page.rows)).slice(1, -1)
      const next = page.more ? await pageAt(NEXT_PAGE) : { rows: [], more: false }
      const done = next.rows.length === 0 && !next.more
      const text = rows === '' ? '' : separator + rows
      controller.enqueue(encoder.encode(`${begun ? '' : opening}${text}${done ? ']}' : ''}`))
      begun = true
      // Of a page nothing may be left, in the middle too.
      if (rows !== '') separator = ','
      page = next
      if (done) controller.close()
    },
  })
  return c.body(body, 200, { 'Content-Type': 'application/json; charset=utf-8' })
}

interface PageOfRows {
  readonly rows: readonly DescribedAuthorization[]
  readonly more: boolean
  readonly total?: number
}

/** Walks through a query's pages, each behind the last row of the one before, whatever it is sorted by. */
function nextPages(query: AuthorizationQuery, list: Page): (limit: number) => Promise<PageOfRows> {
  let { page, withTotal = false } = query

  return async limit => {
    const { authorizations: rows, more, total } = await list({ ...query, page: { ...page, limit }, withTotal })
    const { afterId, offset = 0, ...others } = page
    const after = rows.at(-1)
    page = after === undefined ? { ...page, offset: offset + limit } : { ...others, after }
    withTotal = false
    return { rows, more, ...(total !== undefined && { total }) }
  }
}
