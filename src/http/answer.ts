import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { AppError, type ErrorCode } from '../domain/errors.ts'

/** Every code has one status. Source: wire contract 1.7. */
export const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  'internal error': 500,
  'not implemented': 501,
  'not found': 404,
  conflict: 422,
  invalid: 400,
  'unprocessable entity': 422,
  unavailable: 503,
  forbidden: 403,
  'too many requests': 429,
  unauthorized: 401,
  'method not allowed': 405,
  'request too large': 413,
}

const JSON_TYPE = 'application/json; charset=utf-8'

export function json(
  c: Context,
  body: unknown,
  status: ContentfulStatusCode = 200,
  headers: Record<string, string> = {},
) {
  return c.body(JSON.stringify(body), status, { 'Content-Type': JSON_TYPE, ...headers })
}

export function noContent(c: Context, headers: Record<string, string> = {}) {
  return c.body(null, 204, headers)
}

/** The error's own words if it is meant for clients, else words that give nothing away. Source: wire contract 1.7. */
export function errorAnswer(c: Context, cause: unknown, overrideStatus?: ContentfulStatusCode) {
  const { code, message, retryAfterSeconds } = clientError(cause)
  const retry = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }
  return json(c, { code, message }, overrideStatus ?? STATUS[code], { 'X-Platform-Error-Code': code, ...retry })
}

export function clientError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  return new AppError('internal error', 'An internal error has occurred - check server logs', { cause })
}
