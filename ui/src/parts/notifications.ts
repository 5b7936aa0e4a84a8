export interface Notice {
  readonly id: number
  readonly kind: 'success' | 'error'
  readonly text: string
  readonly action: NoticeAction | undefined
  /** How long it stays; undefined until it is dismissed. */
  readonly forMs: number | undefined
}

export interface NoticeAction {
  readonly label: string
  readonly run: () => void
}

export interface NoticeStore {
  readonly list: () => readonly Notice[]
  readonly subscribe: (listener: () => void) => () => void
  /** Goes by itself after 5 seconds, or after 10 if there is something to press. @returns its id */
  readonly success: (text: string, action?: NoticeAction) => number
  /** Stays until it is dismissed: what went wrong is not taken away from somebody who looks elsewhere. */
  readonly error: (text: string, action?: NoticeAction) => number
  readonly dismiss: (id: number) => void
  readonly clear: () => void
}

const SUCCESS_MS = 5000
const WITH_ACTION_MS = 10_000
/** More would cover the page. The oldest go first. */
const MOST = 5

export function createNotices(): NoticeStore {
  let notices: readonly Notice[] = []
  let lastId = 0
  const listeners = new Set<() => void>()
  const set = (next: readonly Notice[]) => {
    notices = next
    for (const listener of listeners) listener()
  }
  const add = (notice: Omit<Notice, 'id'>) => {
    lastId += 1
    // Said again, not said twice.
    const others = notices.filter(({ kind, text }) => kind !== notice.kind || text !== notice.text)
    set([...others, { ...notice, id: lastId }].slice(-MOST))
    return lastId
  }
  return {
    list: () => notices,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    success: (text, action) => add({ kind: 'success', text, action, forMs: action ? WITH_ACTION_MS : SUCCESS_MS }),
    error: (text, action) => add({ kind: 'error', text, action, forMs: undefined }),
    dismiss: id => set(notices.filter(notice => notice.id !== id)),
    clear: () => set([]),
  }
}

/** The notifications of this page. */
export const notify = createNotices()
