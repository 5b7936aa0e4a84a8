import { notInflux } from '../api-error.ts'

/** A call of the management API. Nothing is believed of what it answers, for the server may be any. */
type Call = Promise<{ readonly data?: unknown }>

/** One object of the server's. @throws ApiError, also if the answer is something else */
export async function fetchObject<T extends object>(call: Call): Promise<T> {
  const { data } = await call
  if (data === null || typeof data !== 'object' || Array.isArray(data)) throw strange()
  return data as T
}

/** One object that has an id. @throws as `fetchObject` */
export async function fetchRecord<T extends { readonly id: string }>(call: Call): Promise<T> {
  return identified(await fetchObject<T>(call))
}

/** The list under a key of the answer; servers may leave out an empty one, but not all else. @throws as `fetchObject` */
export async function fetchList<T extends { readonly id: string }>(call: Call, key: string): Promise<readonly T[]> {
  const answer = await fetchObject<Record<string, unknown>>(call)
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
