/**
 * Gives the focus to the first of some elements that is there once what changed has been drawn: after a deletion, what had
 * the focus is gone.
 *
 * @param testIds as in `data-testid`
 */
export function focusLater(...testIds: readonly string[]): void {
  // The second frame: whatever closes by itself has given its focus back by then.
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      const found = testIds.map(id => document.querySelector<HTMLElement>(`[data-testid="${CSS.escape(id)}"]`))
      found.find(element => element !== null)?.focus()
    }),
  )
}
