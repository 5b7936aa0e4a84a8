import type { Context } from 'hono'
import { AppError } from '../domain/errors.ts'
import { type Id, parseId } from '../domain/id.ts'

/** Query parameters: the first value counts, an empty one is absent, unknown ones are not looked at. */
export function parameter(c: Context, name: string): string | undefined {
  return c.req.query(name) || undefined
}

/** @throws AppError `invalid` */
export function idParameter<Kind extends string>(c: Context, name: string): Id<Kind> | undefined {
  const text = parameter(c, name)
  return text === undefined ? undefined : parseId(text)
}

/** The id in the path. @throws AppError `invalid` */
export function pathId<Kind extends string>(c: Context, name: string): Id<Kind> {
  return parseId(c.req.param(name) ?? '')
}

const TRUE = ['1', 't', 'T', 'TRUE', 'true', 'True']
const FALSE = ['0', 'f', 'F', 'FALSE', 'false', 'False']

/** @throws AppError `invalid`, naming the parameter */
export function booleanParameter(c: Context, name: string, message = `${name} is invalid`): boolean | undefined {
  const text = parameter(c, name)
  if (text === undefined) return undefined
  if (TRUE.includes(text)) return true
  if (FALSE.includes(text)) return false
  throw new AppError('invalid', message)
}

/** @throws AppError `invalid`, naming the parameter */
export function integerParameter(c: Context, name: string): number | undefined {
  const text = parameter(c, name)
  if (text === undefined) return undefined
  if (!/^[+-]?\d{1,15}$/.test(text)) throw new AppError('invalid', `${name} is invalid`)
  return Number(text)
}

export interface PageParameters<Kind extends string> {
  readonly limit: number
  readonly offset: number
  readonly afterId?: Id<Kind>
  readonly descending: boolean
}

/** Paging of users, orgs and buckets; all parameters are checked, even those that an endpoint ignores. Source: contract 1.9. */
export function pageParameters<Kind extends string>(c: Context): PageParameters<Kind> {
  const offset = integerParameter(c, 'offset') ?? 0
  if (offset < 0) throw new AppError('invalid', 'offset is invalid')
  const limit = limitParameter(c, 100) ?? 20
  const descending = booleanParameter(c, 'descending') ?? false
  const afterId = afterParameter<Kind>(c)
  return { limit, offset, descending, ...(afterId && { afterId }) }
}

/** @throws AppError `invalid` outside 1 to `max` */
export function limitParameter(c: Context, max: number): number | undefined {
  const limit = integerParameter(c, 'limit')
  if (limit !== undefined && (limit < 1 || limit > max)) {
    throw new AppError('invalid', `limit must be between 1 and ${max}`)
  }
  return limit
}

export function afterParameter<Kind extends string>(c: Context): Id<Kind> | undefined {
  try {
    return idParameter<Kind>(c, 'after')
  } catch (cause) {
    throw new AppError('invalid', `decoding after: ${(cause as Error).message}`)
  }
}
