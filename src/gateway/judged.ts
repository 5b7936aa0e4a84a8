import type { IncomingMessage } from 'node:http'
import type { Caller } from '../authority/verifier.ts'
import { type Denial, isDenial } from '../domain/verdict.ts'
import type { DataPath } from './data-paths.ts'
import type { Outcome } from './outcome.ts'
import type { Use } from './place.ts'
import type { ReadBody } from './whole-body.ts'

/** Whatever was judged, over HTTP or Flight, when everything is decided and nothing is done yet. */
export interface JudgedRequest {
  /** Whom it came from, or why that is nobody; undefined if we failed before it was known. */
  readonly sender: Caller | Denial | undefined
  /** Of the buckets that were looked at, as far as the verdict got. */
  readonly uses: readonly Use[]
  readonly outcome: { readonly kind: Outcome['kind'] }
}

/** A request on a data path. */
export interface Judged extends JudgedRequest {
  readonly incoming: IncomingMessage
  readonly path: DataPath
  /** What was read of the body; undefined if it was left where it is. */
  readonly body: ReadBody | undefined
  readonly outcome: Outcome
}

/** Who asked, for people who look after tokens: an id, or that nobody knows him. */
export function callerNameOf({ sender }: Pick<JudgedRequest, 'sender'>): string {
  if (sender === undefined) return 'unknown token'
  if (isDenial(sender)) return sender.authorizationId ?? NOBODY[sender.reason] ?? 'unknown token'
  return sender.ref.kind === 'authorization' ? sender.ref.id : 'session'
}

const NOBODY: Partial<Record<Denial['reason'], string>> = { 'no-credential': 'no credential' }
