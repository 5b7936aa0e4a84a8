import { describe, expect, test } from 'vitest'
import { DEFAULT_STATE, listQuery, narrowed, parseListState, printListState, SORTS } from './list-state.ts'

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
