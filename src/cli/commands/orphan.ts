import { ApiError } from '../api-error.ts'
import type { WireAuthorization } from './auth-record.ts'

/** An orphan is an authorization whose owner was deleted: a server lists it if asked for such, and shows it nowhere else. */

const isOwnerGone = (cause: unknown) =>
  cause instanceof ApiError && cause.status === 404 && cause.message.endsWith('user not found')

/**
 * Makes sure of a list that was asked for orphans, by its first.
 *
 * @param find what shows an authorization that has an owner
 * @throws Error if that one has an owner: the server does not know what was asked for, and has listed all
 */
export async function requireOrphan(
  first: WireAuthorization | undefined,
  find: (id: string) => Promise<WireAuthorization>,
): Promise<void> {
  if (first === undefined) return
  try {
    await find(first.id)
  } catch (cause) {
    if (isOwnerGone(cause)) return
    throw cause
  }
  throw new Error('--orphaned: this server does not tell which authorizations have lost their owner')
}

/**
 * Finds an authorization, also one whose owner was deleted.
 *
 * @param list what lists orphans of this id
 */
export async function findWithOrphans(
  id: string,
  find: (id: string) => Promise<WireAuthorization>,
  list: (query: { readonly id: string; readonly orphaned: true }) => Promise<readonly WireAuthorization[]>,
): Promise<WireAuthorization> {
  try {
    return await find(id)
  } catch (cause) {
    if (!isOwnerGone(cause)) throw cause
    const found = (await list({ id, orphaned: true })).find(one => one.id === id)
    if (found === undefined) throw cause
    return found
  }
}
