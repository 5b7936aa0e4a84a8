import { useEffect, useState } from 'react'

/**
 * Puts the focus where somebody goes on after a row has gone: on the row that took its place, else on the list, else on what
 * is shown instead of it.
 *
 * @returns to be told, before a row goes, which is to have the focus afterwards
 */
export function useFocusAfterRemoval(): (nextId: string | undefined) => void {
  const [wanted, setWanted] = useState<{ readonly id: string | undefined }>()
  useEffect(() => {
    if (wanted === undefined) return
    // After whatever closes with the row has given up the focus.
    const timer = setTimeout(() => {
      const places = [`token-title-${wanted.id}`, 'tokens-list', 'state-empty', 'state-no-match']
      const found = places.map(hook => document.querySelector<HTMLElement>(`[data-testid="${hook}"]`)).find(Boolean)
      if (found?.tabIndex === -1 && !found.hasAttribute('tabindex')) found.tabIndex = -1
      found?.focus()
    }, 50)
    return () => clearTimeout(timer)
  }, [wanted])
  return id => setWanted({ id })
}

/** The row that follows one, or else the one before it. */
export function neighbourOf(rows: readonly { readonly id: string }[], id: string): string | undefined {
  const at = rows.findIndex(row => row.id === id)
  return (rows[at + 1] ?? rows[at - 1])?.id
}
