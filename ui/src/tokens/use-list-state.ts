import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import { type ListState, parseListState, printListState } from './list-state.ts'

/** The state of the list, which the address holds. Changing it makes no new entry in the browser's history. */
export function useListState(): readonly [ListState, (next: ListState) => void] {
  const query = useSearch()
  const [path, navigate] = useLocation()
  const state = useMemo(() => parseListState(query), [query])
  const set = useCallback((next: ListState) => navigate(addressOf(path, next), { replace: true }), [navigate, path])
  return [state, set]
}

/** A path with a list state. */
export function addressOf(path: string, state: ListState): string {
  const query = printListState(state)
  return query === '' ? path : `${path}?${query}`
}
