/** Parameters in a fixed order; empty ones are left out. */
export function pathOf(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  let query = ''
  for (const name in parameters) {
    const value = parameters[name]
    if (value) query += `${query === '' ? '?' : '&'}${name}=${escaped(value)}`
  }
  return path + query
}

/** What stands for itself in every reading of a URL. */
const PLAIN = /^[A-Za-z0-9_.-]*$/

function escaped(value: string): string {
  if (PLAIN.test(value)) return value
  // A plus sign is a space to some readers and a plus to others.
  return new URLSearchParams([['', value]]).toString().slice(1).replaceAll('+', '%20')
}
