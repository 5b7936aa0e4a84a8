import { useCallback, useState } from 'react'
import type { Authorization } from './authorization.ts'

export interface TokenSelection {
  /** By id, as they were when they were selected. */
  readonly tokens: ReadonlyMap<string, Authorization>
  readonly set: (token: Authorization, isSelected: boolean) => void
  /** Selects these; if anything is selected, clears instead. */
  readonly toggle: (page: readonly Authorization[]) => void
  readonly remove: (ids: readonly string[]) => void
}

/** What is selected, on whichever page. Ids count, so that reading the list anew does not lose it. Page contract 14. */
export function useSelection(): TokenSelection {
  const [tokens, setTokens] = useState<ReadonlyMap<string, Authorization>>(new Map())
  const remove = useCallback(
    (ids: readonly string[]) => setTokens(known => new Map([...known].filter(([id]) => !ids.includes(id)))),
    [],
  )
  return {
    tokens,
    remove,
    set: (token, isSelected) =>
      isSelected ? setTokens(known => new Map(known).set(token.id, token)) : remove([token.id]),
    toggle: page => setTokens(known => (known.size > 0 ? new Map() : new Map(page.map(token => [token.id, token])))),
  }
}
