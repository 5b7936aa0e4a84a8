/** Strings first, so that nothing inside one is taken for a key; the longest one may end in five quotes. */
const TOKENS =
  /"""(?:\\[\s\S]|(?!""")[^\\])*"{3,5}|'''[\s\S]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|\n|[[\]{},=.]|[^\s"'#[\]{},=.]+/g

/** Settings are two deep. What lies deeper than this shares the line of what it lies in, which bounds the work. */
const DEEPEST = 4

/** A key as it is written with the fewest quotes: `tls.cert`; a dot inside a name shows as `"tls.cert"`. */
export function printKey(names: readonly string[]): string {
  return names.map(part => (/^[A-Za-z0-9_-]+$/.test(part) ? part : JSON.stringify(part))).join('.')
}

/**
 * The line, from 1, on which each key and each table of a TOML document stands for the first time, by `printKey`, down to
 * a depth of four.
 *
 * For documents that a real parser accepted, which keeps values but no places. On others it still ends and never throws,
 * but the lines may be wrong; so they are for keys with odd escapes.
 */
export function keyLines(document: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  /** What encloses the place we are at, outermost first: an array, or an inline table with its path. */
  const enclosing: ('array' | readonly string[])[] = []
  let expecting: 'key' | 'header' | 'value' = 'key'
  let table: readonly string[] = []
  let names: string[] = []
  let line = 1

  const prefix = () => enclosing.findLast(place => place !== 'array') ?? table
  const note = (path: readonly string[]) => {
    for (let depth = 1; depth <= Math.min(path.length, DEEPEST); depth++) {
      const key = printKey(path.slice(0, depth))
      if (!lines.has(key)) lines.set(key, line)
    }
  }
  const expectKey = () => {
    expecting = 'key'
    names = []
  }

  for (const [token] of document.matchAll(TOKENS)) {
    if (token === '\n') {
      line++
      if (enclosing.length === 0) expectKey()
    } else if (token.startsWith('#')) {
      // A comment.
    } else if (token === '}' || (token === ']' && expecting === 'value')) {
      enclosing.pop()
      expecting = 'value'
    } else if (expecting === 'value') {
      if (token === '[') enclosing.push('array')
      if (token === '{') enclosing.push([...prefix(), ...names].slice(0, DEEPEST))
      if (token === '{' || (token === ',' && Array.isArray(enclosing.at(-1)))) expectKey()
      line += token.split('\n').length - 1
    } else if (token === ']') {
      table = names
      note(table)
      expecting = 'value'
    } else if (token === '[') {
      expecting = 'header'
    } else if (token === '=') {
      note([...prefix(), ...names])
      expecting = 'value'
    } else if (token !== '.') {
      names.push(unquoted(token))
    }
  }
  return lines
}

function unquoted(token: string): string {
  if (token.startsWith("'")) return token.slice(1, -1)
  if (!token.startsWith('"')) return token
  try {
    return JSON.parse(token) as string
  } catch {
    return token.slice(1, -1)
  }
}
