/** What the browser remembers of a person's choices. Never anything secret. */
const PREFIX = 'sluice.'

/** Storage may be switched off: then nothing is remembered, and nothing fails. */
export function recall(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined
  } catch {
    return undefined
  }
}

export function remember(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name)
    else localStorage.setItem(PREFIX + name, value)
  } catch {
    // As above.
  }
}
