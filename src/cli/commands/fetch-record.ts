import { notInflux } from '../api-error.ts'
import type { Connection, RequestOptions } from '../connection.ts'

/** One object of the server's. @throws ApiError, also if the answer is something else */
export async function fetchObject<T extends object>(
  connection: Connection,
  method: string,
  path: string,
  options?: RequestOptions,
): Promise<T> {
  const answer: unknown = await connection.json(method, path, options)
  if (answer === null || typeof answer !== 'object' || Array.isArray(answer)) throw strange()
  return answer as T
}

/** One object that has an id. @throws as `fetchObject` */
export async function fetchRecord<T extends { readonly id: string }>(
  ...request: Parameters<typeof fetchObject>
): Promise<T> {
  return identified(await fetchObject<T>(...request))
}

/** The list under a key of the answer; servers may leave out an empty one, but not all else. @throws as `fetchObject` */
export async function fetchList<T extends { readonly id: string }>(
  connection: Connection,
  path: string,
  key: string,
  query: RequestOptions['query'] = {},
): Promise<readonly T[]> {
  const answer = await fetchObject<Record<string, unknown>>(connection, 'GET', path, { query })
  const list = answer[key] ?? ('links' in answer ? [] : undefined)
  if (!Array.isArray(list)) throw strange()
  return list.map(identified<T>)
}

/** @throws ApiError for what has no id */
export function identified<T extends { readonly id: string }>(record: T | null): T {
  if (typeof record?.id !== 'string') throw strange()
  return record
}

const strange = () => notInflux('the answer is not what was asked for')
