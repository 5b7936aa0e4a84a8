// Lists in pages, from servers that cut them in every way.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FetchPage, fetchPages, fetchWhole, type Page } from './paging.ts'

interface One {
  readonly id: string
}
const records = (count: number, from = 0): One[] =>
  Array.from({ length: count }, (_, at) => ({ id: String(from + at) }))

/** A server, and what it was asked. */
function server(all: readonly One[], { usual = 20, largest = 100 } = {}): { fetch: FetchPage<One>; asked: Page[] } {
  const asked: Page[] = []
  const fetch = async (page: Page) => {
    asked.push(page)
    const { limit = usual, offset = 0 } = page
    return all.slice(offset, offset + Math.min(limit, largest))
  }
  return { fetch, asked }
}

describe('pages', () => {
  test('are asked for until one is not full', async () => {
    const { fetch, asked } = server(records(45))
    expect(await fetchPages(fetch, { pageSize: 20 })).toEqual(records(45))
    expect(asked).toEqual([{ limit: 20 }, { limit: 20, offset: 20 }, { limit: 20, offset: 40 }])
  })

  test('that end where the list does take one more request, which is empty', async () => {
    const { fetch, asked } = server(records(40))
    expect(await fetchPages(fetch, { pageSize: 20 })).toEqual(records(40))
    expect(asked).toHaveLength(3)
  })

  test('end with as many records as are wanted, and the last is asked for short', async () => {
    const { fetch, asked } = server(records(100))
    expect(await fetchPages(fetch, { pageSize: 20, most: 25, offset: 3 })).toEqual(records(25, 3))
    expect(asked).toEqual([
      { limit: 20, offset: 3 },
      { limit: 5, offset: 23 },
    ])
    expect(await fetchPages(server(records(100)).fetch, { pageSize: 20, most: 5 })).toEqual(records(5))
  })

  test('of no size of their own are the server’s, and end with an empty one', async () => {
    const { fetch, asked } = server(records(50))
    expect(await fetchPages(fetch, { pageSize: 0 })).toEqual(records(50))
    expect(asked).toEqual([{}, { offset: 20 }, { offset: 40 }, { offset: 50 }])
    expect(await fetchPages(server(records(50)).fetch, { pageSize: 0, most: 30 })).toEqual(records(30))
  })

  test('of a server that ignores what is asked end at once, with everything once', async () => {
    let requests = 0
    const deaf = async () => {
      requests++
      return records(50)
    }
    for (const pageSize of [0, 20, 50, 100]) {
      requests = 0
      expect(await fetchPages(deaf, { pageSize })).toEqual(records(50))
      expect(requests).toBeLessThanOrEqual(2)
    }
    expect(await fetchPages(deaf, { pageSize: 20, most: 7 })).toEqual(records(7))
  })

  test('that overlap, because somebody deletes meanwhile, give no record twice', async () => {
    const pages = [records(3), records(3, 2), records(1, 5)]
    expect(await fetchPages(async () => pages.shift() ?? [], { pageSize: 3 })).toEqual(records(6))
  })

  test('give the whole list, whatever its length and theirs', async () => {
    const size = fc.integer({ min: 0, max: 100 })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 300 }),
        size,
        size,
        fc.integer({ min: 0, max: 150 }),
        async (...given) => {
          const [count, pageSize, offset, most] = given
          const wanted = records(count).slice(offset, most > 0 ? offset + most : undefined)
          expect(await fetchPages(server(records(count)).fetch, { pageSize, offset, most })).toEqual(wanted)
        },
      ),
    )
  })
})

describe('a whole list', () => {
  test('takes one request, without paging, where it fits into one page', async () => {
    for (const count of [0, 1, 19]) {
      const { fetch, asked } = server(records(count))
      expect(await fetchWhole(fetch)).toEqual(records(count))
      expect(asked).toEqual([{}])
    }
  })

  test('takes large pages where it may have been cut', async () => {
    const { fetch, asked } = server(records(250))
    expect(await fetchWhole(fetch)).toEqual(records(250))
    expect(asked).toEqual([{}, ...[20, 120, 220].map(offset => ({ limit: 100, offset }))])
  })

  test('is complete and ends where a server knows no pages', async () => {
    let requests = 0
    const all = async () => {
      requests++
      return records(500)
    }
    expect(await fetchWhole(all)).toEqual(records(500))
    expect(requests).toBe(2)
  })
})
