import type { Status } from './authorization.ts'

export type SortKey = 'description' | 'status' | 'createdAt'
export type SortDirection = 'asc' | 'desc'

export interface Sort {
  readonly key: SortKey
  readonly direction: SortDirection
}

/** What of the list is looked at. It lives in the address, so that it can be bookmarked and shared. */
export interface ListState {
  readonly searchTerm: string
  readonly sort: Sort
  readonly status: Status | 'all'
  /** The first is 1. */
  readonly page: number
  readonly pageSize: number
}

export const PAGE_SIZES: readonly number[] = [10, 25, 50, 100]

/** In the order in which they are offered. The first is the default. Page contract 5. */
export const SORTS: readonly (Sort & { readonly label: string })[] = [
  { key: 'description', direction: 'asc', label: 'Description (A → Z)' },
  { key: 'description', direction: 'desc', label: 'Description (Z → A)' },
  { key: 'status', direction: 'asc', label: 'Status (active first)' },
  { key: 'status', direction: 'desc', label: 'Status (inactive first)' },
  { key: 'createdAt', direction: 'asc', label: 'Created (oldest first)' },
  { key: 'createdAt', direction: 'desc', label: 'Created (newest first)' },
]

export const DEFAULT_STATE: ListState = {
  searchTerm: '',
  sort: { key: 'description', direction: 'asc' },
  status: 'all',
  page: 1,
  pageSize: 10,
}

const STATUSES: readonly ListState['status'][] = ['all', 'active', 'inactive']

export const sortLabel = ({ key, direction }: Sort): string =>
  SORTS.find(sort => sort.key === key && sort.direction === direction)?.label ?? ''

/** Reads a query string. What it does not know is as if it were not there. */
export function parseListState(query: string): ListState {
  const given = new URLSearchParams(query)
  const key = given.get('sortKey') ?? DEFAULT_STATE.sort.key
  const direction = given.get('sortDirection') ?? DEFAULT_STATE.sort.direction
  const page = Number(/^[1-9]\d{0,6}$/.exec(given.get('page') ?? '')?.[0] ?? DEFAULT_STATE.page)
  const pageSize = Number(given.get('pageSize'))
  const sort = SORTS.find(known => known.key === key && known.direction === direction) ?? DEFAULT_STATE.sort
  return {
    searchTerm: given.get('searchTerm') ?? '',
    sort: { key: sort.key, direction: sort.direction },
    status: STATUSES.find(status => status === given.get('status')) ?? DEFAULT_STATE.status,
    page,
    pageSize: PAGE_SIZES.includes(pageSize) ? pageSize : DEFAULT_STATE.pageSize,
  }
}

/** Writes what differs from the defaults, without a question mark. */
export function printListState({ searchTerm, sort, status, page, pageSize }: ListState): string {
  const query = new URLSearchParams()
  if (searchTerm !== '') query.set('searchTerm', searchTerm)
  if (sort.key !== DEFAULT_STATE.sort.key || sort.direction !== DEFAULT_STATE.sort.direction) {
    query.set('sortKey', sort.key)
    query.set('sortDirection', sort.direction)
  }
  if (status !== 'all') query.set('status', status)
  if (page !== DEFAULT_STATE.page) query.set('page', String(page))
  if (pageSize !== DEFAULT_STATE.pageSize) query.set('pageSize', String(pageSize))
  return query.toString()
}

/** A change of what is looked for begins on the first page; a change of order too, for the page's rows are others. */
export function narrowed(state: ListState, change: Partial<Omit<ListState, 'page'>>): ListState {
  return { ...state, ...change, page: 1 }
}

/** What the server is asked for. */
export function listQuery({ searchTerm, sort, status, page, pageSize }: ListState, orgID: string) {
  const search = searchTerm.trimStart()
  return {
    orgID,
    limit: pageSize,
    offset: (page - 1) * pageSize,
    sortBy: sort.key,
    descending: sort.direction === 'desc',
    total: true,
    ...(status !== 'all' && { status }),
    ...(search !== '' && { search }),
  }
}

export const isFiltered = ({ searchTerm, status }: ListState) => searchTerm.trimStart() !== '' || status !== 'all'

/** The row that takes the place of one that goes: the next, or else the one before. */
export function neighbourOf(rows: readonly { readonly id: string }[], id: string): string | undefined {
  const at = rows.findIndex(row => row.id === id)
  return (rows[at + 1] ?? rows[at - 1])?.id
}

export const pageCount = (total: number, pageSize: number) => Math.max(1, Math.ceil(total / pageSize))
