import { ApiError } from './api-error.ts'

/** Keys of answers under which lists come. */
const LISTS = ['authorizations', 'users', 'orgs', 'buckets', 'content']

/**
 * Makes sure that an empty list is empty because nothing is there. To a token that is inactive, servers show lists without
 * anything in them; only where one thing is asked for they say why.
 *
 * @param askForOne asks for something that is there for whoever has a working token
 * @throws ApiError with the server's words if the token is inactive or expired
 */
export async function requireStanding(answer: unknown, askForOne: () => Promise<unknown>): Promise<void> {
  if (!isEmptyList(answer)) return
  try {
    await askForOne()
  } catch (cause) {
    // Many tokens that work may not see their owner; other servers have nothing of the kind.
    if (cause instanceof ApiError && /token is (?:inactive|expired)/.test(cause.message)) throw cause
  }
}

function isEmptyList(answer: unknown): boolean {
  if (answer === null || typeof answer !== 'object') return false
  return LISTS.some(key => {
    const list = (answer as Record<string, unknown>)[key]
    return Array.isArray(list) && list.length === 0
  })
}
