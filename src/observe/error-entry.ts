import { plainText } from './plain-text.ts'

/** An error as it stands in the log. */
export interface ErrorEntry {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  /** Messages of what caused it, nearest first. */
  readonly causes?: readonly string[]
  readonly stack?: string
}

/** Nobody reads further; it also ends chains that bite their tail. */
const MOST_CAUSES = 10

/**
 * What the log says of an error: name, message, code, and the messages of its causes. Other properties stay out, because
 * drivers and HTTP clients hang requests on their errors, headers included.
 */
export function describeError(error: Error, withStack: boolean): ErrorEntry {
  const code = 'code' in error ? error.code : undefined
  const causes = causesOf(error)
  return {
    name: plainText(String(error.name)),
    message: plainText(String(error.message)),
    ...(typeof code === 'string' ? { code: plainText(code) } : typeof code === 'number' ? { code } : {}),
    ...(causes.length > 0 ? { causes } : {}),
    ...(withStack && typeof error.stack === 'string' ? { stack: plainText(error.stack) } : {}),
  }
}

/** The entry on one line, for `text`. */
export function errorLine({ name, message, code, causes = [], stack }: ErrorEntry): string {
  const head = `${name}: ${message}${code === undefined ? '' : ` (${code})`}`
  return [head, ...causes.map(cause => `because ${cause}`), ...(stack === undefined ? [] : [stack])].join('; ')
}

function causesOf(error: Error): string[] {
  const causes: string[] = []
  const queue = directCauses(error)
  while (queue.length > 0 && causes.length < MOST_CAUSES) {
    const cause = queue.shift()
    if (cause instanceof Error) {
      causes.push(plainText(String(cause.message)))
      queue.push(...directCauses(cause))
    } else causes.push(typeof cause === 'string' ? plainText(cause) : `a value of type ${typeof cause}`)
  }
  return causes
}

/** A connection that failed on every address is an `AggregateError` with an empty message; the truth is in its parts. */
function directCauses(error: Error): unknown[] {
  const parts = error instanceof AggregateError ? error.errors.slice(0, MOST_CAUSES) : []
  return error.cause === undefined ? parts : [error.cause, ...parts]
}
