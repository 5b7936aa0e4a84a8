/**
 * What can go wrong, as a closed list. The words are InfluxDB's own (`code` in its error bodies), because clients compare
 * them. Each has one HTTP status, in `http/answer.ts`.
 *
 * Source: wire contract 1.7.
 */
export const ERROR_CODES = [
  'internal error',
  'not implemented',
  'not found',
  'conflict',
  'invalid',
  'unprocessable entity',
  'unavailable',
  'forbidden',
  'too many requests',
  'unauthorized',
  'method not allowed',
  'request too large',
] as const

export type ErrorCode = (typeof ERROR_CODES)[number]

/**
 * A failure that the caller can act on. `message` reaches clients: never put a token, a digest, SQL or a file name in it.
 * Those belong in `cause`, which is logged and not sent.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  /** Seconds after which trying again makes sense; sent as `Retry-After`. */
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}
