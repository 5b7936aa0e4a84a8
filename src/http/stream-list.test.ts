import type { IncomingMessage, ServerResponse } from 'node:http'
import * as fc from 'fast-check'
import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import { authorization } from '../../test/contract/samples.ts'
import type { AuthorizationQuery } from '../authority/authorization-list.ts'
import type { AuthorizationList } from '../authority/authorizations.ts'
import type { DescribedAuthorization } from '../authority/records.ts'
import type { Environment } from './context.ts'
import { streamList } from './stream-list.ts'

const rowOf = (number: number): DescribedAuthorization => ({
  ...authorization(number),
  orgName: 'plant',
  userName: 'ann',
  permissions: [],
})
const numberOf = (row: DescribedAuthorization) => Number(`0x${row.id}`)
const wire = (rows: readonly DescribedAuthorization[]) => rows.map(numberOf)

/** What a page of rows looks like to who may not read some of them, as the authority's lists do it. */
function listOver(all: readonly number[], readable: (number: number) => boolean) {
  const asked: AuthorizationQuery[] = []
  const list = async (query: AuthorizationQuery): Promise<AuthorizationList> => {
    asked.push(query)
    const { limit, offset = 0, afterId, after } = query.page
    const from = Number(`0x${after?.id ?? afterId ?? '0'}`)
    const page = all.filter(number => number > from).slice(offset, offset + limit)
    const authorizations = page.filter(readable).map(rowOf)
    const total = query.withTotal ? { total: all.filter(readable).length } : {}
    return { authorizations, more: page.length === limit, ...total }
  }
  return { list, asked }
}

/** The answer to a list of everything. */
async function answer(list: Parameters<typeof streamList>[3], query: Partial<AuthorizationQuery> = {}) {
  const app = new Hono<Environment>()
  const whole: AuthorizationQuery = { page: { limit: 1000 }, ...query }
  app.get('/', c => streamList(c, '/api/v2/authorizations', whole, list, wire))
  const env = { incoming: {} as IncomingMessage, outgoing: {} as ServerResponse }
  const response = await app.request('/', {}, env)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  return JSON.parse(await response.text())
}

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const links = { self: '/api/v2/authorizations' }

describe('a list of everything', () => {
  test.each([0, 1, 99, 100, 101, 1100, 1101, 3456])('of %i is answered whole', async count => {
    const { list } = listOver(upTo(count), () => true)
    expect(await answer(list)).toEqual({ links, authorizations: upTo(count) })
  })

  test('is read page by page, and no page twice', async () => {
    const { list, asked } = listOver(upTo(2500), () => true)
    await answer(list)
    expect(asked.map(({ page }) => page.limit)).toEqual([100, 1000, 1000, 1000])
  })

  test('has its total once, if it was asked for', async () => {
    const { list, asked } = listOver(upTo(1500), number => number % 2 === 0)
    const { total, authorizations } = await answer(list, { withTotal: true })
    expect(total).toBe(750)
    expect(authorizations).toHaveLength(750)
    expect(asked.map(({ withTotal }) => withTotal)).toEqual([true, false, false])
    expect(await answer(list)).not.toHaveProperty('total')
  })

  test.each([
    ['the first page', (number: number) => number > 100],
    ['a page in the middle', (number: number) => number <= 100 || number > 1100],
    ['several pages in the middle', (number: number) => number <= 100 || number > 3400],
    ['the last page', (number: number) => number <= 1100],
    ['every page', () => false],
    ['all but the last one of a page', (number: number) => number === 1100 || number === 2100],
  ])('is JSON still, though nothing of %s may be read', async (_, readable) => {
    const { list } = listOver(upTo(3500), readable)
    expect(await answer(list)).toEqual({ links, authorizations: upTo(3500).filter(readable) })
  })

  test('is complete and in order, whoever may read what', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat({ max: 1500 }), fc.boolean()), { maxLength: 5 }),
        fc.nat({ max: 50 }),
        async (stretches, offset) => {
          const readable = stretches.flatMap(([length, may]) => Array<boolean>(length).fill(may))
          const numbers = upTo(readable.length)
          const { list } = listOver(numbers, number => readable[number - 1] as boolean)
          const { authorizations } = await answer(list, { page: { limit: 1000, offset } })
          expect(authorizations).toEqual(numbers.slice(offset).filter(number => readable[number - 1]))
        },
      ),
      { numRuns: 25 },
    )
  })

  test('that fails on its first page is an error, not half an answer', async () => {
    const app = new Hono<Environment>()
    app.get('/', c => streamList(c, '/x', { page: { limit: 1000 } }, () => Promise.reject(new Error('no')), wire))
    app.onError((cause, c) => c.text(cause.message, 503))
    const response = await app.request('/', {}, {})
    expect([response.status, await response.text()]).toEqual([503, 'no'])
  })

  test('that fails later breaks off, so that nobody takes a part for the whole', async () => {
    const { list } = listOver(upTo(2500), () => true)
    let calls = 0
    const failing: typeof list = query => (++calls > 2 ? Promise.reject(new Error('gone')) : list(query))
    const app = new Hono<Environment>()
    app.get('/', c => streamList(c, '/x', { page: { limit: 1000 } }, failing, wire))
    await expect((await app.request('/', {}, {})).text()).rejects.toThrow('gone')
  })
})
