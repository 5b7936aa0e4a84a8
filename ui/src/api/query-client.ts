import { QueryClient } from '@tanstack/react-query'
import { Failure } from './failure.ts'

const READ_AGAIN_AT_MOST = 2

/** All that is known of the server. Reads that failed for want of an answer are repeated; changes never are by themselves. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, cause) => failures < READ_AGAIN_AT_MOST && isPassing(cause),
        retryDelay: attempt => 400 * 2 ** attempt,
        staleTime: 10_000,
        // Said honestly as a failure with a way to try again, instead of waiting for ever.
        networkMode: 'always',
      },
      mutations: { retry: false, networkMode: 'always' },
    },
  })
}

/** Whether the same call may well succeed a moment later. */
export function isPassing(cause: unknown): boolean {
  return cause instanceof Failure && (cause.isUnreachable || cause.status >= 500)
}
