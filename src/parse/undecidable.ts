import { AppError } from '../domain/errors.ts'

/** Why it cannot be said what a request would touch. The words may be shown: they never repeat what was given. */
export interface Undecidable {
  readonly undecidable: string
}

/** Ends the reading of what is inside `decided`. @throws AppError `invalid` */
export function refuse(why: string): never {
  throw new AppError('invalid', why)
}

/** What `read` found, or why it refused. Mistakes of our own pass through as they are. */
export function decided<Found extends object>(read: () => Found): Found | Undecidable {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof AppError && cause.code === 'invalid') return { undecidable: cause.message }
    throw cause
  }
}
