import type { DenialReason } from '../domain/verdict.ts'
import { NO_UPSTREAM, type Refusal } from './answer.ts'
import type { Stream } from './running.ts'
import type { Forwarded } from './upstream/forward.ts'
import type { Upstream } from './upstream/upstream.ts'

/** What is to be done with a request on a data path; nothing of it has been done yet. */
export type Outcome = Refused | Answered | Asked

/** It is answered as an error, in the form of the path that was called. */
export interface Refused {
  readonly kind: 'refused'
  readonly refusal: Refusal
  readonly headers?: Readonly<Record<string, string>>
}

/** It is answered by ourselves, as a query that was run. */
export interface Answered {
  readonly kind: 'answered'
  readonly status: number
  /** Becomes JSON, unless it has a type of its own. */
  readonly answer: unknown
  /** Of an answer that is a text, which is sent as it is. */
  readonly contentType?: string
  /** Why, if the answer says in its own form that something may not be. */
  readonly refusedFor: DenialReason | undefined
}

/** An upstream is asked to do it. */
export interface Asked {
  readonly kind: 'asked'
  readonly upstream: Upstream
  readonly request: Forwarded
  /** By what it was allowed, so that it ends when that does; absent if it runs whatever happens. */
  readonly allowedBy?: Omit<Stream, 'cut'>
}

export const refused = (refusal: Refusal, headers?: Readonly<Record<string, string>>): Refused => ({
  kind: 'refused',
  refusal,
  ...(headers && { headers }),
})

export const invalid = (message: string): Refused => refused({ status: 400, code: 'invalid', message })

/** What two servers might read in two ways: nothing else on that connection is read either. */
export const malformed = (why: string): Refused => ({ ...invalid(why), headers: { Connection: 'close' } })

export const notFound = (message: string): Refused => refused({ status: 404, code: 'not found', message })

export const forbidden = (message: string): Refused => refused({ status: 403, code: 'forbidden', message })

export const asked = (upstream: Upstream, request: Forwarded): Asked => ({ kind: 'asked', upstream, request })

/** @param meaning `refusal` if it says that something is not permitted, `undecidable` if it was not understood */
export const answered = (
  status: number,
  answer: unknown,
  meaning: 'done' | 'refusal' | 'undecidable' = 'done',
): Answered => ({
  kind: 'answered',
  status,
  answer,
  refusedFor: meaning === 'done' ? undefined : meaning === 'refusal' ? 'missing-permission' : meaning,
})

/** The same for what is not JSON. */
export const answeredText = (status: number, answer: string, contentType: string): Answered => ({
  ...answered(status, answer),
  contentType,
})

/** Why a request is not done as it was asked, in words that logs and metrics share; undefined if it is. */
export type RefusedFor = DenialReason | 'malformed' | 'unbound' | 'too-large' | 'too-many-requests' | 'failed'

const BY_CODE: Partial<Record<Refusal['code'], RefusedFor>> = {
  forbidden: 'missing-permission',
  'not found': 'missing-permission',
  'request too large': 'too-large',
  'too many requests': 'too-many-requests',
  unavailable: 'failed',
}

export function refusedFor(outcome: Outcome): RefusedFor | undefined {
  if (outcome.kind === 'asked') return undefined
  if (outcome.kind === 'answered') return outcome.refusedFor
  const { refusal } = outcome
  if (refusal === NO_UPSTREAM) return 'unbound'
  return refusal.reason ?? BY_CODE[refusal.code] ?? 'undecidable'
}
