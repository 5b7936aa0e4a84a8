import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { ApiError, unexpectedContent } from '../api-error.ts'
import type { Connection } from '../connection.ts'
import { withPrefix } from '../org-choice.ts'
import type { Batch } from './line-batches.ts'

const compress = promisify(gzip)

/** How often a batch that was put off is sent again. */
export const MAX_RETRIES = 5
/** Longest time that a server may put us off, in milliseconds: Cloud's limits count in windows of five minutes. */
export const MAX_WAIT_MS = 300_000

export interface Patience {
  /** Tells people why nothing seems to happen. */
  say(text: string): void
  wait(ms: number): Promise<void>
}

/**
 * Sends one batch. "Too many requests" and "unavailable" mean later, as the answer says; everything else is final.
 *
 * @throws Error in the reference's words
 */
export async function sendBatch(
  connection: Connection,
  query: Readonly<Record<string, string>>,
  { bytes }: Batch,
  { say, wait }: Patience,
): Promise<void> {
  const raw = new Uint8Array(await compress(bytes))
  const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' }
  for (let retry = 1; ; retry++) {
    try {
      return await requireWritten(await connection.send('/api/v2/write', { query, raw, headers }))
    } catch (cause) {
      const waitMs = cause instanceof ApiError ? putOff(cause, retry, Date.now()) : undefined
      const failed = () => withPrefix('failed to write data', () => Promise.reject(cause))
      if (waitMs === undefined) return failed()
      if (retry > MAX_RETRIES) return withSuffix(failed, `Given up after ${MAX_RETRIES} retries.`)
      if (waitMs > MAX_WAIT_MS) {
        return withSuffix(failed, `The server wants ${seconds(waitMs)} of rest, which is longer than we wait.`)
      }
      say(`${firstLine(cause)}. Trying again in ${seconds(waitMs)} (${retry} of ${MAX_RETRIES}).`)
      await wait(waitMs)
    }
  }
}

/** How long to wait before the next try, in milliseconds; undefined if there must be none. */
export function putOff({ status, retryAfter }: ApiError, retry: number, nowMs: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined
  if (retryAfter !== undefined && /^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000
  const at = retryAfter === undefined ? Number.NaN : Date.parse(retryAfter)
  return Number.isNaN(at) ? 1000 * 2 ** (retry - 1) : Math.max(0, at - nowMs)
}

/** Some page in place of "written" means that nothing was written, whatever its status. */
async function requireWritten(response: Response): Promise<void> {
  const { status } = response
  const content = await response.text()
  // Cloud answers 201 with words of its own.
  if (status === 204 || status === 201 || content === '') return
  throw unexpectedContent(response)
}

async function withSuffix(failed: () => Promise<never>, suffix: string): Promise<never> {
  try {
    return await failed()
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\n${suffix}`, { cause })
  }
}

const firstLine = (cause: unknown) => (cause as Error).message.split('\n')[0]?.replace(/[\s.:]+$/, '')

const seconds = (ms: number) => `${Math.ceil(ms / 1000)} s`
