import type { QueryClient } from '@tanstack/react-query'
import pMap from 'p-map'
import { changeAuthorization, deleteAuthorization, refreshAuthorizations } from '../api/authorizations.ts'
import { reasonOf } from '../api/failure.ts'
import type { Authorization } from './authorization.ts'
import type { BulkAction } from './bulk.ts'

/** So many requests run at once: more would be queued by the browser, or throttled by the server. */
const AT_ONCE = 4

export interface BulkFailure {
  readonly token: Authorization
  readonly reason: string
}

/**
 * Sends one request per token. What fails does not stop the others.
 *
 * @param onProgress told how many are over
 * @returns those that failed, and why
 */
export async function runBulk(
  client: QueryClient,
  action: BulkAction,
  tokens: readonly Authorization[],
  onProgress: (over: number) => void,
): Promise<BulkFailure[]> {
  const failures: BulkFailure[] = []
  let over = 0
  await pMap(
    tokens,
    async token => {
      await one(client, action, token).catch(cause => failures.push({ token, reason: reasonOf(cause) }))
      over += 1
      onProgress(over)
    },
    { concurrency: AT_ONCE },
  )
  const [first] = tokens
  if (first !== undefined) refreshAuthorizations(client, first.orgID)
  return failures
}

async function one(client: QueryClient, action: BulkAction, token: Authorization): Promise<void> {
  if (action === 'delete') await deleteAuthorization(client, token)
  else await changeAuthorization(client, token, { status: action === 'activate' ? 'active' : 'inactive' })
}
