/**
 * A session that ended while somebody was working. Calls that were refused for it wait here while the shell asks for the
 * password, over the page and everything typed in it, and are then repeated.
 */
export interface Renewal {
  /** Whether somebody is signed in, as far as this page knows. */
  readonly isNeeded: boolean
  subscribe(listener: () => void): () => void
  /** From now on, a refused call opens the question for the password. */
  begin(): void
  /** From now on, it does not: nobody is signed in. Whoever waits is refused. */
  end(): void
  /** Settles when the session is good again. @throws what `end` refuses with */
  untilRenewed(): Promise<void>
  /** The person signed in again. */
  renewed(): void
}

export function createRenewal(): Renewal {
  let on = false
  let waiting: { resolve: () => void; reject: (cause: Error) => void }[] = []
  const listeners = new Set<() => void>()
  const tell = () => {
    for (const listener of listeners) listener()
  }
  const settle = (how: (one: (typeof waiting)[number]) => void) => {
    const settled = waiting
    waiting = []
    settled.forEach(how)
    tell()
  }
  return {
    get isNeeded() {
      return waiting.length > 0
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin() {
      on = true
    },
    end() {
      on = false
      settle(({ reject }) => reject(new Error('signed out')))
    },
    untilRenewed() {
      if (!on) return Promise.reject(new Error('not signed in'))
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        tell()
      })
    },
    renewed: () => settle(({ resolve }) => resolve()),
  }
}

export const renewal = createRenewal()
