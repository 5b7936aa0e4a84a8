import type { ResourceId } from '../domain/id.ts'
import { isDenial } from '../domain/verdict.ts'
import type { Nouns, Store } from '../store/store.ts'
import { type Caller, denialError, lookUpCaller } from './caller.ts'
import type { Clock } from './clock.ts'
import type { Ids, Random } from './ids.ts'
import type { PasswordHasher } from './password-hasher.ts'

/** What all of the authority is built from. */
export interface Means {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  readonly hasher: PasswordHasher
  /** The upstreams of the settings, by name. */
  readonly upstreams?: readonly string[]
}

/** One management act: the store within its transaction, and the record of what is done. */
export interface Act extends Nouns {
  readonly nowMs: number
  /** Writes down what was done to what, in the same transaction. No secrets in the detail. */
  record(action: string, target: ResourceId, detail?: Readonly<Record<string, unknown>>): Promise<void>
}

/** Runs work that nobody in particular asked for: set-up, sign-in, maintenance. */
export function actAs<T>({ store, clock }: Means, actor: string, work: (act: Act) => Promise<T>): Promise<T> {
  return store.transaction(nouns => work(actWithin(nouns, actor, clock.nowMs())))
}

/**
 * Runs work that a caller asked for. He is looked up again inside the transaction, so that somebody who has lost his rights
 * meanwhile is refused, whatever was found when his request came in.
 */
export function actFor<T>(
  { store, clock }: Means,
  caller: Caller,
  work: (act: Act, caller: Caller) => Promise<T>,
): Promise<T> {
  return store.transaction(async nouns => {
    const nowMs = clock.nowMs()
    const current = await lookUpCaller(nouns, caller.ref, nowMs)
    if (isDenial(current)) throw denialError(current)
    return work(actWithin(nouns, actorOf(current), nowMs), current)
  })
}

const actorOf = ({ ref, userId }: Caller) =>
  ref.kind === 'authorization' ? `authorization:${ref.id}` : `user:${userId}`

function actWithin(nouns: Nouns, actor: string, nowMs: number): Act {
  return {
    ...nouns,
    nowMs,
    record: (action, target, detail = {}) =>
      nouns.audit.append({ atMs: nowMs, actor, action, target, detail: JSON.stringify(detail) }),
  }
}
