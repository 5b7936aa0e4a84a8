import { createContext, useContext, useSyncExternalStore } from 'react'

// The dialogs that are open, in the order in which they opened. Whatever floats above the page has to be inside the last
// one: the rest of the document is out of reach while it is open.
let open: readonly HTMLDialogElement[] = []
const listeners = new Set<() => void>()

function set(next: readonly HTMLDialogElement[]): void {
  open = next
  for (const listener of listeners) listener()
}

/** Notes that a dialog is open. @returns what notes that it is not any more */
export function noteOpen(dialog: HTMLDialogElement): () => void {
  set([...open, dialog])
  return () => set(open.filter(one => one !== dialog))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Where notifications go: the topmost dialog, or the document. */
export const useTopmost = (): HTMLElement => useSyncExternalStore(subscribe, () => open.at(-1) ?? document.body)

/** The dialog around a part, for menus and popovers; undefined outside any. */
export const EnclosingDialog = createContext<HTMLDialogElement | undefined>(undefined)

export const useEnclosingDialog = () => useContext(EnclosingDialog)
