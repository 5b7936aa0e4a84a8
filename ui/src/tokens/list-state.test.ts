import { describe, expect, test } from 'vitest'
import {
  DEFAULT_STATE,
  listQuery,
  narrowed,
  pagerItems,
  parseListState,
  printListState,
  rangeWords,
  SORTS,
  searchedId,
} from './list-state.ts'

describe('list state in the address', () => {
  test('the default is an empty query', () => {
    expect(printListState(DEFAULT_STATE)).toBe('')
    expect(parseListState('')).toEqual(DEFAULT_STATE)
  })

  test.each(SORTS)('comes back as it was written ($label)', ({ key, direction }) => {
    const state = {
      searchTerm: 'a&b=ä 😀',
      sort: { key, direction },
      status: 'inactive',
      page: 7,
      pageSize: 50,
    } as const
    expect(parseListState(printListState(state))).toEqual(state)
  })

  test.each([
    'page=0',
    'page=-1',
    'page=1e3',
    'page=99999999999',
    'sortKey=name',
    'sortKey=status&sortDirection=up',
    'status=gone',
    'pageSize=7',
    'x=y',
  ])('unknown values are ignored: %s', query => expect(parseListState(query)).toEqual(DEFAULT_STATE))

  test('another search begins on the first page', () => {
    expect(narrowed({ ...DEFAULT_STATE, page: 4 }, { searchTerm: 'x' })).toMatchObject({ page: 1, searchTerm: 'x' })
  })
})

test('the server is asked for one page and the count', () => {
  const state = { ...DEFAULT_STATE, searchTerm: '  raw', status: 'active', page: 3, pageSize: 25 } as const
  expect(listQuery(state, 'org')).toEqual({
    orgID: 'org',
    limit: 25,
    offset: 50,
    sortBy: 'description',
    descending: false,
    total: true,
    status: 'active',
    search: 'raw',
  })
})

test('an id is recognised', () => {
  expect(searchedId({ searchTerm: ' 0D1A2B3C4D5E6000 ' })).toBe('0d1a2b3c4d5e6000')
  expect(searchedId({ searchTerm: '0d1a' })).toBeUndefined()
})

test.each([
  [DEFAULT_STATE, 1, 1, '1 token'],
  [DEFAULT_STATE, 7, 7, '7 tokens'],
  [{ ...DEFAULT_STATE, page: 2 }, 27, 10, '11–20 of 27 tokens'],
  [{ ...DEFAULT_STATE, searchTerm: 'a' }, 1, 1, '1 token matches'],
  [{ ...DEFAULT_STATE, searchTerm: 'a' }, 27, 10, '1–10 of 27 tokens that match'],
])('count and range in words %#', (state, total, shown, words) => {
  expect(rangeWords(state, total, shown)).toBe(words)
})

test.each([
  [1, 1, [1]],
  [1, 3, [1, 2, 3]],
  [5, 9, [1, 'gap', 4, 5, 6, 'gap', 9]],
  [4, 7, [1, 2, 3, 4, 5, 6, 7]],
  [1000, 1000, [1, 'gap', 999, 1000]],
])('the pager on page %i of %i', (page, pages, items) => expect(pagerItems(page, pages)).toEqual(items))
